"""Repeated steps of a graph folded to one with a count; and what is left out where folding does not help."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograd.drawing.boxes import Arrow, Box, Picture
    from autograd.graph import Node

LONGEST_STEP = 100
"""Steps of more boxes than this are not looked for."""

FEWEST = 3
"""So many equal steps in a row are folded."""


def fold(drawn: Picture, modules_only: bool) -> Picture:
    """Of every run of equal steps, draw the first, with the number of all. A step is one box or several in a row.

    Modules are equal when their operations and shapes are, operations when their names are. What leads from one step
    to the next becomes an arrow back.
    """
    steps = [box for box in drawn.boxes if box.kind in ("operation", "module")]
    looks = _numbered([None if modules_only and box.kind != "module" else _look(box) for box in steps])
    sources: dict[Box, set[Box]] = {box: set() for box in drawn.boxes}
    for arrow in drawn.arrows:
        sources[arrow.target].add(arrow.source)
    first_of: dict[Box, Box] = {}
    i = 0
    while i < len(steps):
        length, times = _repetition(looks, i)
        if not _belong_together([steps[j : j + length] for j in range(i, i + length * times, length)], sources):
            length, times = 1, 1
        for j in range(i, i + length * times):
            first_of[steps[j]] = steps[i + (j - i) % length]
        for box in steps[i : i + length] if times > 1 else ():
            box.count = times
        i += length * times
    return _merged(drawn, first_of)


def calls(nodes: list[Node]) -> int:
    """How often the operations of a module, one after the other, are the same again: the number of its calls."""
    length, times = _repetition(_numbered([(node.operation, node.shape) for node in nodes]), 0)
    return times if length * times == len(nodes) else 1


def like_leaves_once(drawn: Picture, most: int) -> Picture:
    """Of more than `most` leaves of one shape that go to the same boxes, one, with the number of all."""
    targets: dict[Box, set[Box]] = {box: set() for box in drawn.boxes}
    for arrow in drawn.arrows:
        targets[arrow.source].add(arrow.target)
    alike: dict[object, list[Box]] = {}
    for box in drawn.boxes:
        if box.kind in ("leaf", "constant"):
            alike.setdefault((box.kind, box.nodes[0].shape, frozenset(targets[box])), []).append(box)
    many = [boxes for boxes in alike.values() if len(boxes) > most]
    for boxes in many:
        boxes[0].count = len(boxes)
    return _merged(drawn, {box: boxes[0] for boxes in many for box in boxes})


def left_out(drawn: Picture, limit: int) -> Picture:
    """The first and the last operations, `limit` in all, with one box for those in the middle."""
    steps = [box for box in drawn.boxes if box.kind in ("operation", "module")]
    half = limit // 4  # each may have a leaf or two
    middle = steps[half:-half]
    gap = replace(middle[0], title=f"{len(middle):,} boxes left out", kind="gap", nodes=[], path=(), count=1)
    shorter = _merged(drawn, dict.fromkeys(middle, gap))
    boxes = [box for box in shorter.boxes if box is not gap]
    place = boxes.index(steps[half - 1]) + 1
    return replace(shorter, boxes=[*boxes[:place], gap, *boxes[place:]])


def _look(box: Box) -> object:
    if box.kind == "module":
        return tuple((node.operation, node.shape) for node in box.nodes)
    return box.nodes[0].operation


def _numbered(looks: list[object]) -> list[int]:
    """A number for every look, equal for equal ones; for None a number of its own each time."""
    numbers: dict[object, int] = {}
    return [-i - 1 if look is None else numbers.setdefault(look, len(numbers)) for i, look in enumerate(looks)]


def _repetition(looks: list[int], start: int) -> tuple[int, int]:
    """The step from `start` on, its length and how often it comes in a row, that covers most; (1, 1) for none."""
    best, covered = (1, 1), 0
    for length in range(1, min(LONGEST_STEP, (len(looks) - start) // FEWEST) + 1):
        if looks[start] != looks[start + length]:
            continue
        end = start
        while end + length < len(looks) and looks[end] == looks[end + length]:
            end += 1
        times = (end - start) // length + 1
        if times >= FEWEST and times * length > covered:
            best, covered = (length, times), times * length
    return best


def _belong_together(steps: list[list[Box]], sources: dict[Box, set[Box]]) -> bool:
    """Whether every step goes on from an earlier one, or starts where the first does."""
    inputs = [set().union(*(sources[box] for box in step)) for step in steps]
    earlier = set(steps[0])
    for step, given in zip(steps[1:], inputs[1:], strict=True):
        if not given & earlier and given != inputs[0]:
            return False
        earlier.update(step)
    return True


def _merged(drawn: Picture, into: dict[Box, Box]) -> Picture:
    """Boxes merged into others; leaves that only merged boxes used are gone."""
    gone = {box for box, kept in into.items() if box is not kept}
    users: dict[Box, set[Box]] = {}
    for arrow in drawn.arrows:
        users.setdefault(arrow.source, set()).add(arrow.target)
    gone |= {box for box, targets in users.items() if box.kind in ("leaf", "constant") and targets <= gone}
    order = {box: i for i, box in enumerate(drawn.boxes)}
    arrows: list[Arrow] = []
    joined: set[tuple[Box, Box]] = set()
    for arrow in drawn.arrows:
        if arrow.source in gone and arrow.source not in into:
            continue
        source, target = into.get(arrow.source, arrow.source), into.get(arrow.target, arrow.target)
        again = order.get(source, 0) >= order.get(target, 0) if source.count > 1 or target.count > 1 else False
        if source is not target or again:
            original = arrow.source is source and arrow.target is target
            if original or (source, target) not in joined:
                arrows.append(replace(arrow, source=source, target=target, again=again))
            joined.add((source, target))
    boxes = [into.get(box, box) for box in drawn.boxes if box not in gone or box in into]
    return replace(drawn, boxes=list(dict.fromkeys(boxes)), arrows=arrows)
