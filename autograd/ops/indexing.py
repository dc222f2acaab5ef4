"""Indexing, and its adjoint: putting values back where they were taken from."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.primitive import Primitive, primitive

Shape = tuple[int, ...]


ONCE = (int, np.integer, np.bool, slice, type(...))


def _getitem(x: Any, index: Any) -> Any:
    return x[index]


def _scatter(x: Any, index: Any, shape: Shape) -> Any:
    """Zeros of `shape` with x added at `index`: places that the index names several times get the sum."""
    out = np.zeros_like(x, shape=shape)  # in the memory order of x where that has as many axes
    if _names_each_place_once(index):
        out[index] = x
    else:
        np.add.at(out, index, x)
    return out


def _names_each_place_once(index: Any) -> bool:
    """Whether the index is made of numbers, slices and conditions only: a sequence of integers can repeat itself."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None or isinstance(part, ONCE) or (isinstance(part, np.ndarray) and part.dtype == bool)
        for part in parts
    )


def _setitem(x: Any, index: Any, value: Any) -> Any:
    """x with `value` at `index`; where the index names a place several times, the last value stays."""
    if np.iscomplexobj(value) and not np.iscomplexobj(x):
        raise TypeError("a complex value does not fit into a real tensor")
    out = np.copy(x)
    if not _names_each_place_once(index):  # NumPy assigns in the order of memory
        parts = index if isinstance(index, tuple) else (index,)
        index = tuple(part if isinstance(part, ONCE) or part is None else np.ascontiguousarray(part) for part in parts)
        value = np.ascontiguousarray(np.broadcast_to(value, np.broadcast_shapes(np.shape(value), out[index].shape)))
    out[index] = value
    return out


def _rule_value(g: Any, index: Any, value_shape: Shape) -> Any:
    part = g[index] if _names_each_place_once(index) else _only_the_last(g, index)
    return part.reshape((1,) * (len(value_shape) - part.ndim) + part.shape)  # NumPy lets a value have more axes of 1


def _only_the_last(g: Any, index: Any) -> Any:
    """The gradient at `index`, and 0 for values that a later one in the same assignment replaced."""
    places = np.arange(int(np.prod(g.shape))).reshape(g.shape)[index]
    order = np.arange(places.size).reshape(places.shape)
    last = np.full(int(np.prod(g.shape)), -1)
    last[places.ravel()] = order.ravel()
    return g[index] * (last[places] == order)


setitem: Primitive = primitive(
    _setitem,
    numpy=np.ndarray.__setitem__,
    x=lambda g, index: setitem(g, index, 0),
    value=_rule_value,
)
getitem: Primitive = primitive(
    _getitem,
    numpy=np.ndarray.__getitem__,
    x=lambda g, index, x_shape: scatter(g, index, x_shape),
)
scatter: Primitive = primitive(_scatter, x=lambda g, index: g[index])
