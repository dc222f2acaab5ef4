"""Products, variances, quantiles and running sums: composed, so that they are right at zeros and to any order."""

from __future__ import annotations

from math import prod as product
from typing import Any

import numpy as np

from autograd.operators import functions
from autograd.ops.composed import as_tensor, composes, values
from autograd.ops.elementwise import nonzero
from autograd.ops.reduction import kept, max_, mean, min_, sum_
from autograd.ops.shape import along
from autograd.primitive import primitive
from autograd.recording import needs_gradient


def _given(option: Any) -> bool:
    return option is not None and option is not np._NoValue


# Reductions with where= and initial= -------------------------------------------------------------------------------


@composes(np.sum)
def sum_where(
    a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = True
) -> Any:
    if where is not True:
        a = np.where(_where(where, a), a, 0)
    total = sum_(a, axis, dtype, keepdims=keepdims)
    return total + initial if _given(initial) else total


@composes(np.mean)
def mean_where(a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False, where: Any = True) -> Any:
    if where is True:
        return mean(a, axis, dtype, keepdims=keepdims)
    counted = np.broadcast_to(_where(where, a), a.shape)
    count = counted.sum(axis=axis, keepdims=bool(keepdims))
    a = _as_float(a, dtype)
    return sum_where(a, axis, keepdims=keepdims, where=counted) / count.astype(a.dtype)


def _extreme(primitive_: Any, combine: Any, neutral: float) -> Any:
    def extreme(a: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = True) -> Any:
        if where is not True:
            if not _given(initial):
                raise ValueError("max and min with where= need an initial=, which stands where nothing is chosen.")
            a = np.where(_where(where, a), a, neutral)
        if _given(initial) and a.size == 0:
            nothing = sum_(a, axis, keepdims=keepdims)
            return combine(nothing + neutral, initial)
        result = primitive_(a, axis, keepdims=keepdims)
        return combine(result, initial) if _given(initial) else result

    return extreme


functions[np.max] = functions[np.amax] = _extreme(max_, np.maximum, -np.inf)
functions[np.min] = functions[np.amin] = _extreme(min_, np.minimum, np.inf)


@composes(np.prod)
def prod(
    a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = True
) -> Any:
    """Neighbours are multiplied, then neighbours of those: right where elements are zero, in few steps."""
    a = _promoted(a, dtype)
    if where is not True:
        a = np.where(_where(where, a), a, 1)
    shape = kept(a.shape, axis)
    x = _reduced_axes_last(a, axis)
    while x.shape[-1] > 1:
        even = x.shape[-1] - x.shape[-1] % 2
        halves = x[..., 0:even:2] * x[..., 1:even:2]
        x = halves if even == x.shape[-1] else np.concatenate([halves, x[..., even:]], axis=-1)
    out = x[..., 0] if x.shape[-1] else np.ones(x.shape[:-1], a.dtype) + x.sum(axis=-1)
    out = out.reshape(shape) if keepdims else out
    return out * initial if _given(initial) else out


def normalized(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes, counted from 0; AxisError for those that are not there. A number has the axes 0 and -1, as in NumPy."""
    if ndim == 0 and axis in (0, -1):
        return ()
    return tuple(np.lib.array_utils.normalize_axis_tuple(axis, ndim))


def _where(where: Any, a: Any) -> Any:
    """The condition as an array that broadcasts to a; ValueError where it is larger."""
    condition = values(where)
    if np.broadcast_shapes(condition.shape, a.shape) != a.shape:
        raise ValueError(f"where= of shape {condition.shape} does not fit an array of shape {a.shape}.")
    return condition


def _promoted(a: Any, dtype: Any) -> Any:
    """In the dtype of a product: as given, and for small whole numbers NumPy's larger one."""
    dtype = dtype or (np.prod(np.ones(1, a.dtype)).dtype if a.dtype.kind in "biu" else a.dtype)
    return a if a.dtype == dtype else a.astype(dtype)


def _reduced_axes_last(a: Any, axis: Any) -> Any:
    """The axes to reduce as one, the last."""
    reduced = list(range(a.ndim) if axis is None else normalized(axis, a.ndim))
    others = [i for i in range(a.ndim) if i not in reduced]
    return a.transpose(others + reduced).reshape([a.shape[i] for i in others] + [product(a.shape[i] for i in reduced)])


# Running sums and products -----------------------------------------------------------------------------------------


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
    a = _promoted(a, dtype)
    x, axis = (np.ravel(a), 0) if axis is None or a.ndim == 0 else (a, normalized(axis, a.ndim)[0])
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


# Averages and spread -----------------------------------------------------------------------------------------------


@composes(np.average)
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: Any = False) -> Any:
    a = as_tensor(a)
    if weights is None:
        weights = np.ones(a.shape, a.dtype)
    elif np.shape(weights) != a.shape:
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
    if (total.data == 0).any():
        raise ZeroDivisionError("the weights of an average add up to 0.")
    result = (a * weights).sum(axis=axis, keepdims=bool(keepdims)) / total
    return (result, total) if returned else result


