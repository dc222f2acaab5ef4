"""Primitives that move elements about without changing them: shapes, axes, joining, splitting, padding."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.operators import functions
from autograd.ops.composing import values
from autograd.primitive import primitive
from autograd.tensor import Tensor

Shape = tuple[int, ...]


def _reshape(x: Any, shape: Any) -> Any:
    return x.reshape(shape)


def _transpose(x: Any, axes: Any = None) -> Any:
    return x.transpose(axes)


def _swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    return x.swapaxes(axis1, axis2)


def _expand_dims(x: Any, axis: Any) -> Any:
    return np.expand_dims(x, axis)


def _squeeze(x: Any, axis: Any = None) -> Any:
    return x.squeeze(axis)


def _broadcast_to(x: Any, shape: Any) -> Any:
    return np.broadcast_to(x, shape)


def _untranspose(g: Any, axes: Any) -> Any:
    if axes is None:
        return g.transpose()
    axes = (axes,) if isinstance(axes, int) else axes
    return g.transpose(tuple(int(i) for i in np.argsort([a % g.ndim for a in axes])))


def _as_before(g: Any, x_shape: Shape) -> Any:
    return g.reshape(x_shape)


reshape_rows = primitive(_reshape, x=_as_before)
transpose = primitive(_transpose, numpy=np.transpose, x=_untranspose)
swapaxes = primitive(_swapaxes, numpy=np.swapaxes, x=lambda g, axis1, axis2: g.swapaxes(axis1, axis2))
expand_dims = primitive(_expand_dims, numpy=np.expand_dims, x=_as_before)
squeeze = primitive(_squeeze, numpy=np.squeeze, x=_as_before)
broadcast_to = primitive(_broadcast_to, numpy=np.broadcast_to, x=lambda g: g)


def reshape(a: Any, /, shape: Any, order: Any = "C", copy: Any = None) -> Any:
    """`np.reshape`: in the order of rows ("C"), of columns ("F"), or ("A") as the array lies in memory."""
    order = "C" if order is None else str(order).upper()
    if order == "C":
        return reshape_rows(a, shape)
    if order not in ("F", "A"):
        raise ValueError(f"reshape: order must be 'C', 'F' or 'A', not {order!r}.")
    if order == "A" and not np.isfortran(values(a)):
        return reshape_rows(a, shape)
    shape = np.empty(a.shape).reshape(shape).shape  # -1 worked out
    return reshape_rows(a.transpose(), shape[::-1]).transpose()


def ravel(a: Any, order: Any = "C") -> Any:
    """`np.ravel`: in the order of reshape, or ("K") as the elements follow each other in memory."""
    if order not in ("K", "k"):
        return reshape(a, (-1,), order)
    strides = values(a).strides
    return reshape_rows(a.transpose(sorted(range(a.ndim), key=lambda i: -abs(strides[i]))), (-1,))


functions[np.reshape] = reshape
functions[np.ravel] = ravel


def _concatenate(xs: Any, axis: int | None = 0, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    return np.concatenate(xs, axis, dtype=dtype, casting=casting)


def _part_of_concatenate(g: Any, xs_shape: list[Shape], axis: int | None, i: int) -> Any:
    if axis is None:
        sizes = [int(np.prod(shape)) for shape in xs_shape]
        axis = 0
    else:
        sizes = [shape[axis] for shape in xs_shape]
    start = sum(sizes[:i])
    return g[along(axis, g.ndim, slice(start, start + sizes[i]))].reshape(xs_shape[i])


def along(axis: int, ndim: int, index: Any) -> tuple[Any, ...]:
    """The index that takes `index` on one axis and everything on the others."""
    return (slice(None),) * (axis % ndim) + (index,)


concatenate = primitive(_concatenate, numpy=np.concatenate, xs=_part_of_concatenate)


def _stack(xs: Any, axis: int = 0, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    return np.stack(xs, axis, dtype=dtype, casting=casting)


stack = primitive(_stack, numpy=np.stack, xs=lambda g, axis, i: g[along(axis, g.ndim, i)])


def split(x: Tensor, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """`np.split` of a Tensor: equal parts, or cut before the given indices."""
    if not -x.ndim <= axis < x.ndim:
        raise np.exceptions.AxisError(f"split: there is no axis {axis} in a tensor of shape {x.shape}.")
    length = x.shape[axis]
    if isinstance(indices_or_sections, int | np.integer):
        if indices_or_sections < 1:
            raise ValueError(f"split: into {indices_or_sections} parts an axis does not divide.")
        size, rest = divmod(length, indices_or_sections)
        if rest:
            raise ValueError(
                f"split: an axis of length {length} does not divide into {indices_or_sections} equal parts; give the "
                "indices to cut at instead."
            )
        cuts = [size * i for i in range(1, indices_or_sections)]
    else:
        cuts = [int(cut) for cut in indices_or_sections]
    starts, ends = [0, *cuts], [*cuts, length]
    return [x[along(axis, x.ndim, slice(start, end))] for start, end in zip(starts, ends, strict=True)]


functions[np.split] = split


def _pad(x: Any, pad_width: Any, mode: str = "constant", *, constant_values: float = 0) -> Any:
    """`np.pad` with constants."""
    if mode != "constant":
        raise ValueError(f"mode={mode!r} is not supported: only 'constant'")
    widths = _widths(pad_width, x.ndim)
    if min((min(pair) for pair in widths), default=0) < 0:
        raise ValueError("a width is below 0: to cut off, use a slice")
    if np.ndim(constant_values) > 0:
        return np.pad(x, pad_width, constant_values=constant_values)
    shape = tuple(before + size + after for size, (before, after) in zip(x.shape, widths, strict=True))
    out = np.full_like(x, constant_values, shape=shape)
    out[_inside(x.shape, widths)] = x
    return out


def _widths(pad_width: Any, ndim: int) -> list[list[int]]:
    return np.broadcast_to(pad_width, (ndim, 2)).tolist()  # type: ignore[no-any-return]


def _inside(shape: Shape, widths: list[list[int]]) -> tuple[slice, ...]:
    return tuple(slice(before, before + size) for size, (before, _) in zip(shape, widths, strict=True))


pad = primitive(_pad, x=lambda g, x_shape, pad_width: g[_inside(x_shape, _widths(pad_width, g.ndim))])
