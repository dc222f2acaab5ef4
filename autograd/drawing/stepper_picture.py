"""The picture of the stepper: SVG whose boxes and arrows its script finds by their ids."""

from __future__ import annotations

from collections import Counter
from html import escape
from itertools import pairwise

from autograd.drawing.boxes import FAN_OUT
from autograd.drawing.labels import is_number, printable, value
from autograd.drawing.layout import Place, layout
from autograd.drawing.steps import Walk

LINE, LETTER, BOLD, EDGE, MARGIN = 18.0, 7.9, 8.4, 12.0, 30.0
"""Heights of lines, widths of letters (of numbers, and of titles), the rim of a box and of the picture."""

LONGEST = 30
"""A longer title is cut."""

Texts = tuple[str, list[str], list[str]]
"""Of a box: its title, and the lines of its value and of its gradient."""

LABELS = ("value", "gradient")
BACK = ("\N{BLACK UP-POINTING TRIANGLE}", "\N{BLACK LEFT-POINTING TRIANGLE}")
MARKERS = "".join(
    f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
    f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>'
    for name in ("soft", "ahead", "back")
)


def picture(walk: Walk, right: bool) -> str:
    """The graph from top to bottom, or from left to right: what it says of gradients is filled in by the script."""
    texts = [_texts(walk, i) for i in range(len(walk.nodes))]
    boxes, uses = _boxes(walk)
    sizes = [_size(*texts[i]) for i in boxes]
    turned = [(height, width) for width, height in sizes] if right else sizes
    laid = layout(turned, [(source, target) for source, target, _, _ in uses])

    def at(place: Place) -> Place:
        across, along = place[0] + MARGIN, place[1] + MARGIN
        return (along, across) if right else (across, along)

    width, height = at((laid.size[0] + MARGIN, laid.size[1] + MARGIN))
    parts = [
        _arrow(user, place, [at(point) for point in path], at(laid.boxes[target]), right)
        for (_, target, user, place), path in zip(uses, laid.arrows, strict=True)
    ]
    for i, size, middle in zip(boxes, sizes, laid.boxes, strict=True):
        node = walk.nodes[i]
        kind = "operation" if not node.is_leaf else "leaf" if node.requires_grad else "constant"
        parts.append(_box(i, kind, texts[i], size, at(middle), right))
    view = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" data-back="{BACK[right]}"'
    return f'<svg {view} role="img" aria-label="The computation graph">\n<defs>{MARKERS}</defs>\n{"".join(parts)}</svg>'


def _boxes(walk: Walk) -> tuple[list[int], list[tuple[int, int, int, int]]]:
    """The node of each box, and all uses: from box to box, the user, the place. A leaf of many uses has many boxes."""
    number_of = {node: i for i, node in enumerate(walk.nodes)}
    uses = [
        (number_of[parent], i, place)
        for i, node in enumerate(walk.nodes)
        if not node.is_leaf
        for place, parent in enumerate(node.parents)
        if not is_number(parent)
    ]
    count = Counter(source for source, _, _ in uses)
    often = {i for i in count if count[i] > FAN_OUT and walk.nodes[i].is_leaf}
    boxes = [source for source, _, _ in uses if source in often]
    copies = iter(range(len(boxes)))
    boxes += [i for i in range(len(walk.nodes)) if i not in often]
    box_of = {i: box for box, i in enumerate(boxes)}
    return boxes, [(next(copies) if i in often else box_of[i], box_of[user], user, place) for i, user, place in uses]


def _texts(walk: Walk, i: int) -> Texts:
    """The title of a box, the lines of its value, and for its gradient as long lines as it ever has."""
    name, formula = walk.names[i], walk.expressions[i]
    title = f"{name} = {formula}" if formula else name
    title = title if len(title) <= LONGEST else title[: LONGEST - 3] + "..."
    steps = [*walk.backward, *walk.wrong]
    gradients = [part.total for step in steps for part in step.sent if part.target == i]
    gradients += [step.gradient for step in steps if step.node == i]
    if walk.wrong and walk.nodes[i].is_leaf:
        gradients += [f"{gradient}\n\N{NOT EQUAL TO} {gradient}" for gradient in gradients if "\n" not in gradient]
    lines: list[str] = ["none"]
    for gradient in gradients:
        for place, line in enumerate(gradient.split("\n")):
            if place == len(lines):
                lines.append("")
            lines[place] = max(lines[place], line, key=len)
    return title, value(walk.nodes[i]).split("\n"), lines


