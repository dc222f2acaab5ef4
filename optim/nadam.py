"""NAdam."""

from __future__ import annotations

from math import sqrt
from typing import ClassVar

import numpy as np

from optim.adam import decoupled_decay, moments
from optim.block import Numbers, Piece
from optim.optimizer import Optimizer, Params, go_down, gradient
from optim.options import Options, at_least_0, flags, two_betas


class NAdam(Optimizer):
    """Adam with Nesterov momentum (Dozat 2016).

    m and v as in Adam;  mu_t = b1 (1 - 0.96^(t momentum_decay) / 2);
    w -= lr ((1 - mu_t) / (1 - mu_1 ... mu_t) g + mu_t+1 / (1 - mu_1 ... mu_t+1) m) / (sqrt(v / (1 - b2^t)) + eps).
    Weight decay as in Adam, or with `decoupled_weight_decay` as in AdamW. With `maximize`, -g takes the place of g.
    """

    state_names = ("exp_avg", "exp_avg_sq")
    start: ClassVar[Numbers] = {"step": 0.0, "mu_product": 1.0}

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "momentum_decay": momentum_decay,
                "decoupled_weight_decay": decoupled_weight_decay,
                "maximize": maximize,
            },
        )

    def check(self, options: Options) -> None:
        two_betas(options)
        at_least_0(options, "lr", "eps", "weight_decay", "momentum_decay")
        flags(options, "decoupled_weight_decay", "maximize")

    def advance(self, numbers: Numbers, options: Options) -> None:
        numbers["step"] += 1
        numbers["mu_product"] *= momentum(numbers["step"], options)

    def update(self, piece: Piece, options: Options) -> None:
        t, product = piece.numbers["step"], piece.numbers["mu_product"]
        b1, b2 = options["betas"]
        mu, following = momentum(t, options), momentum(t + 1, options)
        lr, s0, s2 = options["lr"], piece.scratch[0], piece.scratch[2]
        g = gradient(piece, options)
        m, v = moments(piece, g, b1, b2)
        np.multiply(g, lr * (1 - mu) / (1 - product), out=s2)
        s2 += np.multiply(m, lr * following / (1 - product * following), out=s0)
        s = np.sqrt(v, out=piece.scratch[1])
        s /= sqrt(1 - b2**t)
        s += options["eps"]
        s2 /= s
        go_down(piece, s2, decoupled_decay(options))


def momentum(t: float, options: Options) -> float:
    """The momentum of step t, which grows from half of b1 to b1."""
    return float(options["betas"][0] * (1 - 0.5 * 0.96 ** (t * options["momentum_decay"])))
