"""The gradients of a tensor by others, beside `Tensor.backward`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from autograd.graph import Node, after_hooks, reverse
from autograd.tensor import Tensor, as_seed, wrap


@overload
def gradients(
    y: Tensor,
    xs: Sequence[Tensor],
    seed: ArrayLike | Tensor | None = None,
    create_graph: bool = False,
    allow_unused: Literal[False] = False,
) -> list[Tensor]: ...
@overload
def gradients(
    y: Tensor,
    xs: Sequence[Tensor],
    seed: ArrayLike | Tensor | None = None,
    create_graph: bool = False,
    allow_unused: bool = ...,
) -> list[Tensor | None]: ...
def gradients(
    y: Tensor,
    xs: Sequence[Tensor],
    seed: ArrayLike | Tensor | None = None,
    create_graph: bool = False,
    allow_unused: bool = False,
) -> list[Tensor] | list[Tensor | None]:
    """The gradients dy/dx of `y` at each x in `xs`, each in its x's shape. Touches no `grad` and keeps the graph.

    `seed` is the gradient at y, in its shape; a y with one element needs none (1). With `create_graph` the gradients
    are recorded themselves, so that they can be differentiated again, to any order. An x that y does not depend on is
    an error, or None with `allow_unused`.

    Raises TypeError where y or an x requires no gradient, ValueError where y does not depend on an x or needs a
    seed, GraphError where the graph was freed by backward() or a leaf was changed since.
    """
    if isinstance(xs, Tensor):
        raise TypeError("gradients takes a list of tensors to differentiate by: gradients(y, [x]).")
    nodes = [_node(x, i) for i, x in enumerate(xs)]
    results: list[Tensor | None] = []
    if allow_unused and not y.requires_grad:
        return [*results, *(None for _ in nodes)]
    start = as_seed(y, seed, create_graph)
    with np.errstate(invalid="ignore"):  # a NaN where no gradient arrives is put right by the rule
        found = reverse(y.node, start, nodes, keep_graph=True, on_graph=create_graph)  # type: ignore[arg-type]
    for i, node in enumerate(nodes):
        g = found.get(node)
        if g is None and not allow_unused:
            raise ValueError(
                f"y does not depend on {node.name or f'xs[{i}]'} (shape {node.shape}): leave it out, or take None for "
                "its gradient with allow_unused=True."
            )
        if g is not None and node.is_leaf:  # an operation's hooks have run on the way
            g = after_hooks(node, g)
        results.append(g if g is None or isinstance(g, Tensor) else wrap(g))
    return results


def _node(x: Tensor, i: int) -> Node:
    if x.node is None or not x.requires_grad:
        raise TypeError(f"xs[{i}] (shape {x.shape}) requires no gradient: make it with requires_grad=True.")
    return x.node
