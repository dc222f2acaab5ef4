"""The layer that lays out pictures as rows of numbers."""

from __future__ import annotations

from numpy.typing import ArrayLike

from autograd import Tensor
from nn import functional
from nn.module import Module


class Flatten(Module):
    """All axes from `start_dim` to `end_dim` as one: (batch, channels, height, width) becomes (batch, features)."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.flatten(x, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"
