"""The affine layer."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from autograd import Tensor, get_default_dtype
from nn import functional, init
from nn.module import Module, Parameter


class Linear(Module):
    """x W^T + b: x (..., in_features), result (..., out_features).

    `weight` (out_features, in_features): row i is neuron i; `bias` (out_features). Both start uniform on
    [-1/sqrt(in_features), 1/sqrt(in_features)), drawn from `rng`.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        dtype: DTypeLike | None = None,
        rng: np.random.Generator | int | None = None,
    ) -> None:
        self.in_features = in_features
        self.out_features = out_features
        self.weight, self.bias = affine_parameters((out_features, in_features), bias, dtype, rng)

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


def affine_parameters(
    shape: tuple[int, ...], bias: bool, dtype: DTypeLike | None, rng: np.random.Generator | int | None
) -> tuple[Parameter, Parameter | None]:
    """A weight of `shape` (out, in, *window) and a bias (out), both uniform within 1 / sqrt(fan_in)."""
    if min(shape) < 1:
        raise ValueError(f"a layer needs at least one input and one output; its weight would have shape {shape}.")
    rng = np.random.default_rng(rng)
    dtype = dtype or get_default_dtype()
    weight = Parameter(np.empty(shape, dtype))
    bound = 1 / sqrt(init.fans(weight)[0])
    init.uniform_(weight, -bound, bound, rng)
    if not bias:
        return weight, None
    offset = Parameter(np.empty(shape[0], dtype))
    init.uniform_(offset, -bound, bound, rng)
    return weight, offset
