"""Stochastic gradient descent."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from autograd.arguments import number
from optim.block import Numbers, Piece
from optim.optimizer import Optimizer, Params, go_down, gradient
from optim.options import Options, at_least_0, flags


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum (Sutskever et al. 2013, section 2).

    g += weight_decay w;  v = momentum v + (1 - dampening) g, the first time v = g;  w -= lr v, or with `nesterov`
    w -= lr (g + momentum v). Without momentum, w -= lr g. With `maximize`, -g takes the place of g.
    """

    state_names = ("momentum_buffer",)
    start: ClassVar[Numbers] = {}

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
                "maximize": maximize,
            },
        )

    def check(self, options: Options) -> None:
        at_least_0(options, "lr", "momentum", "weight_decay")
        number(options["dampening"], "dampening")
        flags(options, "nesterov", "maximize")
        if options["nesterov"] and (options["momentum"] == 0 or options["dampening"] != 0):
            raise ValueError("Nesterov momentum needs a momentum above 0 and no dampening.")

    def kept(self, options: Options) -> tuple[str, ...]:
        return self.state_names if options["momentum"] else ()

    def update(self, piece: Piece, options: Options) -> None:
        momentum, dampening = options["momentum"], options["dampening"]
        g = gradient(piece, options)
        s = piece.scratch[1]
        if momentum:
            v = piece.state["momentum_buffer"]
            if piece.first:
                piece.change((np.positive, g, v))
            else:
                new = np.multiply(g, 1 - dampening, out=s) if dampening else g
                piece.change((np.multiply, v, momentum, v), (np.add, v, new, v))
            g = np.add(g, np.multiply(v, momentum, out=s), out=s) if options["nesterov"] else v
        go_down(piece, np.multiply(g, options["lr"], out=s))
