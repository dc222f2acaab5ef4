"""The boxes of a graph as text: a table with a line for each, inputs before what is computed from them."""

from __future__ import annotations

from collections.abc import Callable

from autograd.drawing.boxes import Box, Picture
from autograd.drawing.labels import gradient, memory, module_path, printable, shape, time, value

COLUMNS: dict[str, Callable[[Box], str]] = {
    "shape": lambda box: shape(box.nodes[-1]),
    "value": lambda box: value(box.nodes[-1]),
    "gradient": lambda box: gradient(box.nodes[-1]),
    "memory": lambda box: "" if box.nodes[-1].is_leaf else memory(box.nodes),
    "time": lambda box: "" if box.nodes[-1].is_leaf else time(box.nodes),
}


def text_table(drawn: Picture, show: frozenset[str]) -> str:
    """A table: the box's number, what it is, the numbers of its inputs, what `show` names, the module that made it."""
    numbers = {box: str(i) for i, box in enumerate(drawn.boxes)}
    inputs: dict[Box, list[str]] = {box: [] for box in drawn.boxes}
    for arrow in sorted(drawn.arrows, key=lambda arrow: (arrow.user.index, arrow.place)):
        inputs[arrow.target].append(numbers[arrow.source] + ("'" if arrow.again else ""))
    columns = {name: tell for name, tell in COLUMNS.items() if name in show}
    rows = [["node", "what", "inputs", *columns, "module"]]
    for box in drawn.boxes:
        what = " ".join([box.heading("x"), *(f"({line})" for line in box.which_one())])
        told = [tell(box) if box.nodes else "" for tell in columns.values()]
        row = [numbers[box], what, " ".join(inputs[box]), *told, module_path(box.path)]
        rows.append([" ".join(printable(cell).split()) for cell in row])
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, *([drawn.note] if drawn.note else [])]) + "\n"
