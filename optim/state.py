"""The state of an optimiser as plain numbers, lists and arrays, and what of a given state does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isfinite, nan
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.tensor import Array


class Problems:
    """What is wrong with a given state, collected, so that one error can tell all of it."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.found: list[str] = []

    def add(self, problem: str) -> None:
        """Note one."""
        self.found.append(problem)

    def unknown(self, label: str, given: Iterable[Any], known: Sequence[Any]) -> None:
        """Note the names that are not known."""
        self.found += [f"{label} has an unknown {name!r}" for name in given if name not in known]

    def missing(self, label: str, given: Iterable[Any], needed: Sequence[Any]) -> None:
        """Note the names that are missing."""
        self.found += [f"{label} lacks {name!r}" for name in needed if name not in given]

    def check(self, label: str, check: Callable[[], object]) -> None:
        """Note the error that a check raises."""
        try:
            check()
        except (TypeError, ValueError) as error:
            self.add(f"{label}: {str(error).rstrip('.')}")

    def number(self, label: str, name: str, value: Any) -> float:
        """The value as a number; noted where it is none."""
        try:
            found = float(value)
        except (TypeError, ValueError):
            found = nan
        if not (isfinite(found) and found >= 0):
            self.add(f"{label} has {value!r} for {name!r}, not a number of 0 or more")
            return 0.0
        return found

    def array(self, label: str, name: str, value: Any, shape: tuple[int, ...], dtype: Any) -> Array:
        """The value as an array; noted where it has another shape or does not hold numbers for this dtype."""
        try:
            array = np.asarray(value)
        except (TypeError, ValueError, RuntimeError) as error:
            self.add(f"{label} has no array for {name!r}: {error}")
            return np.zeros(shape, dtype)
        if array.shape != shape:
            self.add(f"{label} has {name!r} of shape {array.shape}, not {shape}")
        if not np.can_cast(array.dtype, dtype, "same_kind"):
            self.add(f"{label} has {name!r} of dtype {array.dtype}, not {dtype}")
        return array

    def stop(self) -> None:
        """ValueError if there is any."""
        if self.found:
            raise ValueError(f"the state does not fit this {self.owner}: {'; '.join(self.found)}.")


def saved_groups(groups: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The options of groups, with the indices of their parameters, counted over all groups, as "params"."""
    saved = []
    first = 0
    for group in groups:
        indices = list(range(first, first + len(group["params"])))
        first += len(indices)
        options = {name: list(value) if isinstance(value, tuple) else value for name, value in group.items()}
        saved.append({**options, "params": indices})
    return saved


def read_groups(
    state: Mapping[str, Any],
    groups: Sequence[Mapping[str, Any]],
    options: Sequence[str],
    newer: Mapping[str, Any],
    others: Sequence[str],
    problems: Problems,
) -> list[dict[str, Any]]:
    """What a state has of `options`, and of `others`, lists as tuples; "params" are indices.

    Options must be there, but for those in `newer`, which older states lack: then they are what is given there.
    """
    given = state.get("param_groups") if isinstance(state, Mapping) else None
    if not isinstance(given, list | tuple) or not isinstance(state.get("state"), Mapping):
        problems.add('it is no dictionary with "state" and "param_groups"')
        return []
    if len(given) != len(groups):
        problems.add(f"it has {len(given)} groups of parameters, not {len(groups)}")
        return []
    read = []
    for k, (own, other) in enumerate(zip(groups, given, strict=True)):
        if not isinstance(other, Mapping):
            problems.add(f"group {k} is no dictionary")
            continue
        other = {**{name: value for name, value in newer.items() if name in options}, **other}
        problems.missing(f"group {k}", other, (*options, "params"))
        indices = other.get("params", ())
        if not isinstance(indices, list | tuple) or not all(isinstance(index, int | str) for index in indices):
            problems.add(f"group {k} has {indices!r} as its params, not a list of indices")
            continue
        indices = list(indices)
        if len(indices) != len(own["params"]):
            problems.add(f"group {k} has {len(indices)} parameters, not {len(own['params'])}")
        chosen = {name: other[name] for name in (*options, *others) if name in other}
        chosen = {name: tuple(value) if isinstance(value, list) else value for name, value in chosen.items()}
        read.append({**chosen, "params": indices})
    known = {index for chosen in read for index in chosen["params"]}
    for index in state["state"]:
        if index not in known:
            problems.add(f"it has the state of parameter {index!r}, which is in no group")
    return read


def read_arrays(
    label: str, given: Mapping[str, Any], names: Sequence[str], p: Tensor, problems: Problems
) -> dict[str, Array]:
    """Those of `names` that are given for a parameter, as arrays of its shape."""
    return {name: problems.array(label, name, given[name], p.shape, p.dtype) for name in names if name in given}
