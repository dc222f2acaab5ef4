"""The graph as text: a table with a line for each node, inputs before what is computed from them."""

from __future__ import annotations

from autograd.draw.labels import gradient, shown_nodes, title, value
from autograd.graph import Node


def text_table(root: Node) -> str:
    """A table: the node's number, what it is, the numbers of its inputs, value, gradient, the module that made it."""
    nodes = shown_nodes(root)
    numbers = {node: str(i) for i, node in enumerate(nodes)}
    rows = [("node", "what", "inputs", "value", "gradient", "module")]
    for node in nodes:
        inputs = " ".join(numbers[parent] for parent in node.parents if parent in numbers)
        row = (numbers[node], title(node), inputs, value(node), gradient(node), node.module)
        rows.append(tuple(" ".join(cell.split()) for cell in row))  # type: ignore[arg-type]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines) + "\n"
