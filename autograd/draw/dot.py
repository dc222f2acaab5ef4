"""The graph in the DOT language of Graphviz."""

from __future__ import annotations

from html import escape

from autograd.draw.labels import gradient, shown_nodes, title, value
from autograd.graph import Node

STYLE = """\
    rankdir=TB; nodesep=0.3; ranksep=0.35; bgcolor="white";
    node [shape=plain, fontname="Helvetica", fontsize=12];
    edge [color="#555555", arrowsize=0.7];
"""
FILLS = {"operation": "#e8eef7", "leaf": "#fdf3d8", "constant": "#eeeeee"}


def dot_source(root: Node) -> str:
    """One box a node: what it is, its value, its gradient. An edge for every use of a node, in the order of inputs."""
    nodes = shown_nodes(root)
    names = {node: f"n{i}" for i, node in enumerate(nodes)}
    boxes = [f"    {names[node]} [label=<{box(node)}>];\n" for node in nodes]
    edges = [f"    {names[parent]} -> {names[node]};\n" for node in nodes for parent in node.parents if parent in names]
    return "".join(["digraph graph_of_tensor {\n", STYLE, *boxes, *edges, "}\n"])


def box(node: Node) -> str:
    """The label of a node: a table of three lines, and a fourth where a module made it."""
    kind = "operation" if not node.is_leaf else "leaf" if node.requires_grad else "constant"
    lines = [f"<b>{_text(title(node))}</b>", f"value {_text(value(node))}", f"gradient {_text(gradient(node))}"]
    if node.module:
        lines.append(f'<font point-size="10">in {_text(node.module)}</font>')
    rows = "".join(f"<tr><td>{line}</td></tr>" for line in lines)
    border = ' style="rounded"' if node.is_leaf else ""
    look = f'border="1" cellborder="0" cellspacing="0" cellpadding="3" bgcolor="{FILLS[kind]}"{border}'
    return f"<table {look}>{rows}</table>"


def _text(text: str) -> str:
    printable = "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
    return escape(printable).replace("\n", "<br/>")
