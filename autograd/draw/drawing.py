"""draw(y): the graph that y was computed by."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from autograd.draw.dot import dot_source
from autograd.draw.render import GraphvizMissingError, render
from autograd.draw.table import text_table
from autograd.tensor import Tensor
from autograd.value import Value


class Drawing:
    """A drawn graph. A notebook shows it as a picture, `print` as a table; `save` writes it to a file."""

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        """The graph in the DOT language."""
        self.text = text
        """The graph as a table, a line a node."""

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the drawing in the format that the name ends with: .svg, .png, .dot or .txt. Returns the path.

        Raises ValueError for another ending, GraphvizMissingError for a picture where no Graphviz is found.
        """
        path = Path(path)
        match path.suffix.lower():
            case ".svg" | ".png" as ending:
                content = render(self.source, ending[1:])
            case ".dot":
                content = self.source.encode()
            case ".txt":
                content = self.text.encode()
            case other:
                raise ValueError(
                    f"a drawing is saved as .svg, .png, .dot or .txt, not {other or 'without an ending'!r}."
                )
        path.write_bytes(content)
        return path

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        try:
            return {"image/svg+xml": render(self.source, "svg").decode(), "text/plain": self.text}
        except GraphvizMissingError:
            return {"text/plain": self.text}


def draw(y: Tensor | Value) -> Drawing:
    """Draw the graph that `y` was computed by: what every node is, its value, its gradient ("-" before backward).

    Values and gradients are those of this moment: the gradient of a leaf is its `grad`, which adds up over backward
    calls until `zero_grad()`. Arrays of more than 9 elements are shown by dtype and shape.
    """
    if not isinstance(y, Tensor | Value):
        raise TypeError(f"draw takes the Tensor or Value whose graph is to be drawn, not {type(y).__name__}.")
    node: Any = y if isinstance(y, Value) else y.node or y._become_constant()
    return Drawing(dot_source(node), text_table(node))
