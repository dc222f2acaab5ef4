"""Repeated steps of a graph folded to one with a count; and what is left out where folding does not help."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from autograd.drawing.labels import is_number

if TYPE_CHECKING:
    from autograd.drawing.boxes import Arrow, Box, Picture
    from autograd.graph import Node

LONGEST_STEP = 100
"""Steps of more boxes than this are not looked for."""

FEWEST = 3
"""So many equal steps in a row are folded."""


class Use(NamedTuple):
    """Where an input of a box comes from."""

    step: int
    """The number of the box that gives it, among those that may repeat; -1 for a leaf."""
    alike: int
    """Equal for boxes that look alike."""


def fold(drawn: Picture, modules_only: bool) -> Picture:
    """Of every run of equal steps, draw the first, with the number of all. A step is one box or several in a row.

    Boxes are equal when their operations are, with the numbers in them, and their shapes, and when their inputs come
    from the same place in the same step or in an earlier one, or from boxes outside that look alike. What leads from
    one step to the next becomes an arrow back; what only later steps get from outside is not drawn.
    """
    steps = [box for box in drawn.boxes if box.kind in ("operation", "module")]
    looks = _numbered([None if modules_only and box.kind != "module" else _look(box) for box in steps])
    uses = _uses(drawn, steps)
    first_of: dict[Box, Box] = {}
    i = 0
    while i < len(steps):
        length, times = _repetition(looks, uses, i)
        for j in range(i, i + length * times):
            first_of[steps[j]] = steps[i + (j - i) % length]
        for box in steps[i : i + length]:
            box.count = times
        i += length * times
    return _merged(drawn, first_of, inputs_too=True)


def like_leaves_once(drawn: Picture, most: int) -> Picture:
    """Of more than `most` leaves of one shape and dtype that go to the same boxes, one, with the number of all."""
    targets: dict[Box, set[Box]] = {box: set() for box in drawn.boxes}
    for arrow in drawn.arrows:
        targets[arrow.source].add(arrow.target)
    alike: dict[object, list[Box]] = {}
    for box in drawn.boxes:
        if box.kind in ("leaf", "constant"):
            alike.setdefault((_look(box), frozenset(targets[box])), []).append(box)
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
    of_class = box.title.rpartition(": ")[2] if box.kind == "module" else ""
    parameters = tuple(leaf.shape for leaf in box.parameters if leaf.requires_grad)
    return box.kind, of_class, parameters, tuple(map(_node_look, box.nodes))


def _node_look(node: Node) -> object:
    constants = tuple(repr(np.asarray(x.value).item()) if is_number(x) else "n" for x in node.parents)
    return node.operation, node.shape, str(node.dtype), node.requires_grad, constants


def _numbered(looks: list[object]) -> list[int]:
    """A number for every look, equal for equal ones; for None a number of its own each time."""
    numbers: dict[object, int] = {}
    return [-i - 1 if look is None else numbers.setdefault(look, len(numbers)) for i, look in enumerate(looks)]


def _uses(drawn: Picture, steps: list[Box]) -> list[list[Use]]:
    """The inputs of every step, in order."""
    number = {box: i for i, box in enumerate(steps)}
    alike = _numbered([_look(box) for box in drawn.boxes])
    use_of = {box: Use(number.get(box, -1), like) for box, like in zip(drawn.boxes, alike, strict=True)}
    uses: list[list[Use]] = [[] for _ in steps]
    for arrow in sorted(drawn.arrows, key=lambda arrow: (arrow.user.index, arrow.place)):
        uses[number[arrow.target]].append(use_of[arrow.source])
    return uses


def _repetition(looks: list[int], uses: list[list[Use]], start: int) -> tuple[int, int]:
    """The step from `start` on, its length and how often it comes in a row, that covers most; (1, 1) for none."""
    best, most = (1, 1), 0
    for length in range(1, min(LONGEST_STEP, (len(looks) - start) // FEWEST) + 1):
        second, third = start + length, start + 2 * length
        if looks[start] != looks[second] or (most and length % best[0] == 0):
            continue
        if not _go_on(uses[second], uses[third], length, start):  # the first step is the one that may differ
            continue
        times = _times(looks, uses, start, length)
        if times >= FEWEST and times * length > most:
            best, most = (length, times), times * length
    return best


def _times(looks: list[int], uses: list[list[Use]], start: int, length: int) -> int:
    """How often in a row the step of `length` boxes from `start` on comes."""
    end = start + length
    while end < len(looks) and looks[end] == looks[end - length]:
        if not _go_on(uses[end - length], uses[end], length, start):
            break
        end += 1
    return (end - start) // length


def _go_on(before: list[Use], after: list[Use], length: int, start: int) -> bool:
    """Whether a box has the inputs of the one a step before it.

    Where an earlier step than the first would give an input, that is from outside, or made within.
    """
    if len(after) > len(before):
        after = [use for use in after if not start <= use.step < start + length]
    if len(after) != len(before):
        return False
    for one, other in zip(before, after, strict=True):
        if one.step >= start:
            if other.step != one.step + length:
                return False
        elif one.alike != other.alike and not start <= other.step < start + length:
            return False
    return True


def _merged(drawn: Picture, into: dict[Box, Box], inputs_too: bool = False) -> Picture:
    """Boxes merged into others; leaves that only merged boxes used are gone, with `inputs_too` operations too."""
    users: dict[Box, set[Box]] = {}
    for arrow in drawn.arrows:
        users.setdefault(arrow.source, set()).add(arrow.target)
    gone = {box for box, kept in into.items() if box is not kept}
    for box in reversed(drawn.boxes):
        may_go = box.kind in ("leaf", "constant") or (inputs_too and box.count == 1)
        if may_go and box in users and users[box] <= gone:
            gone.add(box)
    order = {box: i for i, box in enumerate(drawn.boxes)}
    arrows: list[Arrow] = []
    joined: set[tuple[Box, Box]] = set()
    for arrow in drawn.arrows:
        source, target = into.get(arrow.source, arrow.source), into.get(arrow.target, arrow.target)
        if source in gone or target in gone:
            continue
        again = order.get(source, 0) >= order.get(target, 0) if source.count > 1 or target.count > 1 else False
        if source is not target or again:
            original = arrow.source is source and arrow.target is target
            if original or (source, target) not in joined:
                arrows.append(replace(arrow, source=source, target=target, again=again))
            joined.add((source, target))
    boxes = dict.fromkeys(into.get(box, box) for box in drawn.boxes)
    return replace(drawn, boxes=[box for box in boxes if box not in gone], arrows=arrows)
