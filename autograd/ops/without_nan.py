"""Reductions that leave NaN out."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.operators import functions
from autograd.ops.composing import composes, values
from autograd.ops.reduction import as_condition, mean_where, prod, sum_where
from autograd.ops.running import cumprod, cumsum
from autograd.ops.statistics import std, var
from autograd.shape_only import any_known


def _without_nan(a: Any, where: Any = True) -> tuple[Any, Any]:
    """a with 0 in the place of NaN, and what is counted: what is no NaN, and is chosen by `where`."""
    is_number = ~np.isnan(values(a))
    return np.where(is_number, a, 0), is_number & as_condition(where, a)


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
    clean, counted = _without_nan(a, where)
    return var(clean, axis, dtype, ddof, keepdims, where=counted, mean=mean, correction=correction)


@composes(np.nanstd)
def nanstd(
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
    clean, counted = _without_nan(a, where)
    return std(clean, axis, dtype, ddof, keepdims, where=counted, mean=mean, correction=correction)


@composes(np.nanmax)
def nanmax(a: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = True) -> Any:
    return _without_all_nan(np.max, a, axis, keepdims, initial, where, -np.inf)


@composes(np.nanmin)
def nanmin(a: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = True) -> Any:
    return _without_all_nan(np.min, a, axis, keepdims, initial, where, np.inf)


def _without_all_nan(extreme: Any, a: Any, axis: Any, keepdims: Any, initial: Any, where: Any, neutral: float) -> Any:
    counted = _without_nan(a)[1]
    a = np.where(counted, a, neutral) if any_known(~counted) else a
    found = functions[extreme](a, axis, keepdims=keepdims, initial=initial, where=where)
    some = counted.any(axis=axis, keepdims=bool(keepdims))
    return np.where(some, found, np.nan) if initial is None and any_known(~some) else found


@composes(np.nancumsum)
def nancumsum(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    return cumsum(_without_nan(a)[0], axis, dtype)


@composes(np.nancumprod)
def nancumprod(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    clean, counted = _without_nan(a)
    return cumprod(np.where(counted, clean, 1), axis, dtype)
