"""What each operation between layers is in ONNX's operators (version 21 of them)."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Node
from nn.onnx.graph import Graph
from nn.onnx.layers import reshaped

SAME = {
    "absolute": "Abs",
    "add": "Add",
    "divide": "Div",
    "erf": "Erf",
    "exp": "Exp",
    "log": "Log",
    "matmul": "MatMul",
    "maximum": "Max",
    "minimum": "Min",
    "multiply": "Mul",
    "negative": "Neg",
    "power": "Pow",
    "sigmoid": "Sigmoid",
    "sqrt": "Sqrt",
    "subtract": "Sub",
    "tanh": "Tanh",
}
"""The operations that are the same in ONNX, under another name."""

REDUCTIONS = {"max": "ReduceMax", "mean": "ReduceMean", "min": "ReduceMin", "sum": "ReduceSum"}

LARGEST, LEAST = np.iinfo(np.int64).max, np.iinfo(np.int64).min
"""In ONNX these stand for the end of an axis, and for the place before its beginning."""


def operation(graph: Graph, node: Node, inputs: list[str]) -> str | None:
    """Append the operators of an operation; returns the name of its result, or None where ONNX has none for it."""
    kind, told = node.operation, node.remembered
    if kind in SAME:
        return graph.add(SAME[kind], *inputs)
    if kind in REDUCTIONS:
        return _reduced(graph, node, inputs[0], told["axis"])
    if kind in ("reshape", "expand_dims", "squeeze"):
        return reshaped(graph, inputs[0], [-1, *node.shape[1:]])
    if kind == "concatenate" and told["axis"] is not None:
        return graph.add("Concat", *inputs, axis=told["axis"] % len(node.shape))
    if kind in ("transpose", "swapaxes"):
        return graph.add("Transpose", inputs[0], perm=_order(len(node.shape), told))
    if kind == "getitem":
        return _cut(graph, node, inputs[0], told["index"])
    return None


def _reduced(graph: Graph, node: Node, x: str, axis: Any) -> str:
    if axis == ():
        return x
    keepdims = int(len(node.shape) == len(node.parents[0].shape))
    axes = [] if axis is None else [graph.constant(axis if isinstance(axis, tuple) else (axis,), np.int64)]
    return graph.add(REDUCTIONS[node.operation], x, *axes, keepdims=keepdims)


def _order(axes: int, told: dict[str, Any]) -> list[int]:
    """The axes of the input in the order that the result has them in."""
    order = list(range(axes))
    if "axis1" in told:
        a, b = told["axis1"], told["axis2"]
        order[a], order[b] = order[b], order[a]
        return order
    return order[::-1] if told["axes"] is None else [order[axis] for axis in told["axes"]]


def _cut(graph: Graph, node: Node, x: str, index: Any) -> str | None:
    """The part that slices and integers cut out; no other indices."""
    parts = list(index) if isinstance(index, tuple) else [index]
    known = (int, np.integer, slice, type(None), type(...))
    if not all(isinstance(part, known) and not isinstance(part, bool) for part in parts):
        return None
    if ... in parts:
        rest = len(node.parents[0].shape) - sum(part is not None and part is not ... for part in parts)
        place = parts.index(...)
        parts[place : place + 1] = [slice(None)] * rest
    slices = [_slice(part) for part in parts if part is not None]
    if slices:
        starts, ends, steps = (graph.constant(numbers, np.int64) for numbers in zip(*slices, strict=True))
        x = graph.add("Slice", x, starts, ends, graph.constant(range(len(slices)), np.int64), steps)
    return x if all(isinstance(part, slice) for part in parts) else reshaped(graph, x, [-1, *node.shape[1:]])


def _slice(part: Any) -> tuple[int, int, int]:
    """Where it starts and ends, and its step."""
    if not isinstance(part, slice):
        return part, part + 1 or LARGEST, 1
    step = 1 if part.step is None else part.step
    start, end = (0, LARGEST) if step > 0 else (LARGEST, LEAST)
    return start if part.start is None else part.start, end if part.stop is None else part.stop, step
