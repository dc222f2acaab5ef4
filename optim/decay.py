"""Schedulers that multiply the learning rate by a factor: in steps, at milestones, each epoch, or on a line."""

from __future__ import annotations

from collections.abc import Iterable

from autograd.arguments import integer, number
from optim.optimizer import Optimizer
from optim.options import integers
from optim.scheduler import Factor


class StepLR(Factor):
    """The learning rate is multiplied by `gamma` every `step_size` epochs."""

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size = integer(step_size, "step_size", least=1)
        self.gamma = number(gamma, "gamma", least=0)
        super().__init__(optimizer, last_epoch)

    def factor(self, epoch: int) -> float:
        return float(self.gamma ** (epoch // self.step_size))


class MultiStepLR(Factor):
    """The learning rate is multiplied by `gamma` in each of the epochs `milestones`."""

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones = sorted(integers(milestones, "milestones", least=0))
        self.gamma = number(gamma, "gamma", least=0)
        super().__init__(optimizer, last_epoch)

    def factor(self, epoch: int) -> float:
        return float(self.gamma ** sum(milestone <= epoch for milestone in self.milestones))


class ExponentialLR(Factor):
    """The learning rate is multiplied by `gamma` every epoch."""

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = number(gamma, "gamma", least=0)
        super().__init__(optimizer, last_epoch)

    def factor(self, epoch: int) -> float:
        return float(self.gamma**epoch)

    def first_lrs(self) -> list[float]:
        return self._present()


class LinearLR(Factor):
    """The factor goes on a line from `start_factor` to `end_factor` in `total_iters` epochs, and stays there.

    A warm-up is one of these, followed by another scheduler in a SequentialLR.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        self.start_factor = number(start_factor, "start_factor", above=0, most=1)
        self.end_factor = number(end_factor, "end_factor", least=0, most=1)
        self.total_iters = integer(total_iters, "total_iters", least=1)
        super().__init__(optimizer, last_epoch)

    def factor(self, epoch: int) -> float:
        done = min(epoch, self.total_iters) / self.total_iters
        return self.start_factor + (self.end_factor - self.start_factor) * done

    def first_lrs(self) -> list[float]:
        return self.next_lrs() if self.last_epoch == 0 else self._present()
