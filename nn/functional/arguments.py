"""What functions and modules share: reading their arguments, and rejecting those that do not fit, by their names."""

from __future__ import annotations

from math import inf
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from autograd import Tensor, get_default_dtype
from autograd.arguments import choice as choice
from autograd.arguments import flag as flag
from autograd.arguments import integer as integer
from autograd.arguments import number as number
from autograd.arguments import probability as probability
from autograd.errors import describe

Sizes: TypeAlias = int | tuple[int, ...]
"""One integer for every axis of a window, or one for all of them."""

Random: TypeAlias = np.random.Generator | int | None
"""Where random numbers come from: a generator, a seed for a new one, or None for a new one every time."""

MOST_LAYERS = 1000
"""More layers than that in one module are hardly meant, and would take all memory one by one."""


# Options -------------------------------------------------------------------------------------------------------------


def divisor(value: Any, name: str, *counts: int, of: str, into: str) -> int:
    """The value as an int; ValueError unless it divides all the counts, such as 6 `of` "features" `into` "heads"."""
    number = integer(value, name)
    if number < 1 or any(count % number for count in counts):
        wholes = " and ".join(map(str, counts))
        raise ValueError(f"{name} must be a divisor: {wholes} {of} do not divide into {number} {into}.")
    return number


def nonzero(value: float, name: str) -> None:
    """ValueError for 0."""
    if value == 0:
        raise ValueError(f"{name} must not be 0.")


def float_dtype(dtype: DTypeLike | None) -> np.dtype[Any]:
    """The dtype, by default `get_default_dtype()`; TypeError unless it is one of floating point numbers."""
    try:
        found = np.dtype(get_default_dtype() if dtype is None else dtype)
    except (TypeError, ValueError, DeprecationWarning):
        found = np.dtype(object)
    if found.kind not in "fc":
        raise TypeError(f"dtype must be a floating point dtype such as np.float32, not {describe(dtype)}.")
    return found


def integers(value: Any, name: str, least: float = -inf) -> tuple[int, ...]:
    """The value as a tuple of integers, each `least` or more; TypeError or ValueError for all else."""
    if not isinstance(value, tuple | list):
        raise TypeError(f"{name} must be a tuple of integers, not {describe(value)}.")
    return tuple(integer(n, f"{name}[{i}]", least) for i, n in enumerate(value))


def per_axis(value: Any, axes: int, name: str, least: float = 1, form: str | None = None) -> tuple[int, ...]:
    """An integer for every one of `axes` axes, each `least` or more: a single one counts for all of them.

    Raises ValueError, which calls what is expected `form`.
    """
    try:
        if isinstance(value, str | bytes):
            raise TypeError("a text")
        numbers = tuple(integer(n, name) for n in ((value,) * axes if isinstance(value, int | np.integer) else value))
        if len(numbers) != axes:
            raise ValueError(f"{len(numbers)} numbers")
    except (TypeError, ValueError) as error:
        some = "an integer" if axes == 1 else f"an integer or {form or f'{axes} integers'}"
        raise ValueError(f"{name} must be {some}, not {describe(value)}.") from error
    if min(numbers) < least:
        raise ValueError(f"{name} must be {least} or more, not {value!r}.")
    return numbers


# Arrays --------------------------------------------------------------------------------------------------------------


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


def as_reals(x: ArrayLike | Tensor, name: str = "input") -> Tensor:
    """x as a Tensor; TypeError where its numbers are not floating point ones, or complex: those have no order."""
    x = as_floats(x, name)
    if x.dtype.kind == "c":
        raise TypeError(f"expected {name} of real numbers, given {x.dtype} {x.shape}: complex numbers have no order.")
    return x


def in_single_precision(x: Tensor) -> Tensor:
    """x, from half precision in float32: sums and squares of it would leave the range of float16, which ends at 65504.

    Results are given back `in_dtype` of x.
    """
    return x.astype(np.float32) if x.dtype == np.float16 else x


def in_dtype(x: Tensor, dtype: np.dtype[Any]) -> Tensor:
    """x in half precision, if that is the dtype; else x itself."""
    return x.astype(dtype) if dtype == np.float16 else x


def as_indices(x: ArrayLike | Tensor, name: str = "input") -> Any:
    """x as an array of integers; TypeError where they are others. A list of integers is fine."""
    array = x.data if isinstance(x, Tensor) else np.asanyarray(x)
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"expected {name} of integers, given {array.dtype} {array.shape}: give dtype=np.int64, or convert it with "
            ".astype(np.int64)."
        )
    return array


def expect_shape(x: Any, *sizes: int | str, name: str = "input", hint: str = "") -> None:
    """ValueError unless x has these sizes: a number is one, a letter stands for any, "..." in front for any axes."""
    last = sizes[1:] if sizes[0] == "..." else sizes
    if not _fits(x.shape if last is sizes else x.shape[-len(last) :], last):
        shape = f"({', '.join(map(str, sizes))}{',' if len(sizes) == 1 else ''})"
        raise ValueError(f"expected {name} of shape {shape}, given {x.shape}{hint and f'; {hint}'}.")


def _fits(shape: tuple[int, ...], sizes: tuple[int | str, ...]) -> bool:
    """Whether a shape has these sizes, of which letters stand for any."""
    if shape == sizes:
        return True
    return len(shape) == len(sizes) and all(
        n == size or isinstance(size, str) for n, size in zip(shape, sizes, strict=True)
    )


def parameter(function: str, name: str, value: Any, *sizes: int | str) -> Tensor:
    """A weight or bias given to `function`, as a Tensor; TypeError or ValueError unless it has floats of this shape."""
    x = as_tensor(value)
    if x.dtype.kind not in "fc" or not _fits(x.shape, sizes):
        name = f"{name} of {function}"
        expect_shape(as_floats(x, name), *sizes, name=name)
    return x


def optional_parameter(function: str, name: str, value: Any, *sizes: int | str) -> Tensor | None:
    """`parameter`, or None for None."""
    return None if value is None else parameter(function, name, value, *sizes)


def expect_broadcast(x: Tensor, shape: tuple[int, ...], name: str) -> None:
    """ValueError unless x broadcasts to this shape, and not beyond it."""
    if x.ndim > len(shape) or any(n not in (1, size) for n, size in zip(x.shape[::-1], shape[::-1], strict=False)):
        raise ValueError(f"expected {name} of a shape that broadcasts to {shape}, given {x.shape}.")


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
