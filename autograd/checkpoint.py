"""checkpoint: recompute in the reverse pass instead of remembering."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import prod
from typing import Any

import numpy as np

from autograd.backward import gradients
from autograd.graph import no_grad, reverse_order
from autograd.primitive import primitive
from autograd.tensor import Tensor
from autograd.trees import flat, unflat

Function = Callable[..., Any]
Shape = tuple[int, ...]


def checkpoint(f: Function) -> Function:
    """f, remembering its inputs only: the reverse pass runs f again to have what its rules need.

    For a part of a computation that would remember more than there is memory for (Chen et al. 2016, "Training deep nets
    with sublinear memory cost"). f takes Tensors, and nested lists, tuples and dicts of them, returns one Tensor, and
    must compute the same each time. Tensors that it is to be differentiated by are arguments: one that requires a
    gradient and comes from elsewhere raises ValueError in the reverse pass.
    """

    @wraps(f)
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        parts: list[Any] = []
        form = flat((args, kwargs), parts)
        places = [i for i, x in enumerate(parts) if isinstance(x, Tensor) and x.requires_grad]
        if not places:
            return f(*args, **kwargs)

        def of_those(*xs: Any) -> Any:
            given = list(parts)
            for place, x in zip(places, xs, strict=True):
                given[place] = x
            positional, by_name = unflat(form, iter(given))
            return f(*positional, **by_name)

        inputs = [parts[place] for place in places]
        laid_out = np.concatenate([x.reshape(x.size) for x in inputs])
        return recompute(laid_out, of_those, [(x.shape, x.dtype) for x in inputs])

    return checkpointed


def _recompute(flat: Any, f: Function, forms: list[tuple[Shape, Any]]) -> Any:
    """f of arrays that lie one after the other in a flat one."""
    with no_grad():
        y = f(*_cut(Tensor(flat), forms))
    if not isinstance(y, Tensor):
        raise TypeError(f"checkpoint needs a function that returns a Tensor, not {type(y).__name__}")
    return y.numpy()


def _again(g: Any, flat: Any, f: Function, forms: list[tuple[Shape, Any]]) -> Any:
    """Run f again, recorded this time, and reverse it."""
    on_graph = isinstance(flat, Tensor)
    x = flat if on_graph else Tensor(flat, requires_grad=True)
    y = f(*_cut(x, forms))
    if not y.requires_grad:  # a constant
        return np.zeros_like(flat)
    if on_graph:  # once more apart from the graph, to see what else f uses
        apart = x.detach()
        apart.requires_grad = True
        _refuse_others(f(*_cut(apart, forms)), apart)
    else:
        _refuse_others(y, x)
    (found,) = gradients(y, [x], g, create_graph=on_graph)
    return found if on_graph else found.data


def _refuse_others(y: Tensor, x: Tensor) -> None:
    """ValueError where y depends on a tensor other than x that requires a gradient."""
    order = reverse_order(y.node) if y.node is not None else []
    reached = (parent for node in order for parent in node.parents if parent.is_leaf)
    foreign = [parent for parent in reached if parent.requires_grad and parent is not x.node]
    if foreign:
        name = foreign[0].name or f"one of shape {foreign[0].shape}"
        raise ValueError(
            f"the checkpointed function uses a tensor that requires a gradient and is not an argument ({name}): pass "
            "it as an argument, else its gradient would be lost."
        )


def _cut(flat: Tensor, forms: list[tuple[Shape, Any]]) -> list[Tensor]:
    parts, start = [], 0
    for shape, dtype in forms:
        part = flat[start : start + prod(shape)].reshape(shape)
        part = part.real if part.dtype.kind == "c" and dtype.kind != "c" else part
        parts.append(part if part.dtype == dtype else part.astype(dtype))
        start += prod(shape)
    return parts


recompute = primitive(_recompute, flat=_again)
