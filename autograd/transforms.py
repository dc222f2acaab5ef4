"""Derivatives as functions: of a function of arrays, the function that gives its derivative.

Arguments may be arrays, numbers, or nested tuples, lists and dicts of them; derivatives come in the same form. Called
on arrays and numbers, they return arrays. Where Tensors are involved they return Tensors on the graph, so that
`grad(grad(f))` and any other composition works, and derivatives can stand inside of what is differentiated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from functools import wraps
from operator import index
from types import MappingProxyType
from typing import Any

import numpy as np

from autograd.backward import gradients
from autograd.batched import gradients_of_all
from autograd.errors import describe
from autograd.graph import reverse_order
from autograd.mode import mode, recorded
from autograd.ops.elementwise import positive
from autograd.ops.shape import stack
from autograd.tensor import Tensor, as_values, wrap
from autograd.trees import leaves, leaves_like, mapped, rebuilt

Function = Callable[..., Any]
Argnums = int | Sequence[int]
NO_KEYWORDS: Mapping[str, Any] = MappingProxyType({})


NOT_ON_GRAPH = "its result does not depend on the arguments, or was computed from their values"


class _Call:
    """A call of f, with the arguments named by argnums as Tensors to differentiate by."""

    def __init__(
        self, f: Function, args: tuple[Any, ...], argnums: Argnums, kwargs: Mapping[str, Any] = NO_KEYWORDS
    ) -> None:
        self.args = args
        self.single = not isinstance(argnums, Sequence)
        self.numbers = _argument_numbers(argnums, len(args))
        self.xs: list[Tensor] = []
        given = list(args)
        for number in self.numbers:
            parts = [_differentiable(part, number) for part in leaves(args[number])]
            self.xs += parts
            given[number] = rebuilt(args[number], parts)
        with recorded():
            self.y = f(*given, **kwargs)
        self.gives_tensors = self._depends_on_more()
        self.on_graph = self.gives_tensors and mode.recording
        self.involve(args)

    def _depends_on_more(self) -> bool:
        """Whether a leaf that requires a gradient, other than the xs, is involved."""
        own = {x.node for x in self.xs}
        results = [y for y in leaves(self.y) if isinstance(y, Tensor) and y.node is not None and y.requires_grad]
        nodes = [node for y in results if y.node is not None for node in reverse_order(y.node)]
        leaves_reached = (parent for node in nodes for parent in node.parents if parent.is_leaf)
        return any(parent.requires_grad and parent not in own for parent in leaves_reached)

    def involve(self, tree: Any) -> None:
        """Let results be Tensors where there are some in a tree that they depend on, on the graph of those."""
        tensors = [part for part in leaves(tree) if isinstance(part, Tensor)]
        self.gives_tensors = self.gives_tensors or bool(tensors)
        self.on_graph = self.on_graph or (mode.recording and any(part.requires_grad for part in tensors))

    def number(self, name: str) -> Tensor:
        """The result, which has to be one number."""
        if not isinstance(self.y, Tensor) or self.y.size != 1:
            given = f"shape {self.y.shape}" if isinstance(self.y, Tensor) else type(self.y).__name__
            why = "see jacobian" if isinstance(self.y, Tensor) else NOT_ON_GRAPH
            raise ValueError(f"{name} needs a function that returns one number as a Tensor, not {given}; {why}.")
        return self.tensors(name)[0]

    def tensors(self, name: str) -> list[Tensor]:
        """The result, which has to be a Tensor, or a tree of Tensors: its leaves."""
        ys = leaves(self.y)
        for y in ys:
            if not isinstance(y, Tensor):
                raise TypeError(
                    f"{name} needs a function that returns Tensors, not {type(y).__name__}; {NOT_ON_GRAPH}."
                )
            if y.dtype.kind not in "fc":
                raise TypeError(
                    f"{name} needs a function that returns floating point numbers; its result is of {y.dtype}, which "
                    "has no derivative."
                )
        return ys

    def gradients(self, y: Tensor, seed: Any = None) -> list[Tensor]:
        """The gradients of y by the xs; zeros by those that it does not depend on."""
        found = gradients(y, self.xs, seed, self.on_graph, True)
        return [_or_zeros(g, x) for g, x in zip(found, self.xs, strict=True)]

    def pulled_back(self, ys: Sequence[Tensor], seeds: Sequence[Any], create_graph: bool) -> list[Tensor | None]:
        """For each x the sum of the gradients of all ys, each from its seed; None where no y depends on it."""
        total: list[Tensor | None] = [None] * len(self.xs)
        for y, seed in zip(ys, seeds, strict=True):
            found = gradients(y, self.xs, seed, create_graph, True)
            total = [b if a is None else a if b is None else a + b for a, b in zip(total, found, strict=True)]
        return total

    def in_form(self, parts: Sequence[Any]) -> Any:
        """A value for each x, in the form of the arguments: arrays, where only arrays came in."""
        remaining: Iterator[Any] = (self.plain(part) for part in parts)
        trees = [rebuilt(self.args[n], [next(remaining) for _ in leaves(self.args[n])]) for n in self.numbers]
        return trees[0] if self.single else tuple(trees)

    def plain(self, x: Any) -> Any:
        """A result for the caller: a Tensor that stays on the graph, or its values."""
        return x.numpy() if isinstance(x, Tensor) and not self.gives_tensors else x


def _argument_numbers(argnums: Argnums, count: int) -> list[int]:
    """The arguments to differentiate by, in a list; TypeError and ValueError for what is no such choice."""
    try:
        numbers = [index(number) for number in (argnums if isinstance(argnums, Sequence) else [argnums])]
    except TypeError:
        message = f"argnums must be the number of an argument, or several in a tuple, not {argnums!r}."
        raise TypeError(message) from None
    if not numbers or not all(-count <= number < count for number in numbers):
        raise ValueError(f"argnums={argnums}: there are {count} arguments, numbered from 0; choose one or more.")
    if len({number % count for number in numbers}) < len(numbers):
        raise ValueError(f"argnums={argnums} names an argument twice.")
    return numbers


def _differentiable(x: Any, number: int) -> Tensor:
    """x as a Tensor of its own, of a Python number in double precision: what happens to x elsewhere does not count."""
    if isinstance(x, Tensor) and x.requires_grad:
        with recorded():
            return positive(x)  # type: ignore[no-any-return]
    array = as_values(x, np.float64 if type(x) is float else None)
    if array.dtype.kind not in "fc" or type(x) is int:
        raise TypeError(
            f"argument {number} is or holds {describe(x)}: derivatives need floating point numbers. Give floats, or "
            "say by argnums= which arguments to differentiate by."
        )
    return Tensor(array, requires_grad=True)


def grad(f: Function, argnums: Argnums = 0) -> Function:
    """The function that gives the gradient of f, which returns one number, by its arguments `argnums`.

    Keyword arguments are handed to f as they are.
    """

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return value_and_grad(f, argnums)(*args, **kwargs)[1]

    return gradient


def value_and_grad(f: Function, argnums: Argnums = 0) -> Function:
    """The function that gives f's value, one number, and its gradient by its arguments `argnums`."""

    @wraps(f)
    def value_and_gradient(*args: Any, **kwargs: Any) -> Any:
        call = _Call(f, args, argnums, kwargs)
        y = call.number("grad")
        return call.plain(y), call.in_form(call.gradients(y))

    return value_and_gradient


