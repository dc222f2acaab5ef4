"""Adam and AdamW."""

from __future__ import annotations

from functools import partial
from math import sqrt
from typing import ClassVar

import numpy as np

from autograd.tensor import Array
from optim.block import Piece
from optim.optimizer import Optimizer, Params, go_down, gradient
from optim.options import Options, at_least_0, flags, two_betas


class Adam(Optimizer):
    """Adam: steps of about lr in every coordinate (Kingma and Ba 2015, algorithm 1).

    g += weight_decay w;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;
    w -= lr m' / (sqrt(v') + eps), with m' = m / (1 - b1^t) and v' = v / (1 - b2^t) in the t-th step.
    With `amsgrad`, the largest v so far takes the place of v (Reddi et al. 2018, algorithm 2). With `maximize`, -g for
    g. With `decoupled_weight_decay`, w *= 1 - lr weight_decay in the place of the first formula: that is AdamW.
    """

    state_names = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "maximize": maximize,
                "decoupled_weight_decay": decoupled_weight_decay,
            },
        )

    def check(self, options: Options) -> None:
        two_betas(options)
        at_least_0(options, "lr", "eps", "weight_decay")
        flags(options, "amsgrad", "maximize", "decoupled_weight_decay")

    def kept(self, options: Options) -> tuple[str, ...]:
        return self.state_names if options["amsgrad"] else self.state_names[:2]

    def update(self, piece: Piece, options: Options) -> None:
        t = piece.numbers["step"]
        b1, b2 = options["betas"]
        m, v = moments(piece, gradient(piece, options), b1, b2)
        if options["amsgrad"]:
            largest = piece.state["max_exp_avg_sq"]
            piece.change((partial(np.maximum, out=largest), largest, v))
            v = largest
        root = sqrt(1 - b2**t)  # sqrt(v') + eps = (sqrt(v) + root eps) / root
        s = np.sqrt(v, out=piece.scratch[1])
        s += root * options["eps"]
        np.divide(m, s, out=s)
        s *= root * options["lr"] / (1 - b1**t)
        go_down(piece, s, decoupled_decay(options))


class AdamW(Adam):
    """Adam with decoupled weight decay: w *= 1 - lr weight_decay before each step (Loshchilov and Hutter 2019)."""

    newer: ClassVar[Options] = {**Adam.newer, "decoupled_weight_decay": True}

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize, decoupled_weight_decay=True)


def decoupled_decay(options: Options) -> float:
    """The part that the values lose in a step by decoupled weight decay, where it is asked for."""
    return float(options["lr"] * options["weight_decay"]) if options["decoupled_weight_decay"] else 0.0


def moments(piece: Piece, g: Array, b1: float, b2: float) -> tuple[Array, Array]:
    """The moving averages of the gradient and of its square, after this step; computes in scratch[1]."""
    m, v = piece.state["exp_avg"], piece.state["exp_avg_sq"]
    s = np.subtract(g, m, out=piece.scratch[1])
    s *= 1 - b1
    piece.change((np.add, m, s, m))
    np.multiply(g, g, out=s)
    s *= 1 - b2
    piece.change((np.multiply, v, b2, v), (np.add, v, s, v))
    return m, v