def _size(title: str, values: list[str], gradients: list[str]) -> Place:
    numbers = max(map(len, [*values, *gradients])) * LETTER + 66
    return max(len(title) * BOLD, numbers) + 2 * EDGE, (1 + len(values) + len(gradients)) * LINE + 2 * EDGE + 4


def _box(i: int, kind: str, texts: Texts, size: Place, middle: Place, right: bool) -> str:
    """A box: its title, a line below it, the value, and the gradient, which is empty so far."""
    title, values, gradients = texts
    width, height = size
    left, top = middle[0] - width / 2, middle[1] - height / 2
    radius = 3 if kind == "operation" else 12
    told = [f'<rect width="{width:.1f}" height="{height:.1f}" rx="{radius}"/>']
    pointer = f"M{width / 2 - 9:.1f} -22h18l-9 16z" if right else f"M-22 {height / 2 - 9:.1f}l16 9l-16 9z"
    told.append(f'<path class="pointer" d="{pointer}"/>')
    told.append(
        f'<text class="title" x="{width / 2:.1f}" y="{EDGE + 10:.1f}" text-anchor="middle">{_text(title)}</text>'
    )
    told.append(f'<path class="rule" d="M0 {EDGE + LINE:.1f}h{width:.1f}"/>')
    y = EDGE + LINE + 18
    for name, lines in zip(LABELS, (values, gradients), strict=True):
        told.append(f'<text class="label" x="{EDGE}" y="{y:.1f}">{name}</text>')
        for line in lines:
            shown = _text(line) if name == "value" else ""
            told.append(f'<text class="number {name}" x="{EDGE + 62}" y="{y:.1f}" xml:space="preserve">{shown}</text>')
            y += LINE
    return f'<g data-node="{i}" class="box {kind}" transform="translate({left:.1f} {top:.1f})">{"".join(told)}</g>\n'


def _arrow(user: int, place: int, path: list[Place], middle: Place, right: bool) -> str:
    """The arrow of a use forward, and beside it, on the outer side, the one that the gradient comes back by."""
    side = 1 if path[-1][right] > middle[right] - 1 else -1
    beside = (0, 8 * side) if right else (8 * side, 0)
    back = [(x + beside[0], y + beside[1]) for x, y in reversed(path)]
    (x0, y0), (x1, y1) = path[len(path) // 2 - 1 : len(path) // 2 + 1]
    x, y = ((x0 + x1) / 2, (y0 + y1) / 2 + 5)
    x, y = (x, y + 20 * side) if right else (x + 14 * side, y)
    anchor = "middle" if right else "start" if side > 0 else "end"
    lines = f'<path class="ahead" d="{_curve(path, right)}"/><path class="back" d="{_curve(back, right)}"/>'
    label = f'<text class="number" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"></text>'
    return f'<g id="a{user}-{place}" class="arrow" data-user="{user}">{lines}{label}</g>\n'


def _curve(path: list[Place], right: bool) -> str:
    """A curve through points that leaves and reaches each along the direction of the graph."""
    drawn = f"M{path[0][0]:.1f} {path[0][1]:.1f}"
    for (x0, y0), (x1, y1) in pairwise(path):
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        bend = f"{x:.1f} {y0:.1f} {x:.1f} {y1:.1f}" if right else f"{x0:.1f} {y:.1f} {x1:.1f} {y:.1f}"
        drawn += f"C{bend} {x1:.1f} {y1:.1f}"
    return drawn


def _text(text: str) -> str:
    return escape(printable(text))
