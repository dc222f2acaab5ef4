"""The colours of all pictures, on light pages and on dark ones, and what makes Graphviz's SVG readable everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

PAPER, INK, LINE, GREY = "#ffffff", "black", "#333333", "#767676"
FILLS = {
    "operation": "#e8eef7",
    "leaf": "#fdf3d8",
    "constant": "#eeeeee",
    "module": "#dfe9e3",
    "gap": PAPER,
    "failed": "#fbdcd4",
}
FORWARD, BACKWARD = "#0072b2", "#c04e00"
"""Blue and orange of Okabe and Ito's palette, which colour-blind readers tell apart; the orange darker, to be read."""

SIDE, TOP = "#c9d6ea", "#f4f7fc"
"""The faces of a volume whose front is filled as an operation is."""

DARK = {
    "#e8eef7": "#1f3350",
    "#fdf3d8": "#4a3c10",
    "#eeeeee": "#3a3a3a",
    "#dfe9e3": "#1f4030",
    "#fbdcd4": "#5c2315",
    "#c9d6ea": "#16253b",
    "#f4f7fc": "#2b466c",
    "#ffffff": "#1b1b1b",
    "white": "#1b1b1b",
    "#333333": "#c8c8c8",
    "#767676": "#a0a0a0",
    "#0072b2": "#6cc0f5",
    "#c04e00": "#ff9f5a",
    "black": "#f2f2f2",
}
"""For every colour of a light picture, the one of a dark picture."""


def dark_style(colours: Iterable[str]) -> str:
    """The CSS that gives what is filled or drawn with these colours those of a dark picture, on dark pages."""
    rules = (f'[fill="{c}"] {{ fill: {DARK[c]}; }} [stroke="{c}"] {{ stroke: {DARK[c]}; }}' for c in colours)
    return "@media (prefers-color-scheme: dark) { " + " ".join(rules) + " }"


def readable_svg(svg: str, description: str) -> str:
    """The SVG with a role, the table of the graph as its description, selectable text, and colours for dark pages."""
    used = [colour for colour in DARK if f'"{colour}"' in svg]
    text = f"text {{ user-select: text; }} text:not([fill]) {{ fill: {INK}; }}"
    dark_text = f"@media (prefers-color-scheme: dark) {{ text:not([fill]) {{ fill: {DARK[INK]}; }} }}"
    style = f"<style>{text} {dark_text} {dark_style(used)}</style>"
    about = f"<title>Computation graph</title>\n<desc>{escape(description)}</desc>"
    start = svg.index("<svg ")
    end = svg.index(">", start)
    return f'{svg[:start]}<svg role="img" {svg[start + 5 : end]}>\n{about}\n{style}{svg[end + 1 :]}'
