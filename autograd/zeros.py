"""A gradient of 0 stays 0, even where the slope is infinite or NaN: so a branch that is not taken gives no NaN."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd.shape_only import ShapeOnly, any_known
from autograd.tensor import Tensor

SAFE = (0.5, 2.0)
"""At one of them, every real function has finite derivatives of any order."""


def zero_stays_zero(rule: Callable[..., Any]) -> Callable[..., Any]:
    """The rule, element by element, of an operation: where it makes NaN of a gradient of 0, the result is 0.

    There, what the rule is told is replaced by a harmless number, and what it gives by 0; so that derivatives of the
    gradient are 0 there too.
    """

    @wraps(rule)
    def guarded(g: Any, *saved: Any) -> Any:
        contribution = rule(g, *saved)
        if not holds_nan(contribution):
            return contribution
        zero = (_values(g) == 0) & np.isnan(_values(contribution))
        if not any_known(zero):
            return contribution
        for number in SAFE:
            contribution = rule(g, *(np.where(zero, number, x) if _is_inexact(x) else x for x in saved))
            if not any_known(zero & np.isnan(_values(contribution))):
                break
        return np.where(zero, 0, contribution)

    return guarded


def zero_matrices_stay_zero(rule: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a rule by matrices, batched over leading axes: where none arrives at a matrix, none goes on."""

    @wraps(rule)
    def guarded(g: Any, *saved: Any) -> Any:
        contribution = rule(g, *saved)
        if not holds_nan(contribution) or contribution.ndim <= 2:
            return contribution
        batch = contribution.ndim - 2
        zero = (_values(g) == 0).all(axis=tuple(range(batch, g.ndim))) & np.isnan(_values(contribution)).any((-1, -2))
        if not any_known(zero):
            return contribution
        contribution = rule(g, *(_with_harmless(x, zero) if _is_inexact(x) else x for x in saved))
        return np.where(zero[..., None, None], 0, contribution)

    return guarded


def _with_harmless(x: Any, zero: Any) -> Any:
    """x with the identity in the place of matrices where `zero` holds, and 1 in that of other arrays."""
    is_square = x.ndim == zero.ndim + 2 and x.shape[-1] == x.shape[-2]
    harmless = np.eye(x.shape[-1], dtype=x.dtype) if is_square else 1
    return np.where(zero.reshape(zero.shape + (1,) * (x.ndim - zero.ndim)), harmless, x)


def holds_nan(x: Any) -> bool:
    """Whether there is a NaN in x, or perhaps one: the product of x with itself is the quickest test."""
    array = _values(x)
    if isinstance(array, ShapeOnly):
        return False
    flat = array.ravel("K")
    product = np.vdot(flat, flat)  # it gives no warning of an overflow
    return bool(product != product)


def _values(x: Any) -> Any:
    return x._array if isinstance(x, Tensor) else x


def _is_inexact(x: Any) -> bool:
    """Whether x is an array or a Tensor of floating point numbers."""
    return isinstance(x, np.ndarray | np.generic | Tensor) and x.dtype.kind in "fc"
