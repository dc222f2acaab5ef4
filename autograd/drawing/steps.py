"""A graph forward and backward, a node a step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.drawing.formulas import expression, with_numbers
from autograd.drawing.labels import described, kept_gradient, shown_nodes, value
from autograd.drawing.passing import Passing, Step
from autograd.drawing.wrong_order import wrong_order
from autograd.graph import Node

LARGEST = 150
"""More nodes than this are not stepped through."""


@dataclass(frozen=True)
class Walk:
    """All that is stepped through; there may be no `wrong` steps, and then there is a reason."""

    nodes: list[Node]
    names: list[str]
    expressions: list[str]
    forward: list[Step]
    backward: list[Step]
    wrong: list[Step]
    why_no_wrong: str


def walk(root: Node) -> Walk:
    """The steps through the graph of `root`.

    Raises ValueError where there are more than LARGEST nodes or there is nothing to go back through, GraphError where a
    leaf was changed since.
    """
    nodes = shown_nodes([root])
    if len(nodes) > LARGEST:
        raise ValueError(
            f"the graph has {len(nodes):,} nodes, and one steps through {LARGEST} at most. Take a smaller part of it "
            "(one layer, fewer time steps, a smaller net), or save the picture of all of it as .svg."
        )
    if not root.requires_grad:
        raise ValueError(
            f"there is nothing to go backward through: the result, {value(root)}, was not computed from a Tensor with "
            "requires_grad=True."
        )
    passing = Passing(root, nodes)
    names = passing.names
    forward = [_forward(node, passing) for node in nodes]
    backward = [passing.start(), *(passing.pass_on(node, _complete(node, passing)) for node in passing.order)]
    right = passing.gradients
    backward.append(Step(None, "Done", list(_results(passing, right))))
    wrong, why_none = wrong_order(passing, right)
    expressions = ["" if node.is_leaf else expression(node, names) for node in nodes]
    return Walk(nodes, list(names.values()), expressions, forward, backward, wrong, why_none)


def _forward(node: Node, passing: Passing) -> Step:
    name, place = passing.names[node], passing.number_of[node]
    if node.is_leaf:
        what = "is given." if node.requires_grad else "is a constant: no gradient flows to it."
        return Step(place, name, [f"{name} = {value(node)}", f"{name} {what}"])
    numbers = with_numbers(node)
    told = [name, expression(node, passing.names), *([numbers] if numbers else []), value(node)]
    made = [f"Made in the module {node.module}."] if node.module else []
    return Step(place, name, [" = ".join(dict.fromkeys(told)), *made])


def _complete(node: Node, passing: Passing) -> str:
    """Why it is this node's turn, newest first."""
    name, uses = passing.names[node], passing.uses[node]
    g = passing.told(node) if node.shape == () else f"of shape {node.shape}"
    if node is passing.root:
        return f"The newest comes first: {name} passes on its gradient, {g}."
    if uses == 1:
        return f"The only use of {name} has sent its part: {name} passes on its gradient, {g}."
    all_uses = "Both" if uses == 2 else f"All {uses}"
    return f"{all_uses} uses of {name} have sent their part: {name} passes on its gradient, now complete, {g}."


def _results(passing: Passing, right: dict[Node, Any]) -> Iterator[str]:
    """The gradient at every leaf, and where its `grad` holds another."""
    for leaf in passing.nodes:
        if not leaf.is_leaf or leaf not in right:
            continue
        name, g, kept = passing.names[leaf], right[leaf], kept_gradient(leaf)
        yield f"d{passing.names[passing.root]}/d{name} = {described(leaf, g)}"
        if g is not None and kept is not None and kept.any() and not np.allclose(kept, g, 1e-5, 0, equal_nan=True):
            held = described(leaf, kept)
            yield f"{name}.grad holds {held}: gradients add up over calls of backward(), until zero_grad()."
