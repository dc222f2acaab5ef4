"""Primitives that work element by element. Shapes broadcast; the reverse pass undoes that, so no rule thinks of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.primitive import primitive

add = primitive(np.add, x=lambda g: g, y=lambda g: g)
subtract = primitive(np.subtract, x=lambda g: g, y=lambda g: -g)
multiply = primitive(np.multiply, x=lambda g, y: g * y, y=lambda g, x: g * x)
divide = primitive(np.divide, x=lambda g, y: g / y, y=lambda g, y, out: -g * out / y)
negative = primitive(np.negative, x=lambda g: -g)

exp = primitive(np.exp, x=lambda g, out: g * out)
log = primitive(np.log, x=lambda g, x: g / x)
sqrt = primitive(np.sqrt, x=lambda g, out: 0.5 * g / out)
tanh = primitive(np.tanh, x=lambda g, out: g - g * out * out)

# Where an absolute value or a maximum has a kink, the rules take one of its subgradients: 0 for |x| at 0, and the
# whole gradient to y where x and y tie, so that maximum(x, 0), the ReLU, has gradient 0 at 0.
absolute = primitive(np.absolute, x=lambda g, x: g * np.sign(x))


def _where_chosen(g: Any, chosen: Any) -> Any:
    """g where `chosen` holds, else 0; in the memory order of `chosen`, so that the next rules meet equal orders."""
    if isinstance(g, np.ndarray):
        return np.multiply(g, chosen, out=np.empty_like(chosen, dtype=g.dtype))
    return g * chosen


maximum = primitive(
    np.maximum, x=lambda g, y, out: _where_chosen(g, out > y), y=lambda g, y, out: _where_chosen(g, out == y)
)
minimum = primitive(
    np.minimum, x=lambda g, y, out: _where_chosen(g, out < y), y=lambda g, y, out: _where_chosen(g, out == y)
)


def _power(x: Any, y: Any) -> Any:
    if isinstance(y, int) and y == 3:
        return x * x * x  # hundreds of times faster than NumPy's general power
    return x**y


def _power_rule_x(g: Any, x: Any, y: Any) -> Any:
    if isinstance(y, int | float):
        return g * (y * _power(x, y - 1)) if y != 0 else 0 * g
    return g * y * x ** np.where((x == 0) & (y == 0), 1, y - 1)


def _power_rule_y(g: Any, x: Any, out: Any) -> Any:
    return g * out * np.log(np.where((x == 0) & (out == 0), 1, x))


power = primitive(_power, numpy=np.power, x=_power_rule_x, y=_power_rule_y)


def _sigmoid(x: Any) -> Any:
    """The logistic function 1 / (1 + exp(-x)), without overflow at either end."""
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


sigmoid = primitive(_sigmoid, x=lambda g, out: g * out * (1 - out))


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
