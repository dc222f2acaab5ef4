"""Reductions of axes, with NumPy's where= and initial=: sum, mean, max, min, prod, logsumexp, the length of vectors.

Products are composed, so that they are right at zeros and to any order.
"""

from __future__ import annotations

from math import prod as product
from typing import Any

import numpy as np

from autograd.operators import needs_gradient
from autograd.ops.composing import composes, values
from autograd.ops.elementwise import nonzero, refuse_complex
from autograd.primitive import primitive
from autograd.shape_only import any_known
from autograd.zeros import zero_stays_zero

Shape = tuple[int, ...]


def kept(shape: Shape, axis: Any) -> Shape:
    """The shape after reducing `axis` with keepdims: 1 on every reduced axis."""
    if axis is None or not shape:
        return (1,) * len(shape)
    axes = {a % len(shape) for a in (axis if isinstance(axis, tuple) else (axis,))}
    return tuple(1 if i in axes else size for i, size in enumerate(shape))


def _sum(x: Any, axis: Any = None, dtype: Any = None, *, keepdims: bool = False) -> Any:
    return x.sum(axis, dtype, keepdims=keepdims)


def _mean(x: Any, axis: Any = None, dtype: Any = None, *, keepdims: bool = False) -> Any:
    return x.mean(axis, dtype, keepdims=keepdims)


