"""What is drawn of a graph: boxes and arrows. Modules close to one box, repeated steps fold, where there are many."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby

from autograd.drawing.folding import fold, left_out, like_leaves_once
from autograd.drawing.labels import Frame, frames, shown_nodes, title
from autograd.graph import Node, changed_since
from autograd.mode import ModuleCall

LARGEST = 300
"""More boxes than this are not drawn."""

FAN_OUT = 8
"""A leaf with more uses is drawn once for each: hundreds of arrows from one box are neither laid out nor read."""


Path = tuple[str | ModuleCall, ...]


@dataclass(eq=False)
class Box:
    """A node, or all operations of one call of a module."""

    title: str
    kind: str
    """operation, leaf, constant, module, failed, or gap: what is left out."""
    nodes: list[Node]
    path: Path = ()
    """The keys of the frames that it is drawn in, outermost first."""
    parameters: list[Node] = field(default_factory=list)
    """Leaves that only a closed module uses."""
    count: int = 1
    """How many there are like it, of which it shows the first."""

    def heading(self, times: str) -> str:
        """The title; of equal modules with their number, behind the sign `times`. A formula would be multiplied."""
        return f"{self.title} {times} {self.count:,}" if self.count > 1 and self.kind == "module" else self.title

    def which_one(self) -> list[str]:
        """A line that says which one the box shows, where there are several."""
        return [f"first of {self.count:,}"] if self.count > 1 else []


@dataclass(frozen=True)
class Arrow:
    """A use: `value` of the source went into `user`, a node of the target."""

    source: Box
    target: Box
    value: Node
    user: Node
    place: int
    """Which of the user's inputs it is."""
    again: bool = False
    """Whether it leads from one of several folded steps to the next."""


@dataclass
class Picture:
    """All that is drawn; every box stands after those that lead to it. `note` tells what was left out."""

    boxes: list[Box]
    arrows: list[Arrow]
    note: str = ""


def picture(roots: list[Node], depth: int | None = None) -> Picture:
    """The boxes of a graph. Modules below `depth` levels are closed; by default only where there would be too many."""
    nodes = shown_nodes(roots)
    drawn = _within_budget(nodes, depth)
    changed = {leaf: title(leaf) for user in nodes for leaf in user.parents if changed_since(leaf, user.index)}
    if changed:
        names = ", ".join(dict.fromkeys(changed.values()))
        told = f"Changed after the graph was computed, and shown as now: {names}."
        drawn.note = f"{drawn.note} {told}".strip()
    return drawn


def _within_budget(nodes: list[Node], depth: int | None) -> Picture:
    if depth is not None:
        return _within_limit(fold(_closed(nodes, depth), modules_only=True), nodes)
    open_to = max(len(_path(node)) for node in nodes)
    drawn = _closed(nodes, open_to)
    while len(drawn.boxes) > LARGEST and open_to > 0:
        open_to -= 1
        drawn = fold(_closed(nodes, open_to), modules_only=True)
        drawn.note = f"{len(nodes):,} nodes: modules are closed to one box from level {open_to + 1} on."
    return _within_limit(drawn, nodes)


def _within_limit(drawn: Picture, nodes: list[Node]) -> Picture:
    """At most LARGEST boxes: repeated steps are folded, and if that does not do, the middle is left out."""
    if len(drawn.boxes) > LARGEST:
        drawn = fold(drawn, modules_only=False)
        drawn.note = f"{len(nodes):,} nodes: steps that repeat are drawn once, with what the first holds."
    drawn = like_leaves_once(drawn, FAN_OUT)
    if len(drawn.boxes) > LARGEST:
        drawn = left_out(drawn, LARGEST)
        drawn.note = f"{len(nodes):,} nodes: only the first and the last are drawn."
    return drawn


def _closed(nodes: list[Node], open_to: int) -> Picture:
    """Boxes for all nodes, with every call of a module below `open_to` levels in one box."""
    boxes: list[Box] = []
    operations = [node for node in nodes if not node.is_leaf]
    for closed, together in groupby(operations, key=lambda node: _closed_module(node, open_to) or node):
        group = list(together)
        if isinstance(closed, tuple):
            path, frame = closed
            boxes.append(Box(frame.title, "module", group, path))
        else:
            boxes += [Box(title(node), "operation", [node], _path(node)) for node in group]
    box_of = {node: box for box in boxes for node in box.nodes}
    uses: dict[Node, list[tuple[Node, int]]] = defaultdict(list)
    for node in operations:
        for place, parent in enumerate(node.parents):
            uses[parent].append((node, place))
    leaves: list[Box] = []
    arrows: list[Arrow] = []
    for node in nodes:
        targets = list(dict.fromkeys(box_of[user] for user, _ in uses[node]))
        if not node.is_leaf:
            sources = dict.fromkeys(targets, box_of[node])
        elif targets:
            sources = _leaf_boxes(node, targets)
            leaves += dict.fromkeys(sources.values())
        else:
            leaves.append(_leaf_box(node, ()))
        for user, place in uses[node]:
            target = box_of[user]
            if target in sources and sources[target] is not target:
                arrows.append(Arrow(sources[target], target, node, user, place))
    return Picture([*leaves, *boxes], _without_doubles(arrows))


def _leaf_boxes(leaf: Node, targets: list[Box]) -> dict[Box, Box]:
    """The box of a leaf for each of those that it leads to; none where a closed module has it among its parameters."""
    inside = {_path(box.nodes[0])[: len(box.path) + 1] if box.kind == "module" else () for box in targets}
    if () not in inside and all(_belongs(leaf, path) for path in inside):
        for box in targets:
            box.parameters.append(leaf)
        return {}
    if len(targets) > FAN_OUT:
        return {target: _leaf_box(leaf, target.path) for target in targets}
    common = _common(targets)
    return dict.fromkeys(targets, _leaf_box(leaf, common if _belongs(leaf, common) else ()))


def _leaf_box(leaf: Node, path: Path) -> Box:
    return Box(title(leaf), "leaf" if leaf.requires_grad else "constant", [leaf], path)


def _closed_module(node: Node, open_to: int) -> tuple[Path, Frame] | None:
    """The call of a closed module that the node was made in, and the path that it stands in."""
    path = _path(node)
    return (path[:open_to], frames(node)[open_to]) if len(path) > open_to else None


def _path(node: Node) -> Path:
    return tuple(frame.key for frame in frames(node))


def _belongs(leaf: Node, path: Path) -> bool:
    """Whether a leaf is a parameter of the module at `path`, or of one in it, or was made there."""
    if _path(leaf)[: len(path)] == path:
        return True
    name = leaf.name or ""
    if path and isinstance(path[0], ModuleCall):
        if name not in path[0].parameters:
            return False
        path = path[1:]
    return name.startswith("".join(f"{key}." for key in path))


def _common(boxes: list[Box]) -> Path:
    """The modules that all boxes are in."""
    common: Path = ()
    for level in zip(*(box.path for box in boxes), strict=False):
        if len(set(level)) > 1:
            break
        common = (*common, level[0])
    return common


def _without_doubles(arrows: list[Arrow]) -> list[Arrow]:
    """Of arrows between the same boxes, one of which is a module, the first."""
    seen: set[tuple[Box, Box]] = set()
    kept = []
    for arrow in arrows:
        ends = (arrow.source, arrow.target)
        if "module" in (arrow.source.kind, arrow.target.kind):
            if ends in seen:
                continue
            seen.add(ends)
        kept.append(arrow)
    return kept
