"""Normalisation: mean 0 and variance 1 over a batch, or over the features of each example."""

from __future__ import annotations

from math import prod
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor
from nn.functional.arguments import as_floats


def batch_norm(
    x: ArrayLike | Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(variance + eps) weight + bias, for each channel of x (N, C, ...) (Ioffe and Szegedy 2015).

    In training, mean and variance are those of the batch, and the running ones move towards them by `momentum` (the
    variance that of n - 1); else they are the running ones.
    """
    x = as_floats(x)
    if x.ndim < 2:
        raise ValueError(f"expected input of shape (N, C, ...), given {x.shape}.")
    column = (-1, *(1,) * (x.ndim - 2))
    if training:
        axes = (0, *range(2, x.ndim))
        count = x.size // max(x.shape[1], 1)
        if count < 2:
            raise ValueError(f"expected more than one value for each channel in training, given input {x.shape}.")
        mean: Tensor = x.mean(axis=axes, keepdims=True)
        centred = x - mean
        variance: Tensor = (centred * centred).mean(axis=axes, keepdims=True)
        if running_mean is not None and running_var is not None:
            _move(running_mean, mean.data.ravel(), momentum)
            _move(running_var, variance.data.ravel() * (count / (count - 1)), momentum)
    else:
        if running_mean is None or running_var is None:
            raise ValueError("in evaluation, batch_norm needs a running mean and a running variance.")
        centred, variance = x - running_mean.reshape(column), running_var.reshape(column)
    scale = 1 / (variance + eps) ** 0.5
    y = centred * (scale if weight is None else scale * weight.reshape(column))
    return y if bias is None else y + bias.reshape(column)


def _move(running: Tensor, towards: Any, momentum: float) -> None:
    running.data = running.data + momentum * (towards - running.data)


def layer_norm(
    x: ArrayLike | Tensor,
    normalized_shape: tuple[int, ...],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(variance + eps) weight + bias, over the last axes, of `normalized_shape` (Ba et al. 2016)."""
    x = as_floats(x)
    y = _standardised(x, _last_axes(x, normalized_shape), eps)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def group_norm(
    x: ArrayLike | Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Like `layer_norm`, over each of `num_groups` groups of the channels of x (N, C, ...) (Wu and He 2018)."""
    x = as_floats(x)
    if x.ndim < 2 or num_groups < 1 or x.shape[1] % num_groups:
        raise ValueError(f"expected input whose channels (axis 1) divide into {num_groups} groups, given {x.shape}.")
    n, channels = x.shape[:2]
    size = prod(x.shape[1:]) // num_groups
    y = _standardised(x.reshape(n, num_groups, size), (2,), eps).reshape(x.shape)
    column = (channels, *(1,) * (x.ndim - 2))
    y = y if weight is None else y * weight.reshape(column)
    return y if bias is None else y + bias.reshape(column)


def rms_norm(
    x: ArrayLike | Tensor, normalized_shape: tuple[int, ...], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """x / sqrt(mean(x^2) + eps) weight, over the last axes, of `normalized_shape` (Zhang and Sennrich 2019).

    `eps` is by default the distance from 1 to the next number of the dtype.
    """
    x = as_floats(x)
    axes = _last_axes(x, normalized_shape)
    eps = float(np.finfo(x.dtype).eps) if eps is None else eps
    y = x / cast(Tensor, np.sqrt((x * x).mean(axis=axes, keepdims=True) + eps))
    return y if weight is None else y * weight


def _standardised(x: Tensor, axes: tuple[int, ...], eps: float) -> Tensor:
    centred = x - x.mean(axis=axes, keepdims=True)
    variance = (centred * centred).mean(axis=axes, keepdims=True)
    return centred / cast(Tensor, np.sqrt(variance + eps))


def _last_axes(x: Tensor, normalized_shape: tuple[int, ...]) -> tuple[int, ...]:
    count = len(normalized_shape)
    if count == 0 or x.shape[-count:] != tuple(normalized_shape):
        raise ValueError(f"expected input of shape (..., {', '.join(map(str, normalized_shape))}), given {x.shape}.")
    return tuple(range(-count, 0))
