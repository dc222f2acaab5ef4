"""How a differentiable primitive is declared, and how a call of it is recorded.

A primitive is a function of arrays and, for each input that it can be differentiated by, a rule. A rule takes the
incoming gradient `g` and, by name, only what it needs of the forward pass:

    multiply = primitive(np.multiply, x=lambda g, y: g * y, y=lambda g, x: g * x)

The names are those of the function's parameters (inputs and options), `out` for the result and `x_shape` for the
shape of input `x`. What the rules name is what the graph remembers, and nothing else.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any

import numpy as np

from autograd.errors import explain
from autograd.graph import SMALL, Leaf, Node, mode
from autograd.tensor import Array, Tensor, as_values, functions, small, wrap

Rule = Callable[..., Any]
Picker = Callable[[Sequence[Any]], tuple[Any, ...]]

primitives: dict[str, Primitive] = {}
"""The registry: every primitive by its name."""


def primitive(forward: Callable[..., Any], *, numpy: Callable[..., Any] | None = None, **rules: Rule) -> Primitive:
    """Declare a differentiable operation: `forward` on arrays, and for each differentiable input its rule.

    A rule returns the gradient at its input: a new array, `g` itself or a view of it, in the input's shape or in one
    that the input was broadcast to. It is written in NumPy, operators and methods, so that it runs on arrays in an
    ordinary backward pass and on Tensors where the gradient is to be differentiated again.

    The inputs of a ufunc are called as its rules are, in their order. A rule with a parameter `i` stands for a
    sequence of inputs, as in `np.concatenate`: it is asked for the gradient at the i-th; `xs` are the others, with
    None in its place, and `xs_shape` the shapes of all. `numpy` is the NumPy function that calls this primitive when
    it meets a Tensor, if that is not `forward`.
    """
    declared = Primitive(forward, rules)
    if not (declared.options or declared.shapes or declared.takes_sequence) and len(rules) <= 2:
        declared = (Unary if len(rules) == 1 else Binary)(forward, rules)
    primitives[declared.name] = declared
    functions[numpy or forward] = declared
    return declared


class Primitive:
    """A declared operation: call it on Tensors, arrays and numbers. Without a Tensor among them, it is `forward`."""

    def __init__(self, forward: Callable[..., Any], rules: dict[str, Rule]) -> None:
        self.forward = forward
        self.name = forward.__name__.strip("_")
        self.__doc__ = forward.__doc__
        self.parameters, self.positional, self.defaults = _parameters(forward, rules)
        self.inputs = tuple(self.parameters.index(name) for name in rules)
        self.options = tuple(i for i in range(len(self.parameters)) if i not in self.inputs)
        wants = [tuple(inspect.signature(rule).parameters)[1:] for rule in rules.values()]
        self.takes_sequence = any("i" in names for names in wants)
        self.wants_others = self.takes_sequence and any(name in names for name, names in zip(rules, wants, strict=True))
        self.shapes = tuple(i for i in self.inputs if any(f"{self.parameters[i]}_shape" in names for names in wants))
        # What a call can tell its rules, in this order; each rule picks the places it wants.
        told = (*self.parameters, "out", *(f"{self.parameters[i]}_shape" for i in self.shapes), "i")
        self.wants: Iterable[tuple[int, ...]] = tuple(tuple(told.index(name) for name in names) for names in wants)
        self.rules: Iterable[Rule] = tuple(rules.values())
        self.pickers: Iterable[Picker] = tuple(map(_picker, self.wants))
        if self.takes_sequence:
            self.rules, self.pickers, self.wants = repeat(*self.rules), repeat(*self.pickers), repeat(*self.wants)

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        values = self._bind(args, kwargs)
        inputs, places = self._inputs(values)
        tensors = tracked = False
        nodes: list[Node | None] = []
        for i in places:
            x = inputs[i]
            node = None
            if isinstance(x, Tensor):
                tensors = True
                inputs[i] = x._data
                node = x._node or x._become_constant()
                if node.requires_grad:
                    tracked = True
            elif not isinstance(x, PLAIN):
                inputs[i] = as_values(x)
            nodes.append(node)
        for i in self.options:
            values[i] = without_tensors(values[i])
        try:
            out = self._run(values)
        except Exception as error:
            raise explain(error, self.name, dict(zip(self.parameters, values, strict=True))) from error
        if not tensors:
            return out
        if not tracked:
            return self._constant(nodes, out)
        if mode.module is None:  # nothing is recorded; but a view of a leaf would change with the leaf
            return wrap(out if out.base is None else out.copy())
        return self._record(nodes, values, np.asarray(out))

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """The values of all parameters, in order, defaults filled in; TypeError for what is unknown or missing."""
        if len(args) == len(self.parameters) == self.positional and not kwargs:
            return list(args)
        known = ", ".join(self.parameters)
        if len(args) > self.positional:
            raise TypeError(
                f"{self.name} of Tensors takes {self.positional} of ({known}) by position, not {len(args)}."
            )
        unknown = [name for name in kwargs if name not in self.parameters[len(args) :]]
        if unknown:
            raise TypeError(f"{self.name} of Tensors takes ({known}), not also {', '.join(unknown)}=.")
        given = {**self.defaults, **dict(zip(self.parameters, args, strict=False)), **kwargs}
        missing = [name for name in self.parameters if name not in given]
        if missing:
            raise TypeError(f"{self.name} of Tensors takes ({known}); {', '.join(missing)} is missing.")
        return [given[name] for name in self.parameters]

    def _inputs(self, values: list[Any]) -> tuple[list[Any], Sequence[int]]:
        """A list that holds the inputs, and their places in it: the values themselves, or the one sequence in them."""
        if not self.takes_sequence:
            return values, self.inputs
        sequence = values[self.inputs[0]] = list(values[self.inputs[0]])
        return sequence, range(len(sequence))

    def _run(self, values: list[Any]) -> Any:
        by_name = dict(zip(self.parameters[self.positional :], values[self.positional :], strict=True))
        return self.forward(*values[: self.positional], **by_name)

    def _constant(self, nodes: list[Node | None], out: Any) -> Tensor:
        """A result that needs no gradient. Where inputs have names, so that drawings tell them, it has one too."""
        result = wrap(out)
        names = [node.name for node in nodes if node is not None and node.name]
        if names:
            result.name = f"{self.name}({', '.join(names)})"
        return result

    def _record(self, nodes: list[Node | None], values: list[Any], out: Array) -> Tensor:
        """The result of a call as a Tensor, whose node remembers what the rules that are needed want of the call."""
        inputs, places = self._inputs(values)
        parents: list[Node] = []
        for node, i in zip(nodes, places, strict=True):
            if node is None:
                inputs[i], node = as_constant(inputs[i])
            parents.append(node)
        for i in self.options:
            values[i] = own(values[i])
        shapes = [[np.shape(x) for x in inputs]] if self.takes_sequence else [np.shape(values[i]) for i in self.shapes]
        told = [*values, out, *(shapes if self.shapes else ())]
        saved: list[tuple[Any, ...] | None] = []
        for i, (parent, pick) in enumerate(zip(parents, self.pickers)):  # noqa: B905 (pickers may repeat for ever)
            if self.wants_others:
                told[self.inputs[0]] = [*inputs[:i], None, *inputs[i + 1 :]]
            saved.append(pick([*told, i]) if parent.requires_grad else None)
        return wrap(out, Node(self, parents, saved, out.shape, out.dtype, mode.module or "", small(out)))

    def lift(self, node: Node) -> list[tuple[Any, ...] | None]:
        """What the node remembers, with the inputs and the output among it as Tensors on the graph."""
        return [
            None
            if values is None
            else tuple(self._lift(node, place, value) for place, value in zip(places, values, strict=True))
            for places, values in zip(self.wants, node.saved or ())  # noqa: B905
        ]

    def _lift(self, node: Node, place: int, value: Any) -> Any:
        if place == len(self.parameters):
            return wrap(value, node)
        if place not in self.inputs:
            return value
        if self.takes_sequence:
            return [None if x is None else wrap(x, parent) for x, parent in zip(value, node.parents, strict=True)]
        parent = node.parents[self.inputs.index(place)]
        return wrap(value, parent) if parent.requires_grad else value


class Unary(Primitive):
    """A function of one input and no options: `Primitive`, with the recorded call written out for speed."""

    def __init__(self, forward: Callable[..., Any], rules: dict[str, Rule]) -> None:
        super().__init__(forward, rules)
        (self.pick,) = self.pickers

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        module = mode.module
        if module is None or len(args) != 1 or kwargs:
            return super().__call__(*args, **kwargs)
        x = args[0]
        parent = x._node if isinstance(x, Tensor) else None
        if parent is None or not parent.requires_grad:
            return super().__call__(x)
        array = x._data
        out = self.forward(array)
        if type(out) is not np.ndarray:
            out = np.asarray(out)
        tensor = new(Tensor)
        tensor._data = out
        tensor._node = Node(
            self,
            (parent,),
            (self.pick((array, out)),),
            out.shape,
            out.dtype,
            module,
            out if out.size <= SMALL else None,
        )
        return tensor


class Binary(Primitive):
    """A function of two inputs and no options: `Primitive`, with the recorded call written out for speed."""

    def __init__(self, forward: Callable[..., Any], rules: dict[str, Rule]) -> None:
        super().__init__(forward, rules)
        self.pick_x, self.pick_y = self.pickers

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        module = mode.module
        if module is None or len(args) != 2 or kwargs:
            return super().__call__(*args, **kwargs)
        x, y = args
        if isinstance(x, Tensor):
            x_array, x_node = x._data, x._node or x._become_constant()
        else:
            x_array, x_node = as_constant(x)
        if isinstance(y, Tensor):
            y_array, y_node = y._data, y._node or y._become_constant()
        else:
            y_array, y_node = as_constant(y)
        x_tracked, y_tracked = x_node.requires_grad, y_node.requires_grad
        if not (x_tracked or y_tracked):
            return super().__call__(x, y)
        try:
            out = self.forward(x_array, y_array)
        except Exception as error:
            raise explain(error, self.name, {"x": x_array, "y": y_array}) from error
        if type(out) is not np.ndarray:
            out = np.asarray(out)
        told = (x_array, y_array, out)
        tensor = new(Tensor)
        tensor._data = out
        tensor._node = Node(
            self,
            (x_node, y_node),
            (self.pick_x(told) if x_tracked else None, self.pick_y(told) if y_tracked else None),
            out.shape,
            out.dtype,
            module,
            out if out.size <= SMALL else None,
        )
        return tensor


new = object.__new__
NUMBER = (int, float, complex, np.generic)
PLAIN = (np.ndarray, *NUMBER)
"""What a primitive takes beside Tensors as it is: numbers stay numbers, so that they do not change the dtype."""


def _parameters(forward: Callable[..., Any], rules: dict[str, Rule]) -> tuple[tuple[str, ...], int, dict[str, Any]]:
    """The names of the parameters of `forward`, how many go by position, and the defaults of those that have one."""
    if isinstance(forward, np.ufunc):
        return tuple(rules), len(rules), {}
    parameters = inspect.signature(forward).parameters
    by_position = [name for name, p in parameters.items() if p.kind is not p.KEYWORD_ONLY]
    defaults = {name: p.default for name, p in parameters.items() if p.default is not p.empty}
    return tuple(parameters), len(by_position), defaults


def _picker(places: tuple[int, ...]) -> Picker:
    """A function that takes the values at `places` out of a sequence, as a tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    if len(places) == 1:
        place = places[0]
        return lambda told: (told[place],)
    return lambda told: ()


def without_tensors(value: Any) -> Any:
    """An option's value with arrays in the place of Tensors."""
    if isinstance(value, Tensor):
        return value._data
    if isinstance(value, tuple | list):
        return type(value)(map(without_tensors, value))
    return value


def own(value: Any) -> Any:
    """A copy of an array that the graph is going to remember, so that its owner can go on changing it."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, tuple | list):
        return type(value)(map(own, value))
    return value


def as_constant(value: Any) -> tuple[Any, Leaf]:
    """An input that needs no gradient, as the graph keeps it: its own copy of an array, and a leaf to show for it."""
    if isinstance(value, NUMBER):
        return value, Leaf((), type(value), value)
    array = value.copy() if isinstance(value, np.ndarray) else as_values(value)
    return array, Leaf(array.shape, array.dtype, small(array))
