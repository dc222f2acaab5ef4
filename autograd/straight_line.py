"""A graph of Values written as straight-line Python: the source that `compile` makes."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from autograd.graph import ancestors
from autograd.trees import leaves
from autograd.value import MADE, Value, power_slope, ratio, real_power

# How each operation is written, of its operands and for the derivatives also of its own value y.
FORWARD = {
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "divide": "{0} / {1}",
    "power": "real_power({0}, {1})",
    "negative": "-{0}",
    "sigmoid": "math.exp(min({0}, 0.0)) / (1.0 + math.exp(-abs({0})))",
    "relu": "0.0 if {0} <= 0.0 else {0}",
    "absolute": "abs({0})",
    **{name: f"math.{name.replace('arc', 'a')}({{0}})" for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh")},
    **{name: f"math.{name.replace('arc', 'a')}({{0}})" for name in ("cosh", "tanh", "arcsin", "arccos", "arctan")},
}
SLOPES: dict[str, tuple[str, ...]] = {
    "multiply": ("{1}", "{0}"),
    "divide": ("1.0 / {1}", "-{y} / {1}"),
    "power": ("power_slope({0}, {1})", "{y} * math.log({0}) if {0} > 0.0 else 0.0"),
    "exp": ("{y}",),
    "log": ("1.0 / {0}",),
    "sqrt": ("ratio(0.5, {y})",),
    "sin": ("math.cos({0})",),
    "cos": ("-math.sin({0})",),
    "tan": ("1.0 + {y} * {y}",),
    "arcsin": ("ratio(1.0, math.sqrt(1.0 - {0} * {0}))",),
    "arccos": ("-ratio(1.0, math.sqrt(1.0 - {0} * {0}))",),
    "arctan": ("1.0 / (1.0 + {0} * {0})",),
    "sinh": ("math.cosh({0})",),
    "cosh": ("math.sinh({0})",),
    "tanh": ("1.0 - {y} * {y}",),
    "sigmoid": ("{y} * (1.0 - {y})",),
    "relu": ("0.0 if {0} <= 0.0 else 1.0",),
    "absolute": ("math.copysign(1.0, {0}) if {0} else 0.0",),
}
PASSED_ON = {"add": ("{d}", "{d}"), "subtract": ("{d}", "-{d}"), "negative": ("-{d}",)}
"""Operations whose derivatives need no value: what reaches each operand of the gradient d."""

HELPERS = {"math": math, "power_slope": power_slope, "ratio": ratio, "real_power": real_power}
"""What the written functions call."""

LONGEST = 40
"""How many terms an expression may have: Python's parser has its limits."""


def write(y: Value, args: tuple[Any, ...], comparisons: list[Any], globals: dict[str, Any]) -> str:
    """The source of a function of the arguments: None off the path, else value and gradients, in their form."""
    inputs = leaves(args)
    compared = [v for _, _, *pair, _ in comparisons for v in pair if isinstance(v, Value)]
    nodes = ancestors([y, *compared])
    uses = Counter(parent for node in nodes for parent in node.parents)
    uses.update([y, *compared])
    consumer = {parent: node for node in nodes for parent in node.parents}
    names: dict[Value, str] = {x: f"x{i}" for i, x in enumerate(inputs)}
    others = [n for n in nodes if n.is_leaf and n.requires_grad and n not in names]
    names.update((v, f"v{i}") for i, v in enumerate(others))
    terms: Counter[Value] = Counter()
    lines = _unpacking(args, names, "args")
    if others:
        globals["others"] = others
        lines += [f"{names[v]} = others[{i}].value" for i, v in enumerate(others)]
    pending = [comparison for comparison in comparisons if comparison[1] != MADE]

    def write_comparisons(before: float) -> None:
        while pending and pending[0][0] < before:
            _, relation, left, right, outcome = pending.pop(0)
            sides = [names[side] if isinstance(side, Value) else _literal(side) for side in (left, right)]
            lines.append(f"if {'' if not outcome else 'not '}{sides[0]} {relation} {sides[1]}: return None")

    for node in nodes:
        if node in names:
            continue
        if node.is_leaf:
            names[node] = _literal(node.value)
            continue
        write_comparisons(node.index)
        operands = [names[parent] for parent in node.parents]
        expression = f"{operands[0]} * {operands[0]}" if _is_square(node) else FORWARD[node.operation].format(*operands)
        terms[node] = 1 + sum(terms[parent] for parent in node.parents)
        inline = uses[node] == 1 and node not in (y, *compared) and node.operation in ("multiply", *PASSED_ON)
        if inline and consumer[node].operation in PASSED_ON and terms[node] < LONGEST:
            last = node is consumer[node].parents[-1] or consumer[node].operation == "negative"
            names[node] = f"({expression})" if last and node.operation != "multiply" else expression
        else:
            terms[node] = 0
            names[node] = f"y{len(lines)}"
            lines.append(f"{names[node]} = {expression}")
    write_comparisons(float("inf"))
    written, gradients = _backward(y, nodes, names, inputs)
    lines += written
    lines.append(f"return float({names[y]}), {_written(args, gradients, globals)}")
    return "def value_and_gradient(args):\n" + "".join(f"    {line}\n" for line in lines)


