"""A plane of inputs: where a classifier decides for which class, and what a hidden unit gives."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor, no_grad
from nn.module import Module
from nn.plot.axes import (
    COLOURS,
    MARKERS,
    add_colour_bar,
    as_array,
    axes_or_new,
    evaluating,
    outputs_of,
    parameter_dtype,
)

STEPS = 200
"""Places along each side of the plane."""


@no_grad()
def decision_regions(model: Module, x: ArrayLike | Tensor, y: ArrayLike | Tensor, ax: Any = None) -> Any:
    """Where a classifier of points x (N, 2) decides for which class, and the points with their classes y (N).

    The model gives a score for each class, or one score, which is for class 1 where it is above 0.
    """
    points, classes_of = as_array(x), as_array(y)
    ax = axes_or_new(ax)
    across, up, grid = _plane(points)
    with evaluating(model):
        scores = model(Tensor(grid, dtype=parameter_dtype(model))).data
    chosen = scores.argmax(axis=1) if scores.ndim > 1 and scores.shape[1] > 1 else (scores.ravel() > 0).astype(int)
    classes = int(max(classes_of.max(), chosen.max())) + 1
    levels = np.arange(classes + 1) - 0.5
    ax.contourf(across, up, chosen.reshape(STEPS, STEPS), levels, colors=_colours(classes), alpha=0.3)
    for i in range(classes):
        look = {"c": _colours(classes)[i], "marker": MARKERS[i % len(MARKERS)]}
        ax.scatter(*points[classes_of == i].T, s=18, lw=0, label=str(i), **look)
    ax.legend(title="class")
    return _named(ax)


@no_grad()
def unit_response(model: Module, layer: Module, unit: int, x: ArrayLike | Tensor, ax: Any = None) -> Any:
    """What unit `unit` of `layer` gives over the plane of the points x (N, 2); a line where it is 0."""
    points = as_array(x)
    ax = axes_or_new(ax)
    across, up, grid = _plane(points)
    values = outputs_of(layer, model, Tensor(grid, dtype=parameter_dtype(model))).data
    if not 0 <= unit < values.shape[1]:
        raise IndexError(f"the layer has units 0 to {values.shape[1] - 1}, not {unit}.")
    values = values[:, unit].reshape(STEPS, STEPS)
    largest = float(np.abs(values).max()) or 1.0
    picture = ax.pcolormesh(across, up, values, cmap="PuOr", vmin=-largest, vmax=largest)
    if values.min() < 0 < values.max():
        ax.contour(across, up, values, [0.0], colors="black")
    add_colour_bar(picture, ax)
    ax.scatter(*points.T, s=4, c="black", lw=0)
    return _named(ax)


def _plane(x: Any) -> tuple[Any, Any, Any]:
    """Coordinates across and up, and all places (STEPS^2, 2), of a plane with a margin around the points."""
    if x.ndim != 2 or x.shape[1] != 2:
        raise ValueError(f"expected points of shape (N, 2), given {x.shape}.")
    low, high = x.min(axis=0), x.max(axis=0)
    margin = 0.1 * (high - low).max() or 1.0
    across, up = (np.linspace(a - margin, b + margin, STEPS) for a, b in zip(low, high, strict=True))
    return across, up, np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)


def _named(ax: Any) -> Any:
    """The axes, one unit as long across as up, with the names of the inputs."""
    ax.set_aspect("equal")
    ax.set_xlabel("x1")
    ax.set_ylabel("x2")
    return ax


def _colours(classes: int) -> list[str]:
    return [COLOURS[i % len(COLOURS)] for i in range(classes)]
