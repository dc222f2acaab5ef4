"""Adagrad."""

from __future__ import annotations

import numpy as np

from optim.block import Piece
from optim.optimizer import Optimizer, Params, go_down, gradient
from optim.options import Options, at_least_0, flags


class Adagrad(Optimizer):
    """Adagrad: steps that get smaller where gradients were large (Duchi et al. 2011, figure 1).

    g += weight_decay w;  s += g^2, from `initial_accumulator_value`;
    w -= lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps) in the t-th step. With `maximize`, -g takes the place of g.
    """

    state_names = ("sum",)

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "lr_decay": lr_decay,
                "eps": eps,
                "weight_decay": weight_decay,
                "initial_accumulator_value": initial_accumulator_value,
                "maximize": maximize,
            },
        )

    def check(self, options: Options) -> None:
        at_least_0(options, "lr", "lr_decay", "eps", "weight_decay", "initial_accumulator_value")
        flags(options, "maximize")

    def update(self, piece: Piece, options: Options) -> None:
        g = gradient(piece, options)
        total, s = piece.state["sum"], piece.scratch[1]
        np.multiply(g, g, out=s)
        if piece.first:
            s += options["initial_accumulator_value"]
        piece.change((np.add, total, s, total))
        np.sqrt(total, out=s)
        s += options["eps"]
        np.divide(g, s, out=s)
        s *= options["lr"] / (1 + (piece.numbers["step"] - 1) * options["lr_decay"])
        go_down(piece, s)
