"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from autograd import Tensor
from autograd.tensor import Array
from optim.optimizer import Optimizer, require


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum (Sutskever et al. 2013, section 2).

    g += weight_decay p;  v = momentum v + (1 - dampening) g, the first time v = g;  p -= lr v, or with `nesterov`
    p -= lr (g + momentum v). Without momentum, p -= lr g.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(params, lr)
        require(momentum >= 0, "momentum", momentum, "0 or more")
        require(weight_decay >= 0, "weight_decay", weight_decay, "0 or more")
        if nesterov and (momentum == 0 or dampening != 0):
            raise ValueError("Nesterov momentum needs a momentum above 0 and no dampening.")
        self.momentum = momentum
        self.dampening = dampening
        self.weight_decay = weight_decay
        self.nesterov = nesterov
        self.velocities: dict[int, Array] = {}

    def update(self, i: int, p: Tensor, g: Array) -> None:
        if self.weight_decay:
            g = g + self.weight_decay * p.data
        if self.momentum:
            if i in self.velocities:
                v = self.velocities[i]
                v *= self.momentum
                v += (1 - self.dampening) * g
            else:
                v = self.velocities[i] = np.array(g)
            g = g + self.momentum * v if self.nesterov else v
        p.data -= self.lr * g
