"""The exponential moving average of weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.arguments import number
from autograd.tensor import Array
from optim.state import Problems


class ExponentialMovingAverage:
    """The moving average of parameters, average = decay average + (1 - decay) w, which often is better than the last w.

    `update()` after each step of the optimiser; the averages start at the values that the parameters have when it is
    made. `with ema.averaged(): ...` evaluates a model with the averages (Polyak and Juditsky 1992). Those of float16,
    in which small changes would be lost, are kept in float32.
    """

    def __init__(self, params: Iterable[Tensor], decay: float = 0.999) -> None:
        number(decay, "decay", least=0, most=1)
        if isinstance(params, Tensor) or not isinstance(params, Iterable):
            raise TypeError(f"an average takes a list of tensors, such as model.parameters(), not {params!r}.")
        self.params = list(params)
        for p in self.params:
            if not isinstance(p, Tensor) or p.dtype.kind not in "fc":
                raise TypeError(f"an average is of tensors of floating point numbers; this is {p!r}.")
        self.decay = decay
        self._flat = [_FlatAverages(self.params, dtype) for dtype in dict.fromkeys(p.dtype for p in self.params)]
        self._in_use = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}(parameters: {len(self.params)}, decay={self.decay})"

    @property
    def averages(self) -> list[Array]:
        """The averages, in the order of the parameters."""
        found = {i: average for flat in self._flat for i, average in flat.averages()}
        return [found[i] for i in range(len(self.params))]

    def update(self) -> None:
        """Take the present values into the averages."""
        self._refuse_in_use("update")
        for flat in self._flat:
            change = np.concatenate([self.params[i].data.ravel() for i in flat.members], out=flat.scratch)
            change -= flat.values
            change *= 1 - self.decay
            flat.values += change

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Inside, the parameters have the averages as values; after, their own again."""
        self._refuse_in_use("averaged")
        weights = [p.numpy() for p in self.params]
        try:
            self._in_use = True
            self._assign(self.averages)
            yield
        finally:
            self._assign(weights)
            self._in_use = False

    def _assign(self, arrays: list[Array]) -> None:
        for p, array in zip(self.params, arrays, strict=True):
            p.data = array

    def _refuse_in_use(self, name: str) -> None:
        if self._in_use:
            raise RuntimeError(f"{name}() inside of averaged(), where the parameters are the averages themselves.")

    def state_dict(self) -> dict[str, Any]:
        """The decay, and copies of the averages in the parameters' order."""
        return {"decay": self.decay, "averages": [average.copy() for average in self.averages]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` gave. Raises ValueError with all that does not fit; then nothing changes."""
        problems = Problems(type(self).__name__)
        if not isinstance(state_dict, Mapping) or not {"decay", "averages"} <= set(state_dict):
            problems.add('it is no dictionary with "decay" and "averages"')
        problems.stop()
        given = state_dict["averages"]
        if len(given) != len(self.averages):
            problems.add(f"it has {len(given)} averages, not {len(self.averages)}")
        for i, (own, other) in enumerate(zip(self.averages, given, strict=False)):
            problems.array("it", f"averages[{i}]", other, own.shape, own.dtype)
        decay = problems.number("it", "decay", state_dict["decay"])
        problems.check("it", lambda: number(decay, "decay", least=0, most=1))
        problems.stop()
        self.decay = decay
        for own, other in zip(self.averages, given, strict=True):
            own[...] = np.asarray(other)


class _FlatAverages:
    """The averages of the parameters of one dtype in one array, of float32 for float16, and another to compute in."""

    def __init__(self, params: list[Tensor], dtype: Any) -> None:
        self.members = [i for i, p in enumerate(params) if p.dtype == dtype]
        self.shapes = [params[i].shape for i in self.members]
        self.bounds = [0, *accumulate(params[i].size for i in self.members)]
        kept = np.float32 if dtype == np.float16 else dtype
        self.values = np.concatenate([params[i].data.ravel() for i in self.members], dtype=kept)
        self.scratch = np.empty_like(self.values)

    def averages(self) -> Iterator[tuple[int, Array]]:
        """The index of each parameter, and its average."""
        for i, shape, start, stop in zip(self.members, self.shapes, self.bounds, self.bounds[1:], strict=False):
            yield i, self.values[start:stop].reshape(shape)
