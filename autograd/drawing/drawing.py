"""draw(y): the graph that y was computed by."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import graphviz

from autograd.drawing.boxes import Arrow, Box, Picture, picture
from autograd.drawing.dot import DIRECTIONS, dot_source
from autograd.drawing.render import RenderError, render
from autograd.drawing.stepper import Stepper
from autograd.drawing.table import text_table
from autograd.drawing.theme import readable_svg
from autograd.files import write
from autograd.graph import Node
from autograd.tensor import Tensor
from autograd.value import Value

Direction = Literal["down", "right"]
Shown = Literal["value", "gradient", "shape", "memory", "time"]
SHOWN: tuple[Shown, ...] = get_args(Shown)


class Drawing:
    """A drawn graph. A notebook shows it as a picture, `print` as a table; `save` writes it to a file."""

    def __init__(self, source: str, text: str, direction: Direction = "down", roots: Sequence[Node] = ()) -> None:
        self._direction, self._roots = direction, roots
        self.source = source
        """The graph in the DOT language."""
        self.text = text
        """The graph as a table, a line a box: what a screen reader reads in the place of the picture."""

    def svg(self) -> str:
        """The picture as SVG, for light and dark pages. Raises GraphvizMissingError, LayoutTimeoutError."""
        return readable_svg(render(self.source, "svg").decode(), self.text)

    def graphviz(self) -> graphviz.Source:
        """The drawing as a `Source` of the package graphviz, with its own ways to render, view and save."""
        return graphviz.Source(self.source, format="svg")

    def save(self, path: str | os.PathLike[str], scale: float = 1.0) -> Path:
        """Write the drawing as the name ends: .svg, .png, .pdf, .dot, .txt or .html. Returns the path.

        .html is the page that `step` shows, complete in one file, made without Graphviz. `scale` is of .png: 1 is 96
        dots an inch; a picture is at most 7,680 dots wide and high. Raises ValueError for another ending (and what
        `step` raises for .html), GraphvizMissingError where no Graphviz is found that works (.pdf needs one with PDF;
        the pip-installable one has none), LayoutTimeoutError where a picture takes too long.
        """
        match Path(path).suffix.lower():
            case ".svg":
                content = self.svg().encode()
            case ".png" | ".pdf" as ending:
                content = render(self.source, ending[1:], scale)
            case ".dot":
                content = self.source.encode()
            case ".txt":
                content = self.text.encode()
            case ".html":
                content = self.step().html.encode()
            case other:
                raise ValueError(
                    "a drawing is saved as .svg, .png, .pdf, .dot, .txt or .html, not "
                    f"{other or 'without an ending'!r}."
                )
        return write(path, content)

    def step(self) -> Stepper:
        """A page that walks through the graph, forward and then backward, node by node, with every rule written out.

        It works before backward() and after it, changes no gradient, and needs no Graphviz. After backward() a large
        array's gradient is told by its shape only. A switch shows what another order than the newest first comes to.

        It is of the graph at the time of this call, which the drawing keeps for it. Modules stay open, for it is the
        operations that one steps through: `show` and `depth` make no difference. Raises ValueError for more than 150
        nodes (nobody steps through them: draw a smaller net, or a part), for several outputs, for one that needs no
        gradient and for a failed operation; GraphError where a leaf was changed since.
        """
        if len(self._roots) != 1:
            raise ValueError(
                f"one steps backward from one output, and this is a drawing of {len(self._roots)}: draw "
                "one of them, or their sum."
                if self._roots
                else "an operation failed, so there is no output to step backward from: draw what it was computed from."
            )
        return Stepper(self._roots[0], self._direction, self.text)

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        try:
            return {"image/svg+xml": self.svg(), "text/plain": self.text}
        except RenderError:
            return {"text/plain": self.text}


def draw(
    *outputs: Tensor | Value | BaseException,
    direction: Direction = "down",
    show: Iterable[Shown] = ("value", "gradient"),
    depth: int | None = None,
) -> Drawing:
    """Draw the graph that `outputs` were computed by: what a node is, its value, its gradient ("-" before backward).

    Arrows carry the value forward and the gradient back. Values and gradients are those of this moment: the gradient
    of a leaf is its `grad`, which adds up over backward calls until `zero_grad()`. Arrays of more than 9 elements are
    shown by dtype, shape and, where they are kept, the smallest number, the largest and the mean.

    `show` names what stands in a box: "value", "gradient", "shape", "memory" (remembered for the reverse pass), "time"
    (of a graph made in `debug()`, whose boxes are links to the line that made them). Nodes are framed by the modules
    that made them, also by a layer or a loss that was called by itself, and those below `depth` levels are closed to
    one box each. Graphs of more than 300 boxes are closed, folded and cut until they are not, and say so; a box "first
    of 400" shows what the first of equal steps holds.

    After a failed operation, draw(error) shows the graph up to it. A Tensor that was changed since (by an optimiser,
    say) is shown as it is now; what flowed from it is left out, and the picture says so.
    """
    shown = frozenset(show)
    if not outputs:
        raise TypeError("draw takes the Tensors or Values whose graph is to be drawn; none was given.")
    if direction not in DIRECTIONS:
        raise ValueError(f"direction must be {' or '.join(map(repr, DIRECTIONS))}, not {direction!r}.")
    if isinstance(show, str) or not shown <= set(SHOWN):
        raise ValueError(f"show takes names out of {', '.join(map(repr, SHOWN))}; {show!r} was given.")
    if depth is not None and (not isinstance(depth, int) or depth < 0):
        raise ValueError(f"depth is a number of levels, 0 or more, not {depth!r}.")
    roots = [node for y in outputs for node in _nodes(y)]
    drawn = picture(roots, depth)
    failures = [_failure(y) for y in outputs if isinstance(y, BaseException)]
    for operation, inputs in failures:
        _add_failure(drawn, operation, inputs)
    return Drawing(dot_source(drawn, direction, shown), text_table(drawn, shown), direction, () if failures else roots)


def _nodes(y: Any) -> list[Any]:
    if isinstance(y, Value):
        return [y]
    if isinstance(y, Tensor):
        return [y.node or y._become_constant()]
    return _failure(y)[1]


def _failure(y: Any) -> tuple[str, list[Any]]:
    """The operation that failed and its inputs, of an error or of the one that it was raised from."""
    error = y
    while isinstance(error, BaseException):
        if hasattr(error, "failed"):
            operation, inputs = error.failed
            return operation, list(inputs)
        error = error.__cause__
    raise TypeError(
        f"draw takes the Tensor or Value whose graph is to be drawn, or the error of a failed operation, not {y!r}."
    )


def _add_failure(drawn: Picture, operation: str, inputs: list[Any]) -> None:
    """A box for the operation that failed."""
    box = Box(f"{operation} failed", "failed", [])
    made = {node: box for box in drawn.boxes for node in box.nodes}
    drawn.boxes.append(box)
    for place, node in enumerate(inputs):
        if node in made:
            user = Node(None, inputs, (), (), node.dtype, "", None)
            drawn.arrows.append(Arrow(made[node], box, node, user, place))
