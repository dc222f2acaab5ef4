"""Parameters side by side in flat arrays, and the pieces of them that one step changes by a few calls of NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import starmap
from operator import call
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

    `w` are the values; `g` the gradient, not to be changed; `state[name]` what the optimiser keeps of each element;
    `numbers` what it keeps of each parameter, such as the number of its steps. `first` says whether it has kept nothing
    so far: then the state is zero. `scratch` are three arrays to compute in, and `shape` the parameter's where the
    piece is one whole parameter. Values and state are changed by `change`.
    """

    __slots__ = (
        *("first", "g", "numbers", "scratch", "shape", "state", "w"),
        *("made", "reached", "run", "start", "stop", "values"),
    )

    def __init__(self, run: Run, g: Array, start: int, stop: int) -> None:
        block = run.block
        self.run = run
        self.start = start
        self.stop = stop
        a, b = block.bounds[run.start] + start, block.bounds[run.start] + stop
        self.values = values = block.values[a:b]
        self.w = block.half_values[: stop - start] if block.is_half else values
        self.state = {name: flat[a:b] for name, flat in block.state.items()}
        self.numbers = run.numbers or {}
        self.first = run.first
        self.shape = block.params[run.start].shape
        self.scratch = block.scratch[:, : stop - start]
        self.g = g[start:stop]
        self.made = self.reached = 0
        if block.is_half:
            np.copyto(self.w, values)

    def change(self, *calls: tuple[Any, ...]) -> None:
        """Call functions of NumPy, each given with its arguments and the array for its result, in one go.

        An interrupt comes before or after: Python looks for one between its own instructions, and here C makes all
        calls. Where an update was interrupted and is made again, changes that were made before are passed over.
        """
        self.reached += 1
        if self.reached > self.made:
            list(starmap(call, (*calls, (setattr, self, "made", self.reached))))

    def end(self) -> None:
        """Round what was computed in float32 for values of float16."""
        if self.w is not self.values:
            np.copyto(self.values, self.w, casting="same_kind")


class Run:
    """The parameters of a block from `start` to `stop`, which a step changes alike: one after another, in pieces."""

    def __init__(
        self, block: Block, start: int, stop: int, gradients: list[Array], numbers: Numbers | None, first: bool
    ) -> None:
        self.block = block
        self.start = start
        self.stop = stop
        self.gradients = gradients
        self.numbers = numbers
        self.first = first
        self.size = block.bounds[stop] - block.bounds[start]

    def piece(self, g: Array, start: int) -> Piece:
        """The piece that begins with this element; `g` is the gradient of the run."""
        return Piece(self, g, start, min(start + self.block.longest, self.size))

    def gradient(self) -> Array:
        """The gradients one after another: of one parameter its own, of several in an array kept for that."""
        block = self.block
        if len(self.gradients) == 1:
            flat: Array = self.gradients[0].ravel().astype(block.kept_dtype, copy=False)
        else:
            size = block.leaves.bounds[self.stop] - block.leaves.bounds[self.start]
            flat = block.gathered.view(block.kept_dtype)[:size]
            np.concatenate([g.ravel() for g in self.gradients], out=flat)
        return flat.view(block.dtype)

    def mark_changed(self) -> None:
        """Note, before they are changed, that the values are."""
        self.block.leaves.before_change()
        self.block.leaves.mark_changed(self.start, self.stop)

    def count(self) -> None:
        """Note that the parameters have taken this step."""
        self.block.numbers[self.start : self.stop] = [self.numbers] * (self.stop - self.start)


class Block:
    """Parameters of one dtype: their values, and what an optimiser keeps of them, each in one flat array.

    A complex number counts as two elements, its real and its imaginary part. Of float16, whose numbers are too few for
    squares and averages, values and gradients are computed with, and what is kept of them is kept, in float32.
    """

    def __init__(self, params: Sequence[Tensor]) -> None:
        self.leaves = FlatLeaves(params)
        self.params = self.leaves.leaves
        self.values = self.leaves.values.view(self.leaves.values.real.dtype)
        self.is_half = self.values.dtype == np.float16
        self.kept_dtype = np.dtype(np.float32) if self.is_half else self.leaves.values.dtype
        self.dtype = np.dtype(np.float32) if self.is_half else self.values.dtype
        parts = 2 if self.kept_dtype.kind == "c" else 1
        self.bounds = [parts * bound for bound in self.leaves.bounds]
        self.state: dict[str, Array] = {}
        self.numbers: list[Numbers | None] = [None] * len(params)
        longest = min(PIECE, self.values.size)
        self.gathered = np.empty(longest, self.dtype)
        self.scratch = np.empty((3, longest), self.dtype)
        self.half_values = np.empty(0, self.dtype)
        self.longest = 0

    def keep(self, names: Sequence[str]) -> None:
        """Have a flat array, at first zero, for each of these names."""
        for name in names:
            if name not in self.state:
                self.state[name] = np.zeros(self.values.shape, self.dtype)

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
        """The place of parameter i in a flat array of what is kept, in its shape."""
        start, stop = self.bounds[i : i + 2]
        return flat[start:stop].view(self.kept_dtype).reshape(self.params[i].shape)

    # What a step goes over -----------------------------------------------------------------------------------------

    def runs(self, advance: Callable[[Numbers | None], Numbers | None], uncut: bool) -> list[Run]:
        """The runs of all parameters that have a gradient; `advance` gives their numbers for the step.

        Parameters without a gradient are left out, with all that is kept of them. With `uncut`, each run is one
        parameter, and one piece, without scratch.
        """
        runs = list(self._runs(self.leaves.gradients(), advance, 0 if uncut else PIECE))
        most = max((run.size for run in runs), default=0)
        self.longest = most if uncut else min(most, PIECE)
        if self.is_half and self.half_values.size < self.longest:
            self.half_values = np.empty(self.longest, self.dtype)
        return runs

    def _runs(
        self, gradients: Sequence[Array | None], advance: Callable[[Numbers | None], Numbers | None], most: int
    ) -> Iterator[Run]:
        """The longest runs of parameters that have gradients and equal numbers, and together at most `most` elements.

        A parameter with more elements is a run by itself.
        """
        i = 0
        while i < len(gradients):
            j = i + 1
            g, numbers = gradients[i], self.numbers[i]
            if g is not None and self.bounds[j] > self.bounds[i]:
                run = [g]
                while (
                    j < len(gradients)
                    and (g := gradients[j]) is not None
                    and self.bounds[j + 1] - self.bounds[i] <= most
                    and self.numbers[j] == numbers
                ):
                    run.append(g)
                    j += 1
                yield Run(self, i, j, run, advance(numbers), numbers is None)
            i = j


def blocks(params: Sequence[Tensor]) -> list[Block]:
    """A block for each dtype among the parameters."""
    by_dtype: dict[Any, list[Tensor]] = {}
    for p in params:
        by_dtype.setdefault(p.dtype, []).append(p)
    return [Block(same) for same in by_dtype.values()]