def _literal(x: float) -> str:
    text = repr(float(x)).replace("inf", "math.inf").replace("nan", "math.nan")
    return f"({text})" if text[0] == "-" else text


def _backward(
    y: Value, nodes: list[Any], names: dict[Value, str], inputs: list[Value]
) -> tuple[list[str], dict[Value, str]]:
    """The lines that bring the gradient from y to the inputs, newest node first, and each input's as an expression."""
    lines: list[str] = []
    arriving: dict[Value, list[str]] = {y: ["1.0"]}
    wanted = set(inputs)
    for node in nodes:
        if any(parent in wanted for parent in node.parents):
            wanted.add(node)
    for node in reversed(nodes):
        if node not in arriving or node.is_leaf:
            continue
        d = arriving.pop(node)
        if len(d) > 1 or not d[0].replace(".", "").isalnum():
            lines += _sum(f"d{len(lines)}", d)
            d = [lines[-1].split(" = ")[0]]
        operands = [names[parent] for parent in node.parents]
        for i, parent in enumerate(node.parents):
            if parent in wanted:
                arriving.setdefault(parent, []).append(_arrives(node, i, d[0], operands, names[node]))
    gradients = {}
    for x in inputs:
        terms = arriving.get(x, ["0.0"])
        if len(terms) > 1:
            lines += _sum(f"d{names[x]}", terms)
        gradients[x] = terms[0] if len(terms) == 1 else f"d{names[x]}"
    return lines, gradients


def _arrives(node: Any, i: int, d: str, operands: list[str], y: str) -> str:
    """What reaches operand i of a node of the gradient d, as an expression."""
    if node.operation in PASSED_ON:
        return PASSED_ON[node.operation][i].format(d=d)
    if node.operation == "relu":
        return f"(0.0 if {operands[0]} <= 0.0 else {d})"
    if node.operation == "power" and i == 0 and _is_square(node):
        return f"{d} * 2.0 * {operands[0]}"
    slope = SLOPES[node.operation][i].format(*operands, y=y)
    if d == "1.0":
        return f"({slope})"
    return f"{d} * {slope}" if slope.isidentifier() else f"{d} * ({slope})"


def _is_square(node: Any) -> bool:
    return bool(node.operation == "power" and node.parents[1].value == 2 and not node.parents[1].requires_grad)


def _sum(name: str, terms: list[str]) -> list[str]:
    """The lines that add up terms under a name, a limited number in each."""
    lines = [f"{name} = {' + '.join(terms[:LONGEST])}"]
    rest = range(LONGEST, len(terms), LONGEST)
    return lines + [f"{name} = {name} + {' + '.join(terms[start : start + LONGEST])}" for start in rest]


def _unpacking(tree: Any, names: dict[Value, str], source: str) -> list[str]:
    """The lines that give the leaves of a tree, which is at `source`, their names."""
    dicts: list[tuple[Any, str]] = []
    lines = [f"{_target(tree, names, source, dicts)} = {source}"]
    for values, name in dicts:
        lines.append(f"{name} = {name}.values()")
        lines += _unpacking(values, names, name)
    return lines


def _target(part: Any, names: dict[Value, str], source: str, dicts: list[tuple[Any, str]]) -> str:
    """What a part of a tree is assigned to; a dict, to be unpacked later, gets a name of its own."""
    if isinstance(part, dict):
        dicts.append((list(part.values()), f"{source}_{len(dicts)}"))
        return dicts[-1][1]
    if isinstance(part, tuple | list):
        return f"({''.join(f'{_target(inner, names, source, dicts)}, ' for inner in part).rstrip()})"
    return names[part]


def _written(tree: Any, names: dict[Value, str], globals: dict[str, Any]) -> str:
    """A tree as Python, with the names of its leaves; what else it needs goes into the globals."""
    if isinstance(tree, dict):
        items = [f"{_known(key, 'key', globals)}: {_written(part, names, globals)}" for key, part in tree.items()]
        return f"{{{', '.join(items)}}}"
    if not isinstance(tree, tuple | list):
        return names[tree]
    parts = ", ".join(_written(part, names, globals) for part in tree)
    if type(tree) is tuple:
        return f"({parts},)" if len(tree) == 1 else f"({parts})"
    if type(tree) is list:
        return f"[{parts}]"
    kind = _known(type(tree), type(tree).__name__, globals)
    return f"{kind}({parts})" if hasattr(tree, "_fields") else f"{kind}([{parts}])"


def _known(thing: Any, name: str, globals: dict[str, Any]) -> str:
    """How a thing is written: a string or an integer as it is, another by a name in the globals."""
    if type(thing) in (str, int):
        return repr(thing)
    while globals.setdefault(name, thing) is not thing:
        name += "_"
    return name
