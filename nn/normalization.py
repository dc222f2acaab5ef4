"""Normalisation layers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from autograd import Tensor
from nn import functional
from nn.functional.arguments import as_tensor, divisor, flag, float_dtype, integer, integers, number
from nn.module import Module
from nn.parameter import Buffer, Parameter


class _BatchNorm(Module):
    shapes: tuple[str, ...]
    """The shapes of input that the layer takes."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        dtype: DTypeLike | None = None,
        *,
        bias: bool = True,
    ) -> None:
        self.num_features = features = integer(num_features, "num_features", least=1)
        self.eps = number(eps, "eps", above=0)
        self.momentum = None if momentum is None else number(momentum, "momentum")
        self.affine = flag(affine, "affine")
        self.track_running_stats = flag(track_running_stats, "track_running_stats")
        bias, dtype = flag(bias, "bias"), float_dtype(dtype)
        self.weight = Parameter(np.ones(features, dtype)) if affine else None
        self.bias = Parameter(np.zeros(features, dtype)) if affine and bias else None
        self.running_mean = Buffer(np.zeros(features, dtype)) if track_running_stats else None
        self.running_var = Buffer(np.ones(features, dtype)) if track_running_stats else None
        self.num_batches_tracked = Buffer(np.array(0)) if track_running_stats else None

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        x = as_tensor(x)
        if x.ndim not in [shape.count(",") + 1 for shape in self.shapes] or x.shape[1] != self.num_features:
            shapes = " or ".join(self.shapes).replace("C", str(self.num_features))
            raise ValueError(f"expected input of shape {shapes}, given {x.shape}.")
        from_batch = self.training or self.running_mean is None
        batches, momentum = self.num_batches_tracked, self.momentum or 0.0
        if self.momentum is None and batches is not None:
            momentum = 1 / (batches.item() + 1)
        mean, variance = self.running_mean, self.running_var
        y = functional.batch_norm(x, mean, variance, self.weight, self.bias, from_batch, momentum, self.eps)
        if self.training and batches is not None:
            batches.data = batches.data + 1
        return y

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"track_running_stats={self.track_running_stats}"
        )


class BatchNorm1d(_BatchNorm):
    """`BatchNorm2d` for features (N, C) or signals (N, C, L)."""

    shapes = ("(N, C)", "(N, C, L)")


class BatchNorm2d(_BatchNorm):
    """(x - mean) / sqrt(variance + eps) weight + bias, for each channel of pictures (N, C, H, W).

    In training, with mean and variance of the batch (Ioffe and Szegedy 2015); the buffers `running_mean` and
    `running_var` move towards them by `momentum`, or with None are their means over all batches so far,
    `num_batches_tracked`. In evaluation, with the running ones, unless `track_running_stats` is False. `affine` is for
    the parameters `weight` and, with `bias`, `bias` (C), which start as 1 and 0.
    """

    shapes = ("(N, C, H, W)",)


class LayerNorm(Module):
    """(x - mean) / sqrt(variance + eps) weight + bias, over the last axes, of `normalized_shape` (Ba et al. 2016).

    `weight` and `bias`, of this shape, start as 1 and 0.
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.normalized_shape = _shape(normalized_shape)
        self.eps = number(eps, "eps", least=0)
        self.elementwise_affine = flag(elementwise_affine, "elementwise_affine")
        bias, dtype = flag(bias, "bias"), float_dtype(dtype)
        self.weight = Parameter(np.ones(self.normalized_shape, dtype)) if elementwise_affine else None
        self.bias = Parameter(np.zeros(self.normalized_shape, dtype)) if elementwise_affine and bias else None

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(Module):
    """Like `LayerNorm`, over each of `num_groups` groups of the channels of x (N, num_channels, ...) (Wu and He 2018).

    `weight` and `bias` (num_channels) start as 1 and 0; without `affine` there is neither, without `bias` no bias.
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        dtype: DTypeLike | None = None,
        *,
        bias: bool = True,
    ) -> None:
        self.num_channels = channels = integer(num_channels, "num_channels", least=1)
        self.num_groups = divisor(num_groups, "num_groups", channels, of="channels", into="groups")
        self.eps = number(eps, "eps", least=0)
        self.affine = flag(affine, "affine")
        bias, dtype = flag(bias, "bias"), float_dtype(dtype)
        self.weight = Parameter(np.ones(channels, dtype)) if affine else None
        self.bias = Parameter(np.zeros(channels, dtype)) if affine and bias else None

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        x = as_tensor(x)
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ValueError(f"expected input of shape (N, {self.num_channels}, ...), given {x.shape}.")
        return functional.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}"


class RMSNorm(Module):
    """x / sqrt(mean(x^2) + eps) weight, over the last axes, of `normalized_shape` (Zhang and Sennrich 2019).

    `weight`, of this shape, starts as 1. `eps` is by default that of `functional.rms_norm`.
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float | None = None,
        elementwise_affine: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.normalized_shape = _shape(normalized_shape)
        self.eps = None if eps is None else number(eps, "eps", least=0)
        self.elementwise_affine = flag(elementwise_affine, "elementwise_affine")
        weight = np.ones(self.normalized_shape, float_dtype(dtype))
        self.weight = Parameter(weight) if elementwise_affine else None

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


def _shape(normalized_shape: int | tuple[int, ...]) -> tuple[int, ...]:
    """`normalized_shape` as a tuple of one size or more."""
    if isinstance(normalized_shape, tuple | list) and len(normalized_shape):
        return integers(normalized_shape, "normalized_shape", least=1)
    return (integer(normalized_shape, "normalized_shape", least=1),)
