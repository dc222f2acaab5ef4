"""Losses of scores for classes: cross-entropy and the negative log-likelihood in it, and margins."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor
from autograd.shape_only import any_known
from nn.functional.activation import log_softmax
from nn.functional.arguments import (
    as_floats,
    as_reals,
    expect_shape,
    in_dtype,
    in_single_precision,
    integer,
    number,
    probability,
)
from nn.functional.loss import Reduction, check_reduction, reduce_loss


def cross_entropy(
    x: ArrayLike | Tensor,
    target: ArrayLike | Tensor,
    weight: ArrayLike | Tensor | None = None,
    ignore_index: int = -100,
    reduction: Reduction = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """-log softmax(x)[target]: x (N, classes) or (N, classes, ...) are scores, target (N) or (N, ...) integer classes.

    Or target is a probability for every class, in the shape of x: -sum(target log softmax(x)), over axis 1.

    `weight` (classes) weighs the classes; the mean is then a weighted one. Targets equal to `ignore_index` do not
    count. `label_smoothing` moves that fraction of a target's weight to all classes evenly (Szegedy et al. 2016, 7).
    """
    check_reduction(reduction)
    label_smoothing, ignore_index = (
        probability(label_smoothing, "label_smoothing"),
        integer(ignore_index, "ignore_index"),
    )
    x = as_reals(x)
    _expect_scores(x)
    values = target.data if isinstance(target, Tensor) else np.asarray(target)
    log_p = log_softmax(x, dim=1)
    if values.dtype.kind == "f" and values.shape == x.shape:
        return _from_probabilities(log_p, target, weight, reduction, label_smoothing)
    losses, weights, counted = _negative_log_likelihood(log_p, values, weight, ignore_index)
    if label_smoothing:
        classes = x.shape[1]
        over_classes = -(log_p * _per_class(weight, x)).sum(axis=1)
        if any_known(~counted):
            over_classes = cast(Tensor, np.where(counted, cast(Any, over_classes), 0))
        losses = (1 - label_smoothing) * losses + label_smoothing / classes * over_classes
    return _reduced(losses, weights, reduction)


def nll_loss(
    x: ArrayLike | Tensor,
    target: ArrayLike | Tensor,
    weight: ArrayLike | Tensor | None = None,
    ignore_index: int = -100,
    reduction: Reduction = "mean",
) -> Tensor:
    """-x[target]: x (N, classes) or (N, classes, ...) are log-probabilities; all else as in `cross_entropy`."""
    check_reduction(reduction)
    ignore_index = integer(ignore_index, "ignore_index")
    x = as_reals(x)
    _expect_scores(x)
    values = target.data if isinstance(target, Tensor) else np.asarray(target)
    losses, weights, _ = _negative_log_likelihood(x, values, weight, ignore_index)
    return _reduced(losses, weights, reduction)


def multi_margin_loss(
    x: ArrayLike | Tensor,
    target: ArrayLike | Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: ArrayLike | Tensor | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    """The mean over classes i, without the target's own, of max(margin - x[target] + x[i], 0)^p: x (N, classes).

    `weight` (classes) weighs by the target's class. Target (N) integer classes.
    """
    check_power(p)
    margin = number(margin, "margin")
    x = as_reals(x)
    _expect_scores(x)
    expect_shape(x, "N", "classes")
    target = target.data if isinstance(target, Tensor) else np.asarray(target)
    _check_classes(target, True, x)
    at = _at(target)
    wide = in_single_precision(x)
    excess = np.maximum(margin - wide[at][:, None] + wide, 0)
    others = np.ones_like(x.data)
    others[at] = 0
    if weight is not None:
        others *= _class_weights(weight, x)[target][:, None]
    return in_dtype(reduce_loss((excess**p * others).sum(axis=1) / x.shape[1], reduction), x.dtype)


def check_power(p: int) -> int:
    """p; TypeError or ValueError unless it is 1 or 2."""
    if integer(p, "p") not in (1, 2):
        raise ValueError(f"p must be 1 or 2, not {p}.")
    return p


def _from_probabilities(
    log_p: Tensor,
    target: ArrayLike | Tensor,
    weight: ArrayLike | Tensor | None,
    reduction: Reduction,
    label_smoothing: float,
) -> Tensor:
    target = as_floats(target).astype(log_p.dtype)
    if label_smoothing:
        target = (1 - label_smoothing) * target + label_smoothing / log_p.shape[1]
    return reduce_loss(-(log_p * target * _per_class(weight, log_p)).sum(axis=1), reduction)


def _negative_log_likelihood(
    log_p: Tensor, target: Any, weight: ArrayLike | Tensor | None, ignore_index: int
) -> tuple[Tensor, Any, Any]:
    """The weighted loss of every target, its weight (None where all are 1), and where targets count."""
    counted = target != ignore_index
    _check_classes(target, counted, log_p)
    target = np.where(counted, target, 0)
    losses: Tensor = -log_p[_at(target)]
    weights: Any = None if weight is None else _class_weights(weight, log_p)[target]
    if any_known(~counted):
        losses = cast(Tensor, np.where(counted, cast(Any, losses), 0))
        weights = counted.astype(log_p.dtype) if weights is None else weights * counted
    return losses if weight is None else losses * weights, weights, counted


def _reduced(losses: Tensor, weights: Any, reduction: Reduction) -> Tensor:
    if reduction == "mean" and weights is not None:
        return cast(Tensor, losses.sum() / weights.sum())
    return reduce_loss(losses, reduction)


def _expect_scores(x: Tensor) -> None:
    if x.ndim < 2:
        raise ValueError(f"expected scores of shape (N, classes) or (N, classes, ...), given {x.shape}.")
    if x.shape[1] == 0:
        raise ValueError(f"expected scores of one class or more, given {x.shape}.")


def _check_classes(target: Any, counted: Any, x: Tensor) -> None:
    axes = (x.shape[0], *x.shape[2:])
    if target.dtype.kind not in "iu" or target.shape != axes:
        raise ValueError(
            f"expected target of integer classes {axes}, or for cross_entropy also probabilities {x.shape}, given "
            f"{target.dtype} {target.shape}."
        )
    wrong = counted & ((target < 0) | (target >= x.shape[1]))
    if any_known(wrong):
        raise IndexError(f"target {target[wrong][0]} is not one of the classes 0 to {x.shape[1] - 1}.")


def _class_weights(weight: ArrayLike | Tensor, x: Tensor) -> Any:
    weights = np.asarray(weight.data if isinstance(weight, Tensor) else weight, x.dtype)
    if weights.shape != x.shape[1:2]:
        raise ValueError(f"expected weight of shape ({x.shape[1]},), one for each class, given {weights.shape}.")
    return weights


def _per_class(weight: ArrayLike | Tensor | None, x: Tensor) -> Any:
    """The classes' weights along axis 1 of x."""
    return 1 if weight is None else _class_weights(weight, x).reshape(-1, *(1,) * (x.ndim - 2))


def _at(target: Any) -> tuple[Any, ...]:
    """The index that takes, at every place of (N, ...), its target's element of (N, classes, ...)."""
    places = np.indices(target.shape, sparse=True)
    return places[0], target, *places[1:]
