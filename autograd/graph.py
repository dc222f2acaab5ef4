"""The computation graph: its nodes, their order, and the reverse pass over them.

Nothing here knows what a node computes: a primitive brings one rule per input, and the reverse pass applies
the rules, newest node first.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from operator import attrgetter
from typing import Any, Protocol

SMALL = 9
"""A node keeps its value and its gradient, so that a drawing can show them, up to this many elements."""

NOT_KEPT = "not kept"
"""The gradient of a larger node after a reverse pass has used it."""

next_index = count().__next__
"""The creation clock: every node takes its next tick, and a leaf takes another when its value is changed."""


class _Mode(threading.local):
    """Where operations are recorded, for each thread its own: the path of the running module, or None for nowhere."""

    module: str | None = ""


mode = _Mode()


@contextmanager
def no_grad() -> Iterator[None]:
    """Record nothing inside: `with no_grad(): ...`, or `@no_grad()` above a function. Holds for this thread only."""
    outer = mode.module
    mode.module = None
    try:
        yield
    finally:
        mode.module = outer


@contextmanager
def inside_module(name: str) -> Iterator[None]:
    """Nodes created inside belong to module `name` of the module that is running outside."""
    outer = mode.module
    if outer is not None:
        mode.module = f"{outer}.{name}" if outer else name
    try:
        yield
    finally:
        mode.module = outer


class Operation(Protocol):
    """What the graph needs of a primitive."""

    name: str
    rules: Any

    def lift(self, node: Node) -> Sequence[Sequence[Any] | None]:
        """What the node remembers, with the inputs and the output among it as values that are on the graph."""
        ...


class Node:
    """One recorded operation, or a leaf: a parameter, an input or a constant, which no operation made.

    `parents` are the nodes of its inputs, in order; `saved[i]` is what the rule for input i asked to remember, or
    None where input i needs no gradient. A node never points to the tensor it made, so there are no reference
    cycles: dropping the last tensor of a graph frees all of it at once. A leaf's `gradient` is its tensor's `grad`.

    Tools that read a graph use `operation`, `parents`, `shape`, `dtype`, `name`, `module`, `index`, `value`,
    `gradient`, `is_leaf`, `requires_grad`.
    """

    __slots__ = (
        "dtype",
        "gradient",
        "index",
        "module",
        "name",
        "parents",
        "primitive",
        "requires_grad",
        "saved",
        "shape",
        "value",
    )

    def __init__(
        self,
        primitive: Operation | None,
        parents: Sequence[Node],
        saved: Sequence[Sequence[Any] | None],
        shape: tuple[int, ...],
        dtype: Any,
        module: str,
        value: Any,
        requires_grad: bool = True,
        name: str | None = None,
    ) -> None:
        self.primitive = primitive
        self.parents = parents
        self.saved: Sequence[Sequence[Any] | None] | None = saved
        self.index = next_index()
        self.shape = shape
        self.dtype = dtype
        self.module = module
        self.value = value
        self.requires_grad = requires_grad
        self.name = name
        self.gradient: Any = None

    @property
    def operation(self) -> str:
        """The name of the operation; "" for a leaf."""
        return "" if self.primitive is None else self.primitive.name

    @property
    def is_leaf(self) -> bool:
        """Whether no operation made this node."""
        return self.primitive is None

    def mark_changed(self) -> None:
        """Note that a leaf's value was changed in place: it is as if the leaf was created now.

        A graph that used the old value now holds a node that is older than its parent, and is not reversed.
        """
        global _last_change
        self.index = _last_change = next_index()

    def __repr__(self) -> str:
        name = f" {self.name!r}" if self.name else ""
        return f"<Node {self.operation or 'leaf'}{name} {self.shape}>"


_last_change = -1


def leaf(shape: tuple[int, ...], dtype: Any, value: Any, requires_grad: bool = False, name: str | None = None) -> Node:
    """A node that no operation made."""
    return Node(None, (), (), shape, dtype, mode.module or "", value, requires_grad, name)


class GraphError(RuntimeError):
    """The graph can not be reversed: it was freed, or a leaf was changed since it was built."""


def reverse_order(root: Node) -> list[Node]:
    """All nodes that need a gradient to reach from `root`, newest first: creation order is a topological order.

    Raises GraphError where a leaf was changed after a node had used it: what the node remembers is no longer true.
    """
    seen = {root}
    stack = [root]
    while stack:
        for parent in stack.pop().parents:
            if parent not in seen and parent.requires_grad:
                seen.add(parent)
                stack.append(parent)
    order = sorted(seen, key=attrgetter("index"), reverse=True)
    _refuse_changed(order)
    return order


def _refuse_changed(order: list[Node]) -> None:
    for node in reversed(order):
        if node.index > _last_change:
            return
        for parent in node.parents:
            if parent.index > node.index:
                raise GraphError(
                    f"{parent.name or 'a leaf'} (shape {parent.shape}) was changed after {node.operation!r} had used "
                    "it, so the gradient would belong to neither value. Call backward() before the change, or run "
                    "the forward pass again after it."
                )


def _freed(node: Node) -> GraphError:
    return GraphError(
        f"backward through {node.operation!r} (shape {node.shape}) a second time: the first backward() freed what the "
        "graph remembers. Run the forward pass again, or call the first one as backward(retain_graph=True)."
    )


def reverse(
    root: Node,
    seed: Any,
    wanted: Sequence[Node] | None = None,
    *,
    keep_graph: bool,
    on_graph: bool,
) -> dict[Node, Any]:
    """The reverse pass (Linnainmaa 1970): the gradients of `root` at the `wanted` nodes, by default at every leaf.

    Starts from `seed`, the gradient at `root`. A node is visited after all that used it, so its gradient is complete;
    the rule of each of its inputs turns it into a contribution to that input's gradient. With `on_graph`, rules run
    on recorded values, so that the result can be differentiated again; without `keep_graph`, what a node remembers
    is freed as soon as it was used.
    """
    order = reverse_order(root)
    kept = frozenset(wanted or ())
    needed = None if wanted is None else _leading_to(kept, order)
    gradients = {root: seed}
    passed_on = {root}
    for node in order:
        primitive = node.primitive
        if primitive is None or (needed is not None and node not in needed):
            continue
        saved = node.saved
        if saved is None:
            raise _freed(node)
        if on_graph:
            saved = primitive.lift(node)
        g = gradients.pop(node)
        if kept and node in kept:
            gradients[node] = g
        if node.value is None:
            node.gradient = NOT_KEPT
        else:
            node.gradient = g.detach() if on_graph else g
        for parent, rule, remembered in zip(node.parents, primitive.rules, saved):  # noqa: B905
            if remembered is None or (needed is not None and parent not in needed):
                continue
            contribution = rule(g, *remembered)
            if contribution.shape != parent.shape:
                contribution = sum_to_shape(contribution, parent.shape)
            if contribution.dtype is not parent.dtype and contribution.dtype != parent.dtype:
                contribution = contribution.astype(parent.dtype)
            if contribution is g:
                passed_on.add(parent)
            others = gradients.get(parent)
            gradients[parent] = contribution if others is None else others + contribution
        if not keep_graph:
            node.saved = None
    if not on_graph:  # a result shares its memory with no other, and not with the seed
        for node, g in gradients.items():
            if node in passed_on or g.base is not None:
                gradients[node] = g.copy()
    return gradients


def _leading_to(wanted: Iterable[Node], order: list[Node]) -> set[Node]:
    """The nodes of `order` (newest first) from which a wanted node can be reached."""
    needed = set(wanted)
    for node in reversed(order):
        if any(parent in needed for parent in node.parents):
            needed.add(node)
    return needed


def sum_to_shape(g: Any, shape: tuple[int, ...]) -> Any:
    """Undo broadcasting: sum `g` over the axes along which a value of `shape` was repeated to get g's shape."""
    new = g.ndim - len(shape)
    repeated = [new + axis for axis, size in enumerate(shape) if size == 1 and g.shape[new + axis] != 1]
    return g.sum(axis=(*range(new), *repeated)).reshape(shape)