def _max(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return x.max(axis, keepdims=keepdims)


def _min(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return x.min(axis, keepdims=keepdims)


def _logsumexp(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """log(sum(exp(x))) along `axis`, without overflow: the largest x is taken out first."""
    refuse_complex("logsumexp", x)
    if x.dtype == np.float16:  # the sum of many soon overflows
        return _logsumexp(x.astype(np.float32), axis, keepdims=keepdims).astype(np.float16)
    x = x.astype(np.float64) if x.dtype.kind in "biu" else x
    largest = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    largest = np.where(np.isfinite(largest), largest, 0)
    with np.errstate(divide="ignore"):  # the sum of nothing, or of exp(-inf) only, is 0, and its logarithm -inf
        out = np.log(np.sum(np.exp(x - largest), axis=axis, keepdims=True)) + largest
    return out if keepdims else np.squeeze(out, axis=axis)


def _spread(g: Any, x_shape: Shape, axis: Any) -> Any:
    return np.broadcast_to(g.reshape(kept(x_shape, axis)), x_shape)


def _spread_mean(g: Any, x_shape: Shape, axis: Any) -> Any:
    count = product(x_shape) // max(product(kept(x_shape, axis)), 1)
    return _spread(g * (1 / max(count, 1)), x_shape, axis)


def _to_extremes(g: Any, x: Any, out: Any, axis: Any) -> Any:
    """To the elements that are the maximum (or minimum), or NaN, in equal parts where there are several."""
    shape = kept(x.shape, axis)
    chosen = x == out.reshape(shape)
    if any_known(np.isnan(values(out))):
        chosen = chosen | np.isnan(x)
    parts = g.reshape(shape) / np.sum(chosen, axis=axis, keepdims=True)
    return np.where(chosen, parts.astype(g.dtype), 0)


def _along_axis(rule: Any) -> Any:
    """The rule of a reduction from one that works element by element, on g and out stretched along the axis."""
    guarded = zero_stays_zero(rule)

    def stretched(g: Any, x: Any, out: Any, axis: Any) -> Any:
        shape = kept(x.shape, axis)
        return guarded(g.reshape(shape), x, out.reshape(shape))

    return stretched


def _to_softmax(g: Any, x: Any, out: Any, axis: Any) -> Any:
    """g times the softmax; where the sum is infinite, or of nothing but exp(-inf), to the largest x in equal parts."""
    infinite = np.isinf(values(out))
    if not (x.size and any_known(infinite)):
        return _to_finite_softmax(g, x, out, axis)
    shape = kept(x.shape, axis)
    finite = np.where(infinite, 0, g), np.where(infinite.reshape(shape), 0, x), np.where(infinite, 0, out)
    return np.where(infinite.reshape(shape), _to_extremes(g, x, out, axis), _to_finite_softmax(*finite, axis))


_to_finite_softmax = _along_axis(lambda g, x, out: g * np.exp(x - out))


sum_ = primitive(_sum, x=_spread)


mean = primitive(_mean, x=_spread_mean)


max_ = primitive(_max, x=_to_extremes)


min_ = primitive(_min, x=_to_extremes)


logsumexp = primitive(_logsumexp, x=_to_softmax)


def _vector_length(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """The square root of the sum of squares; its gradient at 0 is 0."""
    size = np.abs(x)
    wide = size.astype(np.float32) if size.dtype == np.float16 else size  # squares soon overflow in half precision
    return np.sqrt(np.sum(wide * wide, axis=axis, keepdims=keepdims)).astype(size.dtype)


vector_length = primitive(_vector_length, x=_along_axis(lambda g, x, out: x * (g / nonzero(out))))


def _given(option: Any) -> bool:
    return option is not None and option is not np._NoValue


def as_condition(where: Any, a: Any) -> Any:
    """The condition as an array that broadcasts to a; ValueError where it is larger."""
    condition = values(where)
    if condition.dtype != bool:
        raise TypeError(f"where= takes truth values, not {condition.dtype}: compare first, as in where=mask != 0.")
    if np.broadcast_shapes(condition.shape, a.shape) != a.shape:
        raise ValueError(f"where= of shape {condition.shape} does not fit an array of shape {a.shape}.")
    return condition


def as_float(a: Any, dtype: Any) -> Any:
    """In the given dtype; else integers in double precision, as NumPy has it."""
    dtype = dtype or (a.dtype if a.dtype.kind in "fc" else np.float64)
    return a if a.dtype == dtype else a.astype(dtype)


@composes(np.sum)
def sum_where(
    a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = True
) -> Any:
    if where is not True:
        a = np.where(as_condition(where, a), a, 0)
    total = sum_(a, axis, dtype, keepdims=keepdims)
    return total + initial if _given(initial) else total


@composes(np.mean)
def mean_where(a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False, where: Any = True) -> Any:
    if where is True:
        return mean(a, axis, dtype, keepdims=keepdims)
    counted = np.broadcast_to(as_condition(where, a), a.shape)
    count = counted.sum(axis=axis, keepdims=bool(keepdims))
    a = as_float(a, dtype)
    return sum_where(a, axis, keepdims=keepdims, where=counted) / count.astype(a.dtype)


def _farthest(dtype: Any, side: int) -> Any:
    """The smallest number of a dtype (side -1), or the largest (side 1)."""
    if dtype.kind == "b":
        return side > 0
    if dtype.kind not in "iu":
        return side * np.inf
    return np.iinfo(dtype).min if side < 0 else np.iinfo(dtype).max


def _extreme(primitive_: Any, combine: Any, side: int) -> Any:
    def extreme(a: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = True) -> Any:
        neutral = _farthest(a.dtype, side)
        if _given(initial) and not needs_gradient(initial):
            initial = values(initial).astype(a.dtype)
        if where is not True:
            if not _given(initial):
                raise ValueError("max and min with where= need an initial=, which stands where nothing is chosen.")
            a = np.where(as_condition(where, a), a, neutral)
        if _given(initial) and a.size == 0:
            nothing = sum_(a, axis, a.dtype, keepdims=keepdims)
            return combine(nothing + np.asarray(neutral, a.dtype), initial)
        result = primitive_(a, axis, keepdims=keepdims)
        return combine(result, initial) if _given(initial) else result

    return extreme


composes(np.max, np.amax)(_extreme(max_, np.maximum, -1))
composes(np.min, np.amin)(_extreme(min_, np.minimum, 1))


def promoted(a: Any, dtype: Any) -> Any:
    """In the dtype of a product: as given, and for small integers NumPy's larger one."""
    dtype = dtype or (np.prod(np.ones(1, a.dtype)).dtype if a.dtype.kind in "biu" else a.dtype)
    return a if a.dtype == dtype else a.astype(dtype)


def normalized(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes, counted from 0; AxisError for those that are not there. A number has the axes 0 and -1, as in NumPy."""
    if ndim == 0 and axis in (0, -1):
        return ()
    return tuple(np.lib.array_utils.normalize_axis_tuple(axis, ndim))


def reduced_axes_last(a: Any, axis: Any) -> Any:
    """The axes to reduce as one, the last."""
    reduced = list(range(a.ndim) if axis is None else normalized(axis, a.ndim))
    others = [i for i in range(a.ndim) if i not in reduced]
    return a.transpose(others + reduced).reshape([a.shape[i] for i in others] + [product(a.shape[i] for i in reduced)])


@composes(np.prod)
def prod(
    a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = True
) -> Any:
    """Neighbours are multiplied, then neighbours of those: right where elements are zero, in few steps."""
    a = promoted(a, dtype)
    if where is not True:
        a = np.where(as_condition(where, a), a, 1)
    shape = kept(a.shape, axis)
    x = reduced_axes_last(a, axis)
    while x.shape[-1] > 1:
        even = x.shape[-1] - x.shape[-1] % 2
        halves = x[..., 0:even:2] * x[..., 1:even:2]
        x = halves if even == x.shape[-1] else np.concatenate([halves, x[..., even:]], axis=-1)
    out = x[..., 0] if x.shape[-1] else np.ones(x.shape[:-1], a.dtype) + x.sum(axis=-1)
    out = out.reshape(shape) if keepdims else out
    return out * initial if _given(initial) else out
