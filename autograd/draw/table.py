"""The boxes of a graph as text: a table with a line for each, inputs before what is computed from them."""

from __future__ import annotations

from autograd.draw.boxes import Picture
from autograd.draw.labels import gradient, value


def text_table(drawn: Picture) -> str:
    """A table: the box's number, what it is, the numbers of its inputs, value, gradient, the module that made it."""
    numbers = {box: str(i) for i, box in enumerate(drawn.boxes)}
    inputs: dict[object, list[str]] = {box: [] for box in drawn.boxes}
    for arrow in sorted(drawn.arrows, key=lambda arrow: (arrow.user.index, arrow.place)):
        inputs[arrow.target].append(numbers[arrow.source] + ("'" if arrow.again else ""))
    rows = [("node", "what", "inputs", "value", "gradient", "module")]
    for box in drawn.boxes:
        what = box.title + (f" x {box.count:,}" if box.count > 1 else "")
        told = (value(box.nodes[-1]), gradient(box.nodes[-1])) if box.nodes else ("", "")
        row = (numbers[box], what, " ".join(inputs[box]), *told, ".".join(box.path))
        rows.append(tuple(" ".join(cell.split()) for cell in row))  # type: ignore[arg-type]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, *([drawn.note] if drawn.note else [])]) + "\n"
