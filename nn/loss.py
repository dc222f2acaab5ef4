"""Losses: one number that says how far the output is from the target."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor
from autograd.errors import describe
from autograd.shape_only import any_known
from nn import functional
from nn.functional.arguments import choice, flag, integer, number, probability
from nn.functional.cross_entropy import check_power
from nn.functional.loss import KLReduction, Reduction, check_reduction
from nn.module import Module
from nn.parameter import Buffer

Given = ArrayLike | Tensor


class _Loss(Module):
    """A loss that is reduced by "mean" or "sum", or with "none" stays one for each example or element."""

    def __init__(self, reduction: Reduction = "mean") -> None:
        self.reduction: Reduction = check_reduction(reduction)

    def extra_repr(self) -> str:
        return f"reduction={self.reduction!r}"


def _buffer(weight: Given | None, name: str) -> Buffer | None:
    """A given weight as a buffer; TypeError or ValueError unless it has finite real numbers."""
    if weight is None:
        return None
    values = weight.data if isinstance(weight, Tensor) else np.asarray(weight)
    if values.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be an array of real numbers, not {describe(weight)}.")
    if any_known(~np.isfinite(values)):
        raise ValueError(f"{name} must be finite, not {describe(weight)}.")
    return Buffer(weight)


class MSELoss(_Loss):
    """The squared error (x - target)^2. Both have the same shape."""

    def forward(self, x: Given, target: Given) -> Tensor:
        return functional.mse_loss(x, target, self.reduction)


class L1Loss(_Loss):
    """The absolute error |x - target|. Both have the same shape."""

    def forward(self, x: Given, target: Given) -> Tensor:
        return functional.l1_loss(x, target, self.reduction)


class SmoothL1Loss(_Loss):
    """With d = |x - target|: d^2 / (2 beta) where d is below beta, else d - beta / 2."""

    def __init__(self, reduction: Reduction = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        self.beta = number(beta, "beta", least=0)

    def forward(self, x: Given, target: Given) -> Tensor:
        return functional.smooth_l1_loss(x, target, self.reduction, self.beta)


class HuberLoss(_Loss):
    """With d = |x - target|: d^2 / 2 where d is below delta, else delta (d - delta / 2)."""

    def __init__(self, reduction: Reduction = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = number(delta, "delta", above=0)

    def forward(self, x: Given, target: Given) -> Tensor:
        return functional.huber_loss(x, target, self.reduction, self.delta)


class CrossEntropyLoss(_Loss):
    """-log softmax(x)[target] of scores x (N, classes, ...) and classes (N, ...): see `functional.cross_entropy`."""

    def __init__(
        self,
        weight: Given | None = None,
        ignore_index: int = -100,
        reduction: Reduction = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction)
        self.weight = _buffer(weight, "weight")
        self.ignore_index = integer(ignore_index, "ignore_index")
        self.label_smoothing = probability(label_smoothing, "label_smoothing")

    def forward(self, x: Given, target: Given) -> Tensor:
        return functional.cross_entropy(x, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing)


class NLLLoss(_Loss):
    """-x[target] of log-probabilities x (N, classes, ...) and classes (N, ...): see `functional.nll_loss`."""

    def __init__(self, weight: Given | None = None, ignore_index: int = -100, reduction: Reduction = "mean") -> None:
        super().__init__(reduction)
        self.weight = _buffer(weight, "weight")
        self.ignore_index = integer(ignore_index, "ignore_index")

    def forward(self, x: Given, target: Given) -> Tensor:
        return functional.nll_loss(x, target, self.weight, self.ignore_index, self.reduction)


class BCELoss(_Loss):
    """-(target log(x) + (1 - target) log(1 - x)) of probabilities x: see `functional.binary_cross_entropy`."""

    def __init__(self, weight: Given | None = None, reduction: Reduction = "mean") -> None:
        super().__init__(reduction)
        self.weight = _buffer(weight, "weight")

    def forward(self, x: Given, target: Given) -> Tensor:
        return functional.binary_cross_entropy(x, target, self.weight, self.reduction)


class BCEWithLogitsLoss(_Loss):
    """`BCELoss` of sigmoid(x), from the scores x: see `functional.binary_cross_entropy_with_logits`."""

    def __init__(
        self, weight: Given | None = None, reduction: Reduction = "mean", pos_weight: Given | None = None
    ) -> None:
        super().__init__(reduction)
        self.weight = _buffer(weight, "weight")
        self.pos_weight = _buffer(pos_weight, "pos_weight")

    def forward(self, x: Given, target: Given) -> Tensor:
        return functional.binary_cross_entropy_with_logits(x, target, self.weight, self.reduction, self.pos_weight)


class KLDivLoss(Module):
    """target (log(target) - x) of log-probabilities x: see `functional.kl_div`, also for "batchmean"."""

    def __init__(self, reduction: KLReduction = "mean", log_target: bool = False) -> None:
        self.reduction: KLReduction = choice(reduction, "reduction", "mean", "sum", "none", "batchmean")
        self.log_target = flag(log_target, "log_target")

    def forward(self, x: Given, target: Given) -> Tensor:
        return functional.kl_div(x, target, self.reduction, self.log_target)

    def extra_repr(self) -> str:
        return f"reduction={self.reduction!r}"


class MultiMarginLoss(_Loss):
    """By how much other scores come closer to the target's than `margin`: see `functional.multi_margin_loss`."""

    def __init__(
        self, p: int = 1, margin: float = 1.0, weight: Given | None = None, reduction: Reduction = "mean"
    ) -> None:
        super().__init__(reduction)
        self.p = check_power(p)
        self.margin = number(margin, "margin")
        self.weight = _buffer(weight, "weight")

    def forward(self, x: Given, target: Given) -> Tensor:
        return functional.multi_margin_loss(x, target, self.p, self.margin, self.weight, self.reduction)


class TripletMarginLoss(_Loss):
    """max(d(anchor, positive) - d(anchor, negative) + margin, 0): see `functional.triplet_margin_loss`."""

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__(reduction)
        self.margin = number(margin, "margin", above=0)
        self.p = number(p, "p", finite=False)
        self.eps = number(eps, "eps", least=0)
        self.swap = flag(swap, "swap")

    def forward(self, anchor: Given, positive: Given, negative: Given) -> Tensor:
        return functional.triplet_margin_loss(
            anchor, positive, negative, self.margin, self.p, self.eps, self.swap, self.reduction
        )
