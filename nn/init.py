"""Initial values for parameters, in place: names, arguments and formulas of PyTorch's `torch.nn.init`.

`rng` is a NumPy Generator or a seed, for repeatable values; without one, they differ at every call. There is no global
random state.
"""

from __future__ import annotations

from math import erf, prod, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor
from autograd.random_numbers import random_generator
from autograd.shape_only import any_known

Fan = Literal["fan_in", "fan_out"]
Generator = np.random.Generator | int


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, rng: Generator | None = None) -> Tensor:
    """Numbers from the uniform distribution on [a, b)."""
    return _fill(tensor, random_generator(rng).uniform(a, b, tensor.shape))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, rng: Generator | None = None) -> Tensor:
    """Numbers from the normal distribution."""
    return _fill(tensor, random_generator(rng).normal(mean, std, tensor.shape))


def constant_(tensor: Tensor, val: float) -> Tensor:
    """The same number everywhere."""
    return _fill(tensor, np.full(tensor.shape, val))


def zeros_(tensor: Tensor) -> Tensor:
    """Zeros."""
    return constant_(tensor, 0.0)


def ones_(tensor: Tensor) -> Tensor:
    """Ones."""
    return constant_(tensor, 1.0)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, rng: Generator | None = None) -> Tensor:
    """Uniform on [-a, a] with a = gain sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010, equation 16)."""
    bound = gain * sqrt(6 / sum(fans(tensor)))
    return uniform_(tensor, -bound, bound, rng)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, rng: Generator | None = None) -> Tensor:
    """Normal with standard deviation gain sqrt(2 / (fan_in + fan_out)) (Glorot and Bengio 2010)."""
    return normal_(tensor, 0.0, gain * sqrt(2 / sum(fans(tensor))), rng)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0.0,
    mode: Fan = "fan_in",
    nonlinearity: str = "leaky_relu",
    rng: Generator | None = None,
) -> Tensor:
    """Uniform on [-b, b] with b = gain sqrt(3 / fan) (He et al. 2015, section 2.2); `a` is leaky_relu's slope."""
    bound = calculate_gain(nonlinearity, a) * sqrt(3 / _fan(tensor, mode))
    return uniform_(tensor, -bound, bound, rng)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0.0,
    mode: Fan = "fan_in",
    nonlinearity: str = "leaky_relu",
    rng: Generator | None = None,
) -> Tensor:
    """Normal with standard deviation gain / sqrt(fan) (He et al. 2015, section 2.2); `a` is leaky_relu's slope."""
    return normal_(tensor, 0.0, calculate_gain(nonlinearity, a) / sqrt(_fan(tensor, mode)), rng)


def orthogonal_(tensor: Tensor, gain: float = 1.0, rng: Generator | None = None) -> Tensor:
    """gain times a random matrix (out, in ...) whose rows, or columns where there are fewer, are orthonormal.

    Source: Saxe et al., "Exact solutions to the nonlinear dynamics of learning" (2014); uniform over all such matrices.
    """
    fans(tensor)
    rows, columns = tensor.shape[0], prod(tensor.shape[1:])
    normal = random_generator(rng).standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(normal)
    q *= np.sign(np.diag(r))
    return _fill(tensor, gain * (q if rows >= columns else q.T).reshape(tensor.shape))


def trunc_normal_(
    tensor: Tensor, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, rng: Generator | None = None
) -> Tensor:
    """Numbers from the normal distribution, those outside [a, b] drawn again."""
    below_a, below_b = ((1 + erf((end - mean) / (std * sqrt(2)))) / 2 for end in (a, b))
    if not below_b - below_a > 0.001:
        raise ValueError(
            f"between {a} and {b} lies hardly any of the normal distribution of mean {mean} and standard deviation "
            f"{std}: take wider bounds, or uniform_."
        )
    rng = random_generator(rng)
    values = rng.normal(mean, std, tensor.shape)
    while any_known(outside := (values < a) | (values > b)):
        values[outside] = rng.normal(mean, std, int(outside.sum()))
    return _fill(tensor, values)


def calculate_gain(nonlinearity: str, param: float = 0.01) -> float:
    """The factor that keeps variance through a nonlinearity; `param` is leaky_relu's slope."""
    gains = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": sqrt(2), "leaky_relu": sqrt(2 / (1 + param**2))}
    gains["selu"] = 3 / 4
    if nonlinearity not in gains:
        raise ValueError(f"no gain for {nonlinearity!r}; there is one for {', '.join(gains)}.")
    return gains[nonlinearity]


def fans(tensor: Tensor) -> tuple[int, int]:
    """How many inputs reach one output, and how many outputs one input: of a weight (out, in, *window)."""
    if tensor.ndim < 2:
        raise ValueError(f"fan-in and fan-out need a weight of two axes or more, not shape {tensor.shape}.")
    window = prod(tensor.shape[2:])
    return tensor.shape[1] * window, tensor.shape[0] * window


def _fan(tensor: Tensor, mode: Fan) -> int:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode must be 'fan_in' or 'fan_out', not {mode!r}.")
    return fans(tensor)[mode == "fan_out"]


def _fill(tensor: Tensor, values: NDArray[np.float64]) -> Tensor:
    tensor.data = values
    return tensor
