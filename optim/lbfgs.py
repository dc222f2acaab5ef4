"""L-BFGS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

import numpy as np

from autograd.arguments import choice, integer
from autograd.tensor import Array
from optim.block import Block
from optim.line_search import Point, strong_wolfe
from optim.optimizer import Group, Optimizer, Params
from optim.options import Options, as_number, at_least_0
from optim.state import Problems


@dataclass
class Memory:
    """What L-BFGS keeps from one iteration to the next, under PyTorch's names."""

    func_evals: int = 0
    n_iter: int = 0
    d: Array | None = None
    t: float = 0.0
    old_dirs: list[Array] = field(default_factory=list)
    """The last changes of the gradient, y."""
    old_stps: list[Array] = field(default_factory=list)
    """The last changes of the values, s."""
    ro: list[float] = field(default_factory=list)
    """1 / (y s) of each pair."""
    H_diag: float = 1.0
    prev_flat_grad: Array | None = None
    prev_loss: float = 0.0

    def after(self, g: Array, history_size: int) -> Memory:
        """A new memory for the next iteration, with the last step and the change of the gradient that it made.

        Steps above the size, the oldest, are forgotten.
        """
        following = replace(self, n_iter=self.n_iter + 1)
        if self.d is None or self.prev_flat_grad is None:
            return following
        y: Array = g - self.prev_flat_grad
        s: Array = self.t * self.d
        product = float(y @ s)
        if product > 1e-10:
            following.old_dirs = [*self.old_dirs, y][-history_size:]
            following.old_stps = [*self.old_stps, s][-history_size:]
            following.ro = [*self.ro, 1 / product][-history_size:]
            following.H_diag = product / float(y @ y)
        return following

    def direction(self, g: Array) -> Array:
        """-H g, with the inverse Hessian H that the pairs tell (Nocedal and Wright 2006, algorithm 7.4)."""
        d = -g
        pairs = list(zip(self.old_dirs, self.old_stps, self.ro, strict=True))
        parts = []
        for y, s, ro in reversed(pairs):
            parts.append(ro * float(s @ d))
            d -= parts[-1] * y
        d *= self.H_diag
        for (y, s, ro), part in zip(pairs, reversed(parts), strict=True):
            d += (part - ro * float(y @ d)) * s
        return d


