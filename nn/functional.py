"""The layers and losses as functions: compositions of autograd's primitives, with gradients out of the graph."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from math import prod
from operator import index
from typing import Any, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike

import autograd
from autograd import Tensor

Pair: TypeAlias = int | tuple[int, int]
Reduction: TypeAlias = Literal["mean", "sum", "none"]


def as_tensor(x: ArrayLike | Tensor) -> Tensor:
    """x itself, or a constant Tensor of its values."""
    return x if isinstance(x, Tensor) else Tensor(x)


def pair(value: Pair, name: str, least: int = 1) -> tuple[int, int]:
    """A number for the vertical and one for the horizontal axis: an integer stands for both."""
    try:
        vertical, horizontal = map(index, (value, value) if isinstance(value, int | np.integer) else value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be an integer or a pair (vertical, horizontal), not {value!r}.") from error
    if min(vertical, horizontal) < least:
        raise ValueError(f"{name} must be {least} or more, not {value!r}.")
    return vertical, horizontal


# Activations -------------------------------------------------------------------------------------------------------


def relu(x: ArrayLike | Tensor) -> Tensor:
    """max(x, 0), element by element; its gradient at 0 is 0."""
    return cast(Tensor, np.maximum(as_tensor(x), 0))


def tanh(x: ArrayLike | Tensor) -> Tensor:
    """The hyperbolic tangent, element by element."""
    return cast(Tensor, np.tanh(as_tensor(x)))


def sigmoid(x: ArrayLike | Tensor) -> Tensor:
    """1 / (1 + exp(-x)), element by element."""
    return cast(Tensor, autograd.sigmoid(as_tensor(x)))


def log_softmax(x: ArrayLike | Tensor, dim: int = -1) -> Tensor:
    """log(softmax(x)) along `dim`: x - logsumexp(x)."""
    x = as_tensor(x)
    normaliser: Tensor = autograd.logsumexp(x, axis=dim, keepdims=True)
    return x - normaliser


def dropout(
    x: ArrayLike | Tensor, p: float = 0.5, training: bool = True, rng: np.random.Generator | int | None = None
) -> Tensor:
    """In training, 0 for a random share `p` of the elements and x / (1 - p) for the others; else x.

    Source: Srivastava et al., "Dropout", JMLR 15 (2014), section 10 (scaled in training).
    """
    if not 0 <= p <= 1:
        raise ValueError(f"dropout: p must be between 0 and 1, not {p}.")
    x = as_tensor(x)
    if not training or p == 0:
        return x
    kept = np.random.default_rng(rng).random(x.shape) >= p
    return x * Tensor(kept / (1 - p) if p < 1 else kept, dtype=x.dtype)


# Layers ------------------------------------------------------------------------------------------------------------


def flatten(x: ArrayLike | Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """All axes from `start_dim` to `end_dim` as one."""
    x = as_tensor(x)
    axes = max(x.ndim, 1)
    if not (-axes <= start_dim < axes and -axes <= end_dim < axes and start_dim % axes <= end_dim % axes):
        raise ValueError(f"flatten: a tensor of shape {x.shape} has no axes from {start_dim} to {end_dim}.")
    start, end = start_dim % axes, end_dim % axes
    return x.reshape((*x.shape[:start], prod(x.shape[start : end + 1]), *x.shape[end + 1 :]))


def linear(x: ArrayLike | Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x W^T + b: x (..., in), weight (out, in), bias (out), result (..., out)."""
    x = as_tensor(x)
    if x.ndim == 0 or x.shape[-1] != weight.shape[-1]:
        raise ValueError(
            f"linear: the last axis of the input, of shape {x.shape}, must have as many features as the weight "
            f"(out, in) = {weight.shape} takes, {weight.shape[-1]}."
        )
    y = x @ weight.T
    return y if bias is None else y + bias


