"""Primitives that work element by element. Shapes broadcast; the reverse pass undoes that, so no rule thinks of it."""

from __future__ import annotations

from math import log as log_of
from typing import Any

import numpy as np

from autograd.operators import functions, needs_gradient
from autograd.primitive import primitive
from autograd.zeros import holds_nan

LOG_2, LOG_10 = log_of(2), log_of(10)


def refuse_complex(name: str, x: Any) -> None:
    """TypeError for complex numbers, where a function is only for real ones."""
    if np.iscomplexobj(x):
        raise TypeError(f"{name} is for real numbers")


def nonzero(x: Any) -> Any:
    """x with 1 in the place of 0: a divisor where what is divided is 0 too, and the quotient should be."""
    return np.where(x == 0, 1, x)


add = primitive(np.add, x=lambda g: g, y=lambda g: g)
subtract = primitive(np.subtract, x=lambda g: g, y=lambda g: -g)
multiply = primitive(np.multiply, guarded=False, x=lambda g, y: g * y, y=lambda g, x: g * x)
divide = primitive(np.divide, x=lambda g, y: g / y, y=lambda g, y, out: -g * out / y)
negative = primitive(np.negative, x=lambda g: -g)
positive = primitive(np.positive, x=lambda g: g)
reciprocal = primitive(np.reciprocal, x=lambda g, out: -g * out * out)
square = primitive(np.square, x=lambda g, x: 2 * g * x)

exp = primitive(np.exp, x=lambda g, out: g * out)
exp2 = primitive(np.exp2, x=lambda g, out: g * out * LOG_2)
expm1 = primitive(np.expm1, x=lambda g, out: g * (out + 1))
log = primitive(np.log, x=lambda g, x: g / x)
log2 = primitive(np.log2, x=lambda g, x: g / (x * LOG_2))
log10 = primitive(np.log10, x=lambda g, x: g / (x * LOG_10))
log1p = primitive(np.log1p, x=lambda g, x: g / (1 + x))


def _sigmoid(x: Any) -> Any:
    """The logistic function 1 / (1 + exp(-x)), element by element, without overflow at either end."""
    refuse_complex("sigmoid", x)
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


sigmoid = primitive(_sigmoid, elementwise=True, x=lambda g, out: g * out * (1 - out))


def _lead(x: Any, y: Any) -> Any:
    """x - y, 0 where both are the same infinity."""
    same = (x == y) & np.isinf(x)
    return np.where(same, 0, x - np.where(same, 0, y))


logaddexp = primitive(
    np.logaddexp, x=lambda g, x, y: g * sigmoid(_lead(x, y)), y=lambda g, x, y: g * sigmoid(_lead(y, x))
)
logaddexp2 = primitive(
    np.logaddexp2,
    x=lambda g, x, y: g * sigmoid(LOG_2 * _lead(x, y)),
    y=lambda g, x, y: g * sigmoid(LOG_2 * _lead(y, x)),
)
sqrt = primitive(np.sqrt, x=lambda g, out: 0.5 * g / out)
cbrt = primitive(np.cbrt, x=lambda g, out: g / (3 * np.square(out)))
hypot = primitive(np.hypot, x=lambda g, x, out: g * x / nonzero(out), y=lambda g, y, out: g * y / nonzero(out))

# Where an absolute value or a maximum has a kink, the rules take one of its subgradients: 0 for |x| at 0, and the
# whole gradient to y where x and y tie, so that maximum(x, 0), the ReLU, has gradient 0 at 0.
absolute = primitive(np.absolute, x=lambda g, x, out: g * x / nonzero(out) if x.dtype.kind == "c" else g * np.sign(x))
fabs = primitive(np.fabs, x=lambda g, x: g * np.sign(x))
copysign = primitive(
    np.copysign, x=lambda g, x, y: g * np.where(np.signbit(x) == np.signbit(y), 1, -1) * (x != 0), y=lambda g: 0 * g
)


def _where_chosen(g: Any, chosen: Any) -> Any:
    """g where `chosen` holds, else 0; in the memory order of `chosen`, so that the next rules meet equal orders."""
    if isinstance(g, np.ndarray) and g.shape == chosen.shape:
        out = np.multiply(g, chosen, out=np.empty_like(chosen, dtype=g.dtype))
        if holds_nan(out):  # perhaps an infinity that was not chosen, times 0
            np.copyto(out, 0, where=~chosen)
        return out
    return np.where(chosen, g, 0)


def _is_first(y: Any, out: Any) -> Any:
    """Where the maximum or minimum of x and y is x alone; a NaN in y is y's."""
    first = out != y
    return first if isinstance(y, int | float) else first & (y == y)