class LBFGS(Optimizer):
    """L-BFGS: Newton's direction out of the last `history_size` steps (Liu and Nocedal 1989).

    `step(closure)` makes up to `max_iter` iterations and calls `closure`, which computes the loss and its gradients,
    about once in each, at most about `max_eval` times (5/4 of `max_iter` where not given). A step has the length lr,
    or, with line_search_fn="strong_wolfe", one that fulfils the strong Wolfe conditions. It ends where no gradient is
    above `tolerance_grad`, or the values or the loss change by less than `tolerance_change`.

    There is one group, of one dtype. For small problems without noise, such as fitting a curve.
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        max_iter = integer(max_iter, "max_iter", least=1)
        super().__init__(
            params,
            {
                "lr": lr,
                "max_iter": max_iter,
                "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
                "tolerance_grad": tolerance_grad,
                "tolerance_change": tolerance_change,
                "history_size": history_size,
                "line_search_fn": line_search_fn,
            },
        )
        self._memory = Memory()
        self._start: tuple[Memory, Array] | None = None

    def check(self, options: Options) -> None:
        at_least_0(options, "lr")
        for name in ("max_iter", "max_eval", "history_size"):
            integer(options[name], name, least=1)
        at_least_0(options, "tolerance_grad", "tolerance_change")
        choice(options["line_search_fn"], "line_search_fn", None, "strong_wolfe")

    def check_params(self, params: list[Any]) -> None:
        if self.param_groups:
            raise ValueError("LBFGS has one group of parameters, since it takes one step for all of them.")
        dtypes = {str(p.dtype) for p in params}
        if len(dtypes) > 1:
            raise ValueError(f"LBFGS works on parameters of one dtype; these are {', '.join(sorted(dtypes))}.")

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Up to `max_iter` iterations. Returns what the first call of `closure` gave: the loss before the step.

        Where the loss or its slope is NaN or infinite, a line search takes shorter steps; a start from there stays as
        it is. An iteration that is interrupted, by Ctrl-C or an error of `closure`, is taken back as a whole, at the
        latest by the next `step`, `state_dict` or `load_state_dict`; those before it stay.
        """
        if closure is None:
            raise TypeError("LBFGS evaluates the loss several times a step: give step a function that computes it.")
        self._finish()
        self._check_groups()
        try:
            return self._iterate(closure)
        finally:
            self._finish()

    def _iterate(self, closure: Callable[[], Any]) -> Any:
        options = self.param_groups[0]
        first = closure()
        loss, g = as_number(first, "loss"), self._gradient()
        count = 1
        self._memory = replace(self._memory, func_evals=self._memory.func_evals + 1)
        if np.abs(g).max() <= options["tolerance_grad"]:
            return first
        for iteration in range(1, options["max_iter"] + 1):
            memory = self._memory.after(g, options["history_size"])
            d = self._without_frozen(memory.direction(g))
            here = Point(0.0, loss, g, float(g @ d))
            if not isfinite(loss) or not isfinite(here.slope):
                break
            memory.t = options["lr"]
            if memory.prev_flat_grad is None:
                memory.t *= min(1.0, 1 / float(np.abs(g).sum()))
            memory.d, memory.prev_flat_grad, memory.prev_loss = d, g.copy(), loss
            flat = here.slope > -options["tolerance_change"]
            last = flat or iteration == options["max_iter"]
            if not flat:
                self._start = self._memory, self._block().values.astype(self._block().dtype)
                loss, g, evaluations = self._go(closure, memory, here, options["max_eval"] - count, last)
                count += evaluations
                memory.func_evals += evaluations
            self._memory = memory
            if (
                last
                or count >= options["max_eval"]
                or np.abs(g).max() <= options["tolerance_grad"]
                or np.abs(memory.t * d).max() <= options["tolerance_change"]
                or abs(loss - memory.prev_loss) < options["tolerance_change"]
            ):
                break
        return first

    def _finish(self) -> None:
        """Go back to where an iteration that was interrupted began: its memory is still the one that is kept."""
        if self._start is not None and self._start[0] is self._memory:
            self._move(self._start[1])
        self._start = None

    def _move(self, values: Array) -> None:
        block = self._block()
        block.leaves.before_change()
        block.leaves.mark_changed(0, len(block.params))
        np.copyto(block.values, values, casting="same_kind")

    def _go(
        self, closure: Callable[[], Any], memory: Memory, here: Point, most: int, last: bool
    ) -> tuple[float, Array, int]:
        """Take the step along d; the loss, the gradient, and how often the loss was evaluated.

        Of a step of given length that is the last, the loss is not computed.
        """
        options, d = self.param_groups[0], memory.d
        assert d is not None
        assert self._start is not None
        _, start = self._start

        def evaluate(t: float) -> Point:
            self._move(start + t * d)
            loss, g = as_number(closure(), "loss"), self._gradient()
            return Point(t, loss, g, float(g @ d))

        if options["line_search_fn"] is not None:
            narrowest = options["tolerance_change"] / float(np.abs(d).max())
            point, evaluations = strong_wolfe(evaluate, here, memory.t, most, narrowest)
            memory.t = point.t
            self._move(start + point.t * d)
            return point.loss, point.g, evaluations
        if last:
            self._move(start + memory.t * d)
            return here.loss, here.g, 0
        point = evaluate(memory.t)
        return point.loss, point.g, 1

    def _block(self) -> Block:
        (block,) = self._whole_blocks(0)
        return block

    def _without_frozen(self, d: Array) -> Array:
        """The direction, zero for parameters that are frozen."""
        block = self._block()
        for p, start, stop in zip(block.params, block.bounds, block.bounds[1:], strict=False):
            if not p.requires_grad:
                d[start:stop] = 0
        return d

    def _gradient(self) -> Array:
        """The gradients of all parameters one after another, zero where there is none."""
        block = self._block()
        flat = np.zeros(block.leaves.values.shape, block.kept_dtype)
        for g, start, stop in zip(block.leaves.gradients(), block.leaves.bounds, block.leaves.bounds[1:], strict=False):
            if g is not None:
                flat[start:stop] = g.ravel()
        return flat.view(block.dtype)

    # State ---------------------------------------------------------------------------------------------------------

    def _saved_state(self) -> dict[int, dict[str, Any]]:
        """All of it stands with the first parameter, as in PyTorch."""
        if self._memory.func_evals == 0:
            return {}
        return {0: deepcopy(vars(self._memory))}

    def _load_state(self, state_dict: Mapping[str, Any], groups: list[Group], problems: Problems) -> None:
        memory = Memory()
        block = self._block()
        for index, given in state_dict["state"].items():
            label = f"parameter {index}"
            problems.unknown(label, given, [*vars(memory), "al"])  # al is PyTorch's scratch
            for name in vars(memory):
                if given.get(name) is not None:
                    setattr(memory, name, _read(label, name, given[name], block, problems))
        problems.stop()
        self._memory = memory


def _read(label: str, name: str, value: Any, block: Block, problems: Problems) -> Any:
    """One of Memory's fields out of a given state."""
    if isinstance(value, list):
        return [_read(label, name, item, block, problems) for item in value]
    if name in ("d", "prev_flat_grad", "old_dirs", "old_stps"):
        return problems.array(label, name, value, block.values.shape, block.dtype).astype(block.dtype)
    found = problems.number(label, name, value)
    return int(found) if name in ("func_evals", "n_iter") else found
