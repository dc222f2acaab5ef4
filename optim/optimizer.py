"""What all optimisers have in common: groups of parameters, the step over flat arrays, the state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from operator import is_
from typing import Any, ClassVar, TypeAlias

import numpy as np

from autograd import Tensor
from autograd.tensor import Array
from optim.block import Block, Numbers, Piece, Run, blocks
from optim.interruption import UnfinishedStep
from optim.options import Options, at_least_0
from optim.state import Problems, read_arrays, read_groups, saved_groups

Group: TypeAlias = dict[str, Any]
Params: TypeAlias = Iterable[Tensor | Group]

SCHEDULED = ("initial_lr", "max_lr", "min_lr", "max_momentum", "base_momentum")
"""What schedulers note in a group beside the optimiser's own options."""


class Optimizer:
    """Changes parameters, in place, by their gradients: `zero_grad()`, a loss's `backward()`, `step()`.

    `params` are tensors, or groups of them with options of their own, `[{"params": [...], "lr": 0.1}, ...]`; the
    other options are the optimiser's. `param_groups` is the list of these groups, and a change of an option in it holds
    from the next step on.

    The values of a group's parameters are moved into one flat array, and so is what the optimiser keeps of them: a step
    takes a few calls of NumPy, however many parameters there are. A parameter without a gradient stays as it is, and so
    does one that is frozen, with requires_grad=False, until it requires a gradient again.

    Raises TypeError for what is not a leaf Tensor, if none requires a gradient, and for options of a wrong kind,
    ValueError where there is no parameter, one is given twice, or an option has a wrong value or an unknown name.
    """

    state_names: ClassVar[tuple[str, ...]] = ()
    """What the optimiser may keep of each element of a parameter."""
    start: ClassVar[Numbers] = {"step": 0.0}
    """What it keeps of each parameter as a whole, before the first step."""
    newer: ClassVar[Options] = dict.fromkeys(
        ("amsgrad", "centered", "decoupled_weight_decay", "maximize", "nesterov"), False
    )
    """Options that older states of PyTorch lack, and what they mean there."""
    uncut: ClassVar[bool] = False
    """Whether `update` is to see each parameter by itself and whole."""

    def __init__(self, params: Params, defaults: Group) -> None:
        self.check(defaults)
        self.defaults = defaults
        self.param_groups: list[Group] = []
        self._params: list[list[Tensor]] = []
        self._blocks: list[list[Block]] = []
        self._unfinished: UnfinishedStep | None = None
        for group in self._as_groups(params):
            self.param_groups.append(self._checked(group))
        everyone = [p for group in self.param_groups for p in group["params"]]
        if not any(p.requires_grad for p in everyone):
            raise TypeError(
                "an optimiser changes tensors made with requires_grad=True; this is "
                f"{everyone[0]!r}, and none of the others requires a gradient either."
            )
        self._params = [list(group["params"]) for group in self.param_groups]
        self._blocks = [blocks(params) for params in self._params]

    def __repr__(self) -> str:
        options = [[f"{name}={group[name]!r}" for name in self.defaults] for group in self.param_groups]
        sizes = [f"parameters: {len(group['params'])}" for group in self.param_groups]
        groups = [", ".join([size, *own]) for size, own in zip(sizes, options, strict=True)]
        return f"{type(self).__name__}({'; '.join(groups)})"

    # Groups --------------------------------------------------------------------------------------------------------

    def add_param_group(self, param_group: Group) -> None:
        """Add parameters, `{"params": [...], ...}`, with options of their own or else the optimiser's."""
        group = self._checked(param_group)
        new = blocks(group["params"])
        self.param_groups.append(group)
        self._params.append(list(group["params"]))
        self._blocks.append(new)

    @staticmethod
    def _as_groups(params: Params) -> list[Group]:
        if isinstance(params, Tensor):
            raise TypeError("an optimiser takes a list of tensors, such as model.parameters(), not one tensor.")
        if not isinstance(params, Iterable):
            raise TypeError(f"an optimiser takes a list of tensors, such as model.parameters(), not {params!r}.")
        if isinstance(params, set | frozenset):
            raise TypeError("an optimiser takes a list of tensors: a set has no order to find their state by again.")
        given = list(params)
        if given and all(isinstance(group, dict) for group in given):
            return given  # type: ignore[return-value]
        return [{"params": given}]

    def _checked(self, group: Group) -> Group:
        """A new group with all options, if it can be added to those there are."""
        if not isinstance(group, dict) or "params" not in group:
            raise TypeError(f'a group is a dictionary {{"params": [...], ...}}, not {group!r}.')
        given = group["params"]
        (one,) = self._as_groups([given] if isinstance(given, Tensor) else given)
        params: list[Tensor] = one["params"]
        if not params:
            raise ValueError("there is nothing to optimise: the list of parameters is empty.")
        for p in params:
            if not _is_parameter(p):
                raise TypeError(f"an optimiser changes tensors made with requires_grad=True; this is {p!r}.")
        everyone = [id(p) for other in [*self.param_groups, one] for p in other["params"]]
        if len(set(everyone)) < len(everyone):
            raise ValueError("a parameter is in the list more than once: it would be changed more than once a step.")
        unknown = [name for name in group if name not in ("params", *self.defaults, *SCHEDULED)]
        if unknown:
            raise ValueError(
                f"{type(self).__name__} has no option {', '.join(map(repr, unknown))}; there are "
                f"{', '.join(self.defaults)}."
            )
        options = {**self.defaults, **{name: value for name, value in group.items() if name != "params"}}
        self._check_options(options)
        self.check_params(params)
        return {"params": params, **options}

    def check(self, options: Options) -> None:
        """Raise TypeError or ValueError for an option that is not as it must be."""
        at_least_0(options, "lr")

    def _check_options(self, options: Options) -> None:
        """Check these options, with what schedulers note beside them."""
        self.check(options)
        at_least_0(options, *[name for name in SCHEDULED if name in options])

    def check_params(self, params: list[Tensor]) -> None:
        """Raise for parameters that this optimiser cannot change."""

    # A step --------------------------------------------------------------------------------------------------------

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for group in self.param_groups:
            for p in group["params"]:
                p.zero_grad()

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change every parameter that has a gradient and is not frozen.

        `closure`, if given, computes the loss and its gradients before; its result is returned.

        A step that is interrupted, by Ctrl-C or an error, is finished before the exception goes on, so that it is done
        as a whole; where that is interrupted too, by the next `step`, `state_dict` or `load_state_dict`. An error of
        `update` that comes again ends the step: pieces before it are changed, it and those after it are not.

        Numbers out of range become infinite, as in PyTorch, without NumPy's warnings.

        Raises TypeError or ValueError for an option in `param_groups` that is not as it must be; then nothing changes.
        """
        self._finish()
        self._check_groups()
        loss = None if closure is None else closure()
        runs: list[tuple[Run, Options]] = []
        for k, group in enumerate(self.param_groups):
            options = dict(group)
            for block in self._whole_blocks(k):
                block.keep(self.kept(options))
                found = block.runs(partial(self._advanced, options=options), self.uncut)
                runs += [(run, options) for run in found]
        self._unfinished = UnfinishedStep(runs)
        self._finish()
        return loss

    def _finish(self) -> None:
        """Finish the step under way, if there is one: also when it is interrupted, so that it is done as a whole."""
        if self._unfinished is None:
            return
        try:
            self._unfinished.finish(self.update)
        except BaseException:
            with suppress(Exception):
                self._unfinished.finish(self.update)
            self._unfinished = None
            raise
        self._unfinished = None

    def _check_groups(self) -> None:
        """Raise TypeError or ValueError, with the group, for what was changed in `param_groups` and cannot be."""
        if len(self.param_groups) != len(self._params):
            raise ValueError(
                f"there were {len(self._params)} groups, and now there are {len(self.param_groups)}: groups are added "
                "by add_param_group, and to be without one, make a new optimiser."
            )
        for k, (group, params) in enumerate(zip(self.param_groups, self._params, strict=True)):
            missing = [name for name in ("params", *self.defaults) if name not in group]
            if missing:
                raise ValueError(f"group {k} lacks {', '.join(map(repr, missing))}.")
            if len(group["params"]) != len(params) or not all(map(is_, group["params"], params)):
                raise ValueError(
                    f"the parameters of group {k} are others than before: new ones are added by add_param_group."
                )
            try:
                self._check_options(group)
            except (TypeError, ValueError) as error:
                raise type(error)(f"group {k}: {error}") from None

    def update(self, piece: Piece, options: Options) -> None:
        """Change the values of a piece by its gradient; every optimiser defines its own.

        Values and state are changed by `piece.change` alone, and the values in its last call: then an interrupt may
        come anywhere, and the update be made again.
        """
        raise TypeError(f"{type(self).__name__} defines no update().")

    def kept(self, options: Options) -> tuple[str, ...]:
        """Those of `state_names` that are kept with these options."""
        return self.state_names

    def advance(self, numbers: Numbers, options: Options) -> None:
        """Change the numbers kept of a parameter to those of its next step."""
        if "step" in numbers:
            numbers["step"] += 1

    def _advanced(self, numbers: Numbers | None, options: Options) -> Numbers | None:
        if not self.kept(options):
            return numbers
        following = dict(self.start if numbers is None else numbers)
        self.advance(following, options)
        return following

    def _whole_blocks(self, k: int) -> list[Block]:
        """The blocks of a group; gathered anew if another owner has moved values or their dtype has changed."""
        if not all(block.leaves.is_whole() for block in self._blocks[k]):
            places = self._places()
            gathered = blocks(self.param_groups[k]["params"])
            for block in gathered:
                for i, p in enumerate(block.params):
                    old, j = places[id(p)]
                    block.set_state(i, old.state_of(j), old.numbers[j])
            self._blocks[k] = gathered
        return self._blocks[k]

    def _places(self) -> dict[int, tuple[Block, int]]:
        """The block of each parameter, by its id, and its place there."""
        return {id(p): (block, i) for group in self._blocks for block in group for i, p in enumerate(block.params)}

    # State ---------------------------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """All that training needs to go on as if it had not stopped, beside the values of the parameters.

        {"state": {index of parameter: {name: array or number}}, "param_groups": [options, with the indices as
        "params"]}, with PyTorch's names. Arrays are copies. Options that are tuples become lists.
        """
        self._finish()
        return {"state": self._saved_state(), "param_groups": saved_groups(self.param_groups)}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` gave, or PyTorch's optimiser of the same name.

        Options that PyTorch has and this optimiser has not (such as foreach) are left out.

        Raises ValueError with all that does not fit; then nothing changes.
        """
        self._finish()
        problems = Problems(type(self).__name__)
        groups = read_groups(state_dict, self.param_groups, tuple(self.defaults), self.newer, SCHEDULED, problems)
        problems.stop()
        for k, options in enumerate(groups):
            problems.check(f"group {k}", partial(self._check_options, {**self.param_groups[k], **options}))
        problems.stop()
        self._load_state(state_dict, groups, problems)
        for group, options in zip(self.param_groups, groups, strict=True):
            group.update((name, value) for name, value in options.items() if name != "params")

    def _saved_state(self) -> dict[int, dict[str, Any]]:
        state: dict[int, dict[str, Any]] = {}
        for k in range(len(self.param_groups)):
            self._whole_blocks(k)
        places = self._places()
        everyone = ((p, group) for group in self.param_groups for p in group["params"])
        for index, (p, group) in enumerate(everyone):
            block, i = places[id(p)]
            block.keep(self.kept(group))
            numbers = block.numbers[i]
            if numbers is not None:
                state[index] = {**numbers, **block.state_of(i)}
        return state

    def _load_state(self, state_dict: Mapping[str, Any], groups: list[Group], problems: Problems) -> None:
        """Check the state of all parameters, then take it over."""
        for k in range(len(self.param_groups)):  # a converted parameter has a new block
            self._whole_blocks(k)
        read: list[tuple[Tensor, dict[str, Array], Numbers | None]] = []
        for group, options in zip(self.param_groups, groups, strict=True):
            for p, index in zip(group["params"], options["params"], strict=True):
                given = state_dict["state"].get(index)
                if given is not None and not isinstance(given, Mapping):
                    problems.add(f"parameter {index} has {given!r} as its state, not a dictionary")
                    given = None
                given = {name: value for name, value in (given or {}).items() if value is not None}
                label = f"parameter {index}"
                problems.unknown(label, given, (*self.start, *self.state_names))
                problems.missing(label, given, (*self.start, *self.kept(options)) if given else ())
                arrays = read_arrays(label, given, self.state_names, p, problems)
                found = {name: problems.number(label, name, given.get(name, 0.0)) for name in self.start}
                read.append((p, arrays, found if given else None))
        problems.stop()
        places = self._places()
        for p, arrays, numbers in read:
            block, i = places[id(p)]
            block.set_state(i, arrays, numbers)


def _is_parameter(p: Any) -> bool:
    """Whether it is a leaf whose values can be changed: it may be frozen, and require no gradient at present."""
    if not isinstance(p, Tensor) or p.node is None or p.dtype.kind not in "fc":
        return False
    return p.node.is_leaf and not p.node.parents


def gradient(piece: Piece, options: Options) -> Array:
    """The gradient to go down by: turned round with `maximize`, with the values' share by `weight_decay`.

    Where it is not the gradient itself, it lies in the piece's scratch[0].
    """
    g = np.negative(piece.g, out=piece.scratch[0]) if options["maximize"] else piece.g
    if options["weight_decay"] == 0 or options.get("decoupled_weight_decay", False):
        return g
    decay = np.multiply(piece.w, options["weight_decay"], out=piece.scratch[1])
    decayed: Array = np.add(g, decay, out=piece.scratch[0])
    return decayed


def go_down(piece: Piece, step: Array, decay: float = 0.0) -> None:
    """Subtract a step from the values, after they have decayed by a part."""
    w = piece.w
    if decay:
        piece.change((np.multiply, w, 1 - decay, w), (np.subtract, w, step, w))
    else:
        piece.change((np.subtract, w, step, w))
