"""Adadelta."""

from __future__ import annotations

import numpy as np

from autograd.arguments import number
from optim.block import Piece
from optim.optimizer import Optimizer, Params, gradient
from optim.options import Options, at_least_0, flags


class Adadelta(Optimizer):
    """Adadelta: steps in the units of the values, from the sizes of earlier steps (Zeiler 2012, algorithm 1).

    g += weight_decay w;  v = rho v + (1 - rho) g^2;  d = sqrt(u + eps) / sqrt(v + eps) g;
    u = rho u + (1 - rho) d^2;  w -= lr d. With `maximize`, -g takes the place of g.
    """

    state_names = ("square_avg", "acc_delta")

    def __init__(
        self,
        params: Params,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize})

    def check(self, options: Options) -> None:
        number(options["rho"], "rho", least=0, most=1)
        at_least_0(options, "lr", "eps", "weight_decay")
        flags(options, "maximize")

    def update(self, piece: Piece, options: Options) -> None:
        rho, eps = options["rho"], options["eps"]
        g = gradient(piece, options)
        v, u = piece.state["square_avg"], piece.state["acc_delta"]
        s, d = piece.scratch[1:]
        np.multiply(g, g, out=s)
        s *= 1 - rho
        piece.change((np.multiply, v, rho, v), (np.add, v, s, v))
        np.add(u, eps, out=d)
        d /= np.add(v, eps, out=s)
        np.sqrt(d, out=d)
        d *= g
        np.multiply(d, d, out=s)
        s *= 1 - rho
        d *= options["lr"]
        w = piece.w
        piece.change((np.multiply, u, rho, u), (np.add, u, s, u), (np.subtract, w, d, w))
