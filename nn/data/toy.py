"""Small sets of points in the plane, to see what a classifier does: (n, 2) float32, and their classes (n) int64."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = tuple[NDArray[np.float32], NDArray[np.int64]]
Rng = np.random.Generator | int | None


def moons(n: int = 200, noise: float = 0.1, rng: Rng = None) -> Points:
    """Two half circles that reach into each other, with normal noise: classes 0 and 1 in turn."""
    y = _in_turn(n, 2)
    rng = np.random.default_rng(rng)
    angle = np.pi * rng.random(n)
    x = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x[y == 1] = np.array([1.0, 0.5]) - x[y == 1]
    return _with_noise(x, y, noise, rng)


def circles(n: int = 200, noise: float = 0.05, factor: float = 0.5, rng: Rng = None) -> Points:
    """A circle of radius 1 (class 0) around one of radius `factor` (class 1)."""
    if not 0 < factor < 1:
        raise ValueError(f"circles: factor, the radius of the inner one, must be between 0 and 1, not {factor}.")
    y = _in_turn(n, 2)
    rng = np.random.default_rng(rng)
    angle = 2 * np.pi * rng.random(n)
    radius = np.where(y == 1, factor, 1.0)
    return _with_noise(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), y, noise, rng)


def spirals(n: int = 300, classes: int = 3, turns: float = 0.7, noise: float = 0.03, rng: Rng = None) -> Points:
    """As many arms of a spiral as there are classes, each winding `turns` times around the origin."""
    y = _in_turn(n, classes)
    rng = np.random.default_rng(rng)
    radius = rng.random(n)
    angle = 2 * np.pi * (y / classes + turns * radius)
    return _with_noise(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), y, noise, rng)


def xor(n: int = 200, noise: float = 0.0, rng: Rng = None) -> Points:
    """Points of the square from -1 to 1: class 1 where exactly one of the two numbers is above 0."""
    _in_turn(n, 2)
    rng = np.random.default_rng(rng)
    x = rng.uniform(-1, 1, (n, 2))
    return _with_noise(x, (x[:, 0] > 0) ^ (x[:, 1] > 0), noise, rng)


def blobs(n: int = 200, centres: ArrayLike | int = 3, spread: float = 0.2, rng: Rng = None) -> Points:
    """Normal clouds around centres (k, 2), or around that many points on a circle of radius 1."""
    rng = np.random.default_rng(rng)
    if isinstance(centres, int | np.integer):
        angle = 2 * np.pi * np.arange(centres) / max(centres, 1)
        centres = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    middle = np.asarray(centres, float)
    if middle.ndim != 2 or middle.shape[1] != 2:
        raise ValueError(f"blobs: centres have the shape (k, 2), not {middle.shape}.")
    y = _in_turn(n, len(middle))
    return _with_noise(middle[y], y, spread, rng)


def _in_turn(n: int, classes: int) -> NDArray[np.int64]:
    if n < 1 or classes < 1:
        raise ValueError(f"there must be at least one point and one class, not {n} and {classes}.")
    return np.arange(n) % classes


def _with_noise(x: NDArray[np.float64], y: NDArray[np.generic], noise: float, rng: np.random.Generator) -> Points:
    if noise < 0:
        raise ValueError(f"noise is a standard deviation, 0 or more, not {noise}.")
    return (x + noise * rng.standard_normal(x.shape)).astype(np.float32), y.astype(np.int64)
