"""An ONNX graph while it is written: operators in order, and the constants that they take."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from autograd import Tensor
from nn.module import Module


class ExportError(ValueError):
    """A model, or something that it does, cannot be written as an ONNX file."""


class Operator(NamedTuple):
    """One operator of ONNX: its kind, such as "Conv", the names of its inputs and outputs, and its attributes."""

    kind: str
    inputs: tuple[str, ...]
    outputs: list[str]
    attributes: dict[str, Any]
    path: str
    """The module that it is for."""


class Graph:
    """Operators, each after those whose outputs it takes, and constants by their names."""

    def __init__(self, model: Module, dtype: DTypeLike) -> None:
        self.dtype = dtype
        self.operators: list[Operator] = []
        self.constants: dict[str, NDArray[Any]] = {}
        self.path = ""
        """The module whose operators come next."""
        self._names = {tensor: name for name, tensor in [*model.named_parameters(), *model.named_buffers()]}

    def add(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Append an operator with one output; returns the output's name."""
        return self.add_many(1, kind, *inputs, **attributes)[0]

    def add_many(self, outputs: int, kind: str, *inputs: str, **attributes: Any) -> list[str]:
        """Append an operator with so many outputs; returns their names."""
        names = [self._name(f"{kind}_{len(self.operators)}" + f"_{i}" * (outputs > 1)) for i in range(outputs)]
        self.operators.append(Operator(kind, inputs, names, attributes, self.path))
        return names

    def parameter(self, tensor: Tensor) -> str:
        """A parameter or buffer of the model as an input of operators; returns its name, which is its path."""
        name = self._names[tensor]
        self.constants[name] = tensor.data
        return name

    def constant(self, values: Any, dtype: DTypeLike | None = None) -> str:
        """Numbers as an input of operators, by default in the model's dtype; returns their name."""
        name = self._name(f"constant_{len(self.constants)}")
        self.constants[name] = np.array(values, dtype or self.dtype)
        return name

    def _name(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name
