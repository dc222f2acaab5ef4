"""What the options of optimisers and schedulers must be, beside what `autograd.arguments` has for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

from autograd import Tensor
from autograd.arguments import flag, integer, number
from autograd.errors import describe

Options: TypeAlias = Mapping[str, Any]


def at_least_0(options: Options, *names: str) -> None:
    """Each of these options must be a finite number of 0 or more."""
    for name in names:
        number(options[name], name, least=0)


def flags(options: Options, *names: str) -> None:
    """Each of these options must be True or False."""
    for name in names:
        flag(options[name], name)


def two_betas(options: Options) -> None:
    """`betas` must be two numbers in [0, 1)."""
    betas = numbers(options["betas"], "betas", "two")
    if not all(0 <= beta < 1 for beta in betas):
        raise ValueError(f"betas must be in [0, 1), not {betas!r}.")


def numbers(value: Any, name: str, count: str) -> tuple[float, ...]:
    """An option must be "two" or "three" numbers, in a tuple or list; they are finite."""
    length = {"two": 2, "three": 3}[count]
    if not isinstance(value, tuple | list) or len(value) != length or not all(map(is_number, value)):
        raise TypeError(f"{name} must be {count} numbers, not {describe(value)}.")
    return tuple(number(item, f"{name}[{i}]") for i, item in enumerate(value))


def integers(value: Any, name: str, least: int) -> list[int]:
    """An option must be some integers of `least` or more."""
    if not isinstance(value, Iterable) or isinstance(value, str):
        raise TypeError(f"{name} must be a list of integers, not {describe(value)}.")
    return [integer(item, name, least) for item in value]


def is_number(value: object) -> bool:
    """Whether a value is a real number, and no truth value."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def as_number(value: Any, name: str) -> float:
    """A loss or another measure, which may be NaN: a number, or a Tensor or array with one element."""
    single = value.item() if isinstance(value, Tensor | np.ndarray) and value.size == 1 else value
    if not is_number(single):
        raise TypeError(f"{name} must be a number, or a Tensor with one element, not {describe(value)}.")
    return float(single)
