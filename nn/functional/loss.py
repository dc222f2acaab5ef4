"""Losses of numbers, probabilities and distances, as far as targets are numbers; for classes, see cross_entropy.py."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor
from autograd.shape_only import any_known
from nn.functional.arguments import (
    as_floats,
    as_reals,
    as_tensor,
    choice,
    expect_broadcast,
    expect_same_shape,
    flag,
    in_dtype,
    in_single_precision,
    number,
)

Reduction: TypeAlias = Literal["mean", "sum", "none"]
KLReduction: TypeAlias = Literal["mean", "sum", "none", "batchmean"]


def check_reduction(reduction: str) -> Any:
    """The reduction; ValueError unless it is one of the three ways to reduce losses."""
    return choice(reduction, "reduction", "mean", "sum", "none")


def reduce_loss(losses: Tensor, reduction: Reduction) -> Tensor:
    """The mean or the sum of the losses, or with "none" all of them."""
    if check_reduction(reduction) == "none":
        return losses
    terms = in_single_precision(losses)
    return in_dtype(terms.mean() if reduction == "mean" else terms.sum(), losses.dtype)


def _pair(x: ArrayLike | Tensor, target: ArrayLike | Tensor) -> tuple[Tensor, Tensor]:
    """Input and target as Tensors of one shape; integers are fine as targets."""
    x, target = as_floats(x), as_tensor(target)
    expect_same_shape(x, target)
    return x, target if target.dtype.kind in "fc" else target.astype(x.dtype)


def _difference(x: ArrayLike | Tensor, target: ArrayLike | Tensor) -> tuple[Tensor, np.dtype[Any]]:
    """x - target, for half precision in float32, and the dtype of the result."""
    x, target = _pair(x, target)
    return in_single_precision(x) - in_single_precision(target), np.result_type(x.dtype, target.dtype)


def mse_loss(x: ArrayLike | Tensor, target: ArrayLike | Tensor, reduction: Reduction = "mean") -> Tensor:
    """The squared error (x - target)^2, reduced. Both have the same shape."""
    difference, dtype = _difference(as_reals(x), target)
    return in_dtype(reduce_loss(difference**2, reduction), dtype)


def l1_loss(x: ArrayLike | Tensor, target: ArrayLike | Tensor, reduction: Reduction = "mean") -> Tensor:
    """The absolute error |x - target|, reduced. Both have the same shape."""
    difference, dtype = _difference(x, target)
    return in_dtype(reduce_loss(abs(difference), reduction), dtype)


def smooth_l1_loss(
    x: ArrayLike | Tensor, target: ArrayLike | Tensor, reduction: Reduction = "mean", beta: float = 1.0
) -> Tensor:
    """With d = |x - target|: d^2 / (2 beta) where d is below beta, else d - beta / 2 (Girshick 2015, equation 3)."""
    beta = number(beta, "beta", least=0)
    return huber_loss(x, target, reduction, beta) / beta if beta else l1_loss(x, target, reduction)


def huber_loss(
    x: ArrayLike | Tensor, target: ArrayLike | Tensor, reduction: Reduction = "mean", delta: float = 1.0
) -> Tensor:
    """With d = |x - target|: d^2 / 2 where d is below delta, else delta (d - delta / 2) (Huber 1964)."""
    delta = number(delta, "delta", above=0)
    difference, dtype = _difference(x, target)
    distance = abs(difference)
    near = cast(Tensor, np.minimum(distance, delta))
    return in_dtype(reduce_loss(near * (distance - 0.5 * near), reduction), dtype)


def binary_cross_entropy(
    x: ArrayLike | Tensor,
    target: ArrayLike | Tensor,
    weight: ArrayLike | Tensor | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    """-(target log(x) + (1 - target) log(1 - x)) for probabilities x, logarithms clipped to -100; `weight` broadcasts.

    Of scores, `binary_cross_entropy_with_logits` is more exact.
    """
    x, target = _pair(as_reals(x), target)
    outside = ~((x.data >= 0) & (x.data <= 1))
    if any_known(outside):
        raise ValueError(f"expected input between 0 and 1, given {x.data[outside][0]}: apply a sigmoid first.")
    losses = -(target * _bounded_log(x) + (1 - target) * _bounded_log(1 - x))
    return reduce_loss(_weighted(losses, weight), reduction)


def binary_cross_entropy_with_logits(
    x: ArrayLike | Tensor,
    target: ArrayLike | Tensor,
    weight: ArrayLike | Tensor | None = None,
    reduction: Reduction = "mean",
    pos_weight: ArrayLike | Tensor | None = None,
) -> Tensor:
    """`binary_cross_entropy` of sigmoid(x), from the scores x, without overflow; `pos_weight` weighs target log(x).

    Both weights broadcast to the shape of x.
    """
    x, target = _pair(as_reals(x), target)
    softplus = np.logaddexp(-x, 0)  # -log(sigmoid(x)); and -log(1 - sigmoid(x)) is x more
    if pos_weight is not None:
        softplus = softplus * ((_broadcast(pos_weight, x, "pos_weight") - 1) * target + 1)
    return reduce_loss(_weighted((1 - target) * x + softplus, weight), reduction)


def kl_div(
    x: ArrayLike | Tensor, target: ArrayLike | Tensor, reduction: KLReduction = "mean", log_target: bool = False
) -> Tensor:
    """target (log(target) - x): how far log-probabilities x are from probabilities (Kullback and Leibler 1951).

    With `log_target`, target too is log-probabilities. "batchmean", the divergence in the books, is the sum divided by
    the length of axis 0; "mean" divides by the number of elements.
    """
    x, target = _pair(as_reals(x), target)
    counted = target.data != -np.inf if flag(log_target, "log_target") else ~(target.data <= 0)
    log_q, p = (cast(Any, np.where(counted, cast(Any, part), 1)) for part in (x, target))  # 0 log(0) counts as 0
    p, log_p = (np.exp(p), p) if log_target else (p, np.log(p))
    losses = cast(Tensor, np.where(counted, p * (log_p - log_q), 0))
    if reduction == "batchmean":
        return losses.sum() / (losses.shape[0] if losses.ndim else 1)
    return reduce_loss(losses, reduction)


def triplet_margin_loss(
    anchor: ArrayLike | Tensor,
    positive: ArrayLike | Tensor,
    negative: ArrayLike | Tensor,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: Reduction = "mean",
) -> Tensor:
    """max(d(anchor, positive) - d(anchor, negative) + margin, 0), all (..., features) (Balntas et al. 2016).

    d is the p-norm of the difference plus `eps`: for p = inf the largest element, for p = 0 the number of those not 0.
    With `swap`, d(positive, negative) counts where it is the smaller.
    """
    margin, p, eps = number(margin, "margin", above=0), number(p, "p", finite=False), number(eps, "eps", least=0)
    swap = flag(swap, "swap")
    anchor, positive, negative = as_reals(anchor), as_reals(positive, "positive"), as_reals(negative, "negative")
    if not anchor.shape == positive.shape == negative.shape or anchor.ndim == 0:
        raise ValueError(
            f"expected anchor, positive and negative of one shape, given {anchor.shape}, {positive.shape} and "
            f"{negative.shape}."
        )
    to_negative = _distance(anchor, negative, p, eps)
    if swap:
        to_negative = cast(Tensor, np.minimum(to_negative, _distance(positive, negative, p, eps)))
    losses = np.maximum(_distance(anchor, positive, p, eps) - to_negative + margin, 0)
    return in_dtype(reduce_loss(cast(Tensor, losses), reduction), anchor.dtype)


def _distance(a: Tensor, b: Tensor, p: float, eps: float) -> Tensor:
    difference = in_single_precision(a) - in_single_precision(b) + eps
    return cast(Tensor, np.linalg.norm(cast(Any, difference), p, axis=-1))


def _weighted(losses: Tensor, weight: ArrayLike | Tensor | None) -> Tensor:
    return losses if weight is None else losses * _broadcast(weight, losses, "weight")


def _broadcast(weight: ArrayLike | Tensor, x: Tensor, name: str) -> Tensor:
    """The weight in the dtype of x, whose shape it must broadcast to."""
    weight = as_tensor(weight)
    expect_broadcast(weight, x.shape, name)
    return weight.astype(x.dtype)


def _bounded_log(x: Tensor) -> Tensor:
    """log(x), and -100 where it is below, with gradient 0."""
    tiny = x.data < np.exp(-100)
    return cast(Tensor, np.where(tiny, -100.0, cast(Any, np.log(cast(Any, np.where(tiny, 1, cast(Any, x)))))))
