"""The error function, which NumPy does not have."""

from __future__ import annotations

from math import erf as erf_of
from math import factorial, pi, sqrt
from typing import Any

import numpy as np

from autograd.ops.elementwise import refuse_complex
from autograd.primitive import primitive
from autograd.shape_only import ShapeOnly

PER_UNIT = 64
"""Known points to the unit. Seven derivatives at the nearest of them give every digit of float64, three of float32."""

END = 6
"""From here on erf is 1, to the last digit."""


def _taylor_coefficients() -> list[Any]:
    """For each power of h, its coefficient in erf(x + h) at every known point x.

    The derivatives follow from f' = 2 / sqrt(pi) exp(-x^2), f'' = -2 x f', and that differentiated again and again.
    """
    x = np.arange(END * PER_UNIT + 1) / PER_UNIT
    derivatives = [np.array([erf_of(point) for point in x]), 2 / sqrt(pi) * np.exp(-x * x)]
    for n in range(1, 7):
        derivatives.append(-2 * (x * derivatives[n] + (n - 1) * derivatives[n - 1]))
    return [derivative / factorial(n) for n, derivative in enumerate(derivatives)]


COEFFICIENTS = _taylor_coefficients()


def _erf(x: Any) -> Any:
    """The error function 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x, element by element."""
    refuse_complex("erf", x)
    x = np.asanyarray(x)
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    if isinstance(x, ShapeOnly):  # what has no values is looked up in no table
        return x.copy()
    distance = np.minimum(np.abs(x), END)
    nearest = np.fmin(np.rint(distance * PER_UNIT), END * PER_UNIT).astype(np.intp)  # also where x is NaN
    h = distance - (nearest / PER_UNIT).astype(x.dtype)
    *lower, highest = COEFFICIENTS if x.dtype.itemsize > 4 else COEFFICIENTS[:4]
    out = highest.astype(x.dtype)[nearest]
    for coefficient in reversed(lower):
        out = out * h + coefficient.astype(x.dtype)[nearest]
    return np.copysign(out, x)


erf = primitive(_erf, elementwise=True, x=lambda g, x: g * (2 / sqrt(pi) * np.exp(-np.square(x))))
