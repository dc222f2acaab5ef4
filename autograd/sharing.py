"""Which results share memory with a value that can be changed: before it is changed, they get memory of their own.

So a view keeps its values, recorded or not, as every other result does; and no operation has to copy.
"""

from __future__ import annotations

from typing import Any
from weakref import ref

import numpy as np

from autograd.shape_only import ShapeOnly, owner

_views: dict[int, dict[int, _View]] = {}
"""By the id of the array that owns the memory: weak references to the tensors that look into it."""


class _View(ref[Any]):
    """A weak reference to a tensor that looks into memory, with the id of the array that owns it."""

    __slots__ = ("memory",)
    memory: int


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
    return bool(_views) and id(owner(array)) in _views


def watch(tensor: Any) -> None:
    """Note that a tensor looks into memory that can be changed."""
    view = _View(tensor, _forget)
    view.memory = key = id(owner(tensor._array))
    _views.setdefault(key, {})[id(view)] = view


def _forget(view: _View) -> None:
    """Without a lock, since it runs wherever a tensor is dropped: what another thread notes meanwhile is put back."""
    views = _views.get(view.memory, {})
    views.pop(id(view), None)
    if not views and (noted_meanwhile := _views.pop(view.memory, None)):
        _views.setdefault(view.memory, {}).update(noted_meanwhile)


def before_change(array: Any) -> None:
    """Give every tensor that looks into the memory of this array a copy of it, to keep its values."""
    if not _views or isinstance(array, ShapeOnly):
        return
    key = id(owner(array))
    for view in list(_views.get(key, {}).values()):
        tensor = view()
        if tensor is not None and np.may_share_memory(tensor._array, array):
            tensor._take_own_memory()
            _forget(view)
