"""Operations and their derivatives in words: "d(x * y)/dx = y"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from autograd.drawing.labels import INFIX, is_number, number, own_name
from autograd.graph import Node

SLOPES: dict[str, tuple[str, ...]] = {
    "add": ("1", "1"),
    "subtract": ("1", "-1"),
    "multiply": ("{y}", "{x}"),
    "divide": ("1 / {y}", "-{x} / {y}^2"),
    "power": ("{y} * {x}^({y} - 1)", "{x}^{y} * log({x})"),
    "negative": ("-1",),
    "positive": ("1",),
    "square": ("2 * {x}",),
    "reciprocal": ("-1 / {x}^2",),
    "exp": ("exp({x})",),
    "expm1": ("exp({x})",),
    "log": ("1 / {x}",),
    "log1p": ("1 / (1 + {x})",),
    "sqrt": ("1 / (2 * sqrt({x}))",),
    "sin": ("cos({x})",),
    "cos": ("-sin({x})",),
    "tan": ("1 + tan({x})^2",),
    "arcsin": ("1 / sqrt(1 - {x}^2)",),
    "arccos": ("-1 / sqrt(1 - {x}^2)",),
    "arctan": ("1 / (1 + {x}^2)",),
    "sinh": ("cosh({x})",),
    "cosh": ("sinh({x})",),
    "tanh": ("1 - tanh({x})^2",),
    "sigmoid": ("sigmoid({x}) * (1 - sigmoid({x}))",),
    "relu": ("1 if {x} > 0, else 0",),
    "absolute": ("the sign of {x}",),
    "maximum": ("1 if {x} > {y}, else 0", "0 if {x} > {y}, else 1"),
    "minimum": ("1 if {x} < {y}, else 0", "0 if {x} < {y}, else 1"),
}
"""For each input of an operation that works element by element, the derivative by it."""

MOVED = "the elements of g go back to where those of {x} came from"
OWN_PART = "{x} gets its own part of g"
WORDS: dict[str, tuple[str, ...]] = {
    "matmul": ("g @ {y} transposed", "{x} transposed @ g"),
    "sum": ("every element that was added gets g, as it stands in the sum once",),
    "mean": ("every element gets g divided by their number",),
    "max": ("the largest element gets g, the others 0",),
    "min": ("the smallest element gets g, the others 0",),
    "logsumexp": ("g * softmax({x})",),
    "getitem": ("the elements taken get theirs of g, the others 0",),
    "gather": ("the elements taken get theirs of g, the others 0",),
    "where": ("{x} gets g where it was chosen, else 0", "{y} gets g where it was chosen, else 0"),
    "broadcast_to": ("what went to several copies is added up",),
    "sliding_windows": ("an element gets the sum of g over all windows that it is in",),
    "pad": ("g without the padding",),
    **dict.fromkeys(("reshape", "transpose", "expand_dims", "squeeze", "swapaxes", "moveaxis", "flip"), (MOVED,)),
    **dict.fromkeys(("concatenate", "stack", "hstack", "vstack", "column_stack"), (OWN_PART,)),
}
"""For operations on arrays, what is done with the gradient g to get that of each input."""


def short_names(nodes: Iterable[Node]) -> dict[Node, str]:
    """A name for each node: its own, made different where two are alike, or v1, v2, ..."""
    nodes = list(nodes)
    taken = {own_name(node) for node in nodes}
    names: dict[Node, str] = {}
    used: dict[str, int] = {}
    count = 0
    for node in nodes:
        if node.name is None:
            count += 1
            while f"v{count}" in taken:
                count += 1
            names[node] = f"v{count}"
            continue
        name = own_name(node)
        used[name] = used.get(name, 0) + 1
        names[node] = name if used[name] == 1 else f"{name} ({used[name]})"
    return names


def expression(node: Node, names: dict[Node, str]) -> str:
    """What was computed, by name: "x * y", "tanh(x)"."""
    return _filled(node, lambda parent: _by_name(parent, names))


def with_numbers(node: Node) -> str | None:
    """The same with the numbers in it: "2 * -4"; None where it is of arrays."""
    if node.shape or any(parent.shape or parent.value is None for parent in node.parents):
        return None
    text = _filled(node, lambda parent: bracketed(number(parent.value)))
    negative_first = text.startswith("(-") and node.operation in ("add", "subtract", "multiply", "divide")
    return text.replace("(", "", 1).replace(")", "", 1) if negative_first else text


def slope(node: Node, place: int, names: dict[Node, str]) -> str | None:
    """The derivative by the input at `place` as a formula; None where the operation has none in the table."""
    formulas = SLOPES.get(node.operation)
    if formulas is None:
        return None
    x, y = _operands(node, names)
    exponent: Any = node.parents[-1].value
    if node.operation == "power" and place == 0 and is_number(node.parents[1]):
        simple = {0.0: "0", 1.0: "1", 2.0: f"2 * {x}"}
        return simple.get(float(exponent), f"{y} * {x}^{bracketed(number(exponent - 1))}")
    return formulas[place].format(x=x, y=y)


def in_words(node: Node, place: int, names: dict[Node, str]) -> str:
    """What is done with the gradient g of an array to get the one of its input at `place`."""
    words = WORDS.get(node.operation)
    if words is None or (node.operation == "matmul" and min(len(parent.shape) for parent in node.parents) < 2):
        return f"the rule of {node.operation} turns g into the part of {_by_name(node.parents[place], names)}"
    x, y = _operands(node, names)
    return words[0].format(x=_by_name(node.parents[place], names)) if len(words) == 1 else words[place].format(x=x, y=y)


def which_one(node: Node, place: int, names: dict[Node, str]) -> str:
    """What tells an input that an operation uses more than once: " (the first x)", " (the second x)"; else ""."""
    parent = node.parents[place]
    if sum(other is parent for other in node.parents) < 2:
        return ""
    nth = sum(other is parent for other in node.parents[:place])
    which = ("first", "second", "third")[nth] if nth < 3 else f"{nth + 1}th"
    return f" (the {which} {names[parent]})"


def _operands(node: Node, names: dict[Node, str]) -> tuple[str, str]:
    return _by_name(node.parents[0], names), _by_name(node.parents[-1], names)


def _filled(node: Node, operand: Callable[[Node], str]) -> str:
    operands = [operand(parent) for parent in node.parents]
    if len(operands) > 4:
        operands = [*operands[:2], "...", operands[-1]]
    infix = INFIX.get(node.operation)
    return infix.format(*operands) if infix else f"{node.operation}({', '.join(operands)})"


def _by_name(node: Node, names: dict[Node, str]) -> str:
    return bracketed(number(node.value)) if is_number(node) else names[node]


def bracketed(text: str) -> str:
    """A negative number in brackets, to stand in a formula."""
    return f"({text})" if text.startswith("-") else text