maximum = primitive(
    np.maximum,
    guarded=False,
    x=lambda g, y, out: _where_chosen(g, _is_first(y, out)),
    y=lambda g, y, out: _where_chosen(g, ~_is_first(y, out)),
)
minimum = primitive(
    np.minimum,
    guarded=False,
    x=lambda g, y, out: _where_chosen(g, _is_first(y, out)),
    y=lambda g, y, out: _where_chosen(g, ~_is_first(y, out)),
)
fmax = primitive(
    np.fmax,
    guarded=False,
    x=lambda g, x, y: _where_chosen(g, (x > y) | (np.isnan(y) & ~np.isnan(x))),
    y=lambda g, x, y: _where_chosen(g, (y >= x) | np.isnan(x)),
)
fmin = primitive(
    np.fmin,
    guarded=False,
    x=lambda g, x, y: _where_chosen(g, (x < y) | (np.isnan(y) & ~np.isnan(x))),
    y=lambda g, x, y: _where_chosen(g, (y <= x) | np.isnan(x)),
)


def _clip(x: Any, a_min: Any, a_max: Any) -> Any:
    return np.clip(x, a_min, a_max)


def _inside(g: Any, x: Any, a_min: Any, a_max: Any) -> Any:
    above = x >= (-np.inf if a_min is None else a_min)
    return _where_chosen(g, above & (x <= (np.inf if a_max is None else a_max)))


clip_between = primitive(_clip, elementwise=True, guarded=False, x=_inside)


def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    """np.clip, between values, or between Tensors, to which the gradient goes where they are the bounds."""
    if (a_min is not None and min is not None) or (a_max is not None and max is not None):
        raise ValueError("clip takes each bound once: a_min and a_max, or min= and max=.")
    low, high = min if a_min is None else a_min, max if a_max is None else a_max
    if not needs_gradient([low, high]):
        return clip_between(a, low, high)
    a = a if low is None else np.maximum(low, a)
    return a if high is None else np.minimum(high, a)


functions[np.clip] = clip


def _power(x: Any, y: Any) -> Any:
    if isinstance(y, int) and y == 3:
        return x * x * x  # hundreds of times faster than NumPy's general power
    return x**y


def _power_rule_x(g: Any, x: Any, y: Any) -> Any:
    if isinstance(y, int | float):
        return g * (y * _power(x, y - 1)) if y != 0 else 0 * g
    if hasattr(y, "dtype") and y.dtype.kind in "iu":
        y = y.astype(g.dtype)  # y - 1 would wrap around in unsigned and narrow integers
    return g * y * x ** np.where((x == 0) & (y == 0), 1, y - 1)


def _power_rule_y(g: Any, x: Any, y: Any, out: Any) -> Any:
    return g * out * np.log(np.where((x == 0) & (np.real(y) >= 0), 1, x))  # 0, not 0 * -inf, at 0 ** y


power = primitive(_power, numpy=np.power, elementwise=True, x=_power_rule_x, y=_power_rule_y)


def float_power(x: Any, y: Any) -> Any:
    """`np.float_power`: the power, computed in float64 at least."""
    return _in_float64(x) ** _in_float64(y)


def _in_float64(x: Any) -> Any:
    return x.astype(np.result_type(x.dtype, np.float64)) if hasattr(x, "dtype") else x


functions[np.float_power] = float_power

# The remainders are x minus an integer multiple of y; that integer is constant almost everywhere.
remainder = primitive(np.remainder, x=lambda g: g, y=lambda g, x, y: -g * np.floor(x / y))
fmod = primitive(np.fmod, x=lambda g: g, y=lambda g, x, y: -g * np.trunc(x / y))


def _ldexp(x1: Any, x2: Any, /) -> Any:
    if np.asarray(x2).dtype.kind not in "iu":
        raise TypeError(f"ldexp takes whole exponents, not {np.asarray(x2).dtype}: for others, x1 * np.exp2(x2)")
    return np.ldexp(x1, x2)


ldexp = primitive(_ldexp, numpy=np.ldexp, elementwise=True, x1=lambda g, x2: np.ldexp(g, x2))


def _sinc(x: Any) -> Any:
    return np.sinc(x)


def _sinc_rule(g: Any, x: Any) -> Any:
    """pi times the derivative of sin(u) / u at u = pi x; around 0 by its series, where the quotients cancel."""
    u = np.pi * x
    near = np.abs(u) < 0.1
    far = np.where(near, 1, u)
    square = np.square(np.where(near, u, 0))
    series = u * (-1 / 3 + square * (1 / 30 - square * (1 / 840 - square / 45360)))
    return g * np.pi * np.where(near, series, (np.cos(far) - np.sin(far) / far) / far)


sinc = primitive(_sinc, numpy=np.sinc, elementwise=True, x=_sinc_rule)


def _nan_to_num(x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    return np.nan_to_num(x, True, nan, posinf, neginf)


nan_to_num = primitive(_nan_to_num, numpy=np.nan_to_num, elementwise=True, x=lambda g, x: g * np.isfinite(x))


def _where(condition: Any, x: Any, y: Any) -> Any:
    return np.where(condition, x, y)


where = primitive(
    _where,
    numpy=np.where,
    x=lambda g, condition: np.where(condition, g, 0),
    y=lambda g, condition: np.where(condition, 0, g),
)


def _astype(x: Any, dtype: Any) -> Any:
    return x.astype(dtype)


astype = primitive(_astype, numpy=np.ndarray.astype, x=lambda g: g)
functions[np.astype] = astype.call
