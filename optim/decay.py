"""Schedulers that multiply the learning rate by a factor: in steps, at milestones, each epoch, or on a line."""

from __future__ import annotations

from collections.abc import Iterable

from optim.optimizer import Optimizer
from optim.options import number, require, whole
from optim.scheduler import Factor


class StepLR(Factor):
    """The learning rate is multiplied by `gamma` every `step_size` epochs."""

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        whole("step_size", step_size, 1)
        number("gamma", gamma)
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def factor(self, epoch: int) -> float:
        return float(self.gamma ** (epoch // self.step_size))


class MultiStepLR(Factor):
    """The learning rate is multiplied by `gamma` in each of the epochs `milestones`."""

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones = sorted(milestones)
        for milestone in self.milestones:
            whole("milestones", milestone, 0)
        number("gamma", gamma)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def factor(self, epoch: int) -> float:
        return float(self.gamma ** sum(milestone <= epoch for milestone in self.milestones))


class ExponentialLR(Factor):
    """The learning rate is multiplied by `gamma` every epoch."""

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        number("gamma", gamma)
        self.gamma = gamma
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
        number("start_factor", start_factor)
        number("end_factor", end_factor)
        require(0 < start_factor <= 1, "start_factor", start_factor, "above 0 and at most 1")
        require(0 <= end_factor <= 1, "end_factor", end_factor, "in [0, 1]")
        whole("total_iters", total_iters, 1)
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def factor(self, epoch: int) -> float:
        done = min(epoch, self.total_iters) / self.total_iters
        return self.start_factor + (self.end_factor - self.start_factor) * done

    def first_lrs(self) -> list[float]:
        return self.next_lrs() if self.last_epoch == 0 else self._present()
