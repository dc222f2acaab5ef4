"""DOT source as a picture, by Graphviz: the `dot` on PATH, else the pip-installable graphviz-pure."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path

LARGEST_PNG = 80
"""Inches at 96 dots: a PNG is scaled down to this. Without a limit, a large graph's takes gigabytes."""

TIME_LIMIT = 60.0
"""Seconds after which a layout is given up."""


class RenderError(RuntimeError):
    """A drawing could not be made a picture."""


class GraphvizMissingError(RenderError):
    """There is no Graphviz to draw with."""


class LayoutTimeoutError(RenderError):
    """Graphviz took too long."""


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


def render(source: str, file_format: str, scale: float = 1.0) -> bytes:
    """The picture of a DOT source, as "svg", "png" or "pdf"; `scale` is of a PNG, with 96 dots an inch at 1."""
    if not 0 < scale < float("inf"):
        raise ValueError(f"scale must be above 0, not {scale}.")
    dot = find_dot()
    if file_format == "png":
        side = LARGEST_PNG / scale
        source = source.replace("{\n", f'{{\n    graph [size="{side},{side}", dpi={96 * scale}];\n', 1)
    try:
        done = subprocess.run(
            [dot, f"-T{file_format}"], input=source.encode(), capture_output=True, timeout=TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        raise LayoutTimeoutError(
            f"the layout of the picture took more than {TIME_LIMIT:g} seconds and was given up: draw less of it with "
            "depth=, or take the text (print it, or save as .txt)."
        ) from None
    if done.returncode or not done.stdout:
        reason = done.stderr.decode(errors="replace").strip()
        if "not recognized" in reason:
            raise GraphvizMissingError(
                f"{dot.name} writes no {file_format.upper()}: install Graphviz itself, so that `dot` is on PATH, or "
                "save as .svg."
            )
        raise RenderError(f"{dot.name} failed with exit status {done.returncode}: {reason}")
    return done.stdout
