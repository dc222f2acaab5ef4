"""What a picture of a net shows: the shapes that data takes on its way, and the operations between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autograd import Tensor
from nn.container import Sequential
from nn.conv import Conv1d, Conv2d, Conv3d
from nn.linear import Linear
from nn.module import Module
from nn.pooling import AvgPool2d, MaxPool2d
from nn.summary import Shape


@dataclass
class Stage:
    """A shape, without the batch axis, and the operations that led to it from the stage before."""

    shape: Shape
    operations: list[str] = field(default_factory=list)
    parameters: int = 0
    weight: Tensor | None = None
    """Of a stage that one Linear made."""


@dataclass
class Call:
    """A call of a module in the net. Shapes are without the batch axis."""

    module: Module
    path: str
    given: Shape | None
    """The shape of its first argument; None where that is no Tensor."""
    shape: Shape
    """The shape of what it gave; () where that is no Tensor."""


NO_MODULE = "no module"
"""The operation of a stage that no module has made: a function was called, or other data was taken."""


def stages(calls: list[Call]) -> list[Stage]:
    """The input and every stage after it: a new one begins where the shape changes or weights come in."""
    net = calls[0]
    found = [Stage(net.given or ())]
    for call in _shown(calls):
        if call.given is not None and call.given != found[-1].shape:
            found.append(Stage(call.given, [NO_MODULE]))
        if len(found) == 1 or call.shape != found[-1].shape or _opens_stage(call.module, found[-1]):
            found.append(Stage(call.shape))
        last = found[-1]
        last.operations.append(_name(call.module))
        last.parameters += sum(p.size for p in call.module.parameters())
        if isinstance(call.module, Linear):
            last.weight = call.module.weight
    if net.shape != found[-1].shape:
        found.append(Stage(net.shape, [NO_MODULE]))
    return found


def _shown(calls: list[Call]) -> list[Call]:
    """The outermost modules that are more than a row of others."""
    shown: list[Call] = []
    for call in calls:
        inside = any(call.path.startswith(f"{other.path}.") for other in shown if other.path)
        if not inside and not _is_row_of_others(call, calls):
            shown.append(call)
    return shown


def _is_row_of_others(call: Call, calls: list[Call]) -> bool:
    return _has_children(call.module) and (isinstance(call.module, Sequential) or call is calls[0])


def _has_children(module: Module) -> bool:
    return next(module.children(), None) is not None


def _opens_stage(module: Module, last: Stage) -> bool:
    """Whether a module has weights, more than one number for each channel; a block after one of its kind joins it."""
    joins = _has_children(module) and last.operations[-1] == _name(module)
    return not joins and any(parameter.ndim > 1 for parameter in module.parameters())


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
