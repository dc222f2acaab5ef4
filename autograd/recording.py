"""How the call of a primitive is recorded: arrays in, the forward function, a node for what the rules will need.

`record` does it for every primitive. Most calls are of functions of one or two inputs and no options, such as `exp` and
`add`; `unary` and `binary` do the same for those with the loops written out, which makes them twice as fast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import is_ as is_same
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.debugging import caller_line, check_result, spread
from autograd.errors import NotFiniteError, explain, remembering
from autograd.graph import SMALL, Node, leaf
from autograd.mode import mode
from autograd.operators import needs_gradient, without_tensors
from autograd.shape_only import ShapeOnly, without_values
from autograd.sharing import is_watched, looks_into, memory_of, watch
from autograd.tensor import Array, Tensor, as_values, small, wrap

if TYPE_CHECKING:
    from autograd.primitive import Primitive

NUMBER = (int, float, complex, np.generic)
"""What a primitive takes, beside Tensors and arrays, as it is: so a number does not change the dtype."""

HOLDS_ARRAYS = (np.ndarray, Tensor, tuple, list)

ABSENT = object()
"""Represents an argument that was not given by position."""

new = object.__new__


def recorder(primitive: Primitive) -> Callable[..., Any]:
    """The function that a call of the primitive runs."""
    plain = not (primitive.options or primitive.shapes or primitive.takes_sequence)
    if plain and len(primitive.inputs) <= 2:
        return unary(primitive) if len(primitive.inputs) == 1 else binary(primitive)
    if primitive.inputs == (0,) and not primitive.takes_sequence:
        return with_options(primitive)
    return lambda *args, **kwargs: record(primitive, args, kwargs)


def record(primitive: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call the primitive; where an input requires a gradient and recording is on, with a node on the graph."""
    values = primitive.bind(args, kwargs)
    inputs, places = _inputs(primitive, values)
    tensors = tracked = False
    nodes: list[Node | None] = []
    for i in places:
        x = inputs[i]
        node = None
        if isinstance(x, Tensor):
            tensors = True
            inputs[i] = x._array
            node = x._node or x._become_constant()
            if node.requires_grad:
                tracked = True
        elif not isinstance(x, NUMBER) and type(x) not in (np.ndarray, ShapeOnly):
            inputs[i] = as_values(x, _dtype_among(inputs))
        nodes.append(node)
    for i in primitive.options:
        if isinstance(values[i], HOLDS_ARRAYS):
            if mode.recording and needs_gradient(values[i]):
                raise TypeError(
                    f"{primitive.name} has no derivative by {primitive.parameters[i]!r}, and the tensor given for it "
                    "requires a gradient, which would silently be left out. Pass its values: tensor.data."
                )
            values[i] = without_tensors(values[i])
    started = perf_counter() if mode.debugging else 0.0
    try:
        out = primitive.run(values)
    except Exception as error:
        raise remembering(explain_call(error, primitive, values), primitive.name, nodes) from error
    if mode.shapes_only:
        out = without_values(out)
    if not tensors:
        return out
    if mode.debugging:
        seconds = perf_counter() - started
        try:
            check_result(primitive.name, dict(zip(primitive.parameters, values, strict=True)), out)
        except NotFiniteError as error:
            raise remembering(error, primitive.name, nodes) from None
    out = np.asanyarray(out)
    sees = is_same if out.base is None else looks_into
    looked_into = [node for node, i in zip(nodes, places, strict=True) if node and sees(out, inputs[i])]
    if not tracked or not mode.recording or out.dtype.kind not in "fc":  # integers have no derivative
        result = _constant_result(primitive, nodes, out, looked_into)
    else:
        node = _node(primitive, nodes, values, out, mode.module)
        if mode.debugging:
            node.line, node.seconds, node.spread = caller_line(), seconds, spread(out)
        result = wrap(out, node)
    if looked_into and (is_watched(out) or any(node.is_leaf for node in looked_into)):
        watch(result)
    return result


def explain_call(error: Exception, primitive: Primitive, values: Sequence[Any]) -> Exception:
    """The error to raise for a call that failed. A local name for it would be a cycle: error, traceback, frame."""
    return explain(error, primitive.name, dict(zip(primitive.parameters, values, strict=True)))


def _inputs(primitive: Primitive, values: list[Any]) -> tuple[list[Any], Sequence[int]]:
    """A list that holds the inputs, and their places in it: the values themselves, or the one sequence among them."""
    if not primitive.takes_sequence:
        return values, primitive.inputs
    place = primitive.inputs[0]
    values[place] = list(values[place])
    return values[place], range(len(values[place]))


