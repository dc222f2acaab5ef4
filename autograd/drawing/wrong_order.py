"""Why this order? What comes out where a node is passed on before all that used it have sent their part.

The wrong order is the one that a function which calls itself takes: send the gradient on to the inputs, then go on with
each of them, at once. For b = a + a, c = b + b it gives 8 at a, where the derivative is 4.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.drawing.labels import described
from autograd.drawing.passing import Passing, Step
from autograd.graph import Node

MOST_VISITS = 60
"""So many steps are shown: the wrong order can take exponentially many."""

HARMLESS = "In this graph the naive order does no harm: every result is used once, so its gradient is complete at once."
THE_ORDER = (
    "The naive order: a node sends its gradient to its inputs, then each input goes on at once, without waiting for "
    "others that use it."
)
NOT_KNOWN = (
    "What the naive order gives is not known any more, as backward() has freed what the rules need. Make this page "
    "before backward()."
)
THE_RIGHT_ORDER = (
    "A node may go on once only, after all that used it. What used a node was made after it, so newest first is an "
    "order in which that holds."
)


def wrong_order(passing: Passing, right: dict[Node, Any]) -> tuple[list[Step], str]:
    """The steps of the naive order, none where it gives the `right` gradients, and why there are none."""
    ways = _ways(passing)
    several = [passing.names[node] for node in passing.order if ways[node] > 1]
    if not several:
        return [], HARMLESS
    steps = _naive(passing)
    if any(g is None for g in passing.gradients.values()):
        return [], NOT_KNOWN
    visits = sum(ways[node] for node in passing.order)
    if visits > MOST_VISITS:
        line = f"It goes back along every path by itself: {visits:,} steps for {len(passing.order)} operations."
        return [*steps, Step(None, "And so on", [line, THE_RIGHT_ORDER])], ""
    wrong = [
        f"At {passing.names[leaf]} it gives {passing.told(leaf)} instead of {described(leaf, right[leaf])}."
        for leaf in passing.nodes
        if leaf.is_leaf and leaf in right and not np.allclose(passing.gradients[leaf], right[leaf], 1e-5, 0, True)
    ]
    if not wrong:
        return [], f"The naive order goes on from {', '.join(several)} more than once, but to the same numbers here."
    return [*steps, Step(None, "Wrong", [*wrong, THE_RIGHT_ORDER])], ""


def _ways(passing: Passing) -> Counter[Node]:
    """By how many paths each node is reached from the root: so often the naive order goes on from it."""
    ways = Counter({passing.root: 1})
    for node in passing.order:
        for parent in node.parents:
            if parent.requires_grad:
                ways[parent] += ways[node]
    return ways


def _naive(passing: Passing) -> list[Step]:
    """The first MOST_VISITS steps of the naive order."""
    start = passing.start()
    steps = [replace(start, lines=[THE_ORDER, *start.lines])]
    visits: Counter[Node] = Counter()
    stack = [passing.root]
    while stack and len(steps) <= MOST_VISITS:
        node = stack.pop()
        visits[node] += 1
        name, uses, arrived = passing.names[node], passing.uses[node], passing.arrived[node]
        warning = ""
        if visits[node] > 1:
            warning = f"Again: {name} has gone on before, and what it sent then is sent once more."
        elif arrived < uses:
            warning = f"Too early: only {arrived} of {uses} uses of {name} have sent their part."
        g = passing.told(node) if node.shape == () else f"of shape {node.shape}"
        steps.append(passing.pass_on(node, f"{name} passes on its gradient, {g}.", warning))
        stack += [parent for parent in reversed(node.parents) if parent.requires_grad and not parent.is_leaf]
    return steps
