"""The sliding window of a convolution with its arithmetic: one place of it, and all of them as an animation."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor, sliding_windows
from nn.plot.axes import COLOURS, as_array, axes_or_new


def convolution(picture: ArrayLike | Tensor, weight: ArrayLike | Tensor, place: tuple[int, int], ax: Any = None) -> Any:
    """The window of a filter (h, w) on a picture (H, W) at one `place` of the result, with the products and their sum.

    Left the picture with the window, right the result as far as it is computed, in reading order; below the arithmetic.
    """
    x, w = as_array(picture), as_array(weight)
    windows = _windows(x, w)
    y = np.tensordot(windows, w, 2)
    row, column = place
    if not (0 <= row < y.shape[0] and 0 <= column < y.shape[1]):
        raise IndexError(f"the result has places up to ({y.shape[0] - 1}, {y.shape[1] - 1}), not {place}.")
    ax = axes_or_new(ax)
    window = {(row + i, column + j): w[i, j] for i in range(w.shape[0]) for j in range(w.shape[1])}
    for (i, j), value in np.ndenumerate(x):
        factor = f"\nx {_number(window[i, j])}" if (i, j) in window else ""
        _cell(ax, i, j, _number(value) + factor, COLOURS[4] if factor else "white")
    right = x.shape[1] + 1.5
    for (i, j), value in np.ndenumerate(y):
        done = (i, j) <= (row, column)
        _cell(ax, i, right + j, _number(value) if done else "", COLOURS[1] if (i, j) == place else "white")
    products = " + ".join(
        f"{_number(a)}x{_number(b)}" for a, b in zip(windows[row, column].ravel(), w.ravel(), strict=True) if b
    )
    ax.text(0, x.shape[0] + 0.5, f"{products or '0'} = {_number(y[row, column])}", va="top", fontsize=9)
    ax.set_xlim(-0.2, right + y.shape[1] + 0.2)
    ax.set_ylim(x.shape[0] + 1.2, -0.2)
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def animate_convolution(
    picture: ArrayLike | Tensor, weight: ArrayLike | Tensor, path: str | os.PathLike[str], seconds: float = 0.7
) -> Path:
    """All places of `convolution` in reading order, as a .gif (by Pillow) or a .html page; returns the path."""
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in (".gif", ".html"):
        raise ValueError(f"an animation is saved as .gif or .html, not {path.suffix or 'without an ending'!r}.")
    places = list(np.ndindex(_windows(as_array(picture), as_array(weight)).shape[:2]))
    ax = axes_or_new(None)
    from matplotlib import animation, pyplot

    def frame(i: int) -> list[Any]:
        ax.clear()
        convolution(picture, weight, places[i], ax)
        return []

    film = animation.FuncAnimation(ax.figure, frame, frames=len(places), interval=1000 * seconds)
    if ending == ".gif":
        film.save(path, animation.PillowWriter(fps=1 / seconds))  # type: ignore[arg-type]
    else:
        path.write_text(film.to_jshtml(default_mode="loop"))
    pyplot.close(ax.figure)
    return path


def _windows(x: Any, w: Any) -> Any:
    """All places of a filter on a picture."""
    if x.ndim != 2 or w.ndim != 2:
        raise ValueError(f"expected a picture (H, W) and a filter (h, w), given {x.shape} and {w.shape}.")
    return as_array(sliding_windows(x, w.shape))


def _cell(ax: Any, row: float, column: float, text: str, colour: str) -> None:
    from matplotlib.patches import Rectangle

    ax.add_patch(Rectangle((column, row), 1, 1, facecolor=colour, edgecolor="black", lw=0.8))
    ax.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=9)


def _number(x: Any) -> str:
    return f"{x:.3g}"
