"""Losses: one number that says how far the output is from the target."""

from __future__ import annotations

from numpy.typing import ArrayLike

from autograd import Tensor
from nn import functional
from nn.functional import Reduction
from nn.module import Module


class MSELoss(Module):
    """The squared error (x - target)^2, as "mean", "sum" or "none" (all of them). Both have the same shape."""

    def __init__(self, reduction: Reduction = "mean") -> None:
        functional.check_reduction(reduction)
        self.reduction = reduction

    def forward(self, x: ArrayLike | Tensor, target: ArrayLike | Tensor) -> Tensor:
        return functional.mse_loss(x, target, self.reduction)

    def extra_repr(self) -> str:
        return f"reduction={self.reduction!r}"


class CrossEntropyLoss(Module):
    """-log softmax(x)[target] of scores x (N, classes, ...) and classes (N, ...): see `functional.cross_entropy`."""

    def __init__(
        self,
        weight: ArrayLike | Tensor | None = None,
        ignore_index: int = -100,
        reduction: Reduction = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        self.weight = weight
        self.ignore_index = ignore_index
        functional.check_reduction(reduction)
        self.reduction = reduction
        self.label_smoothing = label_smoothing

    def forward(self, x: ArrayLike | Tensor, target: ArrayLike | Tensor) -> Tensor:
        return functional.cross_entropy(x, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing)

    def extra_repr(self) -> str:
        return f"reduction={self.reduction!r}"
