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


def leaves_like(tree: Any, pattern: Any) -> list[Any]:
    """The leaves of a tree in the order of another of the same form: dicts are matched by key.

    Raises ValueError where the forms differ.
    """
    if isinstance(pattern, dict):
        if not isinstance(tree, dict) or set(tree) != set(pattern):
            given = f"keys {list(tree)}" if isinstance(tree, dict) else f"a {type(tree).__name__}"
            raise ValueError(f"a dict with the keys {list(pattern)} is needed, not {given}.")
        parts = [(tree[key], pattern[key]) for key in pattern]
    elif isinstance(pattern, tuple | list):
        if not isinstance(tree, tuple | list) or len(tree) != len(pattern):
            given = f"{len(tree)}" if isinstance(tree, tuple | list) else f"a {type(tree).__name__}"
            raise ValueError(f"a {type(pattern).__name__} of {len(pattern)} is needed, not {given}.")
        parts = list(zip(tree, pattern, strict=True))
    else:
        return [tree]
    return [leaf for pair in parts for leaf in leaves_like(*pair)]


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
