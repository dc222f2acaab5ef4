"""A convolutional net as volumes: height x width x channels to scale, and the operations between them."""

from __future__ import annotations

from math import log2

from nn.drawing.layers import Stage
from nn.drawing.svg import Canvas

HIGHEST, DEEPEST, LEAST = 150.0, 110.0, 5.0
"""Pixels of the largest height or width, of the most channels, and of the smallest of any."""

SLANT = 0.45
"""How far the width goes to the back, of its length."""

LEAST_GAP, LETTER = 96.0, 6.4
"""Between two volumes, where the operations stand; and the width of a letter in them."""


def draw_volumes(stages: list[Stage]) -> Canvas:
    """A block for every stage, heights and widths to one scale, channels to another; vectors are bars."""
    canvas = Canvas()
    spatial = [_spatial(stage.shape) for stage in stages if len(stage.shape) > 1]
    scale = HIGHEST / max(max(size) for size in spatial)
    channel_scale = DEEPEST / max(stage.shape[0] for stage in stages if len(stage.shape) > 1)
    middle = 24 + HIGHEST * (1 + SLANT) / 2
    foot = 44 + HIGHEST * (1 + SLANT)
    x = 36.0
    for i, stage in enumerate(stages):
        if i:
            gap = max(LEAST_GAP, 24 + LETTER * max(map(len, stage.operations)))
            _operations(canvas, stage, x, gap, middle)
            x += gap
        if len(stage.shape) > 1:
            height, width = (max(n * scale, LEAST) for n in _spatial(stage.shape))
            depth = max(stage.shape[0] * channel_scale, LEAST)
        else:
            height, width, depth = 20 + 10 * log2(max(stage.shape[-1], 1)), LEAST, 9.0
        back = width * SLANT
        _block(
            canvas,
            x,
            middle,
            depth,
            height,
            back,
            "input" if i == 0 else "output" if i == len(stages) - 1 else "hidden",
        )
        canvas.text(x + (depth + back) / 2, foot, _size(stage.shape), bold=True)
        x += depth + back
    return canvas


def _spatial(shape: tuple[int, ...]) -> tuple[int, int]:
    """Height and width; a signal has height 1."""
    return (1, shape[1]) if len(shape) == 2 else (shape[-2], shape[-1])


def _block(canvas: Canvas, x: float, middle: float, depth: float, height: float, back: float, fill: str) -> None:
    """A box seen from the front and above: channels to the right, the width to the back."""
    top, bottom = middle - height / 2 + back / 2, middle + height / 2 + back / 2
    right = x + depth
    canvas.polygon([(x, top), (right, top), (right, bottom), (x, bottom)], fill)
    canvas.polygon([(x, top), (x + back, top - back), (right + back, top - back), (right, top)], "top")
    canvas.polygon([(right, top), (right + back, top - back), (right + back, bottom - back), (right, bottom)], "side")


def _operations(canvas: Canvas, stage: Stage, x: float, gap: float, middle: float) -> None:
    """An arrow with the operations above it and their parameters below."""
    canvas.arrow(x + 10, x + gap - 4, middle)
    for i, operation in enumerate(reversed(stage.operations)):
        canvas.text(x + gap / 2, middle - 8 - 14 * i, operation, size=11)
    if stage.parameters:
        canvas.text(x + gap / 2, middle + 16, f"{stage.parameters:,}", size=11, colour="faint")
        canvas.text(x + gap / 2, middle + 29, "parameters", size=11, colour="faint")


def _size(shape: tuple[int, ...]) -> str:
    """Height x width x channels, as volumes are written; a vector's length."""
    return " x ".join(f"{n:,}" for n in (*shape[1:], shape[0]))
