"""NumPy functions that have no gradient: called on Tensors, they work on the values and return constants."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np

from autograd.recording import without_tensors
from autograd.tensor import functions, wrap


def on_values(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` on the arrays of its Tensors; an array that it returns is wrapped, anything else is returned as is."""

    def call(*args: Any, **kwargs: Any) -> Any:
        plain = {name: without_tensors(value) for name, value in kwargs.items()}
        out = function(*without_tensors(args), **plain)
        return wrap(out) if isinstance(out, np.ndarray | np.generic) else out

    return call


COMPARISONS = (np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal, np.isclose)
TESTS = (np.isnan, np.isinf, np.isfinite)
LOGIC = (np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.bitwise_and, np.bitwise_or, np.invert)
SUMMARIES = (np.all, np.any, np.allclose, np.array_equal, np.count_nonzero, np.argmax, np.argmin, np.argsort)
SHAPES = (np.shape, np.ndim, np.size)
CONSTANTS = (np.sign, np.zeros_like, np.ones_like, np.full_like, np.empty_like)

_families: tuple[tuple[Callable[..., Any], ...], ...] = (COMPARISONS, TESTS, LOGIC, SUMMARIES, SHAPES, CONSTANTS)
for _function in chain(*_families):
    functions[_function] = on_values(_function)
