"""Activations: functions of each element, or of the elements along one axis."""

from __future__ import annotations

from math import pi, sqrt
from typing import Any, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike

import autograd
from autograd import Tensor
from nn.functional.arguments import (
    as_floats,
    as_reals,
    choice,
    expect_shape,
    in_dtype,
    in_single_precision,
    integer,
    nonzero,
    number,
)

Approximation: TypeAlias = Literal["none", "tanh"]

SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


def relu(x: ArrayLike | Tensor) -> Tensor:
    """max(x, 0); its gradient at 0 is 0."""
    return cast(Tensor, np.maximum(as_reals(x), 0))


def leaky_relu(x: ArrayLike | Tensor, negative_slope: float = 0.01) -> Tensor:
    """x where it is above 0, else negative_slope x."""
    x = as_reals(x)
    one, slope = np.array([1, number(negative_slope, "negative_slope")], x.dtype)
    y: Tensor = x * np.where(x.data > 0, one, slope)
    return y


def prelu(x: ArrayLike | Tensor, weight: Tensor) -> Tensor:
    """x where it is above 0, else weight x (He et al. 2015): one weight for all, or one for each channel, axis 1."""
    x = as_reals(x)
    weight = as_floats(weight, "weight of prelu")
    if weight.ndim:
        expect_shape(weight, "channels", name="weight of prelu")
    if weight.size > 1:
        if x.ndim < 2 or weight.shape != x.shape[1:2]:
            raise ValueError(f"expected input of shape (N, {weight.size}, ...), given {x.shape}.")
        weight = weight.reshape(-1, *(1,) * (x.ndim - 2))
    else:
        weight = weight.reshape(())
    return cast(Tensor, np.where(x.data > 0, cast(Any, x), cast(Any, weight * x)))


def elu(x: ArrayLike | Tensor, alpha: float = 1.0) -> Tensor:
    """x where it is above 0, else alpha (exp(x) - 1) (Clevert et al. 2016)."""
    x = as_reals(x)
    above = ~(x.data <= 0)  # NaN too, so that it and its gradient are not lost
    below = number(alpha, "alpha") * np.expm1(cast(Any, np.where(above, 0, cast(Any, x))))
    return cast(Tensor, np.where(above, cast(Any, x), below))


def selu(x: ArrayLike | Tensor) -> Tensor:
    """1.0507 elu(x, 1.6733): keeps mean 0 and variance 1 from layer to layer (Klambauer et al. 2017, section 2)."""
    return SELU_SCALE * elu(x, SELU_ALPHA)


def gelu(x: ArrayLike | Tensor, approximate: Approximation = "none") -> Tensor:
    """x Φ(x), with the standard normal CDF Φ(x) = (1 + erf(x / sqrt(2))) / 2 (Hendrycks and Gimpel 2016).

    With "tanh", the approximation 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), which is faster.
    """
    given = as_reals(x)
    x = in_single_precision(given)
    if choice(approximate, "approximate", "none", "tanh") == "tanh":
        shape = np.tanh(sqrt(2 / pi) * x * (1 + 0.044715 * x * x))
    else:
        shape = autograd.erf(x * sqrt(1 / 2))
    return in_dtype(0.5 * x * (1 + shape), given.dtype)


def silu(x: ArrayLike | Tensor) -> Tensor:
    """x sigmoid(x), also known as swish (Ramachandran et al. 2017)."""
    x = as_floats(x)
    y: Tensor = x * autograd.sigmoid(x)
    return y


def mish(x: ArrayLike | Tensor) -> Tensor:
    """x tanh(softplus(x)) (Misra 2019)."""
    x = as_reals(x)
    y: Tensor = x * np.tanh(np.logaddexp(x, 0))
    return y


def softplus(x: ArrayLike | Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """log(1 + exp(beta x)) / beta, without overflow; x itself where beta x is above `threshold`."""
    x = as_reals(x)
    check_softplus(beta, threshold)
    curve = np.logaddexp(beta * x, 0) / beta
    return cast(Tensor, np.where(beta * x.data > threshold, cast(Any, x), curve))


def check_softplus(beta: float, threshold: float) -> None:
    """TypeError or ValueError unless both are numbers, and `beta` is not 0."""
    nonzero(number(beta, "beta"), "beta")
    number(threshold, "threshold", finite=False)


def softsign(x: ArrayLike | Tensor) -> Tensor:
    """x / (1 + |x|)."""
    x = as_floats(x)
    return x / (1 + abs(x))


def hardtanh(x: ArrayLike | Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """x clipped to min_val and max_val; its gradient is 0 at both and beyond."""
    check_bounds(min_val, max_val)
    return cast(Tensor, np.minimum(np.maximum(as_reals(x), min_val), max_val))


def check_bounds(min_val: float, max_val: float) -> None:
    """TypeError or ValueError unless both are numbers, the first below the second."""
    if number(min_val, "min_val", finite=False) >= number(max_val, "max_val", finite=False):
        raise ValueError(f"min_val must be below max_val, not {min_val} and {max_val}.")


def hardswish(x: ArrayLike | Tensor) -> Tensor:
    """x min(max(x + 3, 0), 6) / 6 (Howard et al. 2019, section 5.2)."""
    x = as_reals(x)
    return x * hardtanh(x / 6 + 0.5, 0, 1)


def sigmoid(x: ArrayLike | Tensor) -> Tensor:
    """1 / (1 + exp(-x))."""
    return cast(Tensor, autograd.sigmoid(as_floats(x)))


def logsigmoid(x: ArrayLike | Tensor) -> Tensor:
    """log(sigmoid(x)), without overflow: -softplus(-x)."""
    return cast(Tensor, -np.logaddexp(-as_reals(x), 0))


def tanh(x: ArrayLike | Tensor) -> Tensor:
    """The hyperbolic tangent."""
    return cast(Tensor, np.tanh(as_floats(x)))


def softmax(x: ArrayLike | Tensor, dim: int = -1) -> Tensor:
    """exp(x) / sum(exp(x)) along `dim`, without overflow: the largest x is taken off before, which changes nothing."""
    x = _with_axis(as_reals(x), dim)
    if x.shape[dim] == 0:
        return x
    scores = in_single_precision(x)
    powers = np.exp(scores - scores.data.max(axis=dim, keepdims=True))
    y: Tensor = powers / powers.sum(axis=dim, keepdims=True)
    return in_dtype(y, x.dtype)


def log_softmax(x: ArrayLike | Tensor, dim: int = -1) -> Tensor:
    """log(softmax(x)) along `dim`: x - logsumexp(x)."""
    given = _with_axis(as_reals(x), dim)
    x = in_single_precision(given)
    return in_dtype(x - autograd.logsumexp(x, axis=dim, keepdims=True), given.dtype)


def glu(x: ArrayLike | Tensor, dim: int = -1) -> Tensor:
    """a sigmoid(b), with a and b the two halves of x along `dim` (Dauphin et al. 2017)."""
    x = _with_axis(as_floats(x), dim)
    if x.shape[dim] % 2:
        raise ValueError(f"expected input with an even number of elements along axis {dim}, given {x.shape}.")
    a, b = np.split(cast(Any, x), 2, axis=dim)
    return cast(Tensor, a * autograd.sigmoid(b))


def _with_axis(x: Tensor, dim: int) -> Tensor:
    if not -x.ndim <= integer(dim, "dim") < x.ndim:
        raise ValueError(f"expected input with an axis {dim}, given shape {x.shape}.")
    return x
