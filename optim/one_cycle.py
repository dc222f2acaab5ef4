"""One cycle of the learning rate, and of the momentum against it."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi

from autograd.arguments import choice, flag, integer, number
from optim.optimizer import Optimizer
from optim.scheduler import LRScheduler, check_optimizer, per_group


class OneCycleLR(LRScheduler):
    """Up to `max_lr` and then down to almost nothing, in one cycle over the whole training (Smith and Topin 2018).

    `step()` is called after every batch, `total_steps` times in all, or `epochs` times `steps_per_epoch`. The learning
    rate goes from max_lr / div_factor up in the share `pct_start` of the steps, then down to
    max_lr / (div_factor final_div_factor); with `three_phase`, first down to the initial one in as many steps as up.
    It follows a cosine, or a line with anneal_strategy="linear".

    With `cycle_momentum`, the momentum (or the first of the betas) goes the other way: from `max_momentum` down to
    `base_momentum` and up again. Lists have a value for each group.

    Raises ValueError on a step after the last.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        check_optimizer(optimizer)
        self.total_steps = _total(total_steps, epochs, steps_per_epoch)
        number(pct_start, "pct_start", least=0, most=1)
        choice(anneal_strategy, "anneal_strategy", "cos", "linear")
        number(div_factor, "div_factor", above=0)
        number(final_div_factor, "final_div_factor", above=0)
        flag(cycle_momentum, "cycle_momentum")
        flag(three_phase, "three_phase")
        max_lrs = per_group("max_lr", max_lr, optimizer)
        momenta = {
            "base_momentum": per_group("base_momentum", base_momentum, optimizer),
            "max_momentum": per_group("max_momentum", max_momentum, optimizer),
        }
        for value in max_lrs:
            number(value, "max_lr", least=0)
        for name, values in momenta.items():
            for value in values:
                number(value, name, least=0, most=1)
        if cycle_momentum and not {"momentum", "betas"} & set(optimizer.defaults):
            raise ValueError(f"{type(optimizer).__name__} has no momentum to cycle: give cycle_momentum=False.")
        self.anneal: Callable[[float, float, float], float] = _on_a_cosine if anneal_strategy == "cos" else _on_a_line
        self.cycle_momentum = cycle_momentum
        self.phases = _phases(pct_start * self.total_steps - 1, self.total_steps - 1, three_phase)
        if last_epoch == -1:
            for k, group in enumerate(optimizer.param_groups):
                group["max_lr"] = max_lrs[k]
                group["initial_lr"] = max_lrs[k] / div_factor
                group["min_lr"] = group["initial_lr"] / final_div_factor
                if cycle_momentum:
                    group.update({name: values[k] for name, values in momenta.items()})
        super().__init__(optimizer, last_epoch)

    def step(self) -> None:
        if self.last_epoch == self.total_steps:
            raise ValueError(f"all {self.total_steps} steps of the cycle have been taken.")
        super().step()

    def lrs(self) -> list[float]:
        """The learning rates in this step; sets the momenta too."""
        last = len(self.phases) - 1
        k = next(k for k, phase in enumerate(self.phases) if self.last_epoch <= phase[0] or k == last)
        end, lr_names, momentum_names = self.phases[k]
        begin = self.phases[k - 1][0] if k else 0.0
        done = (self.last_epoch - begin) / (end - begin) if end > begin else 1.0
        lrs = []
        for group in self.optimizer.param_groups:
            lrs.append(self.anneal(group[lr_names[0]], group[lr_names[1]], done))
            if self.cycle_momentum:
                momentum = self.anneal(group[momentum_names[0]], group[momentum_names[1]], done)
                group.update({"betas": (momentum, group["betas"][1])} if "betas" in group else {"momentum": momentum})
        return lrs


def _total(total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    if total_steps is not None:
        return integer(total_steps, "total_steps", least=1)
    if epochs is None or steps_per_epoch is None:
        raise ValueError("OneCycleLR needs total_steps, or both epochs and steps_per_epoch.")
    return integer(epochs, "epochs", least=1) * integer(steps_per_epoch, "steps_per_epoch", least=1)


def _phases(first: float, last: float, three_phase: bool) -> list[tuple[float, tuple[str, str], tuple[str, str]]]:
    """Of each phase, the step where it ends, and between which options of a group lr and momentum go."""
    up = (first, ("initial_lr", "max_lr"), ("max_momentum", "base_momentum"))
    if not three_phase:
        return [up, (last, ("max_lr", "min_lr"), ("base_momentum", "max_momentum"))]
    return [
        up,
        (2 * first, ("max_lr", "initial_lr"), ("base_momentum", "max_momentum")),
        (last, ("initial_lr", "min_lr"), ("max_momentum", "max_momentum")),
    ]


def _on_a_cosine(start: float, end: float, done: float) -> float:
    return end + (start - end) * (1 + cos(pi * done)) / 2


def _on_a_line(start: float, end: float, done: float) -> float:
    return start + (end - start) * done
