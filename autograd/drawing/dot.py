"""The boxes of a graph in the DOT language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from math import prod

from autograd.drawing.boxes import Arrow, Box, Path, Picture
from autograd.drawing.flows import contribution
from autograd.drawing.labels import frames, gradient, memory, number, printable, shape, time, value
from autograd.drawing.theme import BACKWARD, FILLS, FORWARD, GREY, LINE
from autograd.graph import changed_since
from autograd.mode import ModuleCall

STYLE = """\
    graph [rankdir={direction}, nodesep=0.35, ranksep=0.4, bgcolor="white", fontname="Helvetica", fontsize=12];
    node [shape=plain, fontname="Helvetica", fontsize=12];
    edge [fontname="Helvetica", fontsize=11, arrowsize=0.7];
"""

MOST_FLOWS = 60
"""In pictures of more boxes than this, arrows carry no numbers."""

DIRECTIONS = {"down": "TB", "right": "LR"}


def dot_source(drawn: Picture, direction: str, show: frozenset[str]) -> str:
    """A box a node with what `show` names, in frames for the modules; arrows forward, and back where gradients went."""
    names = {box: f"n{i}" for i, box in enumerate(drawn.boxes)}
    lines = [STYLE.format(direction=DIRECTIONS[direction])]
    if drawn.note:
        lines.append(f"    label=<{_text(drawn.note)}>; labelloc=b;\n")
    lines += _in_modules(drawn.boxes, names, show, (), "    ")
    flows = len(drawn.boxes) <= MOST_FLOWS and {"value", "gradient"} <= show
    for arrow in drawn.arrows:
        lines += _arrows(arrow, names, flows)
    return "".join(["digraph graph_of_tensor {\n", *lines, "}\n"])


def _in_modules(
    boxes: list[Box], names: dict[Box, str], show: frozenset[str], path: Path, indent: str
) -> Iterator[str]:
    """The boxes in the module at `path`: its own, and those of the modules in it, each in a frame with its name."""
    depth = len(path)
    inside: dict[str | ModuleCall, list[Box]] = {}
    for box in boxes:
        if len(box.path) > depth:
            inside.setdefault(box.path[depth], []).append(box)
        else:
            yield f"{indent}{names[box]} [class={box.kind}, {_links(box)}label=<{_table(box, show)}>];\n"
    for key, members in inside.items():
        number_of_frame = names[members[0]]
        frame = frames(next(node for box in members for node in box.nodes if not node.is_leaf))[depth]
        yield f'{indent}subgraph "cluster_{depth}_{number_of_frame}" {{\n'
        yield f"{indent}    label=<{_text(frame.title)}>; labelloc=t; labeljust=l;\n"
        yield f'{indent}    style="rounded"; color="{GREY}"; class=frame;\n'
        yield from _in_modules(members, names, show, (*path, key), indent + "    ")
        yield f"{indent}}}\n"


def _table(box: Box, show: frozenset[str]) -> str:
    """The label of a box: its title above a line for everything that is shown."""
    cells = [[f"<b>{_text(box.heading('×')).replace('×', '&#215;')}</b>"], *([line] for line in box.which_one())]
    node = box.nodes[-1] if box.nodes else None
    if box.kind == "module" and node is not None:
        cells += [[f"{len(box.nodes)} operation{'s' if len(box.nodes) > 1 else ''}"], [_text(shape(node))]]
        size = sum(prod(leaf.shape) for leaf in box.parameters if leaf.requires_grad)
        cells += [[f"{size:,} parameters"]] if size else []
    elif node is not None:
        if "shape" in show and not ("value" in show and node.value is None):  # then it stands in its place
            cells.append([_text(shape(node))])
        told = [f"{name} {tell(node)}" for name, tell in (("value", value), ("gradient", gradient)) if name in show]
        cells += [[_text(line) for line in told]] if told and node.shape == () else [[_text(line)] for line in told]
    if node is not None and not node.is_leaf:
        cells += [["memory " + memory(box.nodes)]] if "memory" in show else []
        cells += [["time " + time(box.nodes)]] if "time" in show else []
    width = max(map(len, cells))
    rows = "".join(
        "<tr>" + "".join(f'<td colspan="{width // len(row)}">{cell}</td>' for cell in row) + "</tr>" for row in cells
    )
    style = ' style="rounded"' if box.kind in ("leaf", "constant") else ' style="dashed"' if box.kind == "gap" else ""
    look = f'border="1" cellborder="0" cellspacing="0" cellpadding="4" color="{LINE}" bgcolor="{FILLS[box.kind]}"'
    return f"<table {look}{style}>{rows}</table>"


def _links(box: Box) -> str:
    """Where the operation was called, as a link, if the graph was made in debug mode."""
    line = getattr(box.nodes[-1], "line", None) if box.nodes else None
    if line is None:
        return ""
    return f'URL="file://{_quoted(line.rpartition(", line ")[0])}", tooltip="{_quoted(line)}", '


def _arrows(arrow: Arrow, names: dict[Box, str], flows: bool) -> Iterator[str]:
    """The arrow forward, and beside it the one that the gradient came back by."""
    ends = f"{names[arrow.source]} -> {names[arrow.target]}"
    if arrow.again or not flows:
        back = 'constraint=false, penwidth=2, label="next step", ' if arrow.again else ""
        yield f'    {ends} [{back}color="{LINE}"];\n'
        return
    up, down = "&#9650;", "&#9660;"
    x = arrow.value
    known = x.shape == () and x.value is not None and not changed_since(x, arrow.user.index)
    told = f"label=<&#160;{down} {_text(number(x.value))}>, " if known else ""
    yield f'    {ends} [class=forward, {told}color="{FORWARD}", fontcolor="{FORWARD}"];\n'
    if x.requires_grad and arrow.user.gradient is not None:
        sent = contribution(arrow.user, arrow.place)
        told = "" if sent is None else f"label=<&#160;{up} {_text(number(sent))}>, "
        look = f'dir=back, style=dashed, color="{BACKWARD}", fontcolor="{BACKWARD}"'
        yield f"    {ends} [class=backward, {told}{look}];\n"


def _text(text: str) -> str:
    return escape(printable(text)).replace("\n", "<br/>")


def _quoted(text: str) -> str:
    return printable(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
