"""Affine and bilinear layers."""

from __future__ import annotations

from math import sqrt
from typing import Any

from numpy.typing import ArrayLike, DTypeLike

from autograd import Tensor
from autograd.random_numbers import random_generator
from nn import functional
from nn.functional.arguments import Random, flag, float_dtype, integer
from nn.module import Module
from nn.parameter import Parameter


class Identity(Module):
    """x itself. Takes any arguments and ignores them, so that it can replace any layer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def forward(self, x: Any) -> Any:
        return x


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
        rng: Random = None,
    ) -> None:
        self.in_features = integer(in_features, "in_features", least=1)
        self.out_features = integer(out_features, "out_features", least=1)
        shape = (self.out_features, self.in_features)
        self.weight, self.bias = affine_parameters(shape, bias, self.out_features, self.in_features, dtype, rng)

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Bilinear(Module):
    """x1^T W_o x2 + b_o for every output o: x1 (..., in1_features), x2 (..., in2_features), result (..., out_features).

    `weight` (out_features, in1_features, in2_features), `bias` (out_features), both start uniform within
    1 / sqrt(in1_features).
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        dtype: DTypeLike | None = None,
        rng: Random = None,
    ) -> None:
        self.in1_features = integer(in1_features, "in1_features", least=1)
        self.in2_features = integer(in2_features, "in2_features", least=1)
        self.out_features = integer(out_features, "out_features", least=1)
        shape = (self.out_features, self.in1_features, self.in2_features)
        self.weight, self.bias = affine_parameters(shape, bias, self.out_features, self.in1_features, dtype, rng)

    def forward(self, input1: ArrayLike | Tensor, input2: ArrayLike | Tensor) -> Tensor:
        return functional.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


def affine_parameters(
    shape: tuple[int, ...], bias: bool, outputs: int, fan_in: int, dtype: DTypeLike | None, rng: Random
) -> tuple[Parameter, Parameter | None]:
    """A weight of `shape` and a bias (outputs), both uniform within 1 / sqrt(fan_in)."""
    bias = flag(bias, "bias")
    rng = random_generator(rng)
    bound = 1 / sqrt(fan_in)
    weight = uniform_parameter(shape, bound, dtype, rng)
    return weight, uniform_parameter((outputs,), bound, dtype, rng) if bias else None


def uniform_parameter(shape: tuple[int, ...], bound: float, dtype: DTypeLike | None, rng: Random) -> Parameter:
    """A parameter of `shape` that is uniform on [-bound, bound)."""
    dtype = float_dtype(dtype)
    return Parameter(random_generator(rng).uniform(-bound, bound, shape).astype(dtype, copy=False))
