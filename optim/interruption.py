"""A step that may be interrupted anywhere, by Ctrl-C, a signal or an error, and be finished later."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optim.block import Piece, Run
from optim.options import Options


class UnfinishedStep:
    """The pieces that a step changes, each with its group's options, and how many of them are done.

    The piece after those may be half done. Its update is made again, in which `Piece.change` passes over what was
    changed before; all else that is done for a piece does no harm a second time.
    """

    def __init__(self, pieces: list[tuple[Piece, Options]]) -> None:
        self.pieces = pieces
        self.done = 0

    def finish(self, update: Callable[[Piece, Options], None]) -> None:
        """Change the pieces that are not done.

        NumPy's warnings and errors of floating point are off: they would come in the middle of a change.
        """
        run: Run | None = None
        with np.errstate(all="ignore"):
            while self.done < len(self.pieces):
                piece, options = self.pieces[self.done]
                if piece.run is not run:
                    run = piece.run
                    run.mark_changed()
                    g = run.gradient()
                piece.begin(g)
                update(piece, options)
                piece.end()
                self.done += 1
