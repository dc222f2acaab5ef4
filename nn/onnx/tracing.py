"""A model run once, and what it did written as an ONNX graph: its layers, and the operations between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from operator import attrgetter
from threading import get_ident
from typing import Any, NamedTuple

from autograd import Node, Tensor
from autograd.mode import recorded
from nn.module import Module
from nn.onnx.graph import ExportError, Graph
from nn.onnx.layers import LAYERS
from nn.onnx.operations import operation


class Call(NamedTuple):
    """A layer that was run, on what, and with which result."""

    layer: Module
    path: str
    x: Any
    y: Any


def traced(model: Module, x: Tensor) -> tuple[Graph, Tensor]:
    """The graph of model(x), whose input is "input" and whose output is "output", and the value of the output."""
    with recorded(), _calls(model) as calls:
        y = model(x)
    if not isinstance(y, Tensor):
        raise ExportError(f"{place(model, '')} returns {type(y).__name__}, and one Tensor is expected.")
    writer = _Writer(model, x)
    for call in calls:
        writer.write_layer(call)
    output = writer.named(y, "")
    writer.graph.path = ""
    writer.graph.add("Identity", output)
    writer.graph.operators[-1].outputs[:] = ["output"]
    return writer.graph, y


@contextmanager
def _calls(model: Module) -> Iterator[list[Call]]:
    """A list to which the calls in this thread of all layers of the model are added inside.

    They are noted by a hook before all others, since others may change what a layer gives.
    """
    calls: list[Call] = []
    thread = get_ident()
    paths = {module: path for path, module in model.named_modules() if type(module) in LAYERS}

    def note(layer: Module, args: tuple[Any, ...], y: Any) -> None:
        if get_ident() == thread:
            calls.append(Call(layer, paths[layer], args[0] if args else None, y))

    hooks = [layer._hooks()[1] for layer in paths]
    for own in hooks:
        own.insert(0, note)
    try:
        yield calls
    finally:
        for own in hooks:
            own.remove(note)


class _Writer:
    """Writes layers and operations to a graph; `names` says what each node of autograd's graph is called there."""

    def __init__(self, model: Module, x: Tensor) -> None:
        self.model = model
        self.graph = Graph(model, x.dtype)
        self.names: dict[Node | None, str] = {x.node: "input"}
        self.parameters = {t.node: t for _, t in [*model.named_parameters(), *model.named_buffers()] if t.node}

    def write_layer(self, call: Call) -> None:
        x = self.named(call.x, call.path)
        if call.y.node in self.names:  # it gave x itself
            return
        self.graph.path = call.path
        try:
            self.names[call.y.node] = LAYERS[type(call.layer)](self.graph, call.layer, x, call.x.shape)
        except ExportError as error:
            raise ExportError(f"{place(self.model, call.path)}: {error}") from None

    def named(self, x: Any, path: str) -> str:
        """The name of a value; operations that it was computed by and that are not written yet are written first."""
        node = x.node if isinstance(x, Tensor) else None
        if node is None:
            raise ExportError(
                f"{place(self.model, path)}: its input or output there comes from no operation that was recorded (in "
                "no_grad() none is), so in a file it would be the same for every input."
            )
        found: set[Node] = set()
        pending = [node]
        while pending:
            last = pending.pop()
            if not last.is_leaf and last not in self.names and last not in found:
                found.add(last)
                pending.extend(last.parents)
        for made in sorted(found, key=attrgetter("index")):
            self.graph.path = made.module
            self.names[made] = self._operation(made)
        return self._input(node, path)

    def _operation(self, node: Node) -> str:
        name = operation(self.graph, node, [self._input(parent, node.module) for parent in node.parents])
        if name is None:
            raise ExportError(
                f"{place(self.model, node.module)}: the operation {node.operation!r} cannot be exported. What can be "
                "is in the documentation of nn.onnx.export: many layers (nn.Conv2d, not functional.conv2d), and "
                "between them arithmetic, means and sums, slices, transpose, reshape and concatenate."
            )
        return name

    def _input(self, node: Node, path: str) -> str:
        """The name of what is written already, or of a constant."""
        if node not in self.names:
            self.names[node] = self._constant(node, path)
        return self.names[node]

    def _constant(self, node: Node, path: str) -> str:
        if node in self.parameters:
            return self.graph.parameter(self.parameters[node])
        if node.value is None:
            raise ExportError(
                f"{place(self.model, path)}: an array of shape {node.shape} there is neither a parameter nor a buffer "
                "of the model. If it is always the same, make it an nn.Buffer. If it depends on the input, as that in "
                "functional.softmax does, use a layer."
            )
        return self.graph.constant(node.value)


def place(model: Module, path: str) -> str:
    """How messages name a module: by its path and class."""
    kind = type(dict(model.named_modules()).get(path, model)).__name__
    return f"{path} ({kind})" if path else kind
