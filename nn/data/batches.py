"""Minibatches."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike
from tqdm import tqdm

from autograd import Tensor
from autograd.errors import describe
from nn.functional.arguments import integer


def batches(
    *arrays: ArrayLike,
    size: int,
    rng: np.random.Generator | int | None = None,
    progress: str | None = None,
    drop_last: bool = False,
) -> Iterator[tuple[Tensor, ...]]:
    """All rows of the arrays (n, ...) once, as tuples of Tensors of `size` rows, one Tensor for each array.

    `for x, y in batches(x, y, size=64)`, and of one array `for (x,) in batches(x, size=64)`. In an order that `rng`
    shuffles; without one, as they come. The last batch has the rows that remain, or is left out with `drop_last` where
    they are fewer. With `progress`, a text, behind a bar of tqdm, which has `set_postfix(loss=...)`. Raises ValueError
    where the arrays have different lengths.
    """
    rows = [np.asarray(array) for array in arrays]
    if not rows or any(array.ndim == 0 for array in rows):
        raise TypeError(f"batches takes arrays that have rows, not {', '.join(map(describe, arrays)) or 'nothing'}.")
    lengths = [len(array) for array in rows]
    if len(set(lengths)) > 1:
        raise ValueError(f"the arrays have {', '.join(map(str, lengths))} rows: each needs as many as the others.")
    if integer(size, "size") < 1:
        raise ValueError(f"a batch must have at least one row, not {size}.")
    if not isinstance(progress, str | None):
        raise TypeError(f"progress is the text in front of the bar, such as 'epoch 1', not {progress!r}.")
    n = lengths[0]
    order = np.arange(n) if rng is None else np.random.default_rng(rng).permutation(n)
    parts = [order[i : i + size] for i in range(0, n - n % size if drop_last else n, size)]
    found = (tuple(Tensor(array[part]) for array in rows) for part in parts)
    return found if progress is None else tqdm(found, progress, len(parts), unit="batch")
