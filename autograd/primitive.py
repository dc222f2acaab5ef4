"""How a differentiable primitive is declared.

A primitive is a function of arrays and, for each input that it can be differentiated by, a rule. A rule takes the
incoming gradient `g` and, by name, only what it needs of the forward pass:

    multiply = primitive(np.multiply, x=lambda g, y: g * y, y=lambda g, x: g * x)

The names are those of the function's parameters (inputs and options), `out` for the result and `x_shape` for the
shape of input `x`. What the rules name is what the graph remembers, and nothing else.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, update_wrapper
from itertools import repeat
from operator import itemgetter
from typing import Any

import numpy as np

from autograd.graph import Node
from autograd.operators import functions
from autograd.recording import recorder
from autograd.tensor import wrap
from autograd.zeros import zero_stays_zero

Rule = Callable[..., Any]
Picker = Callable[[Sequence[Any]], Sequence[Any]]

primitives: dict[str, Primitive] = {}
"""The registry: every primitive by its name."""


def primitive(
    forward: Callable[..., Any],
    *,
    numpy: Callable[..., Any] | None = None,
    elementwise: bool | None = None,
    guarded: bool = True,
    **rules: Rule,
) -> Primitive:
    """Declare a differentiable operation: `forward` on arrays, and for each differentiable input its rule.

    A rule returns the gradient at its input: a new array, `g` itself or a view of it, in the input's shape or in one
    that the input was broadcast to. It is written in NumPy, operators and methods, so that it runs on arrays in an
    ordinary backward pass and on Tensors where the gradient is to be differentiated again.

    The inputs of a ufunc are called as its rules are, in their order. A rule with a parameter `i` serves a
    sequence of inputs, as in `np.concatenate`: it is asked for the gradient at the i-th; `xs` are the others, with
    None in its place, and `xs_shape` the shapes of all. `numpy` is the NumPy function that calls this primitive when
    it meets a Tensor, if that is not `forward`.

    `elementwise` says that element i of the output depends on element i of each input only, as is known of a ufunc.
    Then a gradient of 0 stays 0, whatever the slope there (see zeros.py), unless it is not `guarded`.
    """
    if (numpy or forward) in functions:
        raise ValueError(f"{(numpy or forward).__name__} is declared already: {functions[numpy or forward]!r}.")
    if elementwise is None:
        elementwise = isinstance(forward, np.ufunc) and forward.signature is None
    declared = Primitive(forward, rules, elementwise, guarded and elementwise)
    primitives[declared.name] = declared
    functions[numpy or forward] = declared.call
    return declared


class Primitive:
    """A declared operation: call it on Tensors, arrays and numbers. Without a Tensor among them, it is `forward`."""

    def __init__(
        self, forward: Callable[..., Any], rules: dict[str, Rule], elementwise: bool = False, guarded: bool = False
    ) -> None:
        self.forward = forward
        self.name = forward.__name__.strip("_")
        self.__doc__ = forward.__doc__
        self.parameters, self.defaults, self.positional = _parameters(forward, rules)
        self.places = {name: i for i, name in enumerate(self.parameters)}
        self.required = self.defaults.count(MISSING)
        if not rules or not set(rules) <= set(self.parameters):
            raise TypeError(
                f"{self.name} takes ({', '.join(self.parameters)}), and its rules are for ({', '.join(rules)}): a "
                "primitive needs a rule for at least one parameter, by its name."
            )
        rules = {name: rules[name] for name in self.parameters if name in rules}
        self.inputs = tuple(self.parameters.index(name) for name in rules)
        self.options = tuple(i for i in range(len(self.parameters)) if i not in self.inputs)
        wants = [tuple(inspect.signature(rule).parameters)[1:] for rule in rules.values()]
        self.takes_sequence = any("i" in names for names in wants)
        self.wants_others = self.takes_sequence and any(name in wants[0] for name in rules)
        asked_for = {want for names in wants for want in names}
        self.shapes = tuple(i for i in self.inputs if f"{self.parameters[i]}_shape" in asked_for)
        # What a call can tell its rules, in this order; each rule picks the places it wants.
        self.told = told = (*self.parameters, "out", *(f"{self.parameters[i]}_shape" for i in self.shapes), "i")
        firsts = [next(iter(inspect.signature(rule).parameters), "") for rule in rules.values()]
        for name, first in zip(rules, firsts, strict=True):
            if first in told or not first:
                raise TypeError(
                    f"the rule of {self.name} for {name} begins with {first or 'nothing'}; its first parameter is the "
                    "incoming gradient, by custom g."
                )
        for name, names in zip(rules, wants, strict=True):
            unknown = [want for want in names if want not in told]
            if unknown:
                raise TypeError(
                    f"the rule of {self.name} for {name} asks for {', '.join(unknown)}; it can have {', '.join(told)}."
                )
        self.wants: Iterable[tuple[int, ...]] = tuple(tuple(told.index(name) for name in names) for names in wants)
        asks = {*rules, "out"}  # a rule that asks for no value cannot make NaN of 0
        self.rules: Iterable[Rule] = tuple(
            zero_stays_zero(rule) if guarded and asks & set(names) else rule
            for rule, names in zip(rules.values(), wants, strict=True)
        )
        self.pickers: Iterable[Picker] = tuple(map(_picker, self.wants))
        if self.takes_sequence:
            self.rules, self.pickers, self.wants = repeat(*self.rules), repeat(*self.pickers), repeat(*self.wants)
        self.elementwise = elementwise
        self.call = update_wrapper(recorder(self), forward, assigned=("__doc__",), updated=())
        self.call.__name__ = self.call.__qualname__ = self.name

    @cached_property
    def conjugate_rules(self) -> Iterable[Rule]:
        """The rules where the output is complex: for a holomorphic f, the gradient is g times the conjugate of f'."""
        rules = [_conjugate(rule) for rule in ([next(iter(self.rules))] if self.takes_sequence else self.rules)]
        return repeat(*rules) if self.takes_sequence else tuple(rules)

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.call(*args, **kwargs)

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """The values of all parameters, in order, defaults filled in; TypeError for what is unknown or missing."""
        given = len(args)
        values = [*args, *self.defaults[given:]]
        for name, value in kwargs.items():
            place = self.places.get(name, -1)
            if place < given:
                raise TypeError(f"{self.name} of Tensors takes ({self._known()}), not also {name}=.")
            values[place] = value
        if given > self.positional:
            raise TypeError(
                f"{self.name} of Tensors takes {self.positional} of ({self._known()}) by position, not {given}."
            )
        if given < self.required:
            missing = [name for name, value in zip(self.parameters, values, strict=True) if value is MISSING]
            if missing:
                raise TypeError(f"{self.name} of Tensors takes ({self._known()}); {', '.join(missing)} is missing.")
        return values

    def _known(self) -> str:
        return ", ".join(self.parameters)

    def run(self, values: list[Any]) -> Any:
        """The forward function on the values of all parameters."""
        if self.positional == len(values):
            return self.forward(*values)
        by_name = zip(self.parameters[self.positional :], values[self.positional :], strict=True)
        return self.forward(*values[: self.positional], **dict(by_name))

    def remembered(self, node: Node) -> dict[str, Any]:
        """What the node remembers of the call, by the names of the parameters, "out" and the inputs' "x_shape"."""
        found: dict[str, Any] = {}
        for places, values in zip(self.wants, node.saved or ()):  # noqa: B905 (wants may repeat for ever)
            found.update((self.told[place], value) for place, value in zip(places, values or (), strict=False))
        return found

    def lift(self, node: Node) -> list[Sequence[Any] | None]:
        """What the node remembers, with the inputs and the output among it as Tensors on the graph."""
        return [
            None
            if values is None
            else tuple(self._lift(node, place, value) for place, value in zip(places, values, strict=True))
            for places, values in zip(self.wants, node.saved or ())  # noqa: B905 (wants may repeat for ever)
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


MISSING = object()
"""Represents the default of a parameter that has none."""


def _parameters(forward: Callable[..., Any], rules: dict[str, Rule]) -> tuple[tuple[str, ...], tuple[Any, ...], int]:
    """The names of the parameters of `forward`, their defaults, and how many of them go by position."""
    if isinstance(forward, np.ufunc):
        return tuple(rules), (MISSING,) * len(rules), len(rules)
    parameters = inspect.signature(forward).parameters
    defaults = tuple(MISSING if p.default is p.empty else p.default for p in parameters.values())
    return tuple(parameters), defaults, sum(p.kind is not p.KEYWORD_ONLY for p in parameters.values())


def _conjugate(rule: Rule) -> Rule:
    return lambda g, *remembered: rule(g.conj(), *remembered).conj()


def _picker(places: tuple[int, ...]) -> Picker:
    """A function that takes the values at `places` out of a sequence, and gives them as one."""
    if len(places) > 1:
        return itemgetter(*places)
    start = places[0] if places else 0
    return itemgetter(slice(start, start + len(places)))  # itemgetter(start) would give the value itself
