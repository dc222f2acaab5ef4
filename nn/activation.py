"""Activation layers: a function of each element."""

from __future__ import annotations

from numpy.typing import ArrayLike

from autograd import Tensor
from nn import functional
from nn.module import Module


class ReLU(Module):
    """max(x, 0); its gradient at 0 is 0."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.relu(x)


class Tanh(Module):
    """The hyperbolic tangent."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.tanh(x)


class Sigmoid(Module):
    """1 / (1 + exp(-x))."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.sigmoid(x)
