"""Running sums and products, from one end of an axis to the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.composing import composes
from autograd.ops.reduction import normalized, promoted
from autograd.ops.shape import along
from autograd.primitive import primitive


def _cumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    return np.cumsum(x, axis, dtype)


def _from_the_end(g: Any, x_shape: tuple[int, ...], axis: int | None) -> Any:
    if axis is None:
        return np.flip(np.cumsum(np.flip(g))).reshape(x_shape)
    return np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis)


cumsum = primitive(_cumsum, numpy=np.cumsum, x=_from_the_end)


@composes(np.cumprod)
def cumprod(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """A scan (Hillis and Steele 1986): each step multiplies by the element twice as far back; right at zeros."""
    a = promoted(a, dtype)
    x = np.ravel(a) if axis is None else np.atleast_1d(a)
    axis = normalized(0 if axis is None else axis, x.ndim)[0]
    back = 1
    while back < x.shape[axis]:
        here, before = (along(axis, x.ndim, part) for part in (slice(back, None), slice(None, -back)))
        x = np.concatenate([x[along(axis, x.ndim, slice(None, back))], x[here] * x[before]], axis=axis)
        back *= 2
    return x


@composes(np.cumulative_sum)
def cumulative_sum(x: Any, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False) -> Any:
    x = np.atleast_1d(x)
    return _with_initial(cumsum(x, _one_axis(x, axis), dtype), _one_axis(x, axis), 0, include_initial)


@composes(np.cumulative_prod)
def cumulative_prod(x: Any, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False) -> Any:
    x = np.atleast_1d(x)
    return _with_initial(cumprod(x, _one_axis(x, axis), dtype), _one_axis(x, axis), 1, include_initial)


def _one_axis(x: Any, axis: int | None) -> int:
    if axis is None and x.ndim != 1:
        raise ValueError(f"for an array of shape {x.shape}, say along which axis=.")
    return 0 if axis is None else axis


def _with_initial(x: Any, axis: int, initial: float, wanted: bool) -> Any:
    if not wanted:
        return x
    widths = [(0, 0)] * x.ndim
    widths[axis] = (1, 0)
    return np.pad(x, widths, constant_values=initial)
