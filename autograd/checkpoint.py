"""checkpoint: recompute in the reverse pass instead of keeping what the rules need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from hashlib import blake2b
from typing import Any

import numpy as np

from autograd.graph import Node, leaf, next_index, reverse, reverse_order
from autograd.mode import mode, recorded_again
from autograd.ops.elementwise import positive
from autograd.primitive import primitive
from autograd.sharing import memory_of
from autograd.tensor import Tensor, wrap
from autograd.trees import flat, unflat

Function = Callable[..., Any]


def checkpoint(f: Function) -> Function:
    """f, remembering its inputs only: the reverse pass runs f again to have what its rules need.

    For a part of a computation that would remember more than there is memory for (Chen et al. 2016, "Training deep nets
    with sublinear memory cost"). f takes Tensors, and nested lists, tuples and dicts of them, and returns one Tensor.
    It may be a module, whose parameters get their gradients too. It must compute the same each time: other operations,
    constants or results than at first, as with dropout, raise ValueError in the reverse pass. What it assigns to
    tensors, as BatchNorm does, it assigns the first time only. An f that uses the result of an operation which is not
    an argument raises ValueError.
    """
    if not callable(f):
        raise TypeError(f"checkpoint takes a function, not {type(f).__name__}: checkpoint(f)(x).")

    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        if not mode.recording:
            return f(*args, **kwargs)
        parts: list[Any] = []
        form = flat((args, kwargs), parts)
        places = [i for i, x in enumerate(parts) if isinstance(x, Tensor) and x.requires_grad]

        def of_inputs(xs: Sequence[Tensor]) -> Any:
            given = list(parts)
            for place, x in zip(places, xs, strict=True):
                given[place] = x
            positional, by_name = unflat(form, iter(given))
            return f(*positional, **by_name)

        inputs = [wrap(parts[place]._array, parts[place].node) for place in places]
        apart, started = [_apart(x) for x in inputs], next_index()
        y = of_inputs(apart)
        if not isinstance(y, Tensor) and inputs:
            raise TypeError(f"checkpoint needs a function that returns a Tensor, not {type(y).__name__}")
        others = _others(y, apart, started) if isinstance(y, Tensor) else []
        if not inputs and not others:
            return y
        return recompute([*inputs, *others], _Again(of_inputs, inputs, others, y, started))

    return wraps(f)(checkpointed) if hasattr(f, "__name__") else checkpointed


class _Again:
    """What the reverse pass needs: f, its inputs, other leaves that it uses, and what it computed at first."""

    def __init__(
        self,
        f: Callable[[Sequence[Tensor]], Any],
        inputs: list[Tensor],
        others: list[Tensor],
        y: Tensor,
        started: int,
    ) -> None:
        self.f, self.inputs, self.others = f, inputs, others
        self.value, self.fingerprint = y._array, _fingerprint(y, started)
        self._g: Any = None
        self._found: dict[int, Any] = {}

    def gradient(self, g: Any, i: int) -> Any:
        """The gradient at input i, or other leaf i, for the gradient g at the result."""
        if g is not self._g or i not in self._found:
            self._g, self._found = g, dict(enumerate(self._gradients(g)))
        found = self._found.pop(i)
        if not self._found:
            self._g = None
        return found

    def _gradients(self, g: Any) -> list[Any]:
        """Run f again, recorded this time, and reverse it; of a Tensor g, on the graph of the inputs."""
        on_graph = isinstance(g, Tensor)
        with recorded_again():
            xs = [positive(x) if on_graph else _apart(x) for x in self.inputs]
            started = next_index()
            y = self.f(xs)
        if not np.array_equal(y._array, self.value, equal_nan=True) or _fingerprint(y, started) != self.fingerprint:
            raise ValueError(
                "the checkpointed function gave another result when it was run again for its gradient, or came to it "
                "in another way: it draws random numbers, as dropout does, or what it depends on has changed. Give it "
                "a seed of its own inside, or leave it out of the checkpoint."
            )
        wanted: list[Any] = [x.node for x in [*xs, *self.others]]
        if y.node is None:
            return [np.zeros(node.shape, node.dtype) for node in wanted]
        found = reverse(y.node, g, wanted, keep_graph=True, on_graph=on_graph, since=started)  # not through the inputs
        return [found[node] if node in found else np.zeros(node.shape, node.dtype) for node in wanted]

    def __repr__(self) -> str:
        return f"checkpoint {self.fingerprint.hex()}"


def _apart(x: Tensor) -> Tensor:
    """The same values, in the same memory, as a leaf."""
    return wrap(
        x._array,
        leaf(x.shape, x.dtype, None, requires_grad=True, views_of=memory_of([x.node], x._array) if x.node else ()),
    )


def _others(y: Tensor, inputs: list[Tensor], started: int) -> list[Tensor]:
    """The leaves, such as a module's parameters, that y depends on beside the inputs.

    ValueError where it depends on the result of an operation from before.
    """
    order = reverse_order(y.node) if y.node is not None and y.requires_grad else []
    known = {x.node for x in inputs}
    leaves: dict[Any, Tensor] = {}
    for node in [*order, *(parent for user in order for parent in user.parents)]:
        if not node.requires_grad or node in known or node in leaves or (not node.is_leaf and node.index > started):
            continue
        tensor = getattr(node, "tensor", lambda: None)()
        if tensor is None:
            name = node.name or f"one of shape {node.shape}"
            raise ValueError(
                f"the checkpointed function uses a tensor that requires a gradient and is not an argument ({name}): "
                "pass it as an argument, else its gradient would be lost."
            )
        leaves[node] = tensor
    return list(leaves.values())


def _fingerprint(y: Tensor, started: int) -> bytes:
    """A digest of what was computed since: the operations, their options, and the constants that their rules use."""
    digest = blake2b()
    operations = reverse_order(y.node) if y.node is not None and not y.node.is_leaf else []
    for node in operations:
        if node.index > started:
            digest.update(f"{node.operation} {node.shape} ".encode())
            _add_constants(digest, node)
    return digest.digest()


def _add_constants(digest: Any, node: Node) -> None:
    """Add what the node has saved of options, and of inputs that require no gradient."""
    primitive: Any = node.primitive
    for places, values in zip(primitive.wants, node.saved or ()):  # noqa: B905 (wants may repeat for ever)
        for place, value in zip(places, values or (), strict=False):
            if place == len(primitive.parameters):  # the output
                continue
            if place not in primitive.inputs:
                _add(digest, value)
            elif primitive.takes_sequence:
                _add(digest, [x for x, parent in zip(value, node.parents, strict=True) if not parent.requires_grad])
            elif not node.parents[primitive.inputs.index(place)].requires_grad:
                _add(digest, value)


def _add(digest: Any, value: Any) -> None:
    if isinstance(value, np.ndarray):
        digest.update(np.ascontiguousarray(value))
    elif isinstance(value, tuple | list):
        for part in value:
            _add(digest, part)
    else:
        digest.update(repr(value).encode())


def _recompute(xs: Sequence[Any], again: _Again) -> Any:
    return again.value


recompute = primitive(_recompute, xs=lambda g, again, i: again.gradient(g, i))
