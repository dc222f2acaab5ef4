"""Normalisation: mean 0 and variance 1 over a batch, or over the features of each example.

Means and squares of half precision are taken in float32: float16 ends at 65504.
"""

from __future__ import annotations

from math import prod
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor
from nn.functional.arguments import (
    as_reals,
    flag,
    in_dtype,
    in_single_precision,
    integers,
    number,
    optional_parameter,
)


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
    variance that of n - 1); else they are the running ones. All of these, and weight and bias, are (C).
    """
    given = as_reals(x)
    training, momentum, eps = flag(training, "training"), number(momentum, "momentum"), number(eps, "eps", above=0)
    if given.ndim < 2:
        raise ValueError(f"expected input of shape (N, C, ...), given {given.shape}.")
    channels = given.shape[1]
    weight = optional_parameter("batch_norm", "weight", weight, channels)
    bias = optional_parameter("batch_norm", "bias", bias, channels)
    for name, running in (("running_mean", running_mean), ("running_var", running_var)):
        optional_parameter("batch_norm", name, running, channels)
    x = in_single_precision(given)
    column = (-1, *(1,) * (x.ndim - 2))
    if training:
        axes = (0, *range(2, x.ndim))
        count = x.size // max(channels, 1)
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
    scale = 1 / (in_single_precision(variance) + eps) ** 0.5
    y = centred * (scale if weight is None else scale * weight.reshape(column))
    return in_dtype(y if bias is None else y + bias.reshape(column), given.dtype)


def _move(running: Tensor, towards: Any, momentum: float) -> None:
    with np.errstate(over="ignore"):  # a variance above what float16 can hold is inf in it, as in PyTorch
        running.data = running.data + momentum * (towards - running.data)


def layer_norm(
    x: ArrayLike | Tensor,
    normalized_shape: tuple[int, ...],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(variance + eps) weight + bias, over the last axes, of `normalized_shape` (Ba et al. 2016).

    weight and bias have the shape `normalized_shape`.
    """
    given, eps = as_reals(x), number(eps, "eps", least=0)
    sizes = _last_sizes(given, normalized_shape)
    weight = optional_parameter("layer_norm", "weight", weight, *sizes)
    bias = optional_parameter("layer_norm", "bias", bias, *sizes)
    y = _standardised(in_single_precision(given), tuple(range(-len(sizes), 0)), eps)
    return in_dtype(_affine(y, weight, bias), given.dtype)


def group_norm(
    x: ArrayLike | Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Like `layer_norm`, over each of `num_groups` groups of the channels of x (N, C, ...) (Wu and He 2018).

    weight and bias are (C).
    """
    given, eps = as_reals(x), number(eps, "eps", least=0)
    if given.ndim < 2 or num_groups < 1 or given.shape[1] % num_groups:
        raise ValueError(
            f"expected input whose channels (axis 1) divide into {num_groups} groups, given {given.shape}."
        )
    n, channels = given.shape[:2]
    weight = optional_parameter("group_norm", "weight", weight, channels)
    bias = optional_parameter("group_norm", "bias", bias, channels)
    x = in_single_precision(given).reshape(n, num_groups, prod(given.shape[1:]) // num_groups)
    y = _standardised(x, (2,), eps).reshape(given.shape)
    column = (channels, *(1,) * (given.ndim - 2))
    weight, bias = (part if part is None else part.reshape(column) for part in (weight, bias))
    return in_dtype(_affine(y, weight, bias), given.dtype)


def rms_norm(
    x: ArrayLike | Tensor, normalized_shape: tuple[int, ...], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """x / sqrt(mean(x^2) + eps) weight, over the last axes, of `normalized_shape` (Zhang and Sennrich 2019).

    `eps` is by default the distance from 1 to the next number of the dtype, of half precision that of float32. weight
    has the shape `normalized_shape`.
    """
    given = as_reals(x)
    sizes = _last_sizes(given, normalized_shape)
    weight = optional_parameter("rms_norm", "weight", weight, *sizes)
    x = in_single_precision(given)
    eps = float(np.finfo(x.dtype).eps) if eps is None else number(eps, "eps", least=0)
    mean = (x * x).mean(axis=tuple(range(-len(sizes), 0)), keepdims=True)
    return in_dtype(_affine(x / cast(Tensor, np.sqrt(mean + eps)), weight, None), given.dtype)


def _standardised(x: Tensor, axes: tuple[int, ...], eps: float) -> Tensor:
    if x.size == 0:
        return x
    centred = x - x.mean(axis=axes, keepdims=True)
    variance = (centred * centred).mean(axis=axes, keepdims=True)
    return centred / cast(Tensor, np.sqrt(variance + eps))


def _affine(x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    y = x if weight is None else x * weight
    return y if bias is None else y + bias


def _last_sizes(x: Tensor, normalized_shape: Any) -> tuple[int, ...]:
    """`normalized_shape`; ValueError unless the last axes of x have these sizes."""
    sizes = integers(normalized_shape, "normalized_shape", least=1)
    if len(sizes) == 0 or x.shape[-len(sizes) :] != sizes:
        raise ValueError(f"expected input of shape (..., {', '.join(map(str, sizes))}), given {x.shape}.")
    return sizes
