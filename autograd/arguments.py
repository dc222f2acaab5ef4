"""Options of layers, optimisers and schedulers: each read, or rejected by its name, by a function for its kind."""

from __future__ import annotations

import sys
from math import inf
from operator import index
from typing import Any

import numpy as np

from autograd.errors import describe


def integer(value: Any, name: str, least: float = -inf, most: int = sys.maxsize) -> int:
    """The value as an int; TypeError unless it is an integer, ValueError unless from `least` to `most`."""
    try:
        number = index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be an integer, not {describe(value)}.")
    if number < least:
        raise ValueError(f"{name} must be {least} or more, not {describe(number)}.")
    if number > most:
        raise ValueError(f"{name} must be {most} or less, not {describe(number)}.")
    return number


def number(
    value: Any, name: str, least: float = -inf, above: float | None = None, most: float = inf, finite: bool = True
) -> float:
    """The value; TypeError unless it is a real number, ValueError for NaN, infinities (if `finite`), out of bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{name} must be a number, not {describe(value)}.")
    x: float = value.item() if isinstance(value, np.generic) else value
    if not abs(x) <= (sys.float_info.max if finite else inf):  # NaN too
        raise ValueError(f"{name} must be a {'finite ' if finite else ''}number, not {describe(x)}.")
    if x < least:
        raise ValueError(f"{name} must be {least} or more, not {x}.")
    if above is not None and x <= above:
        raise ValueError(f"{name} must be above {above}{'' if most == inf else f' and at most {most}'}, not {x}.")
    if x > most:
        bounds = f"{most} or less" if least == -inf else f"in [{least}, {most}]"
        raise ValueError(f"{name} must be {bounds}, not {x}.")
    return x


def probability(value: Any, name: str = "p") -> float:
    """The value; TypeError unless it is a number, ValueError unless it is from 0 to 1."""
    p = number(value, name)
    if not 0 <= p <= 1:
        raise ValueError(f"{name} must be between 0 and 1, not {p}.")
    return p


def flag(value: Any, name: str) -> bool:
    """The value as a bool; TypeError unless it is True or False."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, not {describe(value)}.")
    return bool(value)


def choice(value: Any, name: str, *options: str | None) -> Any:
    """The value; ValueError unless it is one of these words, or None where that is one of them."""
    if isinstance(value, str | None) and value in options:
        return value
    *others, last = map(repr, options)
    words = f"{', '.join(others)} or {last}" if len(options) < 4 else f"one of {', '.join(map(str, options))}"
    raise ValueError(f"{name} must be {words}, not {describe(value)}.")
