"""Dropout: some of the elements, chosen at random, become zero in training."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor
from autograd.random_numbers import random_generator
from nn.functional.arguments import Random, as_floats, flag, probability


def dropout(x: ArrayLike | Tensor, p: float = 0.5, training: bool = True, rng: Random = None) -> Tensor:
    """In training, 0 for each element with probability `p` else x / (1 - p); in evaluation x.

    Source: Srivastava et al., "Dropout", JMLR 15 (2014), section 10 (scaled in training).
    """
    p = probability(p)
    x = as_floats(x)
    return _drop(x, x.shape, p, rng) if flag(training, "training") else x


def dropout2d(x: ArrayLike | Tensor, p: float = 0.5, training: bool = True, rng: Random = None) -> Tensor:
    """Like `dropout`, of whole channels of x (N, C, H, W) or (N, C, L) (Tompson et al. 2015, section 3.2)."""
    p = probability(p)
    x = as_floats(x)
    if x.ndim not in (3, 4):
        raise ValueError(f"expected input of shape (N, C, H, W) or (N, C, L), given {x.shape}.")
    return _drop(x, (*x.shape[:2], *(1,) * (x.ndim - 2)), p, rng) if flag(training, "training") else x


def _drop(x: Tensor, shape: tuple[int, ...], p: float, rng: Random) -> Tensor:
    """x times one random factor for each place of `shape`: 0, or what makes up for the zeros."""
    if p == 0:
        return x
    kept = random_generator(rng).random(shape, np.float32) >= p
    return x * Tensor(kept / (1 - p) if p < 1 else kept, dtype=x.dtype)
