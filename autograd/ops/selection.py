"""Elements put in order, or chosen by conditions."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.composing import as_tensor, composes, values


@composes(np.sort)
def sort(a: Any, axis: int | None = -1, kind: Any = None, *, stable: bool | None = None) -> Any:
    a, axis = (np.ravel(a), -1) if axis is None else (a, axis)
    return np.take_along_axis(a, np.argsort(values(a), axis=axis, kind=kind, stable=stable), axis)


@composes(np.partition)
def partition(a: Any, kth: Any, axis: int | None = -1, kind: Any = "introselect") -> Any:
    a, axis = (np.ravel(a), -1) if axis is None else (a, axis)
    return np.take_along_axis(a, np.argpartition(values(a), kth, axis=axis, kind=kind), axis)


@composes(np.compress)
def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    if np.ndim(condition) != 1:
        raise ValueError(f"compress: the condition must have one axis, not the shape {np.shape(condition)}.")
    a = np.ravel(a) if axis is None else a
    return np.take(a, np.flatnonzero(values(condition)), axis=0 if axis is None else axis)


@composes(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    return compress(np.ravel(values(condition)), as_tensor(arr))


@composes(np.select)
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    if len(condlist) != len(choicelist):
        raise ValueError(f"select needs as many conditions as choices, not {len(condlist)} and {len(choicelist)}.")
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = np.where(values(condition), choice, result)
    return result
