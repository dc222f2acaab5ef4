"""Lion."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from optim.block import Numbers, Piece
from optim.optimizer import Optimizer, Params
from optim.options import Options, at_least_0, flags, two_betas


class Lion(Optimizer):
    """Lion: every coordinate takes a step of lr, in the direction of a momentum (Chen et al. 2023, algorithm 2).

    c = b1 m + (1 - b1) g;  w -= lr (sign(c) + weight_decay w);  m = b2 m + (1 - b2) g.
    With `maximize`, -g takes the place of g. PyTorch has no Lion; a good lr is a third to a tenth of AdamW's (section
    5).
    """

    state_names = ("exp_avg",)
    start: ClassVar[Numbers] = {}

    def __init__(
        self,
        params: Params,
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "maximize": maximize})

    def check(self, options: Options) -> None:
        two_betas(options)
        at_least_0(options, "lr", "weight_decay")
        flags(options, "maximize")

    def update(self, piece: Piece, options: Options) -> None:
        w, m = piece.w, piece.state["exp_avg"]
        s, new = piece.scratch[1:]
        b1, b2 = options["betas"]
        g = np.negative(piece.g, out=piece.scratch[0]) if options["maximize"] else piece.g
        np.multiply(m, b1, out=s)
        s += np.multiply(g, 1 - b1, out=new)
        np.sign(s, out=s)
        s *= options["lr"]
        np.multiply(g, 1 - b2, out=new)
        piece.change(
            (np.multiply, m, b2, m),
            (np.add, m, new, m),
            (np.multiply, w, 1 - options["lr"] * options["weight_decay"], w),
            (np.subtract, w, s, w),
        )
