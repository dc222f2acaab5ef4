"""Schedulers one after another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from autograd.arguments import integer
from optim.optimizer import Optimizer
from optim.options import integers
from optim.plateau import ReduceLROnPlateau
from optim.scheduler import LRScheduler, check_optimizer


class SequentialLR(LRScheduler):
    """`schedulers` one after another: each next one begins, with its epoch 0, in the epoch that `milestones` tell.

    A warm-up of 5 epochs, then half a cosine down in 95:

        SequentialLR(optimizer, [LinearLR(optimizer, 0.01, total_iters=5), CosineAnnealingLR(optimizer, 95)], [5])

    ReduceLROnPlateau cannot be one of them, since its `step` takes a measure.
    """

    kept = ("last_epoch", "_last_lr")

    def __init__(
        self, optimizer: Optimizer, schedulers: list[LRScheduler], milestones: list[int], last_epoch: int = -1
    ) -> None:
        check_optimizer(optimizer)
        for scheduler in schedulers:
            if not isinstance(scheduler, LRScheduler) or isinstance(scheduler, ReduceLROnPlateau):
                raise TypeError(
                    f"a SequentialLR is made of schedulers whose step takes nothing; this is {scheduler!r}."
                )
            if scheduler.optimizer is not optimizer:
                raise ValueError(f"the {type(scheduler).__name__} belongs to another optimiser.")
        if len(schedulers) != len(milestones) + 1:
            raise ValueError(
                f"{len(schedulers)} schedulers need {max(len(schedulers) - 1, 0)} milestones between them, not "
                f"{len(milestones)}."
            )
        self.milestones = integers(milestones, "milestones", least=1)
        if self.milestones != sorted(self.milestones):
            raise ValueError(f"milestones must be in order, from the first to the last, not {milestones!r}.")
        integer(last_epoch, "last_epoch", least=-1)
        self.optimizer = optimizer
        self.schedulers = list(schedulers)
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        self._undo()
        self.begin()
        self.last_epoch = last_epoch + 1

    def _undo(self) -> None:
        """Take back the first steps that the schedulers took in their constructors."""
        for scheduler in self.schedulers:
            if isinstance(scheduler, SequentialLR):
                scheduler._undo()
            else:
                scheduler.last_epoch -= 1

    def begin(self) -> None:
        self.last_epoch = 0
        self.schedulers[0].begin()
        self._last_lr = self.schedulers[0].get_last_lr()

    def restart(self) -> None:
        self.last_epoch = 0
        self.schedulers[0].restart()
        self._last_lr = self.schedulers[0].get_last_lr()

    def step(self) -> None:
        self.last_epoch += 1
        turn = bisect_right(self.milestones, self.last_epoch)
        scheduler = self.schedulers[turn]
        if turn > 0 and self.milestones[turn - 1] == self.last_epoch:
            scheduler.restart()
        else:
            scheduler.step()
        self._last_lr = scheduler.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "_schedulers": [scheduler.state_dict() for scheduler in self.schedulers]}

    def misfits(self, state: Mapping[str, Any]) -> list[str]:
        inner = state.get("_schedulers", []) if isinstance(state, Mapping) else []
        problems = super().misfits({name: v for name, v in state.items() if name != "_schedulers"})
        if len(inner) != len(self.schedulers):
            return [*problems, f"it has {len(inner)} schedulers, not {len(self.schedulers)}"]
        return problems + [
            f"scheduler {k}: {problem}"
            for k, (scheduler, given) in enumerate(zip(self.schedulers, inner, strict=True))
            for problem in scheduler.misfits(given)
        ]

    def _load(self, state: Mapping[str, Any]) -> None:
        super()._load(state)
        for scheduler, given in zip(self.schedulers, state["_schedulers"], strict=True):
            scheduler._load(given)
