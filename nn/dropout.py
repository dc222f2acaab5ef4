"""Dropout layers."""

from __future__ import annotations

from numpy.typing import ArrayLike

from autograd import Tensor
from autograd.random_numbers import random_generator
from nn import functional
from nn.functional.arguments import Random, probability
from nn.module import Module


class Dropout(Module):
    """In training, each element is 0 with probability `p`, else scaled by 1 / (1 - p); in evaluation, x.

    Which elements, `rng` draws (Srivastava et al., JMLR 15, 2014).
    """

    def __init__(self, p: float = 0.5, rng: Random = None) -> None:
        self.p = probability(p)
        self.rng = random_generator(rng)

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.dropout(x, self.p, self.training, self.rng)

    def extra_repr(self) -> str:
        return f"p={self.p}"


class Dropout2d(Dropout):
    """Like `Dropout`, of whole channels of pictures (N, C, H, W) or signals (N, C, L) (Tompson et al. 2015)."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.dropout2d(x, self.p, self.training, self.rng)
