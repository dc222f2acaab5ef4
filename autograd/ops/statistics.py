"""Averages, variances, quantiles, covariances."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.operators import needs_gradient
from autograd.ops.composing import as_tensor, composes, values
from autograd.ops.reduction import (
    as_condition,
    as_float,
    kept,
    max_,
    mean_where,
    min_,
    normalized,
    reduced_axes_last,
    sum_,
    vector_length,
)
from autograd.shape_only import any_known
from autograd.tensor import Tensor


@composes(np.average)
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: Any = False) -> Any:
    a = as_tensor(a)
    if weights is None:
        result = mean_where(a, axis, keepdims=keepdims)
        return (
            (result, as_tensor(np.full(result.shape, a.size / max(result.size, 1), result.dtype)))
            if returned
            else result
        )
    if np.shape(weights) != a.shape:
        axes = () if axis is None else normalized(axis, a.ndim)
        if np.shape(weights) != tuple(a.shape[i] for i in axes):
            raise ValueError(
                f"average: weights of shape {np.shape(weights)} fit neither all of a, {a.shape}, nor axis={axis}."
            )
        weights = as_tensor(weights)
        weights = weights.transpose(np.argsort(axes).tolist()) if len(axes) > 1 else weights
        weights = weights.reshape(tuple(size if i in axes else 1 for i, size in enumerate(a.shape)))
    weights = np.broadcast_to(as_tensor(weights), a.shape)
    total = weights.sum(axis=axis, keepdims=bool(keepdims))
    if any_known(values(total) == 0):
        raise ZeroDivisionError("the weights of an average add up to 0.")
    result = (a * weights).sum(axis=axis, keepdims=bool(keepdims)) / total
    return (result, total.astype(result.dtype)) if returned else result


def _centred(a: Any, axis: Any, where: Any, mean: Any) -> Any:
    """The distances from the mean, if it is not given from their own, 0 where not counted; and how many are counted."""
    counted = np.broadcast_to(as_condition(where, a), a.shape)
    if mean is not None and np.broadcast_shapes(np.shape(mean), a.shape) != a.shape:
        raise ValueError(f"mean= of shape {np.shape(mean)} does not fit an array of shape {a.shape}.")
    distance = a - (mean_where(a, axis, keepdims=True, where=where) if mean is None else mean)
    return np.where(counted, distance, 0), counted.sum(axis=axis, keepdims=True)


@composes(np.var)
def var(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    ddof: Any = 0,
    keepdims: Any = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Any:
    if a.dtype == np.float16 and dtype is None:  # squares soon overflow
        options: Any = {"where": where, "mean": mean, "correction": correction}
        return var(a.astype(np.float32), axis, None, ddof, keepdims, **options).astype(np.float16)
    distance, count = _centred(as_float(a, dtype), axis, where, mean)
    squares = sum_(np.square(np.abs(distance) if distance.dtype.kind == "c" else distance), axis, keepdims=True)
    out = squares / _freedom(count, ddof, correction).astype(squares.dtype)
    return out if keepdims else np.squeeze(out, axis=_axes(a, axis))


@composes(np.std)
def std(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    ddof: Any = 0,
    keepdims: Any = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Any:
    distance, count = _centred(as_float(a, dtype), axis, where, mean)
    length = vector_length(distance, axis=axis, keepdims=True)
    out = length / np.sqrt(_freedom(count, ddof, correction)).astype(length.dtype)
    return out if keepdims else np.squeeze(out, axis=_axes(a, axis))


def _freedom(count: Any, ddof: Any, correction: Any) -> Any:
    """The degrees of freedom: the count, less ddof, which is called correction too."""
    if correction is not None and ddof != 0:
        raise ValueError(f"ddof={ddof} and correction={correction} are the same: give one of them.")
    return np.maximum(count - (ddof if correction is None else correction), 0)


def _axes(a: Any, axis: Any) -> Any:
    return tuple(range(a.ndim)) if axis is None else axis


@composes(np.ptp)
def ptp(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    return max_(a, axis, keepdims=keepdims) - min_(a, axis, keepdims=keepdims)


@composes(np.quantile)
def quantile(
    a: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False, weights: Any = None
) -> Any:
    """Between two neighbours in order, at the place where NumPy finds the quantile of 0, 1, ..., n - 1 itself."""
    if weights is not None:
        raise TypeError("quantile of Tensors takes no weights=.")
    if needs_gradient(q):
        raise TypeError("quantile has no derivative here by the probabilities q: give their values, q.data.")
    a = as_tensor(a)
    if a.dtype.kind == "c":
        raise TypeError("there is no quantile of complex numbers: they have no order.")
    axis = axis if axis is None else np.lib.array_utils.normalize_axis_tuple(axis, a.ndim)
    a = a.astype(np.float64) if a.dtype.kind in "biu" else a
    ordered: Any = np.sort(reduced_axes_last(a, axis), axis=-1)
    n = ordered.shape[-1]
    if n == 0:
        raise IndexError(f"there is no quantile of nothing: the array has shape {a.shape}.")
    place = np.quantile(np.arange(n, dtype=np.float64), values(q), method=method)  # type: ignore[call-overload]
    q = values(q) if isinstance(q, Tensor) else q  # a number leaves the dtype, an array may widen it
    ordered = as_float(ordered, np.quantile(np.ones(1, a.dtype), q, method=method).dtype)  # type: ignore[call-overload]
    low = np.clip(np.floor(place).astype(int), 0, max(n - 2, 0))
    share = (place - low).astype(ordered.dtype)
    below, above = ordered[..., low], ordered[..., np.minimum(low + 1, n - 1)]
    with np.errstate(invalid="ignore"):  # between infinities there is nothing; then the share is 0 or 1
        between = below + (above - below) * share
    out = np.where(share == 0, below, np.where(share == 1, above, between))
    holds_nan = np.isnan(values(ordered)[..., -1]).reshape(ordered.shape[:-1] + (1,) * share.ndim)
    out = np.where(holds_nan, np.nan, out) if any_known(holds_nan) else out
    out = np.moveaxis(out, range(ordered.ndim - 1, out.ndim), range(share.ndim)) if share.ndim else out
    return out.reshape(share.shape + kept(a.shape, axis)) if keepdims else out


@composes(np.percentile)
def percentile(
    a: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False, weights: Any = None
) -> Any:
    q = q / 100 if isinstance(q, int | float | Tensor) else np.asarray(q) / 100
    return quantile(a, q, axis, method=method, keepdims=keepdims, weights=weights)


@composes(np.median)
def median(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    a = as_tensor(a)
    if reduced_axes_last(a, axis).shape[-1] == 0:  # NaN, with NumPy's warning
        return as_tensor(np.median(values(a), axis, keepdims=keepdims))
    axis = axis if axis is None else np.lib.array_utils.normalize_axis_tuple(axis, a.ndim)
    ordered = np.sort(reduced_axes_last(as_float(a, None), axis), axis=-1)
    n = ordered.shape[-1]
    middle = ordered[..., n // 2]
    out = middle if n % 2 else (ordered[..., n // 2 - 1] + middle) / 2
    holds_nan = np.isnan(values(ordered)[..., -1])
    out = np.where(holds_nan, np.nan, out) if any_known(holds_nan) else out
    return out.reshape(kept(a.shape, axis)) if keepdims else out


def _variables(m: Any, rowvar: bool) -> Any:
    """A matrix with a variable in each row; a vector is one variable."""
    x = as_tensor(m)
    return np.atleast_2d(x) if rowvar or x.ndim < 2 else x.T


@composes(np.cov)
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
) -> Any:
    """With weights of the columns: fweights are integers, how often each counts; aweights are constants too."""
    x = _variables(m, rowvar)
    x = x.astype(np.result_type(x.dtype, np.float64))  # as NumPy does
    if y is not None:
        x = np.concatenate([x, _variables(y, rowvar)])
    ddof = (0 if bias else 1) if ddof is None else ddof
    if fweights is None and aweights is None:
        centred = x - x.mean(axis=1, keepdims=True)
        return np.squeeze(centred @ np.conj(centred).T * (1 / np.float64(max(x.shape[1] - ddof, 0))))
    for name, weights in (("fweights", fweights), ("aweights", aweights)):
        if needs_gradient(weights):
            raise TypeError(f"cov has no derivative by {name} here: give their values, {name}.data.")
        if weights is not None and (np.shape(weights) != x.shape[1:] or any_known(values(weights) < 0)):
            raise ValueError(f"cov: {name} are {x.shape[1]} numbers of 0 or more, one for each column.")
    if fweights is not None and values(fweights).dtype.kind not in "iu":
        raise TypeError(f"cov: fweights are integers, not {values(fweights).dtype}.")
    counts = np.ones(x.shape[1]) if fweights is None else values(fweights).astype(np.float64)
    shares = np.ones(x.shape[1]) if aweights is None else values(aweights).astype(np.float64)
    w = counts * shares
    factor = w.sum() - ddof * (w * shares).sum() / w.sum()
    centred = x - (x * w).sum(axis=1, keepdims=True) / w.sum()
    return np.squeeze((centred * w) @ np.conj(centred).T * (1 / np.float64(max(factor, 0.0))))


@composes(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    c = cov(x, y, rowvar)
    if c.ndim == 0:
        return c / c
    scale = np.sqrt(np.diag(c).real)
    return c / scale[:, None] / scale
