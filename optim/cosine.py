"""Schedulers that take the learning rate down along a cosine."""

from __future__ import annotations

from math import cos, pi

from autograd.arguments import integer, number
from optim.optimizer import Optimizer
from optim.scheduler import LRScheduler


class CosineAnnealingLR(LRScheduler):
    """From the initial learning rate to `eta_min` along half a cosine, in `T_max` epochs (and up again in as many).

    lr = eta_min + (initial - eta_min) (1 + cos(pi epoch / T_max)) / 2 (Loshchilov and Hutter 2017, equation 5).
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max = integer(T_max, "T_max", least=1)
        self.eta_min = number(eta_min, "eta_min", least=0)
        super().__init__(optimizer, last_epoch)

    def share(self, epoch: int) -> float:
        """How much of the way from eta_min to the initial learning rate is left."""
        return (1 + cos(pi * epoch / self.T_max)) / 2

    def lrs(self) -> list[float]:
        share = self.share(self.last_epoch)
        return [self.eta_min + (lr - self.eta_min) * share for lr in self.base_lrs]

    def next_lrs(self) -> list[float]:
        """The present ones, changed as the share changes; from the lowest point, where there is no share, up again."""
        share, before = self.share(self.last_epoch), self.share(self.last_epoch - 1)
        if (self.last_epoch - 1 - self.T_max) % (2 * self.T_max) == 0:
            return [lr + (base - self.eta_min) * share for lr, base in zip(self._present(), self.base_lrs, strict=True)]
        return [self.eta_min + (lr - self.eta_min) * share / before for lr in self._present()]

    def first_lrs(self) -> list[float]:
        return self._present()


class CosineAnnealingWarmRestarts(LRScheduler):
    """As CosineAnnealingLR, but from the lowest point at once to the top again (Loshchilov and Hutter 2017).

    The first time down takes `T_0` epochs, and each other `T_mult` times the one before.
    """

    kept = ("last_epoch", "base_lrs", "_last_lr", "T_cur", "T_i")

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        self.T_0 = self.T_i = integer(T_0, "T_0", least=1)
        self.T_mult = integer(T_mult, "T_mult", least=1)
        self.T_cur: float = last_epoch
        self.eta_min = number(eta_min, "eta_min", least=0)
        super().__init__(optimizer, last_epoch)

    def lrs(self) -> list[float]:
        share = (1 + cos(pi * self.T_cur / self.T_i)) / 2
        return [self.eta_min + (lr - self.eta_min) * share for lr in self.base_lrs]

    def next_lrs(self) -> list[float]:
        self.T_cur = self.T_cur + 1 if self.last_epoch > 0 else 0
        if self.T_cur >= self.T_i:
            self.T_cur %= self.T_i
            self.T_i *= self.T_mult
        return self.lrs()

    def step(self, epoch: float | None = None) -> None:
        """Go to the next epoch, or to this one, of which a batch's is a fraction: `step(epoch + batch / batches)`."""
        if epoch is None:
            super().step()
        else:
            epoch = number(epoch, "epoch", least=0)
            with self.unless_refused():
                self.last_epoch = int(epoch)
                self.T_cur, self.T_i = self._cycle(epoch)
                self._set(self.lrs())

    def _cycle(self, epoch: float) -> tuple[float, int]:
        """How far in its time down an epoch is, and how long that takes."""
        if self.T_mult == 1:
            return epoch % self.T_0, self.T_0
        length = self.T_0
        while epoch >= length:
            epoch -= length
            length *= self.T_mult
        return epoch, length

    def restart(self) -> None:
        self.T_cur, self.T_i = 0, self.T_0
        super().restart()
