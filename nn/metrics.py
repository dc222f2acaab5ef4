"""How often a classifier is right, and what it takes for what."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import Tensor


def accuracy(scores: ArrayLike | Tensor, y: ArrayLike | Tensor) -> float:
    """The fraction of rows (n, classes) whose highest score is at the right class y (n).

    Raises ValueError for scores with NaN, which have no highest one.
    """
    guessed, right = _classes(scores, y)
    return float((guessed == right).mean())


def confusion_matrix(scores: ArrayLike | Tensor, y: ArrayLike | Tensor) -> NDArray[np.int64]:
    """How often each right class (row) was taken for each class (column): (classes, classes)."""
    guessed, right = _classes(scores, y)
    classes = _values(scores).shape[1]
    return np.bincount(right * classes + guessed, minlength=classes**2).reshape(classes, classes)


def _classes(scores: ArrayLike | Tensor, y: ArrayLike | Tensor) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The class with the highest score of each row, and the right one."""
    scores, y = _values(scores), _values(y)
    if scores.ndim != 2 or y.shape != scores.shape[:1] or y.dtype.kind not in "iu" or not y.size:
        raise ValueError(
            f"scores (n, classes) and integers y (n) are needed, not {scores.shape} and {y.dtype} {y.shape}."
        )
    if scores.shape[1] < 2:
        raise ValueError(
            f"scores (n, classes) of two classes or more are needed, not {scores.shape}: where one column decides "
            "between two classes, accuracy is ((scores[:, 0] > 0) == y).mean()."
        )
    if np.isnan(scores).any():
        raise ValueError(f"{np.isnan(scores).any(axis=1).sum()} of {len(scores)} rows of scores have NaN.")
    if y.min() < 0 or y.max() >= scores.shape[1]:
        raise ValueError(f"classes are numbered from 0 to {scores.shape[1] - 1}; y goes from {y.min()} to {y.max()}.")
    return scores.argmax(axis=1), y.astype(np.int64)


def _values(x: ArrayLike | Tensor) -> NDArray[Any]:
    return x.data if isinstance(x, Tensor) else np.asarray(x)
