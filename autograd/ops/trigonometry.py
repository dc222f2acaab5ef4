"""Trigonometric and hyperbolic functions, their inverses, and angles."""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np

from autograd.ops.elementwise import nonzero
from autograd.primitive import primitive

DEGREE = pi / 180

sin = primitive(np.sin, x=lambda g, x: g * np.cos(x))
cos = primitive(np.cos, x=lambda g, x: -g * np.sin(x))
tan = primitive(np.tan, x=lambda g, out: g * (1 + out * out))
arcsin = primitive(np.arcsin, x=lambda g, x: g / np.sqrt(1 - np.square(x)))
arccos = primitive(np.arccos, x=lambda g, x: -g / np.sqrt(1 - np.square(x)))
arctan = primitive(np.arctan, x=lambda g, x: g / (1 + np.square(x)))


def _over_squares(z: Any, x: Any, y: Any) -> Any:
    """z / (x^2 + y^2), where z is x or y; 0 where both are 0, and where one is infinite."""
    infinite = np.isinf(x) | np.isinf(y)
    z, x, y = (np.where(infinite, 0, part) for part in (z, x, y))
    length = nonzero(np.hypot(x, y))
    return z / length / length


arctan2 = primitive(
    np.arctan2, x=lambda g, x, y: g * _over_squares(y, x, y), y=lambda g, x, y: -g * _over_squares(x, x, y)
)

sinh = primitive(np.sinh, x=lambda g, x: g * np.cosh(x))
cosh = primitive(np.cosh, x=lambda g, x: g * np.sinh(x))
tanh = primitive(np.tanh, x=lambda g, out: g - g * np.square(out))
arcsinh = primitive(np.arcsinh, x=lambda g, x: g / np.sqrt(np.square(x) + 1))
arccosh = primitive(np.arccosh, x=lambda g, x: g / np.sqrt(x - 1) / np.sqrt(x + 1))
arctanh = primitive(np.arctanh, x=lambda g, x: g / (1 - np.square(x)))

deg2rad = primitive(np.deg2rad, x=lambda g: g * DEGREE)
rad2deg = primitive(np.rad2deg, x=lambda g: g / DEGREE)
radians = primitive(np.radians, x=lambda g: g * DEGREE)
degrees = primitive(np.degrees, x=lambda g: g / DEGREE)
