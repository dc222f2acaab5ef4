"""Parts of a data set, and numbers brought to a common scale."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


def split(
    *arrays: ArrayLike, share: float = 0.2, rng: np.random.Generator | int | None = None
) -> tuple[tuple[NDArray[Any], ...], tuple[NDArray[Any], ...]]:
    """Rows for training and rows for validation, drawn by `rng`: `(x, y), (x_val, y_val) = split(x, y, share=0.2)`.

    `share` of the rows, rounded, is for validation. Raises ValueError where a part would be empty, or lengths differ.
    """
    rows = [np.asarray(array) for array in arrays]
    lengths = {len(array) for array in rows}
    if len(lengths) != 1:
        raise ValueError(f"split takes one array or more of one length, not {[len(array) for array in rows]}.")
    (n,) = lengths
    count = round(n * share)
    if not 0 < count < n:
        raise ValueError(f"a share of {share} of {n} rows leaves {count} for validation: both parts need a row.")
    order = np.random.default_rng(rng).permutation(n)
    return tuple(array[order[count:]] for array in rows), tuple(array[order[:count]] for array in rows)


class Normalization(NamedTuple):
    """(x - mean) / std, with the numbers of a training set: call it on that set and on all others."""

    mean: NDArray[Any]
    std: NDArray[Any]

    @classmethod
    def of(cls, x: ArrayLike, axis: int | tuple[int, ...] = 0) -> Normalization:
        """Mean and standard deviation over `axis`; of pictures (n, c, h, w) per channel with axis=(0, 2, 3).

        Where all numbers are equal the standard deviation counts as 1.
        """
        x = np.asarray(x)
        std = x.std(axis, keepdims=True)
        return cls(x.mean(axis, keepdims=True), np.where(std > 0, std, 1).astype(std.dtype))

    def __call__(self, x: ArrayLike) -> NDArray[Any]:
        return np.asarray((np.asarray(x) - self.mean) / self.std)
