"""summary: a table of a model's layers, with shapes, parameters, operations and memory, without computing anything."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd import Node, ShapeDtype, Tensor, get_default_dtype
from autograd.eval_shape import as_shape
from autograd.graph import ancestors, next_index
from autograd.mode import evaluating_shapes, recorded, running_module
from autograd.shape_only import owners
from autograd.trees import leaves
from nn.functional.arguments import integer
from nn.module import Module
from nn.parameter import Parameter
from nn.watching import watched_by

Shape = tuple[int, ...]

HEADINGS = ("Layer", "Output", "Parameters", "Multiply-adds", "Remembered")


@dataclass
class Row:
    """Calls of one module. All numbers are its own, without those of the modules in it."""

    module: Module
    path: str
    name: str
    """The path within the module of the row that it is indented under."""
    depth: int
    calls: int = 1
    output: Any = None
    """The shape of what it gave, or a list of shapes; None where it gave nothing."""
    parameters: int = 0
    """Elements; of a parameter that is in several rows, in the first only."""
    multiply_adds: int = 0
    memory: int = 0
    """Bytes that its operations remember for the reverse pass, beside the parameters."""


@dataclass
class Summary:
    """What `summary` found: a row for every module and shape, totals, and the error that ended it, if one did.

    Prints as a table, and shows as one in a notebook.
    """

    inputs: list[ShapeDtype]
    rows: list[Row] = field(default_factory=list)
    calls: list[Row] = field(default_factory=list)
    """Every call by itself, in the order in which they began."""
    parameters: int = 0
    trainable: int = 0
    parameter_memory: int = 0
    error: Exception | None = None

    @property
    def multiply_adds(self) -> int:
        """Multiplications, each with an addition, of all products (of matrices, in convolutions) in one call."""
        return sum(row.multiply_adds for row in self.rows)

    @property
    def memory(self) -> int:
        """Bytes that the graph of one call remembers for the reverse pass, beside the parameters."""
        return sum(row.memory for row in self.rows)

    def __str__(self) -> str:
        lines = [HEADINGS, *self._cells()]
        widths = [max(len(line[i]) for line in lines) for i in range(len(HEADINGS))]
        columns = "  ".join(f"{{:{'<' if i < 2 else '>'}{width}}}" for i, width in enumerate(widths))
        first, *middle, last = [columns.format(*line) for line in lines]
        rule = "-" * len(first)
        return "\n".join([first, rule, *middle, rule, last, *self._notes()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head, *body = (
            "".join(
                f'<{tag} style="text-align: {"left" if i < 2 else "right"}; white-space: pre">{escape(cell)}</{tag}>'
                for i, cell in enumerate(line)
            )
            for tag, line in [("th", HEADINGS), *(("td", line) for line in self._cells())]
        )
        rows = "".join(f"<tr>{row}</tr>" for row in body)
        notes = "".join(f"<p>{escape(note)}</p>" for note in self._notes())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{notes}"

    def _cells(self) -> list[tuple[str, ...]]:
        rows = [
            (_title(row), self._output(row), f"{row.parameters:,}", f"{row.multiply_adds:,}", _bytes(row.memory))
            for row in self.rows
        ]
        return [*rows, ("Total", "", f"{self.parameters:,}", f"{self.multiply_adds:,}", _bytes(self.memory))]

    def _output(self, row: Row) -> str:
        if row.output is not None:
            return str(row.output)
        return "error" if row.calls else "not called"

    def _notes(self) -> list[str]:
        given = ", ".join(f"{x.dtype} {x.shape}" for x in self.inputs)
        notes = [f"Input: {given}. Parameters: {_bytes(self.parameter_memory)}, {self.trainable:,} of them trainable."]
        return notes if self.error is None else [*notes, f"{type(self.error).__name__}: {self.error}"]


def summary(
    model: Module | Callable[[], Module],
    input_shape: Shape | Sequence[Shape],
    batch: int | None = 1,
    dtype: DTypeLike | None = None,
) -> Summary:
    """A table of a model's layers: output shape, parameters, multiply-adds, memory for the reverse pass, and totals.

    `input_shape` is that of one example, such as (1, 28, 28), or a list of shapes for several inputs; `batch` is put
    in front, unless it is None. `dtype`, of the inputs, is by default that of the parameters. Nothing is computed and
    nothing changed (see `autograd.eval_shape`). A function in the place of the model is called to make one, whose
    parameters then take no memory: `summary(lambda: nn.Sequential(...), (784,))`.

    Where shapes do not fit, the table ends there and gives the reason; `error` holds the exception.
    """
    counts: Counter[str] = Counter()
    with evaluating_shapes(counts), recorded():
        model = model if isinstance(model, Module) else _built(model)
        parameters = list(model.parameters())
        dtype = dtype or next((p.dtype for p in parameters), get_default_dtype())
        found = Summary(
            inputs=[ShapeDtype(shape, dtype) for shape in _whole_shapes(input_shape, batch)],
            parameters=sum(p.size for p in parameters),
            trainable=sum(p.size for p in parameters if p.requires_grad),
            parameter_memory=sum(p.size * p.dtype.itemsize for p in parameters),
        )
        calls = _Calls(model, counts)
        try:
            with watched_by(calls):
                model(*map(as_shape, found.inputs))
        except (ValueError, TypeError, IndexError) as error:
            found.error = _without_frames(error)
        finally:
            calls.stop()
    found.rows, found.calls = calls.rows, calls.all
    if found.error is None:
        found.rows += _not_called(model, calls.rows)
    _count_parameters(found.rows)
    known = owners([parameter.data for parameter in parameters])
    for node in ancestors(y.node for y in calls.outputs if y.node is not None):
        new = {key: held for key, held in owners(node.saved).items() if key not in known}
        calls.row_of(node).memory += sum(held.nbytes for held in new.values())
        known |= new
    return found


def _built(make: Any) -> Module:
    model = make() if callable(make) else make
    if not isinstance(model, Module):
        raise TypeError(f"summary takes an nn.Module, or a function without arguments that makes one, not {model!r}.")
    return model


def _whole_shapes(input_shape: Any, batch: int | None) -> list[Shape]:
    if not isinstance(input_shape, Sequence):
        raise TypeError(f"input_shape is a shape, such as (784,), or a list of shapes, not {input_shape!r}.")
    shapes = [input_shape] if all(isinstance(n, int | np.integer) for n in input_shape) else input_shape
    if not all(isinstance(shape, Sequence) for shape in shapes):
        raise TypeError(f"input_shape is a shape, such as (784,), or a list of shapes, not {input_shape!r}.")
    if isinstance(batch, Sequence):
        raise TypeError(f"batch is an integer or None, not {batch!r}: give the shapes of several inputs as a list.")
    if batch is not None:
        integer(batch, "batch", least=0)
    return [tuple(shape) if batch is None else (batch, *shape) for shape in shapes]


class _Calls:
    """Watches the calls of a model's modules in this thread, and notes their rows, and what they gave.

    Calls of one module that give the same shape share a row.
    """

    def __init__(self, model: Module, counts: Counter[str]) -> None:
        self.rows: list[Row] = []
        self.all: list[Row] = []
        self.outputs: list[Tensor] = []
        self._running: list[Row] = []
        self._counts = counts
        self._starts: dict[str, list[tuple[int, Row]]] = defaultdict(list)
        self._modules = set(model.modules())

    def before(self, module: Module) -> None:
        """Begin a row."""
        if module not in self._modules:
            return
        path, outer = running_module(), self._running[-1].path if self._running else ""
        row = Row(module, path, path.removeprefix(f"{outer}."), len(self._running))
        self.rows.append(row)
        self.all.append(row)
        self._running.append(row)
        self._starts[path].append((next_index(), row))
        self._counts[row.path] = 0

    def after(self, module: Module, output: Any) -> None:
        """Complete the row, or add it to an earlier one of the same module and shape."""
        if module not in self._modules:
            return
        row = self._running.pop()
        row.output = _shapes(output)
        row.multiply_adds = self._counts[row.path]
        self.outputs += [y for y in leaves(output) if isinstance(y, Tensor)]
        for earlier in self.rows:
            if earlier.module is module and earlier.output == row.output and earlier is not row:
                earlier.calls += 1
                earlier.multiply_adds += row.multiply_adds
                tick, _ = self._starts[row.path].pop()
                self._starts[row.path].append((tick, earlier))
                self.rows.remove(row)
                break

    def row_of(self, node: Node) -> Row:
        """The row of the call that made the node: the last one of its module that began before."""
        starts = self._starts[node.module]
        before = bisect_left(starts, node.index, key=itemgetter(0))
        return starts[before - 1][1] if before else self.rows[0]

    def stop(self) -> None:
        """Complete the rows of calls that an error ended."""
        for row in self._running:
            row.multiply_adds = self._counts[row.path]


def _without_frames(error: Exception) -> Exception:
    """The error without its tracebacks: what these hold would be freed by Python's collector only."""
    part: BaseException | None = error
    while part is not None:
        part.__traceback__ = None
        part = part.__context__
    return error


def _shapes(output: Any) -> Any:
    if isinstance(output, tuple | list):
        return [_shapes(part) for part in output]
    return output.shape if isinstance(output, Tensor) else None


def _not_called(model: Module, rows: list[Row]) -> list[Row]:
    """Rows for modules with parameters of their own that did not run, such as one whose weights another one uses."""
    called = {row.module for row in rows}
    return [
        Row(module, path, path, depth=1, calls=0)
        for path, module in model.named_modules()
        if module not in called and _own_parameters(module)
    ]


def _count_parameters(rows: list[Row]) -> None:
    counted: set[Parameter] = set()
    for row in rows:
        new = _own_parameters(row.module) - counted
        row.parameters = sum(parameter.size for parameter in new)
        counted |= new


def _own_parameters(module: Module) -> set[Parameter]:
    return {value for value in vars(module).values() if isinstance(value, Parameter)}


def _title(row: Row) -> str:
    times = f" x{row.calls}" if row.calls > 1 else ""
    return "  " * row.depth + (f"{row.name}: " if row.name else "") + type(row.module).__name__ + times


def _bytes(size: int) -> str:
    """A size with its unit; 1 kB is 1,000 bytes."""
    for unit, scale in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return f"{size} B"
