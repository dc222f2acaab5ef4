"""Adam."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

import numpy as np

from autograd import Tensor
from autograd.tensor import Array
from optim.optimizer import Optimizer, require


class Adam(Optimizer):
    """Adam: steps of about lr in every coordinate (Kingma and Ba 2015, algorithm 1).

    g += weight_decay p;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;
    p -= lr m' / (sqrt(v') + eps), with m' = m / (1 - b1^t) and v' = v / (1 - b2^t) in the t-th step.
    With `amsgrad`, the largest v so far stands for v (Reddi et al. 2018, algorithm 2).
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, lr)
        require(0 <= betas[0] < 1 and 0 <= betas[1] < 1, "betas", betas, "in [0, 1)")
        require(eps >= 0, "eps", eps, "0 or more")
        require(weight_decay >= 0, "weight_decay", weight_decay, "0 or more")
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.amsgrad = amsgrad
        self.steps = [0] * len(self.params)
        self.means = [np.zeros_like(p.data) for p in self.params]
        self.squares = [np.zeros_like(p.data) for p in self.params]
        self.largest = [np.zeros_like(p.data) for p in self.params] if amsgrad else []

    def update(self, i: int, p: Tensor, g: Array) -> None:
        if self.weight_decay:
            g = g + self.weight_decay * p.data
        b1, b2 = self.betas
        m, v = self.means[i], self.squares[i]
        self.steps[i] += 1
        m += (1 - b1) * (g - m)
        v *= b2
        v += (1 - b2) * g * g
        if self.amsgrad:
            v = np.maximum(self.largest[i], v, out=self.largest[i])
        scale = np.sqrt(v)
        scale /= sqrt(1 - b2 ** self.steps[i])
        scale += self.eps
        p.data -= self.lr / (1 - b1 ** self.steps[i]) * m / scale