def _node(primitive: Primitive, nodes: list[Node | None], values: list[Any], out: Array, module: str) -> Node:
    """The node of a call: its parents and, for each that needs a gradient, what its rule wants of the call."""
    inputs, places = _inputs(primitive, values)
    parents: list[Node] = []
    for node, i in zip(nodes, places, strict=True):
        if node is None:
            array, node = as_constant(inputs[i])
            inputs[i] = own(array)
        parents.append(node)
    for i in primitive.options:
        if isinstance(values[i], HOLDS_ARRAYS):
            values[i] = own(values[i])
    told = [*values, out]
    if primitive.shapes:
        told += (
            [[np.shape(x) for x in inputs]]
            if primitive.takes_sequence
            else [np.shape(values[i]) for i in primitive.shapes]
        )
    saved: list[Sequence[Any] | None] = []
    for i, (parent, pick) in enumerate(zip(parents, primitive.pickers)):  # noqa: B905 (pickers may repeat for ever)
        if primitive.wants_others:
            told[primitive.inputs[0]] = [*inputs[:i], None, *inputs[i + 1 :]]
        saved.append(pick([*told, i]) if parent.requires_grad else None)
    return Node(primitive, parents, saved, out.shape, out.dtype, module, small(out))


def unary(primitive: Primitive) -> Callable[..., Any]:
    """`record` for a primitive of one input and no options."""
    forward, (pick,) = primitive.forward, primitive.pickers

    def call(x: Any = ABSENT, *args: Any, **kwargs: Any) -> Any:
        module = mode.plain
        node = x._node if isinstance(x, Tensor) else None
        if node is None or not node.requires_grad or module is None or args or kwargs:
            if mode.quiet and isinstance(x, Tensor) and not (args or kwargs):
                return unrecorded(primitive, (x,), [x._array])
            return record(primitive, _given(x, *args), kwargs)
        array = x._array
        try:
            out = forward(array)
        except Exception as error:
            raise remembering(explain(error, primitive.name, {"x": array}), primitive.name, [node]) from error
        if type(out) is not np.ndarray:
            out = np.asarray(out)
        result = new(Tensor)
        result._array = out
        result._node = Node(
            primitive,
            (node,),
            (pick((array, out)),),
            out.shape,
            out.dtype,
            module,
            out if out.size <= SMALL else None,
        )
        return result

    return call


def with_options(primitive: Primitive) -> Callable[..., Any]:
    """`record` for a primitive of one input, the first, and options that hold no arrays."""
    (pick,) = primitive.pickers

    def call(x: Any = ABSENT, *args: Any, **kwargs: Any) -> Any:
        module = mode.plain
        node = x._node if isinstance(x, Tensor) else None
        plain = are_plain(args) and (not kwargs or are_plain(kwargs.values()))
        if node is None or not node.requires_grad or module is None or not plain:
            if mode.quiet and plain and isinstance(x, Tensor):
                return unrecorded(primitive, (x,), primitive.bind((x._array, *args), kwargs))
            return record(primitive, _given(x, *args), kwargs)
        array = x._array
        values = primitive.bind((array, *args), kwargs)
        try:
            out = primitive.run(values)
        except Exception as error:
            raise remembering(explain_call(error, primitive, values), primitive.name, [node]) from error
        if type(out) is not np.ndarray:
            out = np.asarray(out)
        if out.dtype.kind not in "fc":  # integers have no derivative
            return record(primitive, (x, *args), kwargs)
        result = new(Tensor)
        result._array = out
        result._node = Node(
            primitive,
            (node,),
            (pick((*values, out, array.shape) if primitive.shapes else (*values, out)),),
            out.shape,
            out.dtype,
            module,
            small(out),
        )
        if (out.base is not None or out is array) and (node.primitive is None or is_watched(out)):
            watch(result)
        return result

    return call


PLAIN = frozenset((int, float, bool, str, slice, type(None), type(...), type, np.dtype, type(np._NoValue)))
"""The types of options that the graph can keep as they are; a tuple of them too. A list could change: it is copied."""


def are_plain(options: Iterable[Any]) -> bool:
    """Whether no array, and so no Tensor, is among the options."""
    for option in options:
        kind = type(option)
        if kind not in PLAIN and not (kind is tuple and PLAIN.issuperset(map(type, option))):
            return False
    return True


