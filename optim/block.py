"""Parameters side by side in flat arrays, and the pieces of them that one step changes by a few calls of NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

from autograd import Tensor
from autograd.flat import FlatLeaves
from autograd.tensor import Array

Numbers: TypeAlias = dict[str, float]

PIECE = 32768
"""The most elements in a piece: its arrays stay in the processor's cache from one call to the next."""


class Piece:
    """Neighbouring elements that a step changes alike, as flat arrays of one length.

    `w` are the values, to be changed in place; `g` the gradient, not to be changed; `state[name]` what the optimiser
    keeps of each element; `numbers` what it keeps of each parameter, such as the number of its steps. `first` says
    whether it has kept nothing so far: then the state is zero. `scratch` are three arrays to compute in, and `shape`
    the parameter's where the piece is one whole parameter.
    """

    __slots__ = ("first", "g", "numbers", "scratch", "shape", "state", "w")

    def __init__(
        self,
        w: Array,
        g: Array,
        state: dict[str, Array],
        numbers: Numbers,
        first: bool,
        scratch: Array,
        shape: tuple[int, ...],
    ) -> None:
        self.w = w
        self.g = g
        self.state = state
        self.numbers = numbers
        self.first = first
        self.scratch = scratch
        self.shape = shape


class Block:
    """Parameters of one dtype: their values, and what an optimiser keeps of them, each in one flat array.

    A complex number counts as two elements, its real and its imaginary part.
    """

    def __init__(self, params: Sequence[Tensor]) -> None:
        self.leaves = FlatLeaves(params)
        self.params = self.leaves.leaves
        self.param_dtype = self.leaves.values.dtype
        self.dtype = self.leaves.values.real.dtype
        self.values = self.leaves.values.view(self.dtype)
        parts = 2 if self.param_dtype.kind == "c" else 1
        self.bounds = [parts * bound for bound in self.leaves.bounds]
        self.state: dict[str, Array] = {}
        self.numbers: list[Numbers | None] = [None] * len(params)
        longest = min(PIECE, self.values.size)
        self._gathered = np.empty(longest, self.dtype)
        self._scratch = np.empty((3, longest), self.dtype)

    def keep(self, names: Sequence[str]) -> None:
        """Have a flat array, at first zero, for each of these names."""
        for name in names:
            if name not in self.state:
                self.state[name] = np.zeros_like(self.values)

    def state_of(self, i: int) -> dict[str, Array]:
        """Copies of what is kept of parameter i, in its shape."""
        return {name: self._place(flat, i).copy() for name, flat in self.state.items()}

    def set_state(self, i: int, arrays: dict[str, Array], numbers: Numbers | None) -> None:
        """Take over what is to be kept of parameter i; what is not among `arrays` is zero."""
        self.keep(tuple(arrays))
        for name, flat in self.state.items():
            self._place(flat, i)[...] = arrays.get(name, 0)
        self.numbers[i] = None if numbers is None else dict(numbers)

    def _place(self, flat: Array, i: int) -> Array:
        """The place of parameter i in a flat array, in its shape and dtype."""
        start, stop = self.bounds[i : i + 2]
        return flat[start:stop].view(self.param_dtype).reshape(self.params[i].shape)

    # What a step goes over -----------------------------------------------------------------------------------------

    def pieces(self, advance: Callable[[Numbers | None], Numbers | None], uncut: bool) -> Iterator[Piece]:
        """The pieces of all parameters that have a gradient; `advance` gives their numbers for the step.

        Parameters without a gradient are left out, with all that is kept of them. With `uncut`, each piece is one
        whole parameter, without scratch.
        """
        gradients = self.leaves.gradients()
        self.leaves.before_change()
        for i, j in self._runs(gradients, 0 if uncut else PIECE):
            before = self.numbers[i]
            numbers = advance(before)
            self.numbers[i:j] = [numbers] * (j - i)
            start, stop = self.bounds[i], self.bounds[j]
            g = self._gather([g for g in gradients[i:j] if g is not None], stop - start)
            for a in range(start, stop, stop - start if uncut else PIECE):
                b = stop if uncut else min(a + PIECE, stop)
                yield Piece(
                    self.values[a:b],
                    g[a - start : b - start],
                    {name: flat[a:b] for name, flat in self.state.items()},
                    numbers or {},
                    before is None,
                    self._scratch[:, : b - a],
                    self.params[i].shape,
                )
            self.leaves.mark_changed(i, j)

    def _runs(self, gradients: Sequence[Array | None], most: int) -> Iterator[tuple[int, int]]:
        """The stretches [i, j) of parameters that have gradients and equal numbers, and together `most` elements."""
        i = 0
        while i < len(gradients):
            j = i + 1
            if gradients[i] is not None and self.bounds[j] > self.bounds[i]:
                numbers = self.numbers[i]
                while (
                    j < len(gradients)
                    and gradients[j] is not None
                    and self.bounds[j + 1] - self.bounds[i] <= most
                    and self.numbers[j] == numbers
                ):
                    j += 1
                yield i, j
            i = j

    def _gather(self, gradients: list[Array], size: int) -> Array:
        """The gradients one after another: of one parameter its own, of several in an array kept for that."""
        if len(gradients) == 1:
            flat: Array = gradients[0].ravel().astype(self.param_dtype, copy=False)
        else:
            flat = self._gathered[:size].view(self.param_dtype)
            np.concatenate([g.ravel() for g in gradients], out=flat)
        return flat.view(self.dtype)


def blocks(params: Sequence[Tensor]) -> list[Block]:
    """A block for each dtype among the parameters."""
    by_dtype: dict[Any, list[Tensor]] = {}
    for p in params:
        by_dtype.setdefault(p.dtype, []).append(p)
    return [Block(same) for same in by_dtype.values()]
