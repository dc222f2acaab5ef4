"""The loss around the way that an optimiser took."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor, no_grad
from nn.module import Module
from nn.plot.axes import COLOURS, axes_or_new, unchanged

STEPS = 25
"""Places along each side."""
LEVELS = 20
"""Lines of equal loss."""


@no_grad()
def loss_surface(
    model: Module, loss: Callable[[], Tensor], path: Sequence[Mapping[str, NDArray[Any]]], ax: Any = None
) -> Any:
    """The loss over the plane in which the optimiser's path lies as far as a plane can, and the path in it.

    `path` is a list of the model's state dicts, at least two different ones, in order; `loss()` computes the loss with
    the model's parameters of the moment. The plane goes through the last state, along the two main directions of the
    way there (Li et al., "Visualizing the loss landscape of neural nets", 2018, section 7). The model stays as it was.
    """
    parameters = dict(model.named_parameters())
    points = np.stack([np.concatenate([state[name].ravel() for name in parameters]) for state in path]).astype(float)
    way = points - points[-1]
    if not way.any():
        raise ValueError("a path needs two different states or more: record model.state_dict() during training.")
    directions = np.linalg.svd(way, full_matrices=False)[2][:2]
    if len(directions) < 2:
        directions = np.stack([directions[0], _orthogonal(directions[0])])
    places = way @ directions.T
    reach = float(np.abs(places).max())
    sides = [_side(along, reach) for along in places.T]
    before = model.state_dict()
    try:
        with unchanged(model):
            heights = [
                [_loss_at(points[-1] + np.array([a, b]) @ directions, parameters, loss) for a in sides[0]]
                for b in sides[1]
            ]
    finally:
        model.load_state_dict(before)
    ax = axes_or_new(ax)
    known = np.array(heights)[np.isfinite(heights)]
    levels = np.unique(np.quantile(known, np.linspace(0, 1, LEVELS) ** 2))  # dense where the loss is low
    lines = ax.contour(*sides, heights, levels, cmap="viridis")
    ax.clabel(lines, fontsize=7)
    ax.plot(*places.T, "o-", color=COLOURS[5], ms=3)
    ax.plot(0, 0, "*", color=COLOURS[5], ms=12)
    ax.set_xlabel("along the main direction of the path")
    ax.set_ylabel("along the second")
    return ax


def _orthogonal(direction: Any) -> Any:
    other = np.random.default_rng(0).standard_normal(len(direction))
    other -= (other @ direction) * direction
    return other / np.linalg.norm(other)


def _side(along: Any, reach: float) -> Any:
    return np.linspace(along.min() - 0.3 * reach, along.max() + 0.3 * reach, STEPS)


def _loss_at(point: Any, parameters: Mapping[str, Tensor], loss: Callable[[], Tensor]) -> float:
    start = 0
    for parameter in parameters.values():
        parameter.data = point[start : start + parameter.size].reshape(parameter.shape)
        start += parameter.size
    return float(loss().item())
