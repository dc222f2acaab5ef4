"""Piecewise constant functions: their derivative is zero wherever there is one, and is taken as zero everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.operators import functions
from autograd.ops.composing import composes
from autograd.ops.elementwise import nonzero
from autograd.primitive import primitive


def _zero(g: Any) -> Any:
    return np.zeros_like(g)


def _sign_rule(g: Any, x: Any, out: Any) -> Any:
    """Zero; a complex sign is x / |x|, which turns with x, and is taken as constant at 0."""
    if x.dtype.kind != "c":
        return np.zeros_like(g)
    return (g - np.real(g * out) * np.conj(out)) * (x != 0) / nonzero(np.abs(x))


sign = primitive(np.sign, x=_sign_rule)
floor = primitive(np.floor, x=_zero)
ceil = primitive(np.ceil, x=_zero)
trunc = primitive(np.trunc, x=_zero)
rint = primitive(np.rint, x=_zero)
floor_divide = primitive(np.floor_divide, x=_zero, y=_zero)
heaviside = primitive(np.heaviside, x=_zero, y=lambda g, x: g * (x == 0))


def _round(x: Any, decimals: int = 0) -> Any:
    return np.round(x, decimals)


def _fix(x: Any) -> Any:
    return np.trunc(x)


round_ = primitive(_round, numpy=np.round, x=_zero)
functions[np.around] = round_.call
fix = primitive(_fix, numpy=np.fix, x=_zero)


@composes(np.divmod)
def divmod_(x: Any, y: Any, /) -> tuple[Any, Any]:
    return np.floor_divide(x, y), np.remainder(x, y)


@composes(np.modf)
def modf(x: Any, /) -> tuple[Any, Any]:
    whole = np.trunc(x)
    return x - whole, whole
