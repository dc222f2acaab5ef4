"""Parts of complex numbers.

The gradient of a real y by a complex x is dy/dRe(x) + i dy/dIm(x), as in PyTorch: the direction in which y grows. For a
holomorphic function the engine makes it from the ordinary rule (`Primitive.conjugate_rules`); those here are not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.operators import functions
from autograd.ops.elementwise import nonzero
from autograd.primitive import primitive


def _real(x: Any) -> Any:
    return np.copy(np.real(x))


def _imag(x: Any) -> Any:
    return np.copy(np.imag(x))


def _angle(z: Any, deg: bool = False) -> Any:
    return np.angle(z, deg)


def _to_angle(g: Any, z: Any, deg: bool) -> Any:
    if z.dtype.kind != "c":
        return np.zeros_like(g)
    turn = 1j * (z / nonzero(np.abs(z))) / nonzero(np.abs(z))
    return g * turn * (180 / np.pi if deg else 1)


real = primitive(_real, numpy=np.real, elementwise=True, x=lambda g: g)
imag = primitive(
    _imag, numpy=np.imag, elementwise=True, x=lambda g, x: g * 1j if x.dtype.kind == "c" else np.zeros_like(g)
)
angle = primitive(_angle, numpy=np.angle, elementwise=True, z=_to_angle)
conjugate = primitive(np.conjugate, x=lambda g: g.conj())
functions[np.conj] = conjugate.call
