"""The shapes of what NumPy's functions give, where calling them on zeros would take memory or time."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from autograd.shape_only import NoValuesError, Shape, ShapeOnly, on_zeros, reduced, shape_rules

normalized = np.lib.array_utils.normalize_axis_index


def _where(condition: Any, *branches: Any) -> Any:
    if not branches:
        raise NoValuesError.of("np.where of a condition alone")
    shape = np.broadcast_shapes(np.shape(condition), *map(np.shape, branches))
    no_elements = (np.zeros(0, x.dtype) if isinstance(x, np.ndarray) else x for x in branches)
    return ShapeOnly(shape, np.where(np.zeros(0, bool), *no_elements).dtype)


def _concatenate(arrays: Any, axis: Any = 0, out: Any = None, dtype: Any = None, casting: str = "same_kind") -> Any:
    arrays = list(map(np.asanyarray, arrays))
    if axis is None or any(x.ndim == 0 for x in arrays):
        return on_zeros(np.concatenate, (arrays, axis), {"dtype": dtype})
    axis = normalized(axis, arrays[0].ndim)
    others = {x.shape[:axis] + x.shape[axis + 1 :] for x in arrays}
    if len(others) > 1:
        raise ValueError(f"arrays of shapes {', '.join(str(x.shape) for x in arrays)} do not join along axis {axis}.")
    dtype = np.concatenate([np.zeros(0, x.dtype) for x in arrays], dtype=dtype).dtype
    return ShapeOnly(_resized(arrays[0].shape, axis, sum(x.shape[axis] for x in arrays)), dtype)


def _resized(shape: Shape, axis: int, *sizes: int) -> Shape:
    """The shape with other sizes in the place of that of an axis."""
    return (*shape[:axis], *sizes, *shape[axis + 1 :])


def _like(x: Any, *args: Any, dtype: Any = None, shape: Any = None, **kwargs: Any) -> Any:
    x = np.asanyarray(x)
    new_shape = x.shape if shape is None else np.broadcast_shapes(shape)
    return ShapeOnly(new_shape, x.dtype if dtype is None else dtype)


def _triangle(m: Any, k: int = 0) -> Any:
    return ShapeOnly(m.shape * 2 if m.ndim == 1 else m.shape, m.dtype)


def _histogram(a: Any, bins: Any = 10, *args: Any, **kwargs: Any) -> Any:
    if isinstance(bins, str):
        raise NoValuesError.of(f"np.histogram with bins={bins!r}")
    return on_zeros(np.histogram, (a, bins, *args), kwargs)


def _same_shape(x: Any, *args: Any, **kwargs: Any) -> Any:
    return ShapeOnly(x.shape, x.dtype)


def _place_of_extreme(function: Callable[..., Any]) -> Callable[..., Any]:
    """argmax, argmin."""

    def rule(a: Any, axis: Any = None, out: Any = None, *, keepdims: Any = False) -> Any:
        if a.size == 0:
            return on_zeros(function, (a, axis), {"keepdims": keepdims})
        return reduced(np.add, a, axis, np.intp, keepdims=keepdims)

    return rule


def _along(function: Callable[..., Any], usual_axis: int | None) -> Callable[..., Any]:
    """A function that goes along an axis and gives as many elements; all of them in a row where the axis is None."""

    def rule(a: Any, axis: Any = usual_axis, *args: Any, **kwargs: Any) -> Any:
        shape = (a.size,) if axis is None else a.shape
        normalized(0 if axis is None else axis, len(shape))
        return ShapeOnly(shape, function(np.zeros(1, a.dtype), 0, *args, **kwargs).dtype)

    return rule


def _take(a: Any, indices: Any, axis: Any = None, out: Any = None, mode: Any = "raise") -> Any:
    if axis is None:
        a, axis = a.reshape(-1), 0
    axis = normalized(axis, a.ndim)
    if not isinstance(indices, ShapeOnly):
        np.take(np.broadcast_to(np.int8(0), a.shape[axis]), indices, mode=mode)  # its own error
    return ShapeOnly(_resized(a.shape, axis, *np.shape(indices)), a.dtype)


def _take_along_axis(arr: Any, indices: Any, axis: Any = -1) -> Any:
    if axis is None:
        arr, axis = arr.reshape(-1), 0
    if np.ndim(indices) != arr.ndim:
        raise ValueError(f"indices of {np.ndim(indices)} axes do not go along an axis of an array of {arr.ndim}.")
    others = _resized(arr.shape, normalized(axis, arr.ndim), 1)
    return ShapeOnly(np.broadcast_shapes(others, np.shape(indices)), arr.dtype)


def _repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    if axis is None:
        a, axis = a.reshape(-1), 0
    axis = normalized(axis, a.ndim)
    n = a.shape[axis]
    size = n * repeats if np.ndim(repeats) == 0 else len(np.repeat(np.zeros(n, np.int8), repeats))
    return ShapeOnly(_resized(a.shape, axis, size), a.dtype)


def _tile(A: Any, reps: Any) -> Any:
    times = (reps,) if np.ndim(reps) == 0 else tuple(reps)
    ndim = max(A.ndim, len(times))
    shape, times = ((1,) * (ndim - len(part)) + part for part in (A.shape, times))
    return ShapeOnly(tuple(n * count for n, count in zip(shape, times, strict=True)), A.dtype)


def _pad(array: Any, pad_width: Any, mode: Any = "constant", **options: Any) -> Any:
    """Along one axis after the other: what NumPy gives of a vector as long."""
    if not isinstance(mode, str) or isinstance(pad_width, dict) or prod(array.shape) == 0:
        return on_zeros(np.pad, (array, pad_width, mode), options)
    widths: Any = np.broadcast_to(pad_width, (array.ndim, 2)).tolist()
    pad: Any = np.pad
    vectors = (pad(np.zeros(n, np.int8), pair, mode) for n, pair in zip(array.shape, widths, strict=True))
    return ShapeOnly(tuple(map(len, vectors)), array.dtype)


shape_rules[np.where] = _where
shape_rules[np.concatenate] = _concatenate
shape_rules[np.take] = _take
shape_rules[np.take_along_axis] = _take_along_axis
shape_rules[np.repeat] = _repeat
shape_rules[np.tile] = _tile
shape_rules[np.pad] = _pad
for like in (np.zeros_like, np.ones_like, np.empty_like, np.full_like):
    shape_rules[like] = _like
for same in (np.copy, np.nan_to_num):
    shape_rules[same] = _same_shape
for triangle in (np.tril, np.triu):
    shape_rules[triangle] = _triangle
shape_rules[np.histogram] = _histogram
for extreme in (np.argmax, np.argmin):
    shape_rules[extreme] = _place_of_extreme(extreme)
for along, usual in ((np.cumsum, None), (np.cumprod, None), (np.sort, -1), (np.argsort, -1)):
    shape_rules[along] = _along(along, usual)
