"""Axes put together and taken apart."""

from __future__ import annotations

from math import prod

from numpy.typing import ArrayLike

from autograd import Tensor
from nn.functional.arguments import as_tensor, integer, integers


def flatten(x: ArrayLike | Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """All axes from `start_dim` to `end_dim` as one."""
    x = as_tensor(x)
    axes, start_dim, end_dim = max(x.ndim, 1), integer(start_dim, "start_dim"), integer(end_dim, "end_dim")
    if not (-axes <= start_dim < axes and -axes <= end_dim < axes and start_dim % axes <= end_dim % axes):
        raise ValueError(f"expected input with axes from {start_dim} to {end_dim}, given shape {x.shape}.")
    start, end = start_dim % axes, end_dim % axes
    return x.reshape((*x.shape[:start], prod(x.shape[start : end + 1]), *x.shape[end + 1 :]))


def unflatten(x: ArrayLike | Tensor, dim: int, sizes: tuple[int, ...]) -> Tensor:
    """Axis `dim` as several, of these sizes; -1 for one of them is worked out."""
    x = as_tensor(x)
    sizes = integers(sizes, "sizes", least=-1)
    if not -x.ndim <= integer(dim, "dim") < x.ndim:
        raise ValueError(f"expected input with an axis {dim}, given shape {x.shape}.")
    known, size = prod(n for n in sizes if n != -1), x.shape[dim]
    if sizes.count(-1) > 1 or (size % max(known, 1) if -1 in sizes else size != known):
        raise ValueError(f"expected input that divides into {sizes} along axis {dim}, given shape {x.shape}.")
    dim %= x.ndim
    return x.reshape((*x.shape[:dim], *sizes, *x.shape[dim + 1 :]))
