"""checkpoint: recompute in the reverse pass instead of remembering."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from math import prod
from typing import Any

import numpy as np

from autograd.backward import gradients
from autograd.graph import next_index, reverse_order
from autograd.mode import mode, recorded_again
from autograd.primitive import primitive
from autograd.tensor import Tensor
from autograd.trees import flat, unflat

Function = Callable[..., Any]
Shape = tuple[int, ...]


def checkpoint(f: Function) -> Function:
    """f, remembering its inputs only: the reverse pass runs f again to have what its rules need.

    For a part of a computation that would remember more than there is memory for (Chen et al. 2016, "Training deep nets
    with sublinear memory cost"). f takes Tensors, and nested lists, tuples and dicts of them, and returns one Tensor.
    It may be a module, whose parameters get their gradients too. It must compute the same each time: a result that
    differs, as with dropout, raises ValueError in the reverse pass. What it assigns to tensors, as BatchNorm does, it
    assigns the first time only. An f that uses the result of an operation which is not an argument raises ValueError.
    """
    if not callable(f):
        raise TypeError(f"checkpoint takes a function, not {type(f).__name__}: checkpoint(f)(x).")

    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        if not mode.recording:
            return f(*args, **kwargs)
        parts: list[Any] = []
        form = flat((args, kwargs), parts)
        places = [i for i, x in enumerate(parts) if isinstance(x, Tensor) and x.requires_grad]

        def of_those(xs: list[Tensor]) -> Any:
            given = list(parts)
            for place, x in zip(places, xs, strict=True):
                given[place] = x
            positional, by_name = unflat(form, iter(given))
            return f(*positional, **by_name)

        inputs = [parts[place] for place in places]
        started, apart = next_index(), [_apart(x) for x in inputs]
        y = of_those(apart)
        if not isinstance(y, Tensor) and inputs:
            raise TypeError(f"checkpoint needs a function that returns a Tensor, not {type(y).__name__}")
        others = _others(y, apart, started) if isinstance(y, Tensor) else []
        every = [*inputs, *others]
        if not every:
            return y
        again = _Again(of_those, [(x.shape, x.dtype) for x in inputs], others, y.numpy())
        return recompute(np.concatenate([x.reshape(x.size) for x in every]), again)

    return wraps(f)(checkpointed) if hasattr(f, "__name__") else checkpointed


@dataclass(frozen=True, eq=False)
class _Again:
    """What the reverse pass needs: f, the forms of its inputs, other leaves that it uses, and what it gave."""

    f: Callable[[list[Tensor]], Any]
    forms: list[tuple[Shape, Any]]
    others: list[Tensor]
    value: Any

    def run(self, x: Tensor) -> Tensor:
        """f of inputs that lie one after the other in x."""
        y: Tensor = self.f(_cut(x, self.forms))
        if not np.array_equal(y.data, self.value, equal_nan=True):
            raise ValueError(
                "the checkpointed function gave another result when it was run again for its gradient: it draws "
                "random numbers, as dropout does, or changes what it depends on. Give it a seed of its own inside, or "
                "leave it out of the checkpoint."
            )
        return y


def _apart(x: Tensor) -> Tensor:
    """The same values as a leaf."""
    leaf = x.detach()
    leaf.requires_grad = True
    return leaf


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


def _recompute(flat: Any, again: _Again) -> Any:
    return again.value


def _gradients(g: Any, flat: Any, again: _Again) -> Any:
    """Run f again, recorded this time, and reverse it."""
    on_graph = isinstance(flat, Tensor)
    size = sum(prod(shape) for shape, _ in again.forms)
    x = flat[:size] if on_graph else Tensor(flat[:size], requires_grad=True)
    wanted = [x, *again.others] if again.forms else again.others
    with recorded_again():
        y = again.run(x)
    found = gradients(y, wanted, g, create_graph=on_graph, allow_unused=True)
    parts = [Tensor(np.zeros_like(x.data)) if part is None else part for x, part in zip(wanted, found, strict=True)]
    laid_out: Any = np.concatenate([part.reshape(part.size) for part in parts])
    return laid_out if on_graph else laid_out.data


def _cut(flat: Tensor, forms: list[tuple[Shape, Any]]) -> list[Tensor]:
    parts, start = [], 0
    for shape, dtype in forms:
        part = flat[start : start + prod(shape)].reshape(shape)
        part = part.real if part.dtype.kind == "c" and dtype.kind != "c" else part
        parts.append(part if part.dtype == dtype else part.astype(dtype))
        start += prod(shape)
    return parts


recompute = primitive(_recompute, flat=_gradients)
