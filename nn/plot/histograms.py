"""Histograms by layer: of what the layers give, and of the gradients of their parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor, no_grad
from nn.module import Module
from nn.plot.axes import COLOURS, Outputs, axes_or_new, unchanged
from nn.watching import watched_by

BINS = 60


@no_grad()
def activation_histograms(model: Module, x: ArrayLike | Tensor, ax: Any = None) -> Any:
    """How the numbers that each layer gives for a batch x are spread: a ridge for every module without children.

    The model runs in the mode it is in, and is left as it was. Ridges that are a spike at 0 tell of units that are dead
    or saturated.
    """
    outputs = Outputs()
    with unchanged(model), watched_by(outputs):
        model(x)
    paths = {module: path for path, module in model.named_modules() if not any(True for _ in module.children())}
    given = {
        f"{paths[module]} {type(module).__name__}".strip(): y.data
        for module, y in outputs.last.items()
        if module in paths and isinstance(y, Tensor)
    }
    return _ridges(given, "output", axes_or_new(ax))


def gradient_histograms(model: Module, ax: Any = None) -> Any:
    """How the gradients of each parameter are spread, after backward: a ridge for every parameter."""
    found = {name: p.grad.data for name, p in model.named_parameters() if p.grad is not None}
    if not found:
        raise ValueError("no parameter has a gradient: call loss.backward() first.")
    return _ridges(found, "gradient", axes_or_new(ax))


def _ridges(arrays: dict[str, Any], what: str, ax: Any) -> Any:
    """One histogram above the other, the first on top, each as high as the others; the standard deviation beside it."""
    reach = max(float(np.quantile(np.abs(array), 0.999)) for array in arrays.values()) or 1.0
    edges = np.linspace(-reach, reach, BINS + 1)
    for i, array in enumerate(reversed(arrays.values())):
        counts, _ = np.histogram(array, edges)
        ax.fill_between(
            (edges[1:] + edges[:-1]) / 2, i, i + 0.9 * counts / (counts.max() or 1), color=COLOURS[i % 2 * 4]
        )
        ax.text(reach, i + 0.1, f"std {array.std():.2g}", ha="right", fontsize=8)
    ax.set_yticks(range(len(arrays)), list(reversed(arrays)))
    ax.set_xlabel(what)
    return ax
