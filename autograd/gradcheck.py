"""Derivatives checked against finite differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from autograd.tensor import Array, Tensor
from autograd.transforms import gradients

STEP = 1e-6
RELATIVE, ABSOLUTE = 1e-5, 1e-7


class GradcheckError(AssertionError):
    """A derivative disagrees with finite differences."""


def gradcheck(f: Callable[..., Tensor], inputs: Sequence[Tensor], order: int = 2) -> None:
    """Check the derivatives of `f(*inputs)` up to `order` against central finite differences, (f(x+h) - f(x-h)) / 2h.

    `inputs` are float64 Tensors; those that require a gradient are checked, element by element. The output, of any
    shape, is weighted with fixed random numbers and summed; for the next order, so are the gradients.

    Raises GradcheckError that names the input, the element and both numbers; TypeError where an input to check is not
    float64, in which finite differences have the digits to tell.
    """
    for i, x in enumerate(inputs):
        if x.requires_grad and x.dtype != np.float64:
            raise TypeError(f"gradcheck needs float64; input {i} is {x.dtype}: make it with dtype=np.float64.")
    arrays = [x.numpy() for x in inputs]
    checked = [i for i, x in enumerate(inputs) if x.requires_grad]
    rng = np.random.default_rng(0)
    function = _weighted(f, rng)
    for current in range(1, order + 1):
        _check_gradient(function, arrays, checked, current)
        function = _weighted_gradient(function, checked, rng)


def _weighted(f: Callable[..., Tensor], rng: np.random.Generator) -> Callable[..., Tensor]:
    """The sum of f's output, each element with a weight of its own, the same at every call."""
    weights: list[Array] = []

    def function(*xs: Tensor) -> Tensor:
        y = f(*xs)
        if not weights:
            weights.append(rng.uniform(0.5, 1.5, y.shape))
        return (y * weights[0]).sum()

    return function


def _weighted_gradient(f: Callable[..., Tensor], checked: list[int], rng: np.random.Generator) -> Callable[..., Tensor]:
    """The weighted sum of the gradients of the number f, as a function of the same inputs."""
    weights: dict[int, Array] = {}

    def function(*xs: Tensor) -> Tensor:
        y = f(*xs)
        total = Tensor(0.0, dtype=np.float64)
        if not y.requires_grad:
            return total
        for i, g in zip(
            checked, gradients(y, [xs[i] for i in checked], create_graph=True, allow_unused=True), strict=True
        ):
            weight = weights.setdefault(i, rng.uniform(0.5, 1.5, xs[i].shape))
            if g is not None:
                total = total + (g * weight).sum()
        return total

    return function


def _check_gradient(f: Callable[..., Tensor], arrays: list[Array], checked: list[int], order: int) -> None:
    def tensors(values: list[Array]) -> list[Tensor]:
        return [Tensor(value, requires_grad=i in checked) for i, value in enumerate(values)]

    xs = tensors(arrays)
    y = f(*xs)
    found = gradients(y, [xs[i] for i in checked], allow_unused=True) if y.requires_grad else [None for _ in checked]
    for i, g in zip(checked, found, strict=True):
        for element in np.ndindex(arrays[i].shape):
            moved = [[a.copy() if j == i else a for j, a in enumerate(arrays)] for _ in range(2)]
            moved[0][i][element] += STEP
            moved[1][i][element] -= STEP
            above, below = (f(*tensors(values)).item() for values in moved)
            numerical = (above - below) / (2 * STEP)
            analytical = 0.0 if g is None else float(g.data[element])
            if not abs(analytical - numerical) <= ABSOLUTE + RELATIVE * abs(numerical):
                raise GradcheckError(
                    f"derivative of order {order} by input {i} at element {element}: {analytical:.10g} from the graph, "
                    f"{numerical:.10g} from finite differences."
                )
