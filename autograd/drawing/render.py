"""DOT source as a picture: the package graphviz runs the `dot` on PATH, or else graphviz-pure, which pip installs."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path
from xml.etree import ElementTree

from graphviz import CalledProcessError, ExecutableNotFound
from graphviz.backend.execute import run_check

LARGEST_PNG = 80
"""Inches at 96 dots: a PNG is scaled down to this. Without a limit, a large graph's takes gigabytes."""

TIME_LIMIT = 60.0
"""Seconds after which a layout is given up."""

MARKS = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF"}
"""What a picture of each format has near its beginning."""


class RenderError(RuntimeError):
    """A drawing could not be made a picture."""


class GraphvizMissingError(RenderError):
    """There is no Graphviz to draw with, or none that works and writes the format."""


class LayoutTimeoutError(RenderError):
    """Graphviz took too long."""


def find_dot() -> Path:
    """The program that lays out graphs. Raises GraphvizMissingError where there is none."""
    dot = shutil.which("dot")
    found = [Path(dot)] if dot else _graphviz_pure()
    if not found:
        raise GraphvizMissingError(
            "no Graphviz found to draw the graph with: `pip install graphviz-pure`, or install Graphviz so that "
            "`dot` is on PATH. Without it, the drawing's .source and its text (print it, or save as .txt) still work."
        )
    return found[0]


def render(source: str, file_format: str, scale: float = 1.0) -> bytes:
    """The picture of a DOT source, as "svg", "png" or "pdf"; `scale` is of a PNG, with 96 dots an inch at 1.

    Where the `dot` on PATH does not work, as before it has been set up, graphviz-pure draws.
    """
    if not 0 < scale < float("inf"):
        raise ValueError(f"scale must be above 0, not {scale}.")
    if file_format == "png":
        side = LARGEST_PNG / scale
        source = source.replace("{\n", f'{{\n    graph [size="{side},{side}", dpi={96 * scale}];\n', 1)
    pure = _graphviz_pure()
    failures: list[RenderError] = []
    for program in dict.fromkeys([find_dot(), *pure]):
        try:
            return _laid_out(program, source, file_format)
        except LayoutTimeoutError:
            raise
        except RenderError as error:
            failures.append(error)
    if not pure:
        failures.append(GraphvizMissingError("`pip install graphviz-pure` installs one that works."))
    raise type(failures[-1])(" ".join(map(str, failures)))


def _is_whole(picture: bytes, file_format: str) -> bool:
    """Whether an SVG is XML to its end, in the namespace of SVG; of other formats nothing is known."""
    if file_format != "svg":
        return True
    try:
        return ElementTree.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"
    except ElementTree.ParseError:
        return False


def _graphviz_pure() -> list[Path]:
    """The program that the package graphviz-pure has installed, if it has."""
    found = shutil.which("graphviz-pure", path=sysconfig.get_path("scripts")) or shutil.which("graphviz-pure")
    return [Path(found)] if found else []


def _laid_out(dot: Path, source: str, file_format: str) -> bytes:
    """What one program makes of the source. graphviz's own `pipe` has no limit of time and knows no other program."""
    try:
        picture = run_check(
            [dot, f"-T{file_format}"], input=source.encode(), capture_output=True, quiet=True, timeout=TIME_LIMIT
        ).stdout
    except subprocess.TimeoutExpired:
        raise LayoutTimeoutError(
            f"the layout of the picture took more than {TIME_LIMIT:g} seconds and was given up: draw less of it with "
            "depth=, or take the text (print it, or save as .txt)."
        ) from None
    except CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip()
        if "not recognized" in reason:
            raise GraphvizMissingError(
                f"{dot.name} writes no {file_format.upper()}: install Graphviz itself, so that `dot` is on PATH, or "
                "save as .svg."
            ) from None
        raise RenderError(f"{dot.name} failed with exit status {error.returncode}: {reason}.") from None
    except (OSError, ExecutableNotFound) as error:
        raise RenderError(f"{dot.name} could not be started: {error}.") from None
    if MARKS[file_format] not in picture[:1000] or not _is_whole(picture, file_format):
        raise RenderError(f"{dot.name} ended without an error, but gave no {file_format.upper()}.")
    return bytes(picture)
