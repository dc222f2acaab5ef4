"""Leaves whose values lie side by side in one array, so that one call of NumPy changes all of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from operator import is_

import numpy as np

from autograd.shape_only import NoValuesError, ShapeOnly
from autograd.sharing import before_change
from autograd.tensor import Array, Tensor


class FlatLeaves:
    """Leaves of one dtype whose values are moved into one flat array, `values`; the `data` of each is a view of it.

    Leaf i has the elements from `bounds[i]` to `bounds[i + 1]`. Who writes into `values` first calls `before_change`,
    so that views keep their values, and `mark_changed`, so that a graph that used the old ones is refused: first, since
    an interrupt may come at any time. Graphs built before the move stay valid; an array that somebody has kept of a
    leaf's `data` is no longer the leaf's.
    """

    def __init__(self, leaves: Sequence[Tensor]) -> None:
        self.leaves = list(leaves)
        self.bounds = [0, *accumulate(leaf.size for leaf in self.leaves)]
        self.values: Array = np.concatenate([leaf._array.ravel() for leaf in self.leaves])
        self._places = [
            self.values[start:stop].reshape(leaf.shape)
            for leaf, start, stop in zip(self.leaves, self.bounds, self.bounds[1:], strict=False)
        ]
        for leaf, place in zip(self.leaves, self._places, strict=True):
            leaf._array = place
            if leaf._node is not None and leaf._node.value is not None:
                leaf._node.value = place

    def is_whole(self) -> bool:
        """Whether all leaves still have their values here: another owner may have moved them since."""
        return all(map(is_, [leaf._array for leaf in self.leaves], self._places))

    def gradients(self) -> list[Array | None]:
        """The gradient of each leaf; None where it has none, or is frozen: requires none at present."""
        nodes = [leaf._node for leaf in self.leaves]
        given = [node.gradient if node is not None and node.requires_grad else None for node in nodes]
        found = [None if g is None else g._array for g in given]
        if any(isinstance(g, ShapeOnly) for g in found):
            raise NoValuesError.of("a step of an optimiser")
        return found

    def before_change(self) -> None:
        """What comes before writing into `values`: results that share memory with a leaf keep their values."""
        before_change(self.values)

    def mark_changed(self, start: int, stop: int) -> None:
        """Note that the values of the leaves from `start` to `stop` are changed; an interrupt may come after it."""
        for leaf in self.leaves[start:stop]:
            if leaf._node is not None:
                leaf._node.mark_changed()
