"""Which results share memory with a value that can be changed: before it is changed, they get memory of their own.

So a view keeps its values, recorded or not, as every other result does; and no operation has to copy.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from weakref import ref

import numpy as np

from autograd.shape_only import ShapeOnly, owner

_views: dict[int, dict[int, ref[Any]]] = {}
"""By the id of the array that owns the memory: weak references to the tensors that look into it."""


def looks_into(out: Any, array: Any) -> bool:
    """Whether the result of a function shares memory with one of its inputs."""
    if out is array:
        return True
    return out.base is not None and not isinstance(out, ShapeOnly) and np.may_share_memory(out, array)


def is_watched(array: Any) -> bool:
    """Whether some tensor that is known to look into changeable memory shares it with this array."""
    return bool(_views) and id(owner(array)) in _views


def watch(tensor: Any) -> None:
    """Note that a tensor looks into memory that can be changed."""
    key = id(owner(tensor._data))
    views = _views.setdefault(key, {})
    view = ref(tensor, partial(_forget, key))
    views[id(view)] = view


def _forget(key: int, view: ref[Any]) -> None:
    views = _views.get(key, {})
    views.pop(id(view), None)
    if not views:
        _views.pop(key, None)


def before_change(array: Any) -> None:
    """Give every tensor that looks into the memory of this array a copy of it, to keep its values."""
    if not _views or isinstance(array, ShapeOnly):
        return
    key = id(owner(array))
    for view in list(_views.get(key, {}).values()):
        tensor = view()
        if tensor is not None and np.may_share_memory(tensor._data, array):
            tensor._take_own_memory()
            _forget(key, view)
