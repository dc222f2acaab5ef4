"""Minibatches."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike
from tqdm import tqdm

from autograd import Tensor


def batches(
    x: ArrayLike, y: ArrayLike, size: int, rng: np.random.Generator | int | None = None, progress: str | None = None
) -> Iterator[tuple[Tensor, Tensor]]:
    """All of x (n, ...) and y (n, ...) once, as pairs of Tensors of `size` rows; the last pair has what remains.

    In an order that `rng` shuffles; without one, as they come. With `progress`, a text, behind a bar of tqdm, which has
    `set_postfix(loss=...)`. Raises ValueError where x and y have different lengths.
    """
    x, y = np.asarray(x), np.asarray(y)
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} rows and y has {len(y)}: every x needs its y.")
    if size < 1:
        raise ValueError(f"a batch must have at least one row, not {size}.")
    order = np.arange(len(x)) if rng is None else np.random.default_rng(rng).permutation(len(x))
    parts = [order[i : i + size] for i in range(0, len(x), size)]
    pairs = ((Tensor(x[rows]), Tensor(y[rows])) for rows in parts)
    return pairs if progress is None else tqdm(pairs, progress, len(parts), unit="batch")
