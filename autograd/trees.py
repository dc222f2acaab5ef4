"""Nested tuples, lists and dicts of arrays, and the arrays in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from autograd.tensor import Tensor


def leaves(tree: Any) -> list[Any]:
    """The arrays, numbers and Tensors in a tree, in order."""
    if isinstance(tree, dict):
        return [leaf for key in tree for leaf in leaves(tree[key])]
    if isinstance(tree, tuple | list):
        return [leaf for part in tree for leaf in leaves(part)]
    return [tree]


def rebuilt(tree: Any, new_leaves: Iterable[Any]) -> Any:
    """A tree of the same form with other leaves, given in order."""
    remaining = iter(new_leaves)

    def build(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: build(value) for key, value in part.items()}
        if isinstance(part, tuple) and hasattr(part, "_fields"):
            return type(part)(*map(build, part))
        if isinstance(part, tuple | list):
            return type(part)(map(build, part))
        return next(remaining)

    return build(tree)


def mapped(function: Callable[[Any], Any], tree: Any) -> Any:
    """The tree with `function` of every leaf."""
    return rebuilt(tree, map(function, leaves(tree)))


def has_tensors(tree: Any) -> bool:
    """Whether a leaf is a Tensor."""
    return any(isinstance(leaf, Tensor) for leaf in leaves(tree))
