"""Nested tuples, lists and dicts, and what is in them: the leaves of a tree, and its form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any


def flat(tree: Any, into: list[Any]) -> Any:
    """Append the leaves of a tree to a list; returns the tree's form, equal for trees that differ in leaves only."""
    kind = type(tree)
    if isinstance(tree, tuple | list):
        if set(map(type, tree)) <= {int, float}:  # the common case, without a step for each
            into.extend(tree)
            return kind, len(tree)
        return kind, tuple(flat(part, into) for part in tree)
    if isinstance(tree, dict):
        return dict, tuple((key, flat(part, into)) for key, part in tree.items())
    into.append(tree)
    return None


def unflat(form: Any, remaining: Iterator[Any]) -> Any:
    """The tree of a form that `flat` gave, with its leaves from an iterator."""
    if form is None:
        return next(remaining)
    kind, parts = form
    if kind is dict:
        return {key: unflat(part, remaining) for key, part in parts}
    values = islice(remaining, parts) if isinstance(parts, int) else (unflat(part, remaining) for part in parts)
    return kind(*values) if hasattr(kind, "_fields") else kind(values)


def leaves(tree: Any) -> list[Any]:
    """The leaves of a tree, in order."""
    found: list[Any] = []
    flat(tree, found)
    return found


def rebuilt(tree: Any, new_leaves: Iterable[Any]) -> Any:
    """A tree of the same form with other leaves, given in order."""
    return unflat(flat(tree, []), iter(new_leaves))


def mapped(function: Callable[[Any], Any], tree: Any) -> Any:
    """The tree with `function` of every leaf."""
    return rebuilt(tree, map(function, leaves(tree)))
