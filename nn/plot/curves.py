"""Numbers of training and testing: learning curves, the confusion matrix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nn.history import History
from nn.plot.axes import COLOURS, add_colour_bar, axes_or_new

STYLES = ("-", "--", ":", "-.")


def learning_curves(histories: Mapping[str, History], name: str, ax: Any = None) -> Any:
    """What several runs recorded under `name`, over the first name of each: histories by their labels."""
    if not isinstance(histories, Mapping):
        raise TypeError('learning_curves takes histories by their labels, as in {"SGD": history}.')
    ax = axes_or_new(ax)
    for i, (label, history) in enumerate(histories.items()):
        across = next(iter(history.rows[0]), name) if history.rows else name
        ax.plot(history[across], history[name], STYLES[i % len(STYLES)], color=COLOURS[i % len(COLOURS)], label=label)
        ax.set_xlabel(across)
    ax.set_ylabel(name)
    ax.legend()
    return ax


def confusion_matrix(matrix: ArrayLike, labels: list[str] | None = None, ax: Any = None) -> Any:
    """A confusion matrix, as `nn.confusion_matrix` gives it: row the class, column what it was taken for.

    The shade is the share of the row; the number, of up to 15 classes, is the count.
    """
    counts = np.asarray(matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"expected a square matrix of counts, given {counts.shape}.")
    ax = axes_or_new(ax)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shown = ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    if len(counts) > 15:
        add_colour_bar(shown, ax)
    else:
        for (i, j), count in np.ndenumerate(counts):
            colour = "white" if shares[i, j] > 0.5 else "black"
            ax.text(j, i, f"{count:,}", ha="center", va="center", fontsize=8, color=colour)
    if labels:
        size = min(10, 160 / len(labels))
        slant = {"rotation": 90 if len(labels) > 15 else 45, "ha": "right", "va": "center", "rotation_mode": "anchor"}
        ax.set_xticks(range(len(labels)), labels, fontsize=size, **slant)
        ax.set_yticks(range(len(labels)), labels, fontsize=size)
    elif len(counts) <= 15:
        ax.set_xticks(range(len(counts)))
        ax.set_yticks(range(len(counts)))
    ax.set_xlabel("taken for")
    ax.set_ylabel("class")
    return ax
