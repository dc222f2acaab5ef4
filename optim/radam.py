"""RAdam."""

from __future__ import annotations

from math import sqrt

import numpy as np

from optim.adam import decoupled_decay, moments
from optim.block import Piece
from optim.optimizer import Optimizer, Params, go_down, gradient
from optim.options import Options, at_least_0, flags, two_betas


class RAdam(Optimizer):
    """Rectified Adam: no division by sqrt(v) before v is known well enough (Liu et al. 2020, algorithm 2).

    m and v as in Adam, m' = m / (1 - b1^t);  n = 2 / (1 - b2) - 1 and n_t = n - 2 t b2^t / (1 - b2^t);
    while n_t <= 5, w -= lr m';  then w -= lr r m' sqrt(1 - b2^t) / (sqrt(v) + eps) with
    r^2 = (n_t - 4)(n_t - 2) n / ((n - 4)(n - 2) n_t).
    Weight decay as in Adam, or with `decoupled_weight_decay` as in AdamW. With `maximize`, -g takes the place of g.
    """

    state_names = ("exp_avg", "exp_avg_sq")

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
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
                "decoupled_weight_decay": decoupled_weight_decay,
                "maximize": maximize,
            },
        )

    def check(self, options: Options) -> None:
        two_betas(options)
        at_least_0(options, "lr", "eps", "weight_decay")
        flags(options, "decoupled_weight_decay", "maximize")

    def update(self, piece: Piece, options: Options) -> None:
        t = piece.numbers["step"]
        b1, b2 = options["betas"]
        g = gradient(piece, options)
        m, v = moments(piece, g, b1, b2)
        size = options["lr"] / (1 - b1**t)
        s = piece.scratch[1]
        n = 2 / (1 - b2) - 1
        n_t = n - 2 * t * b2**t / (1 - b2**t)
        if n_t > 5:
            r = sqrt((n_t - 4) * (n_t - 2) * n / ((n - 4) * (n - 2) * n_t))
            np.sqrt(v, out=s)
            s += options["eps"]
            np.divide(m, s, out=s)
            s *= size * r * sqrt(1 - b2**t)
        else:
            np.multiply(m, size, out=s)
        go_down(piece, s, decoupled_decay(options))
