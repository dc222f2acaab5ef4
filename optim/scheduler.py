"""What all schedulers have in common, and those that are told by a function of the epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isfinite, isnan
from typing import Any, ClassVar

from autograd.arguments import integer, number
from optim.optimizer import Optimizer
from optim.options import is_number


class LRScheduler:
    """Changes the learning rates of an optimiser's groups: `step()` after each epoch, or each batch if so counted.

    `last_epoch` is the index of the epoch that the rates are for. The constructor sets those of epoch 0; with a
    `last_epoch` other than -1 it goes on after that one, for which groups must have their "initial_lr".

    Schedulers can be used together on one optimiser: each changes the rates that it finds. Make them after all groups
    are there, and load the optimiser's state after that.
    """

    kept: ClassVar[tuple[str, ...]] = ("last_epoch", "base_lrs", "_last_lr")
    """The attributes that are its state."""

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        check_optimizer(optimizer)
        integer(last_epoch, "last_epoch", least=-1)
        if last_epoch == -1:
            for group in optimizer.param_groups:
                group.setdefault("initial_lr", group["lr"])
        for k, group in enumerate(optimizer.param_groups):
            if "initial_lr" not in group:
                raise ValueError(
                    f'to go on after epoch {last_epoch}, group {k} needs an "initial_lr": load the optimiser\'s state.'
                )
        self.optimizer = optimizer
        self.base_lrs: list[float] = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self.begin()

    def __repr__(self) -> str:
        hidden = {"optimizer", "base_lrs", "last_epoch", *self.kept}
        own = {name: v for name, v in vars(self).items() if name not in hidden and name[0] != "_" and not callable(v)}
        shown = [f"{name}={value!r}" for name, value in own.items()]
        return f"{type(self).__name__}({', '.join([*shown, f'last_epoch={self.last_epoch}', f'lr={self._last_lr}'])})"

    def begin(self) -> None:
        """Take the first step, which the constructor takes."""
        self.last_epoch += 1
        self._set(self.first_lrs())

    def step(self) -> None:
        """Go to the next epoch."""
        with self.unless_refused():
            self.last_epoch += 1
            self._set(self.next_lrs())

    def restart(self) -> None:
        """Go to epoch 0."""
        self.last_epoch = 0
        self._set(self.lrs())

    @contextmanager
    def unless_refused(self) -> Iterator[None]:
        """Inside, the state changes; where an error is raised there, it is what it was before."""
        before = {name: getattr(self, name) for name in self.kept}
        try:
            yield
        except BaseException:
            vars(self).update(before)
            raise

    def get_last_lr(self) -> list[float]:
        """The learning rates of the groups, as last set."""
        return self._last_lr

    def lrs(self) -> list[float]:
        """The learning rates of the groups in this epoch; every scheduler defines its own."""
        raise TypeError(f"{type(self).__name__} defines no lrs().")

    def next_lrs(self) -> list[float]:
        """The same, where the groups have those of the epoch before."""
        return self.lrs()

    def first_lrs(self) -> list[float]:
        """The same, for the constructor."""
        return self.next_lrs()

    def _present(self) -> list[float]:
        groups = self.optimizer.param_groups
        if len(groups) != len(self.base_lrs):
            raise ValueError(
                f"the optimiser has {len(groups)} groups, and this {type(self).__name__} was made for "
                f"{len(self.base_lrs)}: add groups first, then make the scheduler."
            )
        return [group["lr"] for group in groups]

    def _set(self, lrs: Sequence[float]) -> None:
        self._present()
        for lr in lrs:
            number(lr, f"the lr that {type(self).__name__} gives in epoch {self.last_epoch}")
        for group, lr in zip(self.optimizer.param_groups, lrs, strict=True):
            group["lr"] = lr
        self._last_lr = list(lrs)

    # State ---------------------------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """How far it has come, as numbers and lists. Its arguments, and functions, are not in it."""
        return {name: list(v) if isinstance(v := getattr(self, name), list) else v for name in self.kept}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` of a scheduler with the same arguments gave.

        The learning rates themselves are in the optimiser's state. Raises ValueError with all that does not fit; then
        nothing changes.
        """
        problems = self.misfits(state_dict)
        if problems:
            raise ValueError(f"the state does not fit this {type(self).__name__}: {'; '.join(problems)}.")
        self._load(state_dict)

    def misfits(self, state: Mapping[str, Any]) -> list[str]:
        """What of a state does not fit."""
        if not isinstance(state, Mapping):
            return [f"it is a {type(state).__name__}, not a dictionary"]
        problems = [f"it lacks {name!r}" for name in self.kept if name not in state]
        problems += [f"it has an unknown {name!r}" for name in state if name not in self.kept]
        for name in self.kept:
            own, given = getattr(self, name), state.get(name, getattr(self, name))
            if isinstance(own, list):
                if not isinstance(given, list) or not all(is_number(lr) and isfinite(lr) for lr in given):
                    problems.append(f"{name!r} is no list of numbers")
                elif len(given) != len(own):
                    problems.append(f"{name!r} has {len(given)} values, not {len(own)}")
            elif not is_number(given):
                problems.append(f"{name!r} is {given!r}, not a number")
            elif isnan(given) or (isinstance(own, int) and name != "T_cur" and not float(given).is_integer()):
                problems.append(f"{name!r} is {given!r}")
        return problems

    def _load(self, state: Mapping[str, Any]) -> None:
        for name in self.kept:
            setattr(self, name, list(state[name]) if isinstance(state[name], list) else state[name])


class Factor(LRScheduler):
    """A scheduler whose learning rates are the initial ones times `factor(epoch)`."""

    def factor(self, epoch: int) -> float:
        """What the initial learning rates are multiplied by in an epoch; every scheduler defines its own."""
        raise TypeError(f"{type(self).__name__} defines no factor().")

    def lrs(self) -> list[float]:
        return [lr * self.factor(self.last_epoch) for lr in self.base_lrs]

    def next_lrs(self) -> list[float]:
        """The present ones times the change of the factor, so that what other schedulers did to them stays."""
        now = self.factor(self.last_epoch)
        before = self.factor(self.last_epoch - 1) if self.last_epoch > 0 else 1.0
        return [lr if now == before else lr * now / before for lr in self._present()]


def per_group(name: str, value: Any, optimizer: Optimizer) -> list[Any]:
    """An argument for each group: one for all, or a list with one for each."""
    count = len(optimizer.param_groups)
    if not isinstance(value, list | tuple):
        return [value] * count
    if len(value) != count:
        raise ValueError(f"{name} has {len(value)} values, and the optimiser has {count} groups.")
    return list(value)


def check_optimizer(optimizer: Any) -> None:
    """TypeError unless it is an optimiser."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"a scheduler takes an optimiser first, not {optimizer!r}.")


class LambdaLR(LRScheduler):
    """The initial learning rate times `lr_lambda(epoch)`; a list has a function for each group."""

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | list[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        check_optimizer(optimizer)
        self.lr_lambdas: list[Callable[[int], float]] = per_group("lr_lambda", lr_lambda, optimizer)
        for function in self.lr_lambdas:
            if not callable(function):
                raise TypeError(f"lr_lambda must be a function of the epoch, not {function!r}.")
        super().__init__(optimizer, last_epoch)

    def lrs(self) -> list[float]:
        return [lr * factor(self.last_epoch) for lr, factor in zip(self.base_lrs, self.lr_lambdas, strict=True)]
