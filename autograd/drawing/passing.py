"""Passing gradients on, a node at a time, each time with the rule in words. The order is chosen by the caller.

No `grad` is touched: what a node sends back is computed by the engine's own rules, beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.drawing.flows import sent_back
from autograd.drawing.formulas import bracketed, expression, in_words, short_names, slope, which_one
from autograd.drawing.labels import described, kept_gradient, number
from autograd.graph import SMALL, Node, reverse_order


@dataclass(frozen=True)
class Sent:
    """A gradient that arrives: `amount` at node `target`, by its use at `place`; then the gradient there is `total`."""

    target: int
    place: int
    rule: str
    amount: str
    total: str


@dataclass(frozen=True)
class Step:
    """What happens at a node, by its number; None for the end. `gradient` is what backward starts from."""

    node: int | None
    title: str
    lines: Sequence[str]
    sent: Sequence[Sent] = ()
    gradient: str = ""
    warning: str = ""


class Passing:
    """The gradients that have arrived so far at the nodes of a graph; None where one is not known.

    After backward() a large node's gradient is not known any more, and a small one's parts may not be.
    """

    def __init__(self, root: Node, nodes: Sequence[Node]) -> None:
        self.root, self.nodes = root, nodes
        self.number_of = {node: i for i, node in enumerate(nodes)}
        self.names = short_names(nodes)
        self.order = [node for node in reverse_order(root) if not node.is_leaf]
        self.uses = Counter(parent for node in self.order for parent in node.parents if parent.requires_grad)
        self.gradients: dict[Node, Any] = {}
        self.arrived: Counter[Node] = Counter()

    def start(self) -> Step:
        """Forget all gradients but the one at the root: the one that backward() started from, or ones."""
        g = None if self.root.is_leaf else kept_gradient(self.root)
        seed = g if g is not None and g.any() else np.ones(self.root.shape, self.root.dtype)
        self.gradients = {self.root: seed}
        self.arrived = Counter()
        name, told = self.names[self.root], self.told(self.root)
        if not (seed == 1).all():
            lines = [f"Backward starts at {name}, with the gradient that has arrived there: {told}."]
        elif seed.shape == ():
            lines = [f"d{name}/d{name} = 1", f"Backward starts at {name}: as {name} grows by a little, so does {name}."]
        else:
            lines = [f"Backward starts at {name} with a gradient of ones, of shape {seed.shape}."]
        return Step(self.number_of[self.root], f"Start at {name}", lines, gradient=told)

    def pass_on(self, node: Node, why: str, warning: str = "") -> Step:
        """The step that sends the gradient of a node to its inputs, where it is added to what has arrived."""
        g = self.gradients[node]
        sent = []
        for place, parent in enumerate(node.parents):
            if parent.requires_grad:
                part = None if g is None else sent_back(node, place, g)
                sent.append(self._arrive(node, place, part))
        note = "Its hooks may change the gradient: this page leaves them out."
        lines = [why, note] if getattr(node, "hooks", None) else [why]
        return Step(self.number_of[node], self.names[node], lines, sent, warning=warning)

    def told(self, node: Node) -> str:
        """The gradient at a node so far."""
        return described(node, self.gradients[node])

    def _arrive(self, node: Node, place: int, part: Any) -> Sent:
        parent = node.parents[place]
        self.arrived[parent] += 1
        last = self.arrived[parent] == self.uses[parent]
        if self.arrived[parent] > 1:
            others = self.gradients[parent]
            with np.errstate(all="ignore"):  # inf - inf
                total = None if part is None or others is None else others + part
        else:
            total = part
        if total is None and last:
            total = kept_gradient(parent)
            part = total if self.uses[parent] == 1 else part
        self.gradients[parent] = total
        rule = self._rule(node, place, part)
        return Sent(self.number_of[parent], place, rule, described(parent, part), self.told(parent))

    def _rule(self, node: Node, place: int, part: Any) -> str:
        """The rule in words and numbers: "d(x * y)/dx = y, so 2 times -4 = -8 arrives at x"."""
        parent, g = node.parents[place], self.gradients[node]
        x, formula, which = self.names[parent], slope(node, place, self.names), which_one(node, place, self.names)
        derivative = f"d({expression(node, self.names)})/d{x}"
        if node.shape == parent.shape == () and part is not None and g is not None:
            one = sent_back(node, place, np.ones((), node.dtype))
            if one is not None:
                sides = f"{number(g)} \N{MULTIPLICATION SIGN} {bracketed(number(one))} = {number(part)}"
                return f"{derivative} = {formula or number(one)}{which}, so {sides} arrives at {x}"
        amount = number(part) if part is not None and part.size <= SMALL and part.ndim < 2 else None
        arrives = f"{amount or f'a gradient of shape {parent.shape}'} arrives at {x}"
        if formula is not None:
            summed = "" if parent.shape == node.shape else f", added up over the copies of {x}"
            return f"{derivative} = {formula}{which}, element by element, so g times that{summed}: {arrives}"
        return f"{in_words(node, place, self.names)}{which}: {arrives}"
