"""NumPy functions that have no derivative: called on Tensors, they work on the values and return constants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.operators import functions, needs_gradient, without_tensors
from autograd.tensor import wrap


def on_values(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` on the arrays of its Tensors; arrays that it returns are wrapped, anything else is returned as is."""

    def call(*args: Any, **kwargs: Any) -> Any:
        if needs_gradient(kwargs.get("weights")):
            raise TypeError(
                f"np.{function.__name__} has no derivative by its weights here. Instead: np.bincount of "
                "np.digitize(x, edges), with weights=."
            )
        plain = {name: without_tensors(value) for name, value in kwargs.items()}
        return _wrapped(function(*without_tensors(args), **plain))

    return call


def _wrapped(out: Any) -> Any:
    if isinstance(out, np.ndarray | np.generic):
        return wrap(out) if np.asarray(out).dtype.kind in "biufc" else out
    if isinstance(out, tuple):
        parts = map(_wrapped, out)
        return type(out)(*parts) if hasattr(out, "_fields") else tuple(parts)
    return out


_: Any = np
FAMILIES: dict[str, tuple[Callable[..., Any], ...]] = {
    "it compares: true or false": (
        *(_.equal, _.not_equal, _.less, _.less_equal, _.greater, _.greater_equal, _.isclose, _.allclose),
        *(_.array_equal, _.array_equiv, _.isin),
    ),
    "it tests: true or false": (
        *(_.isnan, _.isinf, _.isfinite, _.isneginf, _.isposinf, _.isreal, _.iscomplex, _.isrealobj, _.iscomplexobj),
        *(_.signbit, _.all, _.any),
    ),
    "it is for conditions and integers": (
        *(_.logical_and, _.logical_or, _.logical_not, _.logical_xor, _.bitwise_and, _.bitwise_or, _.bitwise_xor),
        *(_.invert, _.left_shift, _.right_shift, _.bitwise_count, _.gcd, _.lcm, _.packbits, _.unpackbits),
    ),
    "it gives integers: places, ranks or counts": (
        *(_.argmax, _.argmin, _.argsort, _.argpartition, _.argwhere, _.nanargmax, _.nanargmin, _.lexsort),
        *(_.nonzero, _.flatnonzero, _.count_nonzero, _.searchsorted, _.digitize, _.linalg.matrix_rank),
    ),
    "it gives indices": (
        *(_.diag_indices_from, _.tril_indices_from, _.triu_indices_from, _.unravel_index, _.ravel_multi_index, _.ix_),
        _.einsum_path,
    ),
    "it gives several sets of places; np.unique gives the elements with their gradient": (
        *(_.unique_all, _.unique_counts, _.unique_inverse),
    ),
    "it counts, between edges that are taken as constants": (
        *(_.histogram, _.histogram2d, _.histogramdd, _.histogram_bin_edges),
    ),
    "it tells a shape or a type": (
        *(_.shape, _.ndim, _.size, _.result_type, _.can_cast, _.common_type, _.min_scalar_type),
        *(_.shares_memory, _.may_share_memory),
    ),
    "it gives a constant array": (_.zeros_like, _.ones_like, _.empty_like, _.spacing, _.nextafter),
    "it gives text": (_.array2string, _.array_repr, _.array_str),
}
REASONS = {function: reason for reason, family in FAMILIES.items() for function in family}

for _function in REASONS:
    functions[_function] = on_values(_function)
