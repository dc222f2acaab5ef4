"""Numerical methods: differences, integrals, interpolation, polynomials, ranges of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.composing import as_tensor, composes, values
from autograd.ops.shape import along


@composes(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    parts = [
        _along_axis(part, a, axis) for part in (prepend, a, append) if part is not None and part is not np._NoValue
    ]
    a = np.concatenate(parts, axis=axis) if len(parts) > 1 else as_tensor(a)
    if a.ndim == 0:
        raise ValueError("diff needs an array of one axis or more, not a number.")
    if n < 0:
        raise ValueError(f"diff: the order n must be 0 or more, not {n}.")
    for _ in range(n):
        a = a[along(axis, a.ndim, slice(1, None))] - a[along(axis, a.ndim, slice(None, -1))]
    return a


def _along_axis(part: Any, a: Any, axis: int) -> Any:
    if np.ndim(part) > 0:
        return part
    shape = list(a.shape)
    shape[axis] = 1
    return np.broadcast_to(as_tensor(part), tuple(shape))


@composes(np.ediff1d)
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    parts = [
        part if part is None else np.ravel(as_tensor(part)).astype(ary.dtype)
        for part in (to_begin, diff(np.ravel(ary)), to_end)
    ]
    return np.concatenate([part for part in parts if part is not None])


@composes(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = as_tensor(y)
    width = dx
    if x is not None:
        width = diff(as_tensor(x), axis=axis if np.ndim(x) > 1 else -1)
        if np.ndim(x) == 1:
            width = width.reshape((-1,) + (1,) * (y.ndim - 1 - axis % y.ndim))
    ends = y[along(axis, y.ndim, slice(1, None))] + y[along(axis, y.ndim, slice(None, -1))]
    return (width * ends / 2).sum(axis=axis)


@composes(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    x, xp, fp = (as_tensor(part) for part in (x, xp, fp))
    x, xp, fp = (part.astype(np.result_type(part.dtype, np.float64)) for part in (x, xp, fp))  # as NumPy does
    if xp.ndim != 1 or xp.shape != fp.shape or not xp.size:
        raise ValueError(f"interp needs as many points xp as values fp, not {xp.shape} and {fp.shape}.")
    if period is not None:
        x, xp, fp = _in_one_period(x, xp, fp, period)
        left = right = None
    at, known = values(x), values(xp)
    if known.size == 1:  # the same everywhere between: nothing to interpolate
        xp, fp = np.append(xp, known + 1), np.append(fp, fp)
    knot = np.maximum(np.searchsorted(known, at, side="right") - 1, 0)
    i = np.minimum(knot, len(known) - 2)
    width = xp[i + 1] - xp[i]
    slope = (fp[i + 1] - fp[i]) / np.where(values(width) == 0, 1, width)
    between = _first_finite(fp[i] + (x - xp[i]) * slope, fp[i + 1] + (x - xp[i + 1]) * slope, fp[i])
    at_knot = (known[knot] == at) & ((values(width) == 0) | ~np.isfinite(values(slope)))
    between = np.where(at_knot, fp[knot], between)
    low = np.where(at < known[0], fp[0] if left is None else left, between)
    return np.where(at > known[-1], fp[-1] if right is None else right, low)


def _first_finite(from_left: Any, from_right: Any, value: Any) -> Any:
    """The line between two points from the left, or where that is NaN, between infinite ones, from the right."""
    between = np.where(np.isnan(values(from_left)), from_right, from_left)
    return np.where(np.isnan(values(between)), value, between)


def _in_one_period(x: Any, xp: Any, fp: Any, period: Any) -> Any:
    """Everything brought into one period, and the known points sorted, with a neighbour on either side."""
    if period == 0:
        raise ValueError("interp: the period must not be 0.")
    period = abs(period)
    xp = np.remainder(xp, period)
    order = np.argsort(values(xp))
    last, first = order[-1:], order[:1]
    points = np.concatenate([xp[last] - period, xp[order], xp[first] + period])
    return np.remainder(x, period), points, fp[np.concatenate([last, order, first])]


@composes(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    p, x = as_tensor(p), as_tensor(x)
    result = x * 0
    for i in range(p.shape[0]):
        result = result * x + p[i]
    return result


@composes(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    x = as_tensor(x)
    x = x.astype(np.promote_types(x.dtype, int))  # as NumPy has it: float32 becomes float64
    if N == 0 or (N is None and x.shape[0] == 0):
        return x[:, None][:, :0]
    columns = [x**0]
    for _ in range((x.shape[0] if N is None else N) - 1):
        columns.append(columns[-1] * x)
    return np.stack(columns if increasing else columns[::-1], axis=1)


@composes(np.linspace)
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    parts = num - 1 if endpoint else num
    start, stop = as_tensor(start), as_tensor(stop)
    shares = (np.arange(num) / max(parts, 1)).reshape((num,) + (1,) * max(start.ndim, stop.ndim))
    wide = np.result_type(start.dtype, stop.dtype, 0.0)
    points = np.moveaxis(start + (stop - start) * shares.astype(wide), 0, axis)
    points = points if dtype is None else points.astype(dtype)
    return (points, (stop - start) / parts if parts > 0 else as_tensor(np.nan)) if retstep else points


@composes(np.logspace)
def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    if np.ndim(base):
        axes = max(np.ndim(start), np.ndim(stop), np.ndim(base))
        start, stop, base = (as_tensor(x)[(None,) * (axes - np.ndim(x))] for x in (start, stop, base))
        base = np.expand_dims(base, axis)
    points = np.power(base, linspace(start, stop, num, endpoint, axis=axis))
    return points if dtype is None else points.astype(dtype)


@composes(np.unwrap)
def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: float = 2 * np.pi) -> Any:
    turns = np.unwrap(values(p), discont, axis, period=period) - values(p)  # a whole number of periods: constant
    return p + turns.astype(p.dtype)
