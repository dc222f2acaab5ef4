"""Arrays joined, split, and laid out beside each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.composing import as_tensor, composes, values
from autograd.ops.shape import along, split


@composes(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    return np.concatenate([as_tensor(arr), as_tensor(values)], axis=axis)


@composes(np.array_split)
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    if not isinstance(indices_or_sections, int | np.integer):
        return split(ary, indices_or_sections, axis)
    parts, length = int(indices_or_sections), ary.shape[axis]
    size, rest = divmod(length, parts)
    return split(ary, np.cumsum([size + 1] * rest + [size] * (parts - rest))[:-1], axis)


@composes(np.hsplit)
def hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    return split(ary, indices_or_sections, axis=0 if ary.ndim == 1 else 1)


@composes(np.vsplit)
def vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    if ary.ndim < 2:
        raise ValueError(f"vsplit needs two axes or more, not shape {ary.shape}.")
    return split(ary, indices_or_sections, axis=0)


@composes(np.dsplit)
def dsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    return split(ary, indices_or_sections, axis=2)


@composes(np.unstack)
def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    return tuple(x[along(axis, x.ndim, i)] for i in range(x.shape[axis]))


@composes(np.broadcast_arrays)
def broadcast_arrays(*args: Any) -> tuple[Any, ...]:
    shape = np.broadcast_shapes(*(np.shape(x) for x in args))
    return tuple(np.broadcast_to(x, shape) for x in args)


@composes(np.meshgrid)
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Any, ...]:
    n = len(xi)
    grids = [as_tensor(x).reshape((1,) * i + (-1,) + (1,) * (n - 1 - i)) for i, x in enumerate(xi)]
    if indexing == "xy" and n > 1:
        grids = [np.swapaxes(grid, 0, 1) for grid in grids]  # type: ignore[misc]
    return tuple(grids) if sparse else broadcast_arrays(*grids)


@composes(np.full_like)
def full_like(a: Any, fill_value: Any, dtype: Any = None, *, shape: Any = None) -> Any:
    shape = np.shape(a) if shape is None else shape
    dtype = values(a).dtype if dtype is None else dtype
    return np.broadcast_to(as_tensor(fill_value), shape).astype(dtype)
