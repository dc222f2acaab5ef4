"""What the functions of this package share: reading their arguments, and refusing those that do not fit."""

from __future__ import annotations

from operator import index
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor

Sizes: TypeAlias = int | tuple[int, ...]
"""One whole number for every axis of a window, or one that stands for all of them."""

Random: TypeAlias = np.random.Generator | int | None
"""Where random numbers come from: a generator, a seed for a new one, or None for a new one every time."""


def as_tensor(x: ArrayLike | Tensor) -> Tensor:
    """x itself, or a constant Tensor of its values."""
    return x if isinstance(x, Tensor) else Tensor(x)


def as_floats(x: ArrayLike | Tensor, name: str = "input") -> Tensor:
    """x as a Tensor; TypeError where its numbers are not floating point ones."""
    x = as_tensor(x)
    if x.dtype.kind not in "fc":
        raise TypeError(
            f"expected {name} of floating point numbers, given {x.dtype} {x.shape}: convert it first, with "
            ".astype(np.float32)."
        )
    return x


def as_indices(x: ArrayLike | Tensor, name: str = "input") -> Any:
    """x as an array of whole numbers; TypeError where they are others. A list of whole numbers is fine."""
    array = x.data if isinstance(x, Tensor) else np.asanyarray(x)
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"expected {name} of integers, given {array.dtype} {array.shape}: give dtype=np.int64, or convert it with "
            ".astype(np.int64)."
        )
    return array


def expect_shape(x: Any, *sizes: int | str, name: str = "input", hint: str = "") -> None:
    """ValueError unless x has these sizes: a number is one, a letter stands for any, "..." in front for any axes."""
    fixed = sizes[1:] if sizes[:1] == ("...",) else sizes
    given = x.shape[max(len(x.shape) - len(fixed), 0) :] if fixed is not sizes else x.shape
    if len(given) != len(fixed) or any(
        isinstance(size, int) and size != n for size, n in zip(fixed, given, strict=True)
    ):
        shape = f"({', '.join(map(str, sizes))}{',' if len(sizes) == 1 else ''})"
        raise ValueError(f"expected {name} of shape {shape}, given {x.shape}{hint and f'; {hint}'}.")


def expect_sequence(x: Tensor, features: int, batch_first: bool, name: str) -> None:
    """ValueError unless x is (L, N, features), or with `batch_first` (N, L, features), or without N."""
    if x.ndim not in (2, 3) or x.shape[-1] != features:
        axes = "N, L" if batch_first else "L, N"
        raise ValueError(f"expected {name} of shape ({axes}, {features}) or (L, {features}), given {x.shape}.")


def expect_same_shape(x: Tensor, target: Tensor) -> None:
    """ValueError unless target has the shape of x: broadcasting one to the other is hardly meant."""
    if x.shape != target.shape:
        raise ValueError(
            f"expected target of shape {x.shape}, as the input has, given {target.shape}: reshape one of them."
        )


def per_axis(value: Any, axes: int, name: str, least: int = 1) -> tuple[int, ...]:
    """A number for every one of `axes` axes, each `least` or more: an integer stands for all of them."""
    try:
        numbers = tuple(map(index, (value,) * axes if isinstance(value, int | np.integer) else value))
        if len(numbers) != axes:
            raise ValueError(f"{len(numbers)} numbers")
    except (TypeError, ValueError) as error:
        some = "an integer" if axes == 1 else f"an integer or {axes} integers"
        raise ValueError(f"{name} must be {some}, not {value!r}.") from error
    if min(numbers) < least:
        raise ValueError(f"{name} must be {least} or more, not {value!r}.")
    return numbers


def expect_share(p: float, name: str = "p") -> None:
    """ValueError unless p is between 0 and 1."""
    if not 0 <= p <= 1:
        raise ValueError(f"{name} must be between 0 and 1, not {p}.")
