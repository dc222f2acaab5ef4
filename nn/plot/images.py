"""What a convolutional net looks for, gives, and looks at: filters, activations, saliency, receptive field."""

from __future__ import annotations

from math import ceil, prod, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor, gradients, no_grad
from autograd.mode import recorded
from nn.module import Module
from nn.plot.axes import add_colour_bar, as_array, axes_or_new, evaluating, outputs_of, parameter_dtype

MOST = 64
"""So many pictures side by side, or pixels along a side, can be told apart."""


def filters(weight: ArrayLike | Tensor, ax: Any = None) -> Any:
    """The filters of a convolution, weight (O, C, h, w): in colour where C is 3, else every channel by itself.

    A row is a filter with all its channels, unless it has but one picture. White is 0, and the scale is one for all. Of
    more than 64 pictures the first are shown, as the title says.
    """
    w = as_array(weight)
    if w.ndim != 4:
        raise ValueError(f"expected a weight of shape (O, C, h, w), given {w.shape}.")
    ax = axes_or_new(ax)
    if w.shape[1] == 3:
        low, high = w.min(), w.max()
        pictures = _first((w.transpose(0, 2, 3, 1) - low) / ((high - low) or 1), "filters", ax)
        return _show(_grid(pictures), ax)
    if w.shape[1] == 1:
        return _signed(_grid(_first(w[:, 0], "filters", ax)), ax)
    if w.size <= MOST * prod(w.shape[2:]):
        return _signed(_grid(w.reshape(-1, *w.shape[2:]), w.shape[1]), ax)
    few = w[:8, :8]
    ax.set_title(f"the first {len(few)} of {len(w)} filters, {few.shape[1]} of {w.shape[1]} channels")
    return _signed(_grid(few.reshape(-1, *w.shape[2:]), few.shape[1]), ax)


@no_grad()
def activations(model: Module, layer: Module, picture: ArrayLike | Tensor, ax: Any = None) -> Any:
    """What each channel of `layer` gives while the model looks at a picture (C, H, W)."""
    y = outputs_of(layer, model, _one(picture, model)).data
    if y.ndim != 4:
        raise ValueError(f"expected a layer that gives pictures (N, C, H, W); this one gives {y.shape}.")
    ax = axes_or_new(ax)
    return _signed(_grid(_first(y[0], "channels", ax)), ax)


def saliency(model: Module, picture: ArrayLike | Tensor, target: int | None = None, ax: Any = None) -> Any:
    """|d score / d pixel|, the largest of the channels, for the score of class `target`, by default the highest.

    Source: Simonyan et al., "Deep inside convolutional networks" (2014), section 3.
    """
    x = _one(picture, model)
    x.requires_grad = True
    with evaluating(model), recorded():
        scores = model(x)
        target = int(scores.data.argmax()) if target is None else target
        (g,) = gradients(scores[0, target], [x])
    ax = axes_or_new(ax)
    add_colour_bar(ax.imshow(np.abs(g.data[0]).max(axis=0), cmap="magma"), ax)
    ax.set_title(f"what class {target} depends on")
    return _bare(ax)


def receptive_field(
    model: Module, input_shape: tuple[int, ...], place: tuple[int, int] | None = None, ax: Any = None
) -> Any:
    """Which pixels of an input (C, H, W) the output at `place`, by default the middle one, can depend on.

    They are where its gradient is not 0, summed in size over a few random inputs, for a gradient may be 0 by chance.
    """
    rng, sizes = np.random.default_rng(0), np.zeros(input_shape[1:])
    with evaluating(model), recorded():
        for _ in range(5):
            x = Tensor(rng.standard_normal((1, *input_shape)), requires_grad=True, dtype=parameter_dtype(model))
            y = model(x)
            if y.ndim != 4:
                raise ValueError(f"expected a model that gives pictures (N, C, H, W); this one gives {y.shape}.")
            row, column = place or (y.shape[2] // 2, y.shape[3] // 2)
            (g,) = gradients(y[0, :, row, column].sum(), [x])
            sizes += np.abs(g.data[0]).sum(axis=0)
    rows, columns = np.nonzero(sizes)
    ax = axes_or_new(ax)
    ax.imshow(sizes > 0, cmap="Greys", vmax=2)
    height, width = (int(np.ptp(side)) + 1 if len(side) else 0 for side in (rows, columns))
    ax.set_title(f"output ({row}, {column}) sees {height} x {width} pixels")
    if max(sizes.shape) <= MOST:
        ax.set_xticks(np.arange(sizes.shape[1] + 1) - 0.5, minor=True)
        ax.set_yticks(np.arange(sizes.shape[0] + 1) - 0.5, minor=True)
        ax.grid(which="minor", color="silver", lw=0.5)
        ax.tick_params(which="minor", length=0)
    return ax


def _one(picture: ArrayLike | Tensor, model: Module) -> Tensor:
    """A picture as a batch of one."""
    x = as_array(picture)
    if x.ndim != 3:
        raise ValueError(f"expected one picture of shape (C, H, W), given {x.shape}.")
    return Tensor(x[None], dtype=parameter_dtype(model))


def _first(pictures: Any, what: str, ax: Any) -> Any:
    """The pictures, or the first of them, with a title that says so."""
    if len(pictures) > MOST:
        ax.set_title(f"the first {MOST} of {len(pictures)} {what}")
    return pictures[:MOST]


def _grid(pictures: Any, columns: int | None = None) -> Any:
    """Pictures (N, h, w) or (N, h, w, 3) side by side, with a gap of NaN (white) between them."""
    n, height, width = pictures.shape[:3]
    columns = columns or ceil(sqrt(n))
    rows = ceil(n / columns)
    grid = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1, *pictures.shape[3:]), np.nan)
    for i, picture in enumerate(pictures):
        top, left = (i // columns) * (height + 1), (i % columns) * (width + 1)
        grid[top : top + height, left : left + width] = picture
    return grid


def _signed(grid: Any, ax: Any) -> Any:
    largest = float(np.nanmax(np.abs(grid))) or 1.0
    add_colour_bar(ax.imshow(grid, cmap="PuOr", vmin=-largest, vmax=largest), ax)
    return _bare(ax)


def _show(grid: Any, ax: Any) -> Any:
    ax.imshow(np.nan_to_num(grid, nan=1.0))
    return _bare(ax)


def _bare(ax: Any) -> Any:
    ax.set_xticks([])
    ax.set_yticks([])
    return ax
