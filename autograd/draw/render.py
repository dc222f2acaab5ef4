"""DOT source as SVG or PNG, by Graphviz: the `dot` on PATH, else the pip-installable graphviz-pure."""

from __future__ import annotations

import shutil
import sysconfig
from pathlib import Path
from threading import Lock

import graphviz
from graphviz.backend import dot_command

# Inches at 96 dots: a PNG is scaled down to this. Without a limit, a large graph's takes gigabytes.
LARGEST_PNG = 'graph [size="80,80", dpi=96];'

_one_at_a_time = Lock()


class GraphvizMissingError(RuntimeError):
    """There is no Graphviz to draw with."""


def find_dot() -> Path:
    """The program that lays out graphs. Raises GraphvizMissingError where there is none."""
    scripts = sysconfig.get_path("scripts")
    found = shutil.which("dot") or shutil.which("graphviz-pure", path=scripts) or shutil.which("graphviz-pure")
    if found is None:
        raise GraphvizMissingError(
            "no Graphviz found to draw the graph with: `pip install graphviz-pure`, or install Graphviz so that "
            "`dot` is on PATH. Without it, the drawing's .source and its text (print it, or save as .txt) still work."
        )
    return Path(found)


def render(source: str, file_format: str) -> bytes:
    """The picture of a DOT source, as "svg" or "png"."""
    if file_format == "png":
        source = source.replace("{\n", "{\n    " + LARGEST_PNG + "\n", 1)
    with _one_at_a_time:
        before = dot_command.DOT_BINARY
        dot_command.DOT_BINARY = find_dot()
        try:
            picture: bytes = graphviz.pipe("dot", file_format, source.encode())
            return picture
        finally:
            dot_command.DOT_BINARY = before
