"""What a drawing says about a node, and which nodes it shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.debugging import spread
from autograd.graph import NOT_KEPT, SMALL, Node
from autograd.mode import ModuleCall
from autograd.shape_only import owners

INFIX = {
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "power": "{}^{}",
    "negative": "-{}",
    "positive": "{}",
    "matmul": "{} @ {}",
    "absolute": "|{}|",
    "square": "{}^2",
    "reciprocal": "1 / {}",
}
"""Operations that are written with a sign."""

NOT_IN_XML = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters, halves of surrogate pairs and two that are no characters."""

LONGEST_NAME = 100
"""A longer name is cut."""


def shown_nodes(roots: list[Node]) -> list[Node]:
    """All nodes that the roots were computed from, leaves first, then the oldest: every node comes after its inputs.

    A number in a formula, as the 3 in n + 3, is no node of its own.
    """
    seen = set(roots)
    stack = list(seen)
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


def printable(text: str) -> str:
    """A text with a sign in the place of every character that XML does not have."""
    return NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def own_name(node: Node) -> str:
    """The name that a node was given, as it is shown; "" for none."""
    return shown_name(node.name or "")


def shown_name(name: str) -> str:
    """A name of a node or a module as it is shown: printable and not too long."""
    name = printable(name)
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 3] + "..."


def title(node: Node) -> str:
    """The name of a leaf; of an operation its formula where it has one input that is not a number, else its name."""
    if node.is_leaf:
        return own_name(node) or ("leaf" if node.requires_grad else "constant")
    operands = [f"{parent.value:.6g}" if is_number(parent) else "n" for parent in node.parents]
    formula = INFIX.get(node.operation)
    text = formula.format(*operands) if formula and operands.count("n") == 1 else node.operation
    return f"{own_name(node)} = {text}" if node.name else text


class Frame(NamedTuple):
    """A module that a node was made in, at one level; what has equal keys at all levels stands in one frame."""

    key: str | ModuleCall
    """Its name in the module around it; of a layer that was called by itself, the call."""
    title: str
    """Its name and its class: "conv1: Conv2d"."""
    call: ModuleCall | None
    """None of a list of modules, which does not run itself: the "layers" of "layers.0"."""


def frames(node: Node) -> tuple[Frame, ...]:
    """The modules that the node was made in, outermost first."""
    found: list[Frame] = []
    for call in getattr(node.module, "calls", ()):
        *lists, name = call.name.split(".")
        found += [Frame(part, shown_name(part), None) for part in lists]
        found.append(Frame(name or call, f"{shown_name(name)}: {call.kind}" if name else call.kind, call))
    return tuple(found)


def module_path(path: Sequence[str | ModuleCall]) -> str:
    """The keys of frames as a path; a layer that was called by itself is told by its class."""
    return ".".join(shown_name(key if isinstance(key, str) else key.kind) for key in path)


def value(node: Node) -> str:
    """The value of a small node; the dtype and shape of a larger one, and between what its numbers lie, if known."""
    if node.value is not None:
        return number(node.value)
    tensor = getattr(node, "tensor", lambda: None)()
    return _described(node, getattr(node, "spread", None) if tensor is None else spread(tensor.data))


def gradient(node: Node) -> str:
    """The gradient as `value` shows values; "-" before backward, "none" for a constant."""
    if not node.requires_grad:
        return "none"
    if node.gradient is None:
        return "-"
    g = kept_gradient(node)
    return _described(node, getattr(node, "gradient_spread", None)) if g is None else described(node, g)


def kept_gradient(node: Node) -> Any:
    """The gradient that backward() has left at a node; None where there is none."""
    g: Any = node.gradient
    return None if g is None or g is NOT_KEPT else np.asarray(g.data if hasattr(g, "node") else g)


def described(node: Node, g: Any) -> str:
    """A gradient of a node: its numbers if they are few, else its shape and between what they lie, if known."""
    return _described(node, None) if g is None else number(g) if g.size <= SMALL else _described(node, spread(g))


def _described(node: Node, known: str | None) -> str:
    return shape(node) + (f"\n{known}" if known else "")


def shape(node: Node) -> str:
    """The dtype and shape."""
    return f"{'float' if node.dtype is float else node.dtype} {node.shape}"


def number(x: Any) -> str:
    """A number, or a small array of them, in four digits."""
    array = np.asarray(x)
    if array.ndim == 0:
        return f"{array.item():.4g}"
    return np.array2string(array, separator=", ", formatter={"all": lambda item: f"{item:.4g}"})


def memory(nodes: list[Node]) -> str:
    """The bytes of the arrays that nodes remember for the reverse pass, each array once."""
    if all(node.saved is None for node in nodes):
        return "freed: backward has passed"
    return f"{sum(held.nbytes for held in owners([node.saved for node in nodes]).values()):,} bytes"


def time(nodes: list[Node]) -> str:
    """How long the operations took, where the graph was made in debug mode."""
    seconds = sum(getattr(node, "seconds", 0.0) for node in nodes)
    return f"{seconds * 1e6:,.0f} microseconds" if seconds else "unknown: make it in debug()"
