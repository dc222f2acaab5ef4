"""Pictures changed at random, so that a net sees each in many ways. All take and give arrays (n, c, h, w)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Rng = np.random.Generator | int | None


def flipped(x: ArrayLike, p: float = 0.5, rng: Rng = None) -> NDArray[Any]:
    """A share `p` of the pictures mirrored, left to right."""
    x = _pictures(x)
    if not 0 <= p <= 1:
        raise ValueError(f"flipped: p must be between 0 and 1, not {p}.")
    chosen = np.random.default_rng(rng).random(len(x)) < p
    return np.where(chosen[:, None, None, None], x[..., ::-1], x)


def shifted(x: ArrayLike, most: int, rng: Rng = None) -> NDArray[Any]:
    """Every picture moved by up to `most` pixels along each axis; zeros come in at the border."""
    x = _pictures(x)
    return cropped(np.pad(x, [(0, 0), (0, 0), (most, most), (most, most)]), x.shape[2:], rng)


def cropped(x: ArrayLike, size: tuple[int, ...] | int, rng: Rng = None) -> NDArray[Any]:
    """A piece of `size` (height, width) out of every picture, from a place of its own."""
    x = _pictures(x)
    height, width = (size, size) if isinstance(size, int) else size
    if not (1 <= height <= x.shape[2] and 1 <= width <= x.shape[3]):
        raise ValueError(f"cropped: a piece of {height}x{width} does not fit into pictures of {x.shape[2:]}.")
    rng, n = np.random.default_rng(rng), len(x)
    rows = rng.integers(0, x.shape[2] - height + 1, n)[:, None] + np.arange(height)
    columns = rng.integers(0, x.shape[3] - width + 1, n)[:, None] + np.arange(width)
    return x[np.arange(n)[:, None, None], :, rows[:, :, None], columns[:, None, :]].transpose(0, 3, 1, 2)


def noisy(x: ArrayLike, std: float, rng: Rng = None) -> NDArray[Any]:
    """Normal noise of standard deviation `std` added to every element; the dtype stays."""
    x = _pictures(x)
    if std < 0:
        raise ValueError(f"noisy: std must be 0 or more, not {std}.")
    return (x + std * np.random.default_rng(rng).standard_normal(x.shape)).astype(x.dtype)


def _pictures(x: ArrayLike) -> NDArray[Any]:
    x = np.asarray(x)
    if x.ndim != 4 or x.dtype.kind != "f":
        raise ValueError(f"pictures are floating point arrays (n, c, h, w); this is {x.dtype} {x.shape}.")
    return x