def binary(primitive: Primitive) -> Callable[..., Any]:
    """`record` for a primitive of two inputs and no options."""
    forward, (pick_x, pick_y) = primitive.forward, primitive.pickers

    def call(x: Any = ABSENT, y: Any = ABSENT, *args: Any, **kwargs: Any) -> Any:
        module = mode.plain
        if module is None or y is ABSENT or args or kwargs:
            if mode.quiet and isinstance(x, KNOWN) and isinstance(y, KNOWN) and not (args or kwargs):
                if isinstance(x, Tensor):
                    values = [x._array, y._array if isinstance(y, Tensor) else y]
                    return unrecorded(primitive, (x, y) if isinstance(y, Tensor) else (x,), values)
                if isinstance(y, Tensor):
                    return unrecorded(primitive, (y,), [x, y._array])
            return record(primitive, _given(x, y, *args), kwargs)
        if isinstance(x, Tensor):
            x_array, x_node = x._array, x._node or x._become_constant()
        else:
            x_array, x_node = as_constant(x, y)
        if isinstance(y, Tensor):
            y_array, y_node = y._array, y._node or y._become_constant()
        else:
            y_array, y_node = as_constant(y, x)
        x_tracked, y_tracked = x_node.requires_grad, y_node.requires_grad
        if not (x_tracked or y_tracked):
            return record(primitive, (x, y), {})
        try:
            out = forward(x_array, y_array)
        except Exception as error:
            nodes = [x_node, y_node]
            raise remembering(explain_call(error, primitive, [x_array, y_array]), primitive.name, nodes) from error
        if type(out) is not np.ndarray:
            out = np.asarray(out)
        told = (own(x_array) if x_array is x else x_array, own(y_array) if y_array is y else y_array, out)
        result = new(Tensor)
        result._array = out
        result._node = Node(
            primitive,
            (x_node, y_node),
            (pick_x(told) if x_tracked else None, pick_y(told) if y_tracked else None),
            out.shape,
            out.dtype,
            module,
            out if out.size <= SMALL else None,
        )
        return result

    return call


KNOWN = (Tensor, np.ndarray, *NUMBER)
"""What goes into a function of two inputs as it is."""


def unrecorded(primitive: Primitive, tensors: Sequence[Tensor], values: list[Any]) -> Tensor:
    """The result of a call where nothing is recorded: a constant."""
    try:
        out = primitive.run(values)
    except Exception as error:
        nodes = [x._node for x in tensors]
        raise remembering(explain_call(error, primitive, values), primitive.name, nodes) from error
    if type(out) is not np.ndarray:
        out = np.asarray(out)
    if out.dtype.kind == "O":
        as_values(out)  # it tells that these are no numbers
    if out.base is not None or out is values[0]:
        return _view(tensors, out)
    result = new(Tensor)
    result._array = out
    result._node = None
    return result


def _view(tensors: Sequence[Tensor], out: Array) -> Tensor:
    """A constant that may look into the memory of the inputs."""
    looked_into = [x._node or x._become_constant() for x in tensors if looks_into(out, x._array)]
    if not looked_into:
        return wrap(out)
    result = wrap(out, leaf(out.shape, out.dtype, small(out), views_of=memory_of(looked_into, out)))
    if any(node.primitive is None for node in looked_into) or is_watched(out):
        watch(result)
    return result


def _given(*args: Any) -> tuple[Any, ...]:
    return tuple(arg for arg in args if arg is not ABSENT)


def _constant_result(primitive: Primitive, nodes: list[Node | None], out: Array, looked_into: Sequence[Node]) -> Tensor:
    """A result that needs no gradient. Where inputs have names, so that drawings tell them, it has one too."""
    names = [node.name for node in nodes if node is not None and node.name] if mode.recording else []
    if not names and not looked_into:
        return wrap(out)
    name = f"{primitive.name}({', '.join(names)})" if names else None
    return wrap(out, leaf(out.shape, out.dtype, small(out), False, name, memory_of(looked_into, out)))


def _dtype_among(inputs: list[Any]) -> Any:
    """The floating point dtype that numbers in a list take beside these inputs; None where there is none."""
    return next((x.dtype for x in inputs if isinstance(x, Tensor | np.ndarray) and x.dtype.kind in "fc"), None)


def own(value: Any) -> Any:
    """A copy of an array that the graph is going to remember, so that its owner can go on changing it."""
    if isinstance(value, np.ndarray):
        return value.copy("K")
    if isinstance(value, tuple | list):
        return (tuple if isinstance(value, tuple) else list)(map(own, value))
    return value


def as_constant(value: Any, like: Any = None) -> tuple[Any, Node]:
    """An input that needs no gradient, as an array or a number, and a leaf to show for it.

    Numbers in a list take the dtype of the tensor that the list meets, `like`, if that is a floating point dtype.
    """
    if isinstance(value, NUMBER):
        return value, number_leaf(value, str(value) if value == 0 else "")
    is_array = type(value) in (np.ndarray, ShapeOnly) and value.dtype.kind in "biufc"
    array = value if is_array else as_values(value, _dtype_among([like]))
    shown = array.copy() if array.size <= SMALL and type(array) is np.ndarray else None
    return array, leaf(array.shape, array.dtype, shown)


@lru_cache(maxsize=1024, typed=True)
def number_leaf(value: Any, zero: str) -> Node:
    """A leaf for a number; the same for the same number, since numbers in programs come again and again.

    `zero` tells -0.0 from 0.0, which are equal. The leaf belongs to no module.
    """
    node = leaf((), type(value), value)
    node.module = ""
    return node
