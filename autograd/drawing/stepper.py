"""The stepper: one HTML page that walks through a graph forward and backward, without network and without Graphviz."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from autograd.drawing.passing import Step
from autograd.drawing.stepper_picture import picture
from autograd.drawing.steps import Walk, walk
from autograd.drawing.theme import BACKWARD, DARK, FILLS, FORWARD, GREY, INK, LINE, PAPER
from autograd.graph import Node

COLOURS = {
    "paper": PAPER,
    "ink": INK,
    "line": LINE,
    "grey": GREY,
    "forward": FORWARD,
    "backward": BACKWARD,
    **{kind: FILLS[kind] for kind in ("operation", "leaf", "constant")},
}

TITLE = "Forward, then backward"


class Stepper:
    """A page that walks through a graph; a notebook shows it, `print` the graph as a table."""

    def __init__(self, root: Node, direction: str, text: str) -> None:
        self.html = _page(walk(root), direction, text)
        """The page."""
        self.text = text
        """The graph as a table."""

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        """The page in a frame of its own, so that several in one notebook do not disturb each other."""
        look = "width: 100%; height: 680px; border: 0"
        return f'<iframe title="{TITLE}" sandbox="allow-scripts" style="{look}" srcdoc="{escape(self.html)}"></iframe>'


def _page(walked: Walk, direction: str, table: str) -> str:
    return Template(_file("html")).substitute(
        title=TITLE,
        style=_colours() + _file("css"),
        picture=picture(walked, direction == "right"),
        table=escape(table),
        about=escape(walked.why_no_wrong),
        steps=_json(walked),
        script=_file("js"),
    )


@cache
def _file(ending: str) -> str:
    return files("autograd.drawing").joinpath(f"stepper.{ending}").read_text(encoding="utf-8")


def _colours() -> str:
    """The colours of the pictures, for light pages and for dark ones."""
    light = "".join(f" --{name}: {colour};" for name, colour in COLOURS.items())
    dark = "".join(f" --{name}: {DARK[colour]};" for name, colour in COLOURS.items())
    return (
        f":root {{{light} --soft: #b0b0b0; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{{dark} --soft: #5c5c5c; }} }}\n"
    )


def _json(walked: Walk) -> str:
    """The steps for the script; no name in them can end the element that they stand in."""
    data = {
        "names": walked.names,
        "formulas": walked.expressions,
        "shapes": [str(node.shape) for node in walked.nodes],
        "needs": [node.requires_grad for node in walked.nodes],
        "forward": [_step(step) for step in walked.forward],
        "backward": [_step(step) for step in walked.backward],
        "wrong": [_step(step) for step in walked.wrong],
    }
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _step(step: Step) -> dict[str, Any]:
    """A step without what is empty, and what arrives as a list: short, as a page may hold hundreds."""
    told: dict[str, Any] = {"node": step.node, "title": step.title, "lines": step.lines, "gradient": step.gradient}
    told["sent"] = [[part.target, part.place, part.rule, part.amount, part.total] for part in step.sent]
    told |= {"warning": step.warning, "mark": step.warning.partition(":")[0].lower()}
    return {name: value for name, value in told.items() if value not in ("", [])}