def conv2d(
    x: ArrayLike | Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Pair = 1,
    padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Tensor:
    """Cross-correlation of pictures x (N, C, H, W) with filters (O, C / groups, h, w); bias (O); result (N, O, H', W').

    H' = (H + 2 padding - dilation (h - 1) - 1) // stride + 1, and W' likewise. With `groups`, the channels fall into
    that many groups, and each filter sees only its own. Computed as padding, sliding windows, and one product.
    """
    x = as_tensor(x)
    check_pictures("conv2d", x)
    filters, channels, *window = weight.shape
    if groups < 1:
        raise ValueError(f"conv2d: there must be at least one group, not {groups}.")
    if x.shape[1] != channels * groups or filters % groups:
        raise ValueError(
            f"conv2d: filters of shape {weight.shape} in {groups} group(s) take {channels * groups} channels, and "
            f"their number must divide by the groups; the input of shape {x.shape} has {x.shape[1]} channels."
        )
    windows = autograd.sliding_windows(
        pad_pictures(x, padding), tuple(window), pair(stride, "stride"), pair(dilation, "dilation")
    )
    if groups == 1:
        y = cast(Tensor, np.tensordot(windows, weight, ((1, 4, 5), (1, 2, 3))))
    else:
        y = _grouped_product(windows, weight, groups)
    if bias is not None:
        y = y + bias
    return y.transpose(0, 3, 1, 2)


def _grouped_product(windows: Tensor, weight: Tensor, groups: int) -> Tensor:
    """Windows (N, C, H', W', h, w) times filters (O, C / groups, h, w), group by group: (N, H', W', O)."""
    n, _, height, width, *window = windows.shape
    filters, channels = weight.shape[:2]
    rows = windows.reshape(n, groups, channels, height, width, *window).transpose(1, 0, 3, 4, 2, 5, 6)
    size = channels * prod(window)
    columns = weight.reshape(groups, filters // groups, size).swapaxes(1, 2)
    y = rows.reshape(groups, n * height * width, size) @ columns
    return (
        y.reshape(groups, n, height, width, filters // groups)
        .transpose(1, 2, 3, 0, 4)
        .reshape(n, height, width, filters)
    )


def max_pool2d(
    x: ArrayLike | Tensor, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0, dilation: Pair = 1
) -> Tensor:
    """The largest element of each window of pictures (N, C, H, W). `stride` is by default the window's size.

    Where elements of a window tie, the first in reading order gets the gradient.
    """
    x = as_tensor(x)
    padded = _pad_for_pool("max_pool2d", x, kernel_size, padding, -np.inf)
    # The later element first: maximum gives a tie's gradient to its second argument.
    return _pool(padded, lambda a, b: cast(Tensor, np.maximum(b, a)), kernel_size, stride, dilation)


def avg_pool2d(x: ArrayLike | Tensor, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0) -> Tensor:
    """The mean of each window of pictures (N, C, H, W), padding counted. `stride` is by default the window's size."""
    x = as_tensor(x)
    padded = _pad_for_pool("avg_pool2d", x, kernel_size, padding, 0)
    return _pool(padded, lambda a, b: a + b, kernel_size, stride, 1) / prod(pair(kernel_size, "kernel_size"))


def _pool(
    x: Tensor, combine: Callable[[Tensor, Tensor], Tensor], kernel_size: Pair, stride: Pair | None, dilation: Pair
) -> Tensor:
    """Combine the elements of each window: first along its rows, then the rows. Much faster than reducing windows.

    The i-th elements of all windows in a row are one strided slice; so a window of w elements takes w slices.
    """
    window = pair(kernel_size, "kernel_size")
    steps = window if stride is None else pair(stride, "stride")
    for axis, size, step, gap in zip((3, 2), window[::-1], steps[::-1], pair(dilation, "dilation")[::-1], strict=True):
        count = (x.shape[axis] - gap * (size - 1) - 1) // step + 1
        if count < 1:
            raise ValueError(f"a pooling window of {size} elements {gap} apart does not fit into {x.shape[axis]}.")
        before = (slice(None),) * axis
        slices = [x[(*before, slice(i * gap, i * gap + (count - 1) * step + 1, step))] for i in range(size)]
        x = reduce(combine, slices)
    return x


def _pad_for_pool(name: str, x: Tensor, kernel_size: Pair, padding: Pair, value: float) -> Tensor:
    check_pictures(name, x)
    window, border = pair(kernel_size, "kernel_size"), pair(padding, "padding", least=0)
    if any(2 * p > k for p, k in zip(border, window, strict=True)):
        raise ValueError(f"{name}: padding {border} is more than half of the window {window}.")
    return pad_pictures(x, padding, value)


def pad_pictures(x: Tensor, padding: Pair, value: float = 0) -> Tensor:
    """Pictures (N, C, H, W) with a border of `value`."""
    vertical, horizontal = pair(padding, "padding", least=0)
    if vertical == horizontal == 0:
        return x
    widths = ((0, 0), (0, 0), (vertical, vertical), (horizontal, horizontal))
    return cast(Tensor, np.pad(cast(Any, x), widths, constant_values=value))


def check_pictures(name: str, x: Tensor) -> None:
    """ValueError unless x has the four axes of a batch of pictures."""
    if x.ndim != 4:
        raise ValueError(
            f"{name} takes pictures of shape (batch, channels, height, width), not {x.shape}; give one picture "
            "its batch axis with picture[None]."
        )


# Losses ------------------------------------------------------------------------------------------------------------


def check_reduction(reduction: str) -> None:
    """ValueError unless it is one of the three ways to reduce losses."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction must be 'mean', 'sum' or 'none', not {reduction!r}.")


def reduce_loss(losses: Tensor, reduction: Reduction) -> Tensor:
    """The mean or the sum of the losses, or with "none" all of them."""
    check_reduction(reduction)
    return losses.mean() if reduction == "mean" else losses.sum() if reduction == "sum" else losses


def mse_loss(x: ArrayLike | Tensor, target: ArrayLike | Tensor, reduction: Reduction = "mean") -> Tensor:
    """The squared error (x - target)^2, reduced. Both have the same shape."""
    x, target = as_tensor(x), as_tensor(target)
    if x.shape != target.shape:
        raise ValueError(
            f"mse_loss: input of shape {x.shape} and target of shape {target.shape} would be broadcast, which is "
            "hardly meant: reshape one of them."
        )
    return reduce_loss((x - target) ** 2, reduction)


def cross_entropy(
    x: ArrayLike | Tensor,
    target: ArrayLike | Tensor,
    weight: ArrayLike | Tensor | None = None,
    ignore_index: int = -100,
    reduction: Reduction = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """-log softmax(x)[target]: x (N, classes) or (N, classes, ...) are scores, target (N) or (N, ...) integer classes.

    `weight` (classes) weighs the classes; the mean is then a weighted one. Targets equal to `ignore_index` do not
    count. `label_smoothing` moves that share of a target's weight to all classes evenly (Szegedy et al. 2016, 7).
    """
    check_reduction(reduction)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"cross_entropy: label_smoothing must be between 0 and 1, not {label_smoothing}.")
    x = as_tensor(x)
    target = target.data if isinstance(target, Tensor) else np.asarray(target)
    axes = (*x.shape[:1], *x.shape[2:])
    if x.ndim < 2 or target.dtype.kind not in "iu" or target.shape != axes:
        raise ValueError(
            "cross_entropy needs scores (N, classes) or (N, classes, ...), and integer classes (N) or (N, ...); these "
            f"are {x.dtype} {x.shape} and {target.dtype} {target.shape}."
        )
    classes = x.shape[1]
    counted = target != ignore_index
    wrong = target[counted & ((target < 0) | (target >= classes))]
    if wrong.size:
        raise IndexError(f"cross_entropy: target {wrong[0]} is not one of the classes 0 to {classes - 1}.")
    scale = _class_weights(weight, classes, x.dtype)
    target = np.where(counted, target, 0)
    weights = scale[target] * counted
    log_p = log_softmax(x, dim=1)
    losses: Tensor = -log_p[_at(target)]
    if weight is not None:
        losses = losses * scale[target]
    if label_smoothing:
        per_class = scale.reshape(-1, *(1,) * (x.ndim - 2))
        losses = (1 - label_smoothing) * losses - label_smoothing / classes * (log_p * per_class).sum(axis=1)
    if not counted.all():
        losses = cast(Tensor, np.where(counted, losses, 0))
    if reduction == "mean" and (weight is not None or not counted.all()):
        return losses.sum() / float(weights.sum())
    return reduce_loss(losses, reduction)


def _class_weights(weight: ArrayLike | Tensor | None, classes: int, dtype: Any) -> Any:
    """A weight for every class; all 1 without any."""
    if weight is None:
        return np.ones(classes, dtype)
    weights = np.asarray(weight.data if isinstance(weight, Tensor) else weight, dtype)
    if weights.shape != (classes,):
        raise ValueError(f"cross_entropy: {classes} classes need {classes} weights, not shape {weights.shape}.")
    return weights


def _at(target: Any) -> tuple[Any, ...]:
    """The index that takes, at every place of (N, ...), its target's element of (N, classes, ...)."""
    places = np.indices(target.shape, sparse=True)
    return places[0], target, *places[1:]
