"""Generators of random numbers, and what takes the place of one where only shapes are evaluated."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd.mode import mode
from autograd.shape_only import ShapeOnly


class _Generator:
    """Takes the place of a random generator where only shapes are evaluated."""

    @staticmethod
    def uniform(low: float, high: float, size: tuple[int, ...]) -> Any:
        return ShapeOnly(size, np.float64)

    normal = uniform

    @staticmethod
    def random(size: tuple[int, ...], dtype: DTypeLike = np.float64) -> Any:
        return ShapeOnly(size, dtype)

    standard_normal = random


def random_generator(rng: np.random.Generator | int | None = None) -> np.random.Generator:
    """`np.random.default_rng(rng)`; where only shapes are evaluated, one whose arrays have no values.

    Raises TypeError for what is no source of random numbers.
    """
    if mode.shapes_only:
        return _Generator()  # type: ignore[return-value]
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise TypeError(
            f"rng must be a generator such as np.random.default_rng(0), a seed, or None, not {rng!r}."
        ) from None