def vjp(f: Function, *args: Any) -> tuple[Any, Function]:
    """f's value, and the function that takes a gradient at it, of its form, to the gradients by all arguments.

    That is the product of a vector with the Jacobian, v^T J, by one reverse pass for each array that f returns.
    """
    call = _Call(f, args, range(len(args)))
    ys = call.tensors("vjp")

    def pull(v: Any) -> Any:
        this = copy(call)
        this.involve(v)
        found = this.pulled_back(ys, _matching(ys, v, call.y, "the gradient that a vjp starts from"), this.on_graph)
        return this.in_form([_or_zeros(g, x) for g, x in zip(found, call.xs, strict=True)])

    return mapped(call.plain, call.y), pull


def jvp(f: Function, args: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """f's value, and how it changes as the arguments move along `tangents`, which have their form: J v.

    The reverse pass is linear in the gradient u that it starts from, u^T J. So its derivative by u, along v, is J v.
    """
    call, directions = _along("jvp", f, args, tangents)
    ys = call.tensors("jvp")
    us = [Tensor(np.ones(y.shape, y.dtype), requires_grad=True) for y in ys]  # any gradient that is not 0 will do
    with recorded():
        total = _product(call.pulled_back(ys, us, create_graph=True), directions)
    along = gradients(total, us, None, call.on_graph, True) if total.requires_grad else [None] * len(us)
    changes = [_or_zeros(change, u) for change, u in zip(along, us, strict=True)]
    return mapped(call.plain, call.y), rebuilt(call.y, map(call.plain, changes))


def _along(name: str, f: Function, args: Any, tangents: Any) -> tuple[_Call, list[Any]]:
    """The call of f, and the arrays of the tangents to its arguments."""
    if not isinstance(args, tuple | list) or not isinstance(tangents, tuple | list):
        raise TypeError(f"{name} takes the arguments in a tuple, and their tangents in another: {name}(f, (x,), (v,)).")
    _in_order(tangents, args, "the tangents")
    call = _Call(f, tuple(args), range(len(args)))
    call.involve(tangents)
    directions = _matching(call.xs, tangents, args, "the tangents")
    for x, direction in zip(call.xs, directions, strict=True):
        if x.dtype.kind != "c" and np.iscomplexobj(direction):
            raise TypeError(f"{name}: a complex tangent does not fit a real argument ({x.dtype}): give the real part.")
    return call, directions


def _matching(xs: Sequence[Tensor], tree: Any, pattern: Any, name: str) -> list[Any]:
    """The arrays of a tree of the form of `pattern`; ValueError where they have not the shapes of the xs."""
    arrays = _in_order(tree, pattern, name)
    wanted, given = [x.shape for x in xs], [np.shape(array) for array in arrays]
    if wanted != given:
        raise ValueError(f"{name}: arrays of the shapes {wanted} are needed, not {given}.")
    return arrays


def _in_order(tree: Any, pattern: Any, name: str) -> list[Any]:
    """The leaves of a tree in the order of a pattern; ValueError with its name where it has another form."""
    try:
        return leaves_like(tree, pattern)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _or_zeros(g: Tensor | None, x: Tensor) -> Tensor:
    return Tensor(np.zeros(x.shape, x.dtype)) if g is None else g


def _product(gradients: Sequence[Tensor | None], directions: list[Any]) -> Tensor:
    """The sum of all gradients' products with the directions; of complex numbers the real part."""
    products = [np.real(np.conj(g) * d).sum() for g, d in zip(gradients, directions, strict=True) if g is not None]
    return sum(products, Tensor(0.0, dtype=products[0].dtype if products else None))


def jacobian(f: Function, argnums: Argnums = 0) -> Function:
    """The function that gives all derivatives of f's elements by its arguments' elements: (*y.shape, *x.shape).

    Of a tree of arrays y, a tree of the same form. One reverse pass carries the gradients of all elements of y
    together, as far as rules allow it. Keyword arguments are handed to f as they are.
    """

    @wraps(f)
    def derivatives(*args: Any, **kwargs: Any) -> Any:
        call = _Call(f, args, argnums, kwargs)
        return rebuilt(call.y, [derivatives_of(call, y) for y in call.tensors("jacobian")])

    def derivatives_of(call: _Call, y: Tensor) -> Any:
        if y.dtype.kind == "c":
            return _of_complex(call, y)
        if call.on_graph or mode.debugging or _has_hooks(y):  # then one after the other, with checks and hooks
            columns: list[Any] = _one_by_one(call, y)
        else:
            columns = [wrap(g) for g in gradients_of_all(y, call.xs)]
        return call.in_form([g.reshape(y.shape + x.shape) for g, x in zip(columns, call.xs, strict=True)])

    return derivatives


def _has_hooks(y: Tensor) -> bool:
    order = reverse_order(y.node) if y.node is not None else []
    return any(node.hooks or any(parent.hooks for parent in node.parents) for node in order)


def _of_complex(call: _Call, y: Tensor) -> Any:
    """The derivatives of complex numbers by real ones: those of the real part, and i times those of the imaginary."""
    if any(x.dtype.kind == "c" for x in call.xs):
        raise TypeError(
            "jacobian of complex numbers by complex numbers: there are four real ones. Let the function take the real "
            "and the imaginary part, x = re + 1j * im, or return one of them."
        )
    with recorded():
        parts = y.real, y.imag
    columns = [real + 1j * imaginary for real, imaginary in zip(*(_one_by_one(call, p) for p in parts), strict=True)]
    return call.in_form([g.reshape(y.shape + x.shape) for g, x in zip(columns, call.xs, strict=True)])


def _one_by_one(call: _Call, y: Tensor) -> list[Any]:
    """For each x the gradients of all elements of y, (y.size, *x.shape), by a reverse pass for each element."""
    rows = [call.gradients(y, unit) for unit in _units(y)]
    if not rows:
        return [Tensor(np.zeros((0, *x.shape), x.dtype)) for x in call.xs]
    return [stack(column) for column in zip(*rows, strict=True)]


def _units(y: Tensor) -> Iterator[Any]:
    """Every array of y's shape that is 1 at one place and 0 elsewhere."""
    for place in range(y.size):
        unit = np.zeros(y.size, y.dtype)
        unit[place] = 1
        yield unit.reshape(y.shape)


def hessian(f: Function, argnums: Argnums = 0) -> Function:
    """The function that gives the second derivatives of f, one number, by its arguments `argnums`.

    By one array x: (*x.shape, *x.shape). By a tree: for each array x in it a tree of (*x.shape, *z.shape) for each z.
    """

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        call = _Call(f, args, argnums, kwargs)
        return call.in_form(call.gradients(call.number("hessian")))

    return jacobian(gradient, argnums)


def hvp(f: Function, args: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """The product of f's second derivatives with `tangents`, in the form of the arguments; f returns one number.

    By two reverse passes, without a matrix: the gradient of the gradient's product with the tangents (Pearlmutter
    1994).
    """
    call, directions = _along("hvp", f, args, tangents)
    y = call.number("hvp")
    with recorded():
        total = _product(gradients(y, call.xs, create_graph=True, allow_unused=True), directions)
    return call.in_form(call.gradients(total) if total.requires_grad else [x * 0 for x in call.xs])


def stop_gradient(x: Any) -> Any:
    """The same values as constants: no gradient flows back through them. Of a Tensor, or a tree of them."""
    return mapped(lambda part: part.detach() if isinstance(part, Tensor) else part, x)
