"""What a picture of a net shows: the shapes that data takes on its way, and the operations between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autograd import Tensor
from nn.container import Sequential
from nn.conv import Conv1d, Conv2d, Conv3d
from nn.linear import Linear
from nn.module import Module
from nn.parameter import Parameter
from nn.pooling import AvgPool2d, MaxPool2d
from nn.summary import Row, Shape, Summary


@dataclass
class Stage:
    """A shape, without the batch axis, and the operations that led to it from the stage before."""

    shape: Shape
    operations: list[str] = field(default_factory=list)
    parameters: int = 0
    weight: Tensor | None = None
    """Of a stage that one Linear made."""


def stages(table: Summary) -> list[Stage]:
    """The input and every stage after it: a new one begins where the shape changes or parameters come in."""
    found = [Stage(table.inputs[0].shape[1:])]
    for row in _shown(table.calls):
        shape = tuple(row.output[1:]) if isinstance(row.output, tuple) else ()
        size = sum(p.size for p in row.module.parameters())
        last = found[-1]
        weighs = size > 0 and not _is_pointwise(row.module)
        if shape != last.shape or weighs:
            last = Stage(shape)
            found.append(last)
        last.operations.append(_name(row.module))
        last.parameters += size
        if isinstance(row.module, Linear):
            last.weight = row.module.weight
    return found


def _shown(rows: list[Row]) -> list[Row]:
    """The outermost modules that are more than a row of others."""
    shown: list[Row] = []
    for row in rows:
        inside = any(row is not other and row.path.startswith(f"{other.path}.") for other in shown if other.path)
        if not inside and not _is_row_of_others(row, rows):
            shown.append(row)
    return shown


def _is_row_of_others(row: Row, rows: list[Row]) -> bool:
    has_children = any(True for _ in row.module.children())
    return has_children and (isinstance(row.module, Sequential) or row is rows[0])


def _is_pointwise(module: Module) -> bool:
    """Whether the parameters are one for each channel, as those of a BatchNorm."""
    return all(parameter.ndim < 2 for parameter in vars(module).values() if isinstance(parameter, Parameter))


def _name(module: Module) -> str:
    kind = type(module).__name__
    if isinstance(module, Conv1d | Conv2d | Conv3d):
        detail = " x ".join(map(str, module.kernel_size)) + _unless_one("stride", module.stride)
        return f"{kind} {detail}"
    if isinstance(module, MaxPool2d | AvgPool2d):
        return f"{kind} {_size(module.kernel_size)}"
    return kind


def _size(size: Any) -> str:
    return " x ".join(map(str, size if isinstance(size, tuple) else (size, size)))


def _unless_one(word: str, numbers: tuple[int, ...]) -> str:
    if set(numbers) == {1}:
        return ""
    return f", {word} {numbers[0] if len(set(numbers)) == 1 else numbers}"
