"""Which results share memory with a value that can be changed: before it is changed, they get memory of their own.

So a view keeps its values, recorded or not, as every other result does; and no operation has to copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import ref

import numpy as np

from autograd.graph import Node, ancestors, leaf
from autograd.shape_only import ShapeOnly, owner


class _Reference(ref[Any]):
    """A weak reference, with the id of the array that owns the memory."""

    __slots__ = ("memory",)
    memory: int


_views: dict[int, tuple[_Reference, dict[int, _Reference]]] = {}
"""By the id of the array that owns the memory: the array, and the tensors that look into it, by weak references.

Nothing is ever removed but by single calls, so that threads and interrupts do not lose what others note meanwhile.
"""


def looks_into(out: Any, array: Any) -> bool:
    """Whether the result of a function shares memory with one of its inputs."""
    if out is array:
        return True
    base = out.base
    if base is None or isinstance(out, ShapeOnly):
        return False
    return base is array or base is getattr(array, "base", out) or np.may_share_memory(out, array)


def is_watched(array: Any) -> bool:
    """Whether some tensor that is known to look into changeable memory shares it with this array."""
    found = _views.get(id(owner(array))) if _views else None
    return found is not None and bool(found[1])


def memory_of(nodes: Sequence[Node], array: Any) -> Sequence[Node]:
    """The leaves whose change would change an array that looks into the memory of these nodes.

    Of a result that looks into no leaf there is none: then a node that never changes says that the memory is shared.
    """
    if len(nodes) == 1 and nodes[0].primitive is None:  # the usual case
        return nodes[0].parents or nodes
    found: dict[Node, None] = {}
    for node in nodes:
        if node.is_leaf:
            found.update(dict.fromkeys(node.parents or (node,)))
        elif is_watched(array):
            found.update(dict.fromkeys(source for source in ancestors([node]) if source.is_leaf and not source.parents))
    return list(found) or [UNCHANGING][: len(nodes)]


UNCHANGING = leaf((), float, None, name="a result")


def watch(tensor: Any) -> None:
    """Note that a tensor looks into memory that can be changed."""
    array = owner(tensor._array)
    view, memory = _Reference(tensor, _forget), _Reference(array, _forget_memory)
    view.memory = memory.memory = id(array)
    _views.setdefault(id(array), (memory, {}))[1][id(view)] = view


def _forget(view: _Reference) -> None:
    if (found := _views.get(view.memory)) is not None:
        found[1].pop(id(view), None)


def _forget_memory(memory: _Reference) -> None:
    _views.pop(memory.memory, None)


def before_change(array: Any) -> None:
    """Give every tensor that looks into the memory of this array a copy of it, to keep its values."""
    if not _views or isinstance(array, ShapeOnly):
        return
    found = _views.get(id(owner(array)))
    for view in list(found[1].values()) if found is not None else ():
        tensor = view()
        if tensor is not None and np.may_share_memory(tensor._array, array):
            tensor._take_own_memory()
            _forget(view)
