"""The computation graph: its nodes, their order, and the reverse pass over them.

Nothing here knows what a node computes: a primitive brings one rule per input, and the reverse pass applies
the rules, newest node first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from operator import attrgetter
from threading import get_ident
from typing import Any, Protocol

from autograd.debugging import check_gradient, failed_rule, spread
from autograd.mode import mode

SMALL = 9
"""A node keeps its value and its gradient, so that a drawing can show them, up to this many elements."""

NOT_KEPT = "not kept"
"""The gradient of a larger node after a reverse pass has used it."""

next_index = count().__next__
"""The creation clock: every node takes its next tick, and a leaf takes another when its value is changed."""


class Operation(Protocol):
    """What the graph needs of a primitive."""

    name: str
    rules: Any

    @property
    def conjugate_rules(self) -> Any:
        """The rules where the output is complex."""
        ...

    def remembered(self, node: Node) -> dict[str, Any]:
        """What the node remembers of the call, by the names of the primitive's parameters."""
        ...

    def lift(self, node: Node) -> Sequence[Sequence[Any] | None]:
        """What the node remembers, with the inputs and the output among it as values that are on the graph."""
        ...


class Node:
    """One recorded operation, or a leaf: a parameter, an input or a constant, which no operation made.

    `parents` are the nodes of its inputs, in order; `saved[i]` is what the rule for input i asked to remember, or
    None where input i needs no gradient. A node never points to the tensor it made, so there are no reference
    cycles: dropping the last tensor of a graph frees all of it at once. A leaf's `gradient` is its tensor's `grad`.

    Tools that read a graph use `operation`, `parents`, `shape`, `dtype`, `name`, `module`, `index`, `value`,
    `gradient`, `is_leaf`, `requires_grad`, `remembered`, `tensor`, and in debug mode `line`, `seconds`, `spread`,
    `gradient_spread`.
    """

    __slots__ = (
        "dtype",
        "gradient",
        "gradient_spread",
        "hooks",
        "index",
        "line",
        "module",
        "name",
        "parents",
        "primitive",
        "requires_grad",
        "saved",
        "seconds",
        "shape",
        "spread",
        "tensor",
        "value",
    )

    line: str
    """Where the operation was called. Only nodes made in debug mode have this, and the next three."""
    seconds: float
    """How long the operation took."""
    spread: str
    """Between what the values of a larger node lie."""
    gradient_spread: str
    """Between what the gradient of a larger node lay in the reverse pass."""
    tensor: Callable[[], Any]
    """A weak reference to the tensor of a leaf that was made by Tensor(...)."""

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
        self.hooks: list[Callable[[Any], Any]] | None = None

    @property
    def operation(self) -> str:
        """The name of the operation; "" for a leaf."""
        return "" if self.primitive is None else self.primitive.name

    @property
    def is_leaf(self) -> bool:
        """Whether no operation made this node."""
        return self.primitive is None

    @property
    def remembered(self) -> dict[str, Any]:
        """What the rules remember of the call, by the names of the operation's parameters: `axis` of a mean, say."""
        return {} if self.primitive is None else self.primitive.remembered(self)

    def mark_changed(self) -> None:
        """Note that a leaf's value was changed in place: it is as if the leaf was created now.

        A graph that used the old value now holds a node that is older than its parent, and is not reversed.
        """
        self.index = next_index()
        _last_changes[get_ident()] = self.index

    def __repr__(self) -> str:
        name = f" {self.name!r}" if self.name else ""
        return f"<Node {self.operation or 'leaf'}{name} {self.shape}>"


_last_changes: dict[int, int] = {-1: -1}
"""The tick of the last change of a leaf, for each thread."""


def leaf(
    shape: tuple[int, ...],
    dtype: Any,
    value: Any,
    requires_grad: bool = False,
    name: str | None = None,
    views_of: Sequence[Node] = (),
) -> Node:
    """A node that no operation made. A constant that may share the memory of others has those as parents."""
    return Node(None, views_of, (), shape, dtype, mode.module, value, requires_grad, name)


def set_gradient(leaf: Node, gradient: Any) -> None:
    """Set the gradient of a leaf, until the end of `evaluating_shapes` inside of it."""
    if mode.gradients_before is not None:
        mode.gradients_before.setdefault(leaf, leaf.gradient)
    leaf.gradient = gradient


class GraphError(RuntimeError):
    """The graph cannot be reversed: it was freed, or a leaf was changed since it was built."""


def ancestors(roots: Iterable[Any]) -> list[Any]:
    """All nodes that the roots were computed from, with these, oldest first."""
    seen = set(roots)
    stack = list(seen)
    while stack:
        for parent in stack.pop().parents:
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return sorted(seen, key=attrgetter("index"))


def reverse_order(root: Node) -> list[Node]:
    """All operations that `root` was computed by, newest first: creation order is a topological order.

    Only operations that a gradient must go through are nodes with a primitive; leaves are not listed.

    Raises GraphError where a leaf was changed after a node had used it: what the node remembers is no longer true.
    """
    seen = {root}
    order = [root]
    for node in order:  # it grows while it is gone over
        for parent in node.parents:
            if parent.primitive is not None and parent not in seen:
                seen.add(parent)
                order.append(parent)
    order.sort(key=attrgetter("index"), reverse=True)
    _refuse_changed(order)
    return order


