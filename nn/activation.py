"""Activation layers: a function of each element, or of the elements along one axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from autograd import Tensor
from nn import functional
from nn.functional.activation import Approximation, check_bounds, check_softplus
from nn.functional.arguments import choice, float_dtype, integer, number
from nn.module import Module
from nn.parameter import Parameter


class ReLU(Module):
    """max(x, 0); its gradient at 0 is 0."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.relu(x)


class LeakyReLU(Module):
    """x where it is above 0, else negative_slope x."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = number(negative_slope, "negative_slope")

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class PReLU(Module):
    """x where it is above 0, else weight x, with a learned `weight` for all, or for each of the channels (axis 1)."""

    def __init__(self, num_parameters: int = 1, init: float = 0.25, dtype: DTypeLike | None = None) -> None:
        self.num_parameters = integer(num_parameters, "num_parameters", least=1)
        self.weight = Parameter(np.full(self.num_parameters, number(init, "init"), float_dtype(dtype)))

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.prelu(x, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class ELU(Module):
    """x where it is above 0, else alpha (exp(x) - 1)."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = number(alpha, "alpha")

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.elu(x, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class SELU(Module):
    """1.0507 times ELU with alpha 1.6733: see `functional.selu`."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.selu(x)


class GELU(Module):
    """x (1 + erf(x / sqrt(2))) / 2, or with "tanh" an approximation of it: see `functional.gelu`."""

    def __init__(self, approximate: Approximation = "none") -> None:
        self.approximate: Approximation = choice(approximate, "approximate", "none", "tanh")

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.gelu(x, self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """x sigmoid(x)."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.silu(x)


class Mish(Module):
    """x tanh(softplus(x))."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.mish(x)


class Softplus(Module):
    """log(1 + exp(beta x)) / beta; x itself where beta x is above `threshold`."""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        check_softplus(beta, threshold)
        self.beta = beta
        self.threshold = threshold

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.softplus(x, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class Softsign(Module):
    """x / (1 + |x|)."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.softsign(x)


class Hardtanh(Module):
    """x clipped to min_val and max_val."""

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0) -> None:
        check_bounds(min_val, max_val)
        self.min_val = min_val
        self.max_val = max_val

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.hardtanh(x, self.min_val, self.max_val)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}"


class Hardswish(Module):
    """x min(max(x + 3, 0), 6) / 6."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.hardswish(x)


class Sigmoid(Module):
    """1 / (1 + exp(-x))."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.sigmoid(x)


class LogSigmoid(Module):
    """log(sigmoid(x)), without overflow."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.logsigmoid(x)


class Tanh(Module):
    """The hyperbolic tangent."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.tanh(x)


class _AlongAxis(Module):
    def __init__(self, dim: int = -1) -> None:
        self.dim = integer(dim, "dim")

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(_AlongAxis):
    """exp(x) / sum(exp(x)) along `dim`, by default the last axis."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.softmax(x, self.dim)


class LogSoftmax(_AlongAxis):
    """log(softmax(x)) along `dim`, by default the last axis."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.log_softmax(x, self.dim)


class GLU(_AlongAxis):
    """a sigmoid(b), with a and b the two halves of x along `dim`."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.glu(x, self.dim)
