"""RMSprop."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from autograd.arguments import number
from optim.block import Piece
from optim.optimizer import Optimizer, Params, go_down, gradient
from optim.options import Options, at_least_0, flags


class RMSprop(Optimizer):
    """RMSprop: the gradient divided by its own recent size (Tieleman and Hinton 2012, lecture 6e).

    g += weight_decay w;  v = alpha v + (1 - alpha) g^2;  d = g / (sqrt(v) + eps);  w -= lr d.
    With `centered`, v - m^2 takes the place of v, with m = alpha m + (1 - alpha) g (Graves 2013, section 4.2). With a
    `momentum`, b = momentum b + d;  w -= lr b. With `maximize`, -g takes the place of g.
    """

    newer: ClassVar[Options] = {**Optimizer.newer, "momentum": 0.0}
    state_names = ("square_avg", "momentum_buffer", "grad_avg")

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "alpha": alpha,
                "eps": eps,
                "centered": centered,
                "weight_decay": weight_decay,
                "maximize": maximize,
            },
        )

    def check(self, options: Options) -> None:
        number(options["alpha"], "alpha", least=0, most=1)
        at_least_0(options, "lr", "eps", "weight_decay", "momentum")
        flags(options, "centered", "maximize")

    def kept(self, options: Options) -> tuple[str, ...]:
        names = ["square_avg"]
        if options["momentum"]:
            names.append("momentum_buffer")
        if options["centered"]:
            names.append("grad_avg")
        return tuple(names)

    def update(self, piece: Piece, options: Options) -> None:
        alpha = options["alpha"]
        g = gradient(piece, options)
        v, s = piece.state["square_avg"], piece.scratch[1]
        np.multiply(g, g, out=s)
        s *= 1 - alpha
        piece.change((np.multiply, v, alpha, v), (np.add, v, s, v))
        if options["centered"]:
            m = piece.state["grad_avg"]
            np.subtract(g, m, out=s)
            s *= 1 - alpha
            piece.change((np.add, m, s, m))
            np.subtract(v, np.multiply(m, m, out=s), out=s)
            v = np.maximum(s, 0, out=s)  # where rounding took it below
        np.sqrt(v, out=s)
        s += options["eps"]
        np.divide(g, s, out=s)
        if options["momentum"]:
            b = piece.state["momentum_buffer"]
            piece.change((np.multiply, b, options["momentum"], b), (np.add, b, s, b))
            s = b
        go_down(piece, np.multiply(s, options["lr"], out=piece.scratch[1]))
