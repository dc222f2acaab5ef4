"""What a drawing says about a node, and which nodes it shows."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.graph import NOT_KEPT, Node

FORMULAS = {
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "power": "{}^{}",
    "negative": "-{}",
}


def shown_nodes(root: Node) -> list[Node]:
    """All nodes that `root` was computed from, leaves first, then the oldest: every node comes after its inputs.

    A number in a formula, as the 3 in n + 3, is no node of its own.
    """
    seen = {root}
    stack = [root]
    while stack:
        node = stack.pop()
        for parent in () if node.is_leaf else node.parents:
            if parent not in seen and not is_number(parent):
                seen.add(parent)
                stack.append(parent)
    return sorted(seen, key=lambda node: (not node.is_leaf, node.index))  # a leaf that was changed has a newer index


def is_number(node: Node) -> bool:
    """Whether the node is a nameless constant number."""
    return node.is_leaf and not node.requires_grad and node.name is None and node.shape == ()


def title(node: Node) -> str:
    """The name of a leaf; of an operation its formula where it has one input that is not a number, else its name."""
    if node.is_leaf:
        return node.name or ("leaf" if node.requires_grad else "constant")
    operands = [number(parent.value) if is_number(parent) else "n" for parent in node.parents]
    formula = FORMULAS.get(node.operation)
    text = formula.format(*operands) if formula and operands.count("n") == 1 else node.operation
    return f"{node.name} = {text}" if node.name else text


def value(node: Node) -> str:
    """The value of a small node; the dtype and shape of a larger one."""
    return f"{node.dtype} {node.shape}" if node.value is None else number(node.value)


def gradient(node: Node) -> str:
    """The gradient as `value` shows values; "-" before backward, "none" for a constant."""
    if not node.requires_grad:
        return "none"
    if node.gradient is None:
        return "-"
    if node.gradient is NOT_KEPT or node.value is None:
        return f"{node.dtype} {node.shape}"
    return number(getattr(node.gradient, "data", node.gradient) if node.is_leaf else node.gradient)


def number(x: Any) -> str:
    """A number, or a small array of them, in four digits."""
    array = np.asarray(x)
    if array.ndim == 0:
        return f"{array.item():.4g}"
    return np.array2string(array, separator=", ", formatter={"all": lambda item: f"{item:.4g}"})
