"""The gradients of all elements of a tensor at once: one reverse pass that carries many gradients.

They lie along a first axis of their own. Rules that work element by element take them all together, because shapes
broadcast from the last axis backwards; other rules take them one after the other.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.graph import Node, reverse_order
from autograd.tensor import Array, Tensor


@np.errstate(invalid="ignore")
def gradients_of_all(y: Tensor, xs: list[Tensor]) -> list[Array]:
    """For each x the derivatives of all elements of y: (y.size, *x.shape). Nothing is recorded."""
    gradients: dict[Node, Any] = {}
    if y.node is not None and y.requires_grad:
        gradients[y.node] = np.eye(y.size, dtype=y.dtype).reshape(y.size, *y.shape)
        for node in reverse_order(y.node):
            if not node.is_leaf:
                _pass_on(node, gradients, {x.node for x in xs})
    return [gradients.get(x.node, np.zeros((y.size, *x.shape), x.dtype)) for x in xs]  # type: ignore[arg-type]


def _pass_on(node: Node, gradients: dict[Node, Any], kept: set[Node | None]) -> None:
    g = gradients[node] if node in kept else gradients.pop(node)
    primitive: Any = node.primitive
    together = _takes_many(node)
    rules = primitive.conjugate_rules if node.dtype.kind == "c" else primitive.rules
    for parent, rule, remembered in zip(node.parents, rules, node.saved or ()):  # noqa: B905
        if remembered is None:
            continue
        if together:
            contribution = _sum_to_shape(rule(g, *remembered), parent.shape)
        else:
            each = [_sum_to_shape(np.asarray(rule(row, *remembered))[None], parent.shape) for row in g]
            contribution = np.concatenate(each) if each else np.zeros((0, *parent.shape))
        if parent.dtype.kind != "c":
            contribution = contribution.real
        contribution = contribution.astype(parent.dtype, copy=False)
        gradients[parent] = gradients[parent] + contribution if parent in gradients else contribution


def _takes_many(node: Node) -> bool:
    """Whether the rules of a node can take many gradients together."""
    primitive: Any = node.primitive
    if primitive.name == "matmul":  # a matrix and a vector; the rule for a matrix lays out g as rows
        return any(len(parent.shape) == 1 for parent in node.parents) and node.shape != ()
    return bool(primitive.elementwise)


def _sum_to_shape(g: Any, shape: tuple[int, ...]) -> Any:
    """Undo broadcasting behind the first axis, of g of shape (many, ...) to (many, *shape)."""
    many, new = g.shape[0], g.ndim - 1 - len(shape)
    repeated = [1 + new + i for i, size in enumerate(shape) if size == 1 and g.shape[1 + new + i] != 1]
    return g.sum(axis=(*range(1, 1 + new), *repeated)).reshape(many, *shape)
