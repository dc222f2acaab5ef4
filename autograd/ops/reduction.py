"""Primitives that reduce axes: sum, mean, max, min, logsumexp."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from autograd.ops.elementwise import refuse_complex
from autograd.primitive import primitive

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
    x = x.astype(np.float64) if x.dtype.kind in "biu" else x
    largest = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    largest = np.where(np.isfinite(largest), largest, 0)
    with np.errstate(divide="ignore"):  # the sum of nothing, or of exp(-inf) only, is 0, and its logarithm -inf
        out = np.log(np.sum(np.exp(x - largest), axis=axis, keepdims=True)) + largest
    return out if keepdims else np.squeeze(out, axis=axis)


def _spread(g: Any, x_shape: Shape, axis: Any) -> Any:
    return np.broadcast_to(g.reshape(kept(x_shape, axis)), x_shape)


def _spread_mean(g: Any, x_shape: Shape, axis: Any) -> Any:
    count = prod(x_shape) // max(prod(kept(x_shape, axis)), 1)
    return _spread(g * (1 / max(count, 1)), x_shape, axis)


def _to_extremes(g: Any, x: Any, out: Any, axis: Any) -> Any:
    """To the elements that are the maximum (or minimum), in equal parts where there are several."""
    shape = kept(x.shape, axis)
    chosen = x == out.reshape(shape)
    shares = g.reshape(shape) / np.sum(chosen, axis=axis, dtype=g.dtype, keepdims=True)
    return np.where(chosen, shares, 0)


def _to_softmax(g: Any, x: Any, out: Any, axis: Any) -> Any:
    shape = kept(x.shape, axis)
    return g.reshape(shape) * np.exp(x - out.reshape(shape))


sum_ = primitive(_sum, numpy=np.sum, x=_spread)
mean = primitive(_mean, numpy=np.mean, x=_spread_mean)
max_ = primitive(_max, numpy=np.max, x=_to_extremes)
min_ = primitive(_min, numpy=np.min, x=_to_extremes)
logsumexp = primitive(_logsumexp, x=_to_softmax)
