"""A small dense net as neurons: a circle for each, a line for each weight."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.drawing.layers import Stage
from nn.drawing.svg import Canvas

MOST = 12
"""Layers of more neurons than this are shortened: the first ones, dots, and the last."""

HIDDEN = "habcdefg"
"""The letters of hidden layers, in order."""

RADIUS, ROW, COLUMN, TOP = 17.0, 44.0, 150.0, 74.0


def draw_neurons(stages: list[Stage], weights: bool) -> Canvas:
    """Columns of circles named x1.., h1.., a1.., y1.., joined by lines; with `weights`, as wide as these are large.

    A positive weight is a blue solid line, a negative one an orange dashed line. What no Linear makes has one arrow.
    """
    canvas = Canvas()
    columns = [_places(stage.shape[-1]) for stage in stages]
    height = max((len(column) - 1) * ROW for column in columns)
    positions = [
        [(40 + COLUMN * i, TOP + height / 2 + (j - (len(column) - 1) / 2) * ROW) for j in range(len(column))]
        for i, column in enumerate(columns)
    ]
    for i in range(1, len(stages)):
        weight = stages[i].weight
        if weight is None:
            canvas.arrow(positions[i - 1][0][0] + 2 * RADIUS, positions[i][0][0] - 2 * RADIUS, TOP + height / 2)
        else:
            _lines(canvas, weight if weights else None, columns[i - 1 : i + 1], positions[i - 1 : i + 1])
    for i, (stage, column) in enumerate(zip(stages, columns, strict=True)):
        fill = "input" if i == 0 else "output" if i == len(stages) - 1 else "hidden"
        letter = "x" if i == 0 else "y" if i == len(stages) - 1 else HIDDEN[(i - 1) % len(HIDDEN)]
        for number, (x, y) in zip(column, positions[i], strict=True):
            if number is None:
                for offset in (-7, 0, 7):
                    canvas.circle(x, y + offset, 1.5, "ink")
            else:
                canvas.circle(x, y, RADIUS, fill)
                canvas.text(x, y + 4, f"{letter}{number + 1}")
        _captions(canvas, stage, positions[i][0][0], "input" if i == 0 else None)
    return canvas


def _places(neurons: int) -> list[int | None]:
    """The numbers of the neurons that are drawn; None for dots."""
    if neurons <= MOST:
        return list(range(neurons))
    return [*range(5), None, neurons - 2, neurons - 1]


def _lines(canvas: Canvas, weight: Any, columns: list[list[int | None]], positions: Any) -> None:
    values = None if weight is None else np.asarray(weight.data)
    largest = 1.0 if values is None else float(np.abs(values).max()) or 1.0
    for source, (x1, y1) in zip(columns[0], positions[0], strict=True):
        for target, (x2, y2) in zip(columns[1], positions[1], strict=True):
            if source is None or target is None:
                continue
            if values is None:
                canvas.line(x1 + RADIUS, y1, x2 - RADIUS, y2, "faint")
                continue
            w = float(values[target, source])
            colour = "positive" if w >= 0 else "negative"
            canvas.line(x1 + RADIUS, y1, x2 - RADIUS, y2, colour, 0.4 + 4 * abs(w) / largest, dashed=w < 0)


def _captions(canvas: Canvas, stage: Stage, x: float, word: str | None) -> None:
    """Above a column: how many neurons, and what made them."""
    lines = [word] if word else [", ".join(stage.operations)]
    lines += [f"{stage.parameters:,} parameters"] if stage.parameters else []
    canvas.text(x, 20, f"{stage.shape[-1]:,}", bold=True)
    for i, line in enumerate(lines):
        canvas.text(x, 36 + 14 * i, line, size=11, colour="faint")