def _centred(a: Any, axis: Any, where: Any) -> Any:
    """The distances from the mean, 0 where not counted, and how many are counted."""
    counted = np.broadcast_to(_where(where, a), a.shape)
    distance = a - mean_where(a, axis, keepdims=True, where=where)
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
    correction: Any = None,
) -> Any:
    ddof = _freedom(ddof, correction)
    a = _as_float(a, dtype)
    distance, count = _centred(a, axis, where)
    out = sum_((distance * np.conj(distance)).real, axis, keepdims=True) * (1 / np.maximum(count - ddof, 0)).astype(
        a.real.dtype
    )
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
    correction: Any = None,
) -> Any:
    ddof = _freedom(ddof, correction)
    a = _as_float(a, dtype)
    distance, count = _centred(a, axis, where)
    out = vector_length(distance, axis=axis, keepdims=True) * (1 / np.sqrt(np.maximum(count - ddof, 0))).astype(
        a.real.dtype
    )
    return out if keepdims else np.squeeze(out, axis=_axes(a, axis))


def _freedom(ddof: Any, correction: Any) -> Any:
    """What is subtracted from the count, by either of its names."""
    if correction is None:
        return ddof
    if ddof != 0:
        raise ValueError(f"ddof={ddof} and correction={correction} are the same: give one of them.")
    return correction


def _as_float(a: Any, dtype: Any) -> Any:
    """In the given dtype; else whole numbers in double precision, as NumPy has it."""
    dtype = dtype or (a.dtype if a.dtype.kind in "fc" else np.float64)
    return a if a.dtype == dtype else a.astype(dtype)


def _axes(a: Any, axis: Any) -> Any:
    return tuple(range(a.ndim)) if axis is None else axis