def _refuse_changed(order: list[Node]) -> None:
    last_change = max(_last_changes.values())
    for node in reversed(order):
        if node.index > last_change:
            return
        for parent in node.parents:
            changed = changed_since(parent, node.index)
            if changed is not None:
                raise GraphError(
                    f"{changed.name or 'a leaf'} (shape {changed.shape}) was changed after {node.operation!r} had used "
                    "it, so the gradient would belong to neither value. Call backward() before the change, or run "
                    "the forward pass again after it."
                )


def changed_since(leaf: Node, index: int) -> Node | None:
    """The leaf, or the one whose memory it shares, if its value was changed after tick `index`."""
    if leaf.index > index:
        return leaf
    return next((source for source in leaf.parents if source.index > index), None) if leaf.is_leaf else None


def _freed(node: Node) -> GraphError:
    return GraphError(
        f"backward through {node.operation!r} (shape {node.shape}) a second time: an earlier backward() has freed what "
        "it went through. Run the forward pass again, or call the first one as backward(retain_graph=True)."
    )


def reverse(
    root: Node,
    seed: Any,
    wanted: Sequence[Node] | None = None,
    *,
    keep_graph: bool,
    on_graph: bool,
    since: int = -1,
) -> dict[Node, Any]:
    """The reverse pass (Linnainmaa 1970): the gradients of `root` at the `wanted` nodes, by default at every leaf.

    Starts from `seed`, the gradient at `root`. A node is visited after all that used it, so its gradient is complete;
    the rule of each of its inputs turns it into a contribution to that input's gradient. With `on_graph`, rules run
    on recorded values, so that the result can be differentiated again; without `keep_graph`, what a node remembers
    is freed as soon as it was used. Hooks of operations have run; those of leaves are for the caller to run. Operations
    from before tick `since` are not gone through: at them the gradient stays.
    """
    order = [node for node in reverse_order(root) if node.index > since]
    kept = frozenset(wanted or ())
    needed = None if wanted is None else _leading_to(kept, order)
    debugging = mode.debugging
    usual = None if root.dtype.kind == "c" else root.dtype  # most nodes have this dtype, so most are known to be real
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
        if node.hooks is not None:
            g = after_hooks(node, g)
        if kept and node in kept:
            gradients[node] = g
        if node.value is None:
            node.gradient = NOT_KEPT
            if debugging:
                node.gradient_spread = spread(g.data if on_graph else g)
        else:
            node.gradient = g.numpy() if on_graph else g
        rules = primitive.rules
        if node.dtype is not usual and node.dtype.kind == "c":
            rules = primitive.conjugate_rules
        for parent, rule, remembered in zip(node.parents, rules, saved):  # noqa: B905
            if remembered is None or (needed is not None and parent not in needed):
                continue
            contribution = _checked(node, rule, g, remembered) if debugging else rule(g, *remembered)
            try:
                if contribution.shape != parent.shape:
                    contribution = sum_to_shape(contribution, parent.shape)
            except (AttributeError, ValueError) as error:
                raise _wrong_gradient(node, parent, contribution) from error
            if contribution.dtype is not parent.dtype and contribution.dtype != parent.dtype:
                contribution = _cast(contribution, parent.dtype)
            if contribution is g:
                passed_on.add(parent)
            others = gradients.get(parent)
            gradients[parent] = contribution if others is None else others + contribution
        if not keep_graph:
            node.saved = None
    if not on_graph:  # a result shares its memory with no other, and not with the seed
        for node, g in gradients.items():
            if node in passed_on or g.base is not None or node.gradient is g:
                gradients[node] = g.copy()
    return gradients


def _wrong_gradient(node: Node, parent: Node, contribution: Any) -> Exception:
    shape = getattr(contribution, "shape", None)
    given = repr(contribution)[:60] if shape is None else f"a gradient of shape {shape}"
    return (TypeError if shape is None else ValueError)(
        f"a rule of {node.operation!r} gave {given} for an input of shape {parent.shape}: a rule returns an array in "
        "the shape of its input, or in one that the input was broadcast to."
    )


def after_hooks(node: Node, g: Any) -> Any:
    """The gradient at the node as all its hooks leave it; one may take itself away while they run."""
    for hook in tuple(node.hooks or ()):
        g = hook(g)
    return g


def _checked(node: Node, rule: Callable[..., Any], g: Any, remembered: Sequence[Any]) -> Any:
    """What the rule gives; in debug mode, errors in it name the line of the forward pass."""
    try:
        contribution = rule(g, *remembered)
    except Exception as error:
        raise failed_rule(error, node) from error
    check_gradient(contribution, g, node)
    return contribution


def _cast(g: Any, dtype: Any) -> Any:
    """A gradient in its tensor's dtype; a real tensor's is the real part."""
    return (g.real if g.dtype.kind == "c" and dtype.kind != "c" else g).astype(dtype)


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
    if new < 0:
        raise ValueError(f"a gradient of shape {g.shape} is smaller than {shape}")
    repeated = [new + axis for axis, size in enumerate(shape) if size == 1 and g.shape[new + axis] != 1]
    return g.sum(axis=(*range(new), *repeated)).reshape(shape)
