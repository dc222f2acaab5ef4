"""What makes Graphviz's SVG readable everywhere: colours for dark pages, and a text in the place of the picture."""

from __future__ import annotations

from html import escape

DARK = {
    "#e8eef7": "#1f3350",
    "#fdf3d8": "#4a3c10",
    "#eeeeee": "#3a3a3a",
    "#dfe9e3": "#1f4030",
    "#fbdcd4": "#5c2315",
    "#ffffff": "#1b1b1b",
    "white": "#1b1b1b",
    "#333333": "#c8c8c8",
    "#767676": "#a0a0a0",
    "#0072b2": "#6cc0f5",
    "#c04e00": "#ff9f5a",
    "black": "#f2f2f2",
}
"""For every colour of a light picture, the one of a dark picture."""


def readable_svg(svg: str, description: str) -> str:
    """The SVG with a role, the table of the graph as its description, selectable text, and colours for dark pages."""
    rules = ["text { user-select: text; } text:not([fill]) { fill: black; }"]
    rules += ["@media (prefers-color-scheme: dark) {", "text:not([fill]) { fill: #f2f2f2; }"]
    for light, dark in DARK.items():
        rules += [f'[fill="{light}"] {{ fill: {dark}; }}', f'[stroke="{light}"] {{ stroke: {dark}; }}']
    rules.append("}")
    style = "<style>" + " ".join(rules) + "</style>"
    about = f"<title>Computation graph</title>\n<desc>{escape(description)}</desc>"
    start = svg.index("<svg ")
    end = svg.index(">", start)
    return f'{svg[:start]}<svg role="img" {svg[start + 5 : end]}>\n{about}\n{style}{svg[end + 1 :]}'