def _vector_length(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """The square root of the sum of squares; its gradient at 0 is 0."""
    size = np.abs(x)
    return np.sqrt(np.sum(size * size, axis=axis, keepdims=keepdims))


def _along_itself(g: Any, x: Any, out: Any, axis: Any) -> Any:
    shape = kept(x.shape, axis)
    return x * (g / nonzero(out)).reshape(shape)


vector_length = primitive(_vector_length, x=_along_itself)


@composes(np.ptp)
def ptp(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    return max_(a, axis, keepdims=keepdims) - min_(a, axis, keepdims=keepdims)


# Order statistics --------------------------------------------------------------------------------------------------


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
    ordered: Any = np.sort(_reduced_axes_last(a, axis), axis=-1)
    n = ordered.shape[-1]
    if n == 0:
        raise IndexError(f"there is no quantile of nothing: the array has shape {a.shape}.")
    place = np.quantile(np.arange(n, dtype=np.float64), values(q), method=method)  # type: ignore[call-overload]
    low = np.clip(np.floor(place).astype(int), 0, max(n - 2, 0))
    share = (place - low).astype(a.dtype)
    below, above = ordered[..., low], ordered[..., np.minimum(low + 1, n - 1)]
    with np.errstate(invalid="ignore"):  # between infinities there is nothing; then the share is 0 or 1
        between = below + (above - below) * share
    out = np.where(share == 0, below, np.where(share == 1, above, between))
    holds_nan = np.isnan(ordered.data[..., -1]).reshape(ordered.shape[:-1] + (1,) * share.ndim)
    out = np.where(holds_nan, np.nan, out) if holds_nan.any() else out
    out = np.moveaxis(out, range(ordered.ndim - 1, out.ndim), range(share.ndim)) if share.ndim else out
    return out.reshape(share.shape + kept(a.shape, axis)) if keepdims else out


@composes(np.percentile)
def percentile(
    a: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False, weights: Any = None
) -> Any:
    return quantile(
        a, q / 100 if needs_gradient(q) else values(q) / 100, axis, method=method, keepdims=keepdims, weights=weights
    )


@composes(np.median)
def median(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    a = as_tensor(a)
    if _reduced_axes_last(a, axis).shape[-1] == 0:  # NaN, with NumPy's warning
        return as_tensor(np.median(a.data, axis, keepdims=keepdims))
    return quantile(a, 0.5, axis, keepdims=keepdims)


# Without NaN -------------------------------------------------------------------------------------------------------


def _without_nan(a: Any, where: Any = True) -> tuple[Any, Any]:
    """a with 0 in the place of NaN, and what is counted: what is no NaN, and is chosen by `where`."""
    is_number = ~np.isnan(values(a))
    return np.where(is_number, a, 0), is_number & _where(where, a)


@composes(np.nansum)
def nansum(
    a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = True
) -> Any:
    return sum_where(_without_nan(a)[0], axis, dtype, keepdims=keepdims, initial=initial, where=where)


@composes(np.nanprod)
def nanprod(
    a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = True
) -> Any:
    clean, counted = _without_nan(a, where)
    return prod(clean, axis, dtype, keepdims=keepdims, initial=initial, where=counted)


@composes(np.nanmean)
def nanmean(a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False, where: Any = True) -> Any:
    clean, counted = _without_nan(a, where)
    return mean_where(clean, axis, dtype, keepdims=keepdims, where=counted)


@composes(np.nanvar)
def nanvar(
    a: Any, axis: Any = None, dtype: Any = None, ddof: Any = 0, keepdims: Any = False, *, where: Any = True
) -> Any:
    clean, counted = _without_nan(a, where)
    return var(clean, axis, dtype, ddof, keepdims, where=counted)


@composes(np.nanstd)
def nanstd(
    a: Any, axis: Any = None, dtype: Any = None, ddof: Any = 0, keepdims: Any = False, *, where: Any = True
) -> Any:
    clean, counted = _without_nan(a, where)
    return std(clean, axis, dtype, ddof, keepdims, where=counted)


@composes(np.nanmax)
def nanmax(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    return _without_all_nan(max_, a, axis, keepdims, -np.inf)


@composes(np.nanmin)
def nanmin(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    return _without_all_nan(min_, a, axis, keepdims, np.inf)


def _without_all_nan(extreme: Any, a: Any, axis: Any, keepdims: Any, neutral: float) -> Any:
    counted = _without_nan(a)[1]
    found = extreme(np.where(counted, a, neutral) if not counted.all() else a, axis, keepdims=keepdims)
    some = counted.any(axis=axis, keepdims=bool(keepdims))
    return found if some.all() else np.where(some, found, np.nan)


@composes(np.nancumsum)
def nancumsum(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    return cumsum(_without_nan(a)[0], axis, dtype)


@composes(np.nancumprod)
def nancumprod(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    clean, counted = _without_nan(a)
    return cumprod(np.where(counted, clean, 1), axis, dtype)


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
    """With weights of the columns: fweights are whole numbers, how often each counts; aweights are constants too."""
    x = np.atleast_2d(as_tensor(m))
    x = x.astype(np.result_type(x.dtype, np.float64))  # as NumPy does
    x = x if rowvar or x.shape[0] == 1 else x.T
    if y is not None:
        other = np.atleast_2d(as_tensor(y))
        x = np.concatenate([x, other if rowvar or other.shape[0] == 1 else other.T])
    ddof = (0 if bias else 1) if ddof is None else ddof
    if fweights is None and aweights is None:
        centred = x - x.mean(axis=1, keepdims=True)
        return np.squeeze(centred @ np.conj(centred).T * (1 / np.float64(max(x.shape[1] - ddof, 0))))
    for name, weights in (("fweights", fweights), ("aweights", aweights)):
        if needs_gradient(weights):
            raise TypeError(f"cov has no derivative by {name} here: give their values, {name}.data.")
        if weights is not None and (np.shape(weights) != x.shape[1:] or (values(weights) < 0).any()):
            raise ValueError(f"cov: {name} are {x.shape[1]} numbers of 0 or more, one for each column.")
    if fweights is not None and values(fweights).dtype.kind not in "iu":
        raise TypeError(f"cov: fweights are whole numbers, not {values(fweights).dtype}.")
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
