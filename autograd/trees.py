"""Nested tuples, lists and dicts of arrays, and the arrays in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from autograd.tensor import Tensor


def leaves(tree: Any) -> list[Any]:
    """The arrays, numbers and Tensors in a tree, in order."""
    if isinstance(tree, dict):
        return [leaf for key in tree for leaf in leaves(tree[key])]
    if isinstance(tree, tuple | list):
        return [leaf for part in tree for leaf in leaves(part)]
    return [tree]


def flat(tree: Any, into: list[Any]) -> Any:
    """Append the leaves of a tree to a list; returns the tree's form, equal for trees that differ in leaves only."""
    kind = type(tree)
    if kind is list or kind is tuple:
        if set(map(type, tree)) <= {int, float}:  # the common case, without a step for each
            into.extend(tree)
            return kind, len(tree)
        return kind, tuple(flat(part, into) for part in tree)
    if kind is dict:
        return kind, tuple((key, flat(part, into)) for key, part in tree.items())
    into.append(tree)
    return None


def unflat(form: Any, remaining: Iterator[Any]) -> Any:
    """The tree of a form that `flat` gave, with its leaves from an iterator."""
    if form is None:
        return next(remaining)
    kind, parts = form
    if isinstance(parts, int):
        return kind(islice(remaining, parts))
    if kind is dict:
        return {key: unflat(part, remaining) for key, part in parts}
    return kind(unflat(part, remaining) for part in parts)


def rebuilt(tree: Any, new_leaves: Iterable[Any]) -> Any:
    """A tree of the same form with other leaves, given in order."""
    return _built(tree, iter(new_leaves))


def _built(part: Any, remaining: Iterator[Any]) -> Any:
    if isinstance(part, dict):
        return {key: _built(value, remaining) for key, value in part.items()}
    if isinstance(part, tuple) and hasattr(part, "_fields"):
        return type(part)(*(_built(value, remaining) for value in part))
    if isinstance(part, tuple | list):
        return type(part)(_built(value, remaining) for value in part)
    return next(remaining)


def mapped(function: Callable[[Any], Any], tree: Any) -> Any:
    """The tree with `function` of every leaf."""
    return rebuilt(tree, map(function, leaves(tree)))


def has_tensors(tree: Any) -> bool:
    """Whether a leaf is a Tensor."""
    return any(isinstance(leaf, Tensor) for leaf in leaves(tree))
