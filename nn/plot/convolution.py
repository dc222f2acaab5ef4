"""The sliding window of a convolution with its arithmetic: one place of it, and all of them as an animation."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import wrap
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor, sliding_windows
from nn.plot.axes import COLOURS, as_array, axes_or_new


def convolution(picture: ArrayLike | Tensor, weight: ArrayLike | Tensor, place: tuple[int, int], ax: Any = None) -> Any:
    """The window of a filter (h, w) on a picture (H, W) at one `place` of the result, with the products and their sum.

    Left the picture with the window, right the result as far as it is computed, in reading order; below the arithmetic,
    shortened in the middle where there are many products. Products with a weight of 0 are left out.
    """
    x, w = as_array(picture), as_array(weight)
    windows = _windows(x, w)
    y = np.tensordot(windows, w, 2)
    row, column = place
    if not (0 <= row < y.shape[0] and 0 <= column < y.shape[1]):
        raise IndexError(f"the result has places up to ({y.shape[0] - 1}, {y.shape[1] - 1}), not {place}.")
    ax = axes_or_new(ax)
    window = {(row + i, column + j): w[i, j] for (i, j) in np.ndindex(w.shape)}
    right = x.shape[1] + 1.5
    texts = []
    for (i, j), value in np.ndenumerate(x):
        _cell(ax, i, j, COLOURS[4] if (i, j) in window else "white")
        if (i, j) in window:
            texts += [(j + 0.5, i + 0.3, _number(value)), (j + 0.5, i + 0.7, f"×{_number(window[i, j])}")]
        else:
            texts.append((j + 0.5, i + 0.5, _number(value)))
    for (i, j), value in np.ndenumerate(y):
        _cell(ax, i, right + j, COLOURS[1] if (i, j) == place else "white")
        if (i, j) <= (row, column):
            texts.append((right + j + 0.5, i + 0.5, _number(value)))
    _write(ax, texts, width=0.85)
    across, down = right + y.shape[1], x.shape[0] + 0.9
    pairs = zip(windows[row, column].ravel(), w.ravel(), strict=True)
    lines = _arithmetic([(a, b) for a, b in pairs if b], y[row, column], int(across / 0.21))
    _write(ax, [(across / 2, down + 0.6 * i, line) for i, line in enumerate(lines)], width=across)
    ax.set_xlim(-0.2, across + 0.2)
    ax.set_ylim(down + 0.6 * len(lines), -0.2)
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
    x, w = as_array(picture), as_array(weight)
    places = list(np.ndindex(_windows(x, w).shape[:2]))
    ax = axes_or_new(None)
    figure = ax.figure
    from matplotlib import animation, pyplot

    figure.set_size_inches(5, 4)
    figure.set_layout_engine("none")
    ax.set_position((0, 0, 1, 1))
    ax.set_anchor("N")  # so that the picture stays where it is when the sum takes a line more
    if ending == ".gif":
        writer: Any = animation.PillowWriter(fps=1 / seconds)  # type: ignore[arg-type]
    else:
        writer = animation.HTMLWriter(fps=1 / seconds, embed_frames=True, default_mode="loop")  # type: ignore[arg-type]
    with writer.saving(figure, path, dpi=100):
        for place in places:
            ax.clear()
            convolution(x, w, place, ax)
            writer.grab_frame()
    pyplot.close(figure)
    return path


def _windows(x: Any, w: Any) -> Any:
    """All places of a filter on a picture."""
    if x.ndim != 2 or w.ndim != 2:
        raise ValueError(f"expected a picture (H, W) and a filter (h, w), given {x.shape} and {w.shape}.")
    return as_array(sliding_windows(x, w.shape))


def _arithmetic(pairs: list[tuple[Any, Any]], total: Any, width: int) -> list[str]:
    """The sum of the products of pairs in lines of up to `width` letters; of many, the first and the last four."""
    products = ["×".join(f"({_number(x)})" if x < 0 else _number(x) for x in pair) for pair in pairs]
    if len(products) > 9:
        products = [*products[:4], "…", *products[-4:]]
    text = f"{' + '.join(products) or '0'} =\N{NO-BREAK SPACE}{_number(total)}"
    return wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _cell(ax: Any, row: float, column: float, colour: str) -> None:
    from matplotlib.patches import Rectangle

    ax.add_artist(Rectangle((column, row), 1, 1, facecolor=colour, edgecolor="black", lw=0.8))


def _write(ax: Any, texts: list[tuple[float, float, str]], width: float) -> None:
    """Texts with their middles (x, y), as outlines: measured in cells, they grow and shrink with these.

    All are of one size, 0.36 of a cell's height at the most, with which the widest is no wider than `width`.
    """
    from matplotlib.patches import PathPatch
    from matplotlib.textpath import TextPath
    from matplotlib.transforms import Affine2D

    outlines = [TextPath((0, 0), text, size=1) for _, _, text in texts]
    widths = [outline.vertices[:, 0].max() for outline in outlines]
    size = min([0.36, *(width / own for own in widths)])
    for (x, y, text), outline, own in zip(texts, outlines, widths, strict=True):
        placed = Affine2D().translate(-own / 2, -0.36).scale(size, -size).translate(x, y)
        ax.add_artist(PathPatch(placed.transform_path(outline), facecolor="black", lw=0, label=f"_{text}"))


def _number(x: Any) -> str:
    """Three digits; no powers of ten for the sizes that numbers usually have."""
    return f"{x:.0f}" if 1000 <= abs(x) < 100_000 else f"{x:.3g}"
