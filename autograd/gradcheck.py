"""Derivatives checked against finite differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from autograd.backward import gradients
from autograd.tensor import Array, Tensor

STEP = 1e-6
"""How far an element is moved, relative to its size where that is above 1."""

RELATIVE = 1e-5
"""The largest relative difference that passes; to it comes what rounding may do to the difference quotient."""

Terms = Callable[[Sequence[Tensor]], list[Tensor]]
"""Gives the terms of a sum, as a function of the inputs."""


class GradcheckError(AssertionError):
    """A derivative disagrees with finite differences."""


def gradcheck(f: Callable[..., Tensor], inputs: Sequence[Tensor], order: int = 2) -> None:
    """Check the derivatives of `f(*inputs)` up to `order` against central finite differences, (f(x+h) - f(x-h)) / 2h.

    `inputs` are float64 or complex128 Tensors; those that require a gradient are checked, element by element (complex
    ones in the real and in the imaginary direction). The output, of any shape, is weighted with fixed random numbers
    and summed; for the next order, so are the gradients.

    Raises GradcheckError that names the input, the element and both numbers; TypeError where an input to check has
    another dtype: finite differences need the digits to tell; ValueError where there is nothing to check.
    """
    if isinstance(inputs, Tensor):
        raise TypeError("gradcheck takes a list of inputs: gradcheck(f, [x]).")
    checked = [i for i, x in enumerate(inputs) if x.requires_grad]
    if not checked or order < 1:
        raise ValueError(f"there is nothing to check: no input requires a gradient, or order={order} is below 1.")
    for i in checked:
        if inputs[i].dtype not in (np.float64, np.complex128):
            raise TypeError(f"gradcheck needs float64; input {i} is {inputs[i].dtype}: make it with dtype=np.float64.")
    arrays = [x.numpy() for x in inputs]
    rng = np.random.default_rng(0)
    terms = _weighted(f, rng)
    for current in range(1, order + 1):
        _check_gradient(terms, arrays, checked, current)
        terms = _weighted_gradient(terms, checked, rng)


def _weighted(f: Callable[..., Tensor], rng: np.random.Generator) -> Terms:
    """The elements of f's output, each with a weight of its own, the same at every call."""
    weights: list[Array] = []

    def terms(xs: Sequence[Tensor]) -> list[Tensor]:
        y = f(*xs)
        if not isinstance(y, Tensor):
            raise TypeError(f"gradcheck needs a function that returns a Tensor, not {type(y).__name__}.")
        if not weights:
            weights.append(_weights(rng, y))
        return [_times(y, weights[0])]

    return terms


def _weighted_gradient(terms: Terms, checked: list[int], rng: np.random.Generator) -> Terms:
    """The elements of the gradients of the sum of the terms, each with a weight of its own."""
    weights: dict[int, Array] = {}

    def next_terms(xs: Sequence[Tensor]) -> list[Tensor]:
        y = _sum(terms(xs))
        found = gradients(y, [xs[i] for i in checked], create_graph=True, allow_unused=True)
        pairs = [(g, weights.setdefault(i, _weights(rng, xs[i]))) for i, g in zip(checked, found, strict=True)]
        return [_times(g, weight) for g, weight in pairs if g is not None]

    return next_terms


def _weights(rng: np.random.Generator, like: Tensor) -> Array:
    weights = rng.uniform(0.5, 1.5, like.shape)
    return weights + 1j * rng.uniform(0.5, 1.5, like.shape) if like.dtype.kind == "c" else weights


def _times(y: Tensor, weights: Array) -> Tensor:
    product = y * weights
    return product.real if product.dtype.kind == "c" else product


def _sum(terms: list[Tensor]) -> Tensor:
    return sum((term.sum() for term in terms), Tensor(0.0, dtype=np.float64))


def _check_gradient(terms: Terms, arrays: list[Array], checked: list[int], order: int) -> None:
    def at(values: list[Array]) -> list[Tensor]:
        return terms([Tensor(value, requires_grad=i in checked) for i, value in enumerate(values)])

    xs = [Tensor(value, requires_grad=i in checked) for i, value in enumerate(arrays)]
    found = gradients(_sum(terms(xs)), [xs[i] for i in checked], allow_unused=True)
    for i, g in zip(checked, found, strict=True):
        for element in np.ndindex(arrays[i].shape):
            numerical, rounding = _slope(at, arrays, i, element, 1)
            if arrays[i].dtype.kind == "c":
                imaginary, more = _slope(at, arrays, i, element, 1j)
                numerical, rounding = numerical + 1j * imaginary, rounding + more
            else:
                numerical = numerical.real
            analytical = 0.0 if g is None else g.data[element].item()
            if not abs(analytical - numerical) <= rounding + RELATIVE * abs(numerical):
                raise GradcheckError(
                    f"derivative of order {order} by input {i} at element {element}: {analytical:.10g} from the graph, "
                    f"{numerical:.10g} from finite differences."
                )


def _slope(
    at: Callable[[list[Array]], list[Tensor]], arrays: list[Array], i: int, element: tuple[int, ...], direction: complex
) -> tuple[complex, float]:
    """The difference quotient of the sum of terms as an element of input i moves, and how far rounding may take it.

    Terms are subtracted one by one, so that those that do not depend on the element cancel exactly.
    """
    step = STEP * max(1.0, abs(arrays[i][element]))
    sides = []
    for side in (step, -step):
        moved = [array.copy() if j == i else array for j, array in enumerate(arrays)]
        moved[i][element] += side * direction
        sides.append([term.data for term in at(moved)])
    differences = [above - below for above, below in zip(*sides, strict=True)]
    involved = sum(float(np.abs(a[d != 0]).sum()) for a, d in zip(sides[0], differences, strict=True))
    rounding = 1000 * float(np.finfo(float).eps) * involved / step
    rounding += 1e-12 * sum(float(np.abs(a).sum()) for a in sides[0])
    return complex(sum(d.sum() for d in differences) / (2 * step)), rounding
