"""compile(f): a function of numbers turned into straight-line Python for its value and its gradient."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any

from autograd.graph import ancestors
from autograd.mode import mode
from autograd.straight_line import HELPERS, write
from autograd.trees import flat, unflat
from autograd.value import FAILED, Value

MOST_PATHS = 32
"""So many ways through a function are written; where there are more, the graph is built anew each time."""


class Compiled:
    """A function of numbers and its gradient as straight-line Python. Made by `compile`."""

    def __init__(self, f: Callable[..., Any]) -> None:
        self.f = f
        self.paths: list[_Path] = []

    def __repr__(self) -> str:
        return f"Compiled({getattr(self.f, '__name__', repr(self.f))}, paths written: {len(self.paths)})"

    def __call__(self, *args: Any) -> float:
        """The value of f, whose arguments are numbers, or nested lists, tuples and dicts of them."""
        return self.value_and_grad(*args)[0]

    def value_and_grad(self, *args: Any) -> tuple[float, tuple[Any, ...]]:
        """The value of f, and its gradient by every argument, in the arguments' form."""
        for path in self.paths:
            if _fits(args, path.form):
                try:
                    found = path.run(args)
                except (ArithmeticError, ValueError):
                    break  # the graph's own error, below, says which operation it was
                if found is not None:
                    return found
        numbers: list[Any] = []
        form = flat(args, numbers)
        if any(type(number) is not float and isinstance(number, Real) for number in numbers):
            return self.value_and_grad(*unflat(form, map(_as_float, numbers)))
        if len(self.paths) >= MOST_PATHS:
            return self._by_graph(form, numbers)
        self.paths.append(_Path(self.f, args))
        found = self.paths[-1].run(args)
        if found is None:
            raise RuntimeError("the function took another path at once: it depends on more than its arguments.")
        return found

    def _by_graph(self, form: Any, numbers: list[Any]) -> tuple[float, tuple[Any, ...]]:
        """Value and gradient without a written function: there are too many ways through f to write them all."""
        inputs = list(map(Value, numbers))
        y = self.f(*unflat(form, iter(inputs)))
        _refuse_no_value(y)
        others = [node for node in ancestors([y]) if node.is_leaf and node not in inputs]
        before = [node.gradient for node in others]
        y.backward()
        for node, gradient in zip(others, before, strict=True):  # as a written function leaves them
            node.gradient = gradient
        return y.data, unflat(form, (x.grad for x in inputs))

    @property
    def source(self) -> str:
        """The Python that was made at the last call that took a new path; "" before the first call."""
        return self.paths[-1].source if self.paths else ""


def compile(f: Callable[..., Any]) -> Compiled:
    """f, a function of numbers that returns one Value, made fast for repeated evaluation.

    The graph of one call is turned into straight-line Python, for the value and for the gradient. Comparisons that
    decided which way f went are checked in it: where they come out otherwise, f is called again and that way is turned
    into Python too. f must depend on its arguments only, and on Values from elsewhere, whose numbers are read anew; it
    must not catch the errors of operations, which is refused. Reading a number by `.data` is refused too; `.value`,
    which is there for tools that read a graph, goes unseen: what f makes of that is a constant.
    """
    return Compiled(f)


def _as_float(number: Any) -> Any:
    try:
        return float(number) if isinstance(number, Real) else number
    except OverflowError as error:
        raise OverflowError("compile computes with floats, and a number given is too large for one.") from error


class _Path:
    """One way through f, as Python."""

    def __init__(self, f: Callable[..., Any], args: tuple[Any, ...]) -> None:
        numbers: list[Any] = []
        self.form = flat(args, numbers)
        for number in numbers:
            if not isinstance(number, Real):
                raise TypeError(f"compile takes numbers, and nested lists, tuples and dicts of them; not {number!r}.")
        inputs = list(map(Value, numbers))
        values = unflat(self.form, iter(inputs))
        outer, mode.comparisons = mode.comparisons, []
        try:
            y = f(*values)
            comparisons = mode.comparisons
            if any(relation == FAILED for _, relation, *_ in comparisons):
                raise TypeError("compile cannot follow an error that the function catches: decide by a comparison.")
        finally:
            mode.comparisons = outer
        _refuse_no_value(y)
        globals: dict[str, Any] = dict(HELPERS)
        self.source = write(y, unflat(self.form, iter(inputs)), comparisons, globals)  # f may have changed its own
        exec(self.source, globals)
        self.run: Callable[[Any], tuple[float, Any] | None] = globals.pop("value_and_gradient")


def _refuse_no_value(y: Any) -> None:
    if not isinstance(y, Value):
        raise TypeError(f"compile needs a function that returns a Value, not {type(y).__name__}.")


def _fits(tree: Any, form: Any) -> bool:
    """Whether a tree has this form, and numbers as its leaves."""
    if form is None:
        return type(tree) in (int, float)
    kind, parts = form
    if not (isinstance(tree, dict) if kind is dict else type(tree) is kind):
        return False
    if isinstance(parts, int):  # so many numbers: to add them up is the quickest way to know that they are numbers
        if len(tree) != parts or (parts and type(tree[0]) not in (int, float)):
            return False
        try:
            return type(sum(tree)) in (int, float)
        except TypeError:
            return False
    if kind is dict:
        return list(tree) == [key for key, _ in parts] and all(_fits(tree[key], part) for key, part in parts)
    return len(tree) == len(parts) and all(map(_fits, tree, parts))
