"""A scheduler that waits for a measure to stop getting better."""

from __future__ import annotations

from math import inf
from typing import Any

from optim.optimizer import Optimizer
from optim.options import as_number, number, one_of, require, whole
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
        one_of("mode", mode, "min", "max")
        one_of("threshold_mode", threshold_mode, "rel", "abs")
        for name, value in (("factor", factor), ("threshold", threshold), ("eps", eps)):
            number(name, value)
        require(factor < 1, "factor", factor, "below 1")
        whole("patience", patience, 0)
        whole("cooldown", cooldown, 0)
        self.min_lrs = per_group("min_lr", min_lr, optimizer)
        for value in self.min_lrs:
            number("min_lr", value)
        self.optimizer = optimizer
        self.mode, self.threshold, self.threshold_mode = mode, threshold, threshold_mode
        self.factor, self.patience, self.cooldown, self.eps = factor, patience, cooldown, eps
        self.best = inf if mode == "min" else -inf
        self.num_bad_epochs = 0
        self.cooldown_counter = 0
        self.last_epoch = 0
        self.base_lrs = [group["lr"] for group in optimizer.param_groups]
        self._last_lr = self._present()

    def step(self, metrics: Any) -> None:  # type: ignore[override]
        """Take in the measure of an epoch: a number, or a Tensor with one element."""
        measure = as_number(metrics)
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
