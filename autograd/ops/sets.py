"""Sets: the elements that are left are cut out of the array, so their gradients go back to where they came from."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from autograd.ops.composing import as_tensor, composes, values
from autograd.ops.indexing import scatter


@composes(np.unique)
def unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
) -> Any:
    """Of equal elements the first is kept, and gets the gradient."""
    ar, function = as_tensor(ar), cast(Any, np.unique)
    _, index, *others = function(values(ar), True, return_inverse, return_counts, axis, equal_nan=equal_nan)
    out = np.take(ar, index, axis)
    found = [out, *([index] if return_index else []), *others]
    return out if len(found) == 1 else tuple(found)


@composes(np.unique_values)
def unique_values(x: Any, /) -> Any:
    return unique(x, equal_nan=False)


@composes(np.union1d)
def union1d(ar1: Any, ar2: Any) -> Any:
    return unique(np.concatenate([as_tensor(ar1), as_tensor(ar2)], axis=None))


@composes(np.intersect1d)
def intersect1d(ar1: Any, ar2: Any) -> Any:
    ar1 = unique(ar1)
    return ar1[np.isin(values(ar1), values(ar2))]


@composes(np.setdiff1d)
def setdiff1d(ar1: Any, ar2: Any) -> Any:
    ar1 = unique(ar1)
    return ar1[np.isin(values(ar1), values(ar2), invert=True)]


@composes(np.setxor1d)
def setxor1d(ar1: Any, ar2: Any) -> Any:
    return np.sort(np.concatenate([as_tensor(setdiff1d(ar1, ar2)), setdiff1d(ar2, ar1)]))


@composes(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    """Counts; or the sum of the weights of each integer in x, differentiable by the weights."""
    x = values(x)
    counts = np.bincount(x, minlength=minlength)
    if weights is None:
        return as_tensor(counts)
    weights = as_tensor(weights)
    if weights.shape != x.shape:
        raise ValueError(f"bincount: x and its weights need one shape, not {x.shape} and {weights.shape}.")
    return scatter(weights.astype(np.float64), x, counts.shape)
