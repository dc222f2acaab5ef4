"""A scheduler that waits for a measure to stop getting better."""

from __future__ import annotations

from math import inf
from typing import Any

from autograd.arguments import choice, integer, number
from optim.optimizer import Optimizer
from optim.options import as_number
from optim.scheduler import LRScheduler, check_optimizer, per_group


class ReduceLROnPlateau(LRScheduler):
    """The learning rate is multiplied by `factor` when a measure has not got better for more than `patience` epochs.

    `step(measure)` is called after each epoch. With mode "min" a measure is better where it is below the best by the
    share `threshold` of it (or by `threshold`, with threshold_mode="abs"), with "max" where it is above. After a
    reduction, `cooldown` epochs are not counted. The rate does not go below `min_lr`, of which a list has one for each
    group, and changes of at most `eps` are left out.
    """

    kept = ("last_epoch", "_last_lr", "best", "num_bad_epochs", "cooldown_counter")

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        check_optimizer(optimizer)
        self.mode = choice(mode, "mode", "min", "max")
        self.factor = number(factor, "factor", least=0)
        if factor >= 1:
            raise ValueError(f"factor must be below 1, not {factor!r}.")
        self.patience = integer(patience, "patience", least=0)
        self.threshold = number(threshold, "threshold")
        self.threshold_mode = choice(threshold_mode, "threshold_mode", "rel", "abs")
        self.cooldown = integer(cooldown, "cooldown", least=0)
        self.min_lrs = [number(lr, "min_lr", least=0) for lr in per_group("min_lr", min_lr, optimizer)]
        self.eps = number(eps, "eps", least=0)
        self.optimizer = optimizer
        self.best = inf if mode == "min" else -inf
        self.num_bad_epochs = 0
        self.cooldown_counter = 0
        self.last_epoch = 0
        self.base_lrs = [group["lr"] for group in optimizer.param_groups]
        self._last_lr = self._present()

    def step(self, metrics: Any) -> None:  # type: ignore[override]
        """Take in the measure of an epoch: a number, or a Tensor with one element."""
        measure = as_number(metrics, "metrics")
        with self.unless_refused():
            self._take_in(measure)

    def _take_in(self, measure: float) -> None:
        self.last_epoch += 1
        if self._is_better(measure):
            self.best = measure
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        lrs = self._present()
        if self.num_bad_epochs > self.patience:
            self.num_bad_epochs = 0
            self.cooldown_counter = self.cooldown
            lower = [max(lr * self.factor, least) for lr, least in zip(lrs, self.min_lrs, strict=True)]
            lrs = [new if lr - new > self.eps else lr for lr, new in zip(lrs, lower, strict=True)]
        self._set(lrs)

    def _is_better(self, measure: float) -> bool:
        sign = 1 if self.mode == "min" else -1
        if self.threshold_mode == "abs":
            return sign * measure < sign * self.best - self.threshold
        return sign * measure < sign * self.best * (1 - sign * self.threshold)
