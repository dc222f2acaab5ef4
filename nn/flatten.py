"""Layers that lay out pictures as rows of numbers, and back."""

from __future__ import annotations

from numpy.typing import ArrayLike

from autograd import Tensor
from nn import functional
from nn.functional.arguments import integer, integers
from nn.module import Module


class Flatten(Module):
    """All axes from `start_dim` to `end_dim` as one: (batch, channels, height, width) becomes (batch, features)."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = integer(start_dim, "start_dim")
        self.end_dim = integer(end_dim, "end_dim")

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.flatten(x, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Axis `dim` as several, of these sizes; -1 for one of them is worked out."""

    def __init__(self, dim: int, unflattened_size: tuple[int, ...]) -> None:
        self.dim = integer(dim, "dim")
        self.unflattened_size = integers(unflattened_size, "unflattened_size", least=-1)

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.unflatten(x, self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
