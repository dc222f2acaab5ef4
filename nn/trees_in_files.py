"""Nested dicts, lists and tuples of arrays, numbers and strings, as named arrays and a JSON text that lays them out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor


def tree_flatten(tree: Any, arrays: dict[str, NDArray[Any]], path: str = "") -> Any:
    """What JSON can hold of a tree; its arrays go into `arrays`, named by their paths.

    Raises TypeError for what is neither array, number, string, True, False, None, list, tuple nor dict.
    """
    if isinstance(tree, Tensor | np.ndarray):
        name = path
        while name in arrays:  # the paths a.b and a, b of nested dicts are written alike
            name += "_"
        arrays[name] = np.asarray(tree.data if isinstance(tree, Tensor) else tree, order="C")
        return {"array": name}
    if isinstance(tree, Mapping):
        return {"dict": [[key, tree_flatten(part, arrays, _below(path, key))] for key, part in tree.items()]}
    if isinstance(tree, list | tuple):
        parts = [tree_flatten(part, arrays, _below(path, i)) for i, part in enumerate(tree)]
        return {"tuple" if isinstance(tree, tuple) else "list": parts}
    if isinstance(tree, np.generic):
        tree = tree.item()
    if tree is not None and not isinstance(tree, bool | int | float | str):
        raise TypeError(
            f"{path or 'the state'} is {type(tree).__name__}: arrays, numbers, strings and nested dicts, "
            "lists and tuples of them can be saved."
        )
    return tree


def tree_unflatten(layout: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:
    """The tree that `tree_flatten` flattened. Raises ValueError for a layout that it never gives."""
    match layout:
        case None | bool() | int() | float() | str():
            return layout
        case {"array": str(name)} if name in arrays:
            return arrays[name]
        case {"array": name}:
            raise ValueError(f"its layout names the array {name!r:.100}, which is missing")
        case {"dict": [*parts]} if all(map(_is_item, parts)):
            return {key: tree_unflatten(part, arrays) for key, part in parts}
        case {"list": [*parts]}:
            return [tree_unflatten(part, arrays) for part in parts]
        case {"tuple": [*parts]}:
            return tuple(tree_unflatten(part, arrays) for part in parts)
    raise ValueError(f"its layout has {layout!r:.100}, which nn.save never writes")


def _is_item(part: Any) -> bool:
    return isinstance(part, list) and len(part) == 2 and isinstance(part[0], str | int)


def _below(path: str, key: Any) -> str:
    if not isinstance(key, str | int):
        raise TypeError(f"a key of {path or 'the state'} is {key!r}: keys are strings or integers.")
    return f"{path}.{key}" if path else str(key)
