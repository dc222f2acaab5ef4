"""What is measured while a net learns, kept and written down; and when to stop."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator, Mapping
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Any

from autograd import Tensor
from autograd.files import checked, write


class History:
    """Numbers by epoch or step: `history.record(epoch=1, loss=0.5)`, later `history["loss"]` and `history.plot()`.

    With a `path`, every row is written at once, as CSV or, where the path ends in ".jsonl", as a line of JSON (NaN as
    null), so that nothing is lost when a run is stopped. The first row begins the file anew; a run that is taken up
    again first loads what it had recorded, `history.load_state_dict(state)`, and the file goes on from there.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.rows: list[dict[str, float]] = []
        self.path = None if path is None else checked(path)

    def record(self, **values: Any) -> None:
        """Keep a row. Every row has the names of the first; values are numbers, or Tensors of one element."""
        row = {name: _number(name, value) for name, value in values.items()}
        if self.rows and list(row) != list(self.rows[0]):
            raise ValueError(f"the rows before have {', '.join(self.rows[0])}; this one has {', '.join(row)}.")
        if self.path is not None and self.rows:
            _append(self.path, self._written([row]))
        elif self.path is not None:
            write(self.path, self._written([row], first=True))
        self.rows.append(row)

    def state_dict(self) -> dict[str, Any]:
        """All that was recorded, for `nn.save`."""
        return {"rows": [dict(row) for row in self.rows]}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave: in the place of all rows so far, in the file too."""
        loaded = History()
        for row in _saved(state, "rows"):
            loaded.record(**row)
        if self.path is not None and loaded.rows:
            write(self.path, self._written(loaded.rows, first=True))
        self.rows = loaded.rows

    def _written(self, rows: list[dict[str, float]], first: bool = False) -> bytes:
        """Rows as the file has them, with the line of names before the first."""
        text = StringIO(newline="")
        if self.path is not None and self.path.suffix == ".jsonl":
            for row in rows:
                known = {name: value if isfinite(value) else None for name, value in row.items()}  # JSON has no NaN
                text.write(json.dumps(known) + "\n")
        else:
            table = csv.DictWriter(text, rows[0], lineterminator="\n")
            if first:
                table.writeheader()
            table.writerows(rows)
        return text.getvalue().encode()

    def __getitem__(self, name: str) -> list[float]:
        """All values of a name, in order."""
        if not self.rows or name not in self.rows[0]:
            known = ", ".join(self.rows[0]) if self.rows else "nothing yet"
            raise KeyError(f"{name!r} was not recorded; there is {known}.")
        return [row[name] for row in self.rows]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, float]]:
        return iter(self.rows)

    def __repr__(self) -> str:
        if not self.rows:
            return "History(nothing recorded)"
        last = ", ".join(f"{name}={value:.6g}" for name, value in self.rows[-1].items())
        return f"History({len(self.rows)} rows, the last: {last})"

    def plot(self, *names: str, ax: Any = None) -> Any:
        """Draw what was recorded under these names, by default under all, over the first name of the rows.

        By matplotlib; takes and returns an axes.
        """
        if not self.rows:
            raise ValueError("there is nothing to plot: nothing was recorded.")
        if ax is None:
            from matplotlib import pyplot

            ax = pyplot.figure().gca()
        across, *others = self.rows[0]
        for name in names or others:
            ax.plot(self[across], self[name], label=name)
        ax.set_xlabel(across)
        ax.legend()
        return ax


def _saved(state: Mapping[str, Any], name: str) -> Any:
    if name not in state:
        raise KeyError(
            f"a state of this has {name!r}, as state_dict() gives it; there is {', '.join(state) or 'nothing'}."
        )
    return state[name]


def _number(name: str, value: Any) -> float:
    value = value.item() if isinstance(value, Tensor) or hasattr(value, "item") else value
    if not isinstance(value, int | float):
        raise TypeError(f"{name} is {value!r}: a History keeps numbers.")
    return value


def _append(path: Path, line: bytes) -> None:
    """Add a line to a file, whole or, where the disk is full, not at all."""
    with open(path, "ab", buffering=0) as file:
        end = file.tell()
        if file.write(line) != len(line):
            file.truncate(end)
            raise OSError(f"the disk has no room for another row of {str(path)!r}.")


class EarlyStopping:
    """Tells when a value has not become better for `patience` times: `if stopping.should_stop(val_loss): break`.

    Better is lower by more than `min_delta`; with mode="max", higher. `improved` says whether the last value was the
    best so far: the moment to save the weights. Source: Prechelt 1998, "Early stopping - but when?".
    """

    def __init__(self, patience: int, min_delta: float = 0.0, mode: str = "min") -> None:
        if patience < 1 or min_delta < 0 or mode not in ("min", "max"):
            raise ValueError(
                "patience must be 1 or more, min_delta 0 or more, and mode 'min' or 'max', not "
                f"{patience}, {min_delta} and {mode!r}."
            )
        self.patience = patience
        self.min_delta = min_delta
        self.sign = 1 if mode == "min" else -1
        self.best = float("inf") * self.sign
        self.waited = 0
        self.improved = False

    def __repr__(self) -> str:
        return f"EarlyStopping(patience={self.patience}, best={self.best:.6g}, waited={self.waited})"

    def state_dict(self) -> dict[str, Any]:
        """The best value so far, and for how long there was none better, for `nn.save`."""
        return {"best": self.best, "waited": self.waited}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        self.best, self.waited = float(_saved(state, "best")), int(_saved(state, "waited"))

    def should_stop(self, value: Any) -> bool:
        """Take note of a value. NaN is never better."""
        value = _number("value", value)
        self.improved = self.sign * value < self.sign * self.best - self.min_delta
        if self.improved:
            self.best = value
        self.waited = 0 if self.improved else self.waited + 1
        return self.waited >= self.patience
