"""SVG by hand: elements in order, colours for light and dark pages, and PNG by resvg."""

from __future__ import annotations

from html import escape
from typing import Any

from autograd.drawing.theme import BACKWARD, FILLS, FORWARD, GREY, INK, PAPER, SIDE, TOP, dark_style

COLOURS = {
    "page": PAPER,
    "ink": INK,
    "faint": GREY,
    "input": FILLS["leaf"],
    "hidden": FILLS["operation"],
    "output": FILLS["module"],
    "side": SIDE,
    "top": TOP,
    "positive": FORWARD,
    "negative": BACKWARD,
}
FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"


class Canvas:
    """An SVG that grows by shapes. Colours are the names above; lengths are pixels."""

    def __init__(self) -> None:
        self._shapes: list[str] = []
        self._right = self._bottom = 0.0

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1.0, dashed: bool = False
    ) -> None:
        """A straight line."""
        dash = ' stroke-dasharray="5 3"' if dashed else ""
        self._add(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{COLOURS[colour]}" '
            f'stroke-width="{width:.2f}"{dash}/>',
            max(x1, x2),
            max(y1, y2),
        )

    def arrow(self, x1: float, x2: float, y: float) -> None:
        """An arrow to the right."""
        self.line(x1, y, x2 - 8, y, "ink", 1.5)
        self.polygon([(x2 - 8, y - 4), (x2, y), (x2 - 8, y + 4)], "ink")

    def circle(self, x: float, y: float, radius: float, fill: str) -> None:
        """A circle with an outline."""
        self._add(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{COLOURS[fill]}" stroke="{COLOURS["ink"]}"/>',
            x + radius,
            y + radius,
        )

    def polygon(self, points: list[tuple[float, float]], fill: str) -> None:
        """A polygon with an outline."""
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._add(
            f'<polygon points="{corners}" fill="{COLOURS[fill]}" stroke="{COLOURS["ink"]}" stroke-linejoin="round"/>',
            max(x for x, _ in points),
            max(y for _, y in points),
        )

    def text(self, x: float, y: float, text: str, size: float = 12, colour: str = "ink", bold: bool = False) -> None:
        """A line of text whose middle is at x and whose baseline is at y."""
        weight = ' font-weight="bold"' if bold else ""
        width = 0.3 * size * len(text)
        self._add(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="{size:g}"{weight} '
            f'fill="{COLOURS[colour]}">{escape(text)}</text>',
            x + width,
            y + size / 2,
        )

    def _add(self, shape: str, right: float, bottom: float) -> None:
        self._shapes.append(shape)
        self._right, self._bottom = max(self._right, right), max(self._bottom, bottom)

    def svg(self, title: str, description: str) -> str:
        """The whole picture, with a margin, a title and a description for those who do not see it."""
        width, height = self._right + 16, self._bottom + 16
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}" height="{height:.0f}" '
                f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="{FONT}">',
                f"<title>{escape(title)}</title>",
                f"<desc>{escape(description)}</desc>",
                f"<style>{dark_style(COLOURS.values())}</style>",
                f'<rect width="100%" height="100%" fill="{COLOURS["page"]}"/>',
                *self._shapes,
                "</svg>\n",
            ]
        )


def png(svg: str, scale: float) -> bytes:
    """An SVG as a PNG, by resvg. ImportError with the remedy where that is missing."""
    try:
        import resvg_py
    except ImportError as error:
        raise ImportError(
            'a PNG needs the package resvg-py: pip install "glassgrad[plots]"; or save as .svg.'
        ) from error
    if not 0 < scale < float("inf"):
        raise ValueError(f"scale must be above 0, not {scale}.")
    picture: Any = resvg_py.svg_to_bytes(svg_string=svg, zoom=scale, sans_serif_family="Liberation Sans")
    return bytes(picture)
