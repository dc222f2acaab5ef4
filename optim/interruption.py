"""A step that may be interrupted anywhere, by Ctrl-C, a signal or an error, and be finished later."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optim.block import Piece, Run
from optim.options import Options


class UnfinishedStep:
    """The runs that a step changes, each with its group's options, and up to where it is done.

    The piece from there on may be half done. Its update is made again, in which `Piece.change` passes over what was
    changed before; all else that is done for a piece does no harm a second time.
    """

    def __init__(self, runs: list[tuple[Run, Options]]) -> None:
        self.runs = runs
        self.done = 0, 0
        """The number of runs that are done, and of elements in the next one: changed by one assignment."""
        self.piece: Piece | None = None

    def finish(self, update: Callable[[Piece, Options], None]) -> None:
        """Change what is not done.

        NumPy's warnings and errors of floating point are off: they would come in the middle of a change.
        """
        with np.errstate(all="ignore"):
            for run, options in self.runs[self.done[0] :]:
                run.mark_changed()
                g = run.gradient()
                k, start = self.done
                while start < run.size:
                    piece = self.piece
                    if piece is None or piece.run is not run or piece.start != start:
                        piece = self.piece = run.piece(g, start)
                    piece.reached = 0
                    update(piece, options)
                    piece.end()
                    start = piece.stop
                    self.done = k, start
                run.count()
                self.done = k + 1, 0
