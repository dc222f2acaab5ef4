"""What the options of optimisers and schedulers must be: refused at the door, with the value and what it should be."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any, TypeAlias

from autograd import Tensor

Options: TypeAlias = Mapping[str, Any]


def require(holds: bool, name: str, value: object, wanted: str) -> None:
    """ValueError unless an argument is as it must be."""
    if not holds:
        raise ValueError(f"{name} must be {wanted}, not {value!r}.")


def is_number(value: object) -> bool:
    """Whether a value is a real number, and no truth value."""
    return isinstance(value, Real) and not isinstance(value, bool)


def number(name: str, value: Any) -> None:
    """TypeError unless an argument is a real number."""
    if not is_number(value):
        raise TypeError(f"{name} must be a number, not {value!r}.")


def at_least_0(options: Options, *names: str) -> None:
    """Each of these options must be a number of 0 or more."""
    for name in names:
        number(name, options[name])
        require(options[name] >= 0, name, options[name], "0 or more")


def whole(name: str, value: Any, least: int) -> None:
    """An argument must be a whole number of `least` or more."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, not {value!r}.")
    require(value >= least, name, value, f"{least} or more")


def two_betas(options: Options) -> None:
    """`betas` must be two numbers in [0, 1)."""
    betas = options["betas"]
    if not isinstance(betas, tuple | list) or len(betas) != 2 or not all(map(is_number, betas)):
        raise TypeError(f"betas must be two numbers, not {betas!r}.")
    require(all(0 <= beta < 1 for beta in betas), "betas", betas, "in [0, 1)")


def flags(options: Options, *names: str) -> None:
    """Each of these options must be True or False."""
    for name in names:
        if not isinstance(options[name], bool):
            raise TypeError(f"{name} must be True or False, not {options[name]!r}.")


def one_of(name: str, value: Any, *choices: Any) -> None:
    """An argument must be one of the choices."""
    require(value in choices, name, value, " or ".join(map(repr, choices)))


def as_number(value: Any) -> float:
    """A loss or another measure, a number or a Tensor with one element, as a number."""
    return float(value.item() if isinstance(value, Tensor) else value)
