"""export: a model as an ONNX file."""

from __future__ import annotations

import os
from itertools import zip_longest
from typing import Any

import numpy as np

from autograd import Tensor, get_default_dtype
from autograd.files import write
from nn.embedding import Embedding
from nn.module import Module
from nn.onnx.graph import ExportError, Graph
from nn.onnx.tracing import place, traced

OPSET, IR_VERSION = 21, 10
"""The versions of ONNX's operators and of its file format (those of ONNX 1.16), which runtimes since 2024 read."""


def export(model: Module, path: str | os.PathLike[str], input_shape: tuple[int, ...]) -> None:
    """Write a model of one input and one output, in evaluation mode, as an ONNX file for other programs to run.

    `input_shape` is that of one example, without the batch axis: (1, 28, 28). A batch of any size can be given to the
    file's "input", of float32; "output" is the result. Weights have the names of `state_dict`, and are written as
    float32 whatever they are here: runtimes have most operators in float32 only.

    Exported are affine layers, convolutions and transposed ones, pooling, batch, layer and group normalisation, every
    activation, Flatten, Unflatten, Upsample, ZeroPad2d; dropout is left out. Between them, in a `forward`, arithmetic,
    `np.maximum`, `np.exp` and the like, `mean`, `sum`, `max` and `min`, slices, `transpose`, `reshape` and
    `concatenate`: so residual nets are exported too. All else raises ExportError with the path of the module and the
    operation. So does what differs between the two batches, of other sizes and numbers, on which the model is run: a
    factor that depends on the input's values, say. Then nothing is written.

    Raises ModuleNotFoundError without the package onnx: pip install "glassgrad[onnx]".
    """
    onnx = _package()
    if not isinstance(model, Module):
        raise TypeError(f"export takes an nn.Module, not {type(model).__name__}.")
    for name, module in model.named_modules():
        if isinstance(module, Embedding):
            raise ExportError(
                f"{place(model, name)}: an exported file is fed floating point numbers, not indices, so embeddings are "
                "not exported. Export the part of the model that comes after them."
            )
    rng = np.random.default_rng(0)
    dtype = next((parameter.dtype for parameter in model.parameters()), np.dtype(get_default_dtype()))
    if dtype.kind != "f":
        raise ExportError(
            f"{type(model).__name__} computes with {dtype}, and only floating point numbers are exported."
        )
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        x = [Tensor(rng.standard_normal((n, *input_shape)), True, dtype) for n in (2, 3)]
        (graph, y), (other, other_y) = (traced(model, batch) for batch in x)
    finally:
        for module, training in modes.items():
            module.training = training
    _refuse_differences(model, graph, other)
    sizes = [n if n == m else "N" if n == 2 else None for n, m in zip(y.shape, other_y.shape, strict=True)]
    written = _written(onnx, type(model).__name__, graph, ["N", *input_shape], sizes)
    write(path, written.SerializeToString())


def _package() -> Any:
    try:
        import onnx
        import onnx.checker
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            'nn.onnx.export needs the package onnx: pip install "glassgrad[onnx]".', name=error.name
        ) from error
    return onnx


def _refuse_differences(model: Module, graph: Graph, other: Graph) -> None:
    for a, b in zip_longest(graph.operators, other.operators):
        if a != b or any(not _same(graph, other, name) for name in a.inputs):
            raise ExportError(
                f"{place(model, (a or b).path)}: {(a or b).kind} differs between two batches, but in a file it is "
                "fixed: numbers in it depend on the input's values, or on the size of the batch. In the place of "
                "a function such as nn.functional.leaky_relu use the layer, nn.LeakyReLU."
            )


def _same(graph: Graph, other: Graph, name: str) -> bool:
    """Whether a constant is the same in both graphs; true for what is no constant."""
    return np.array_equal(graph.constants.get(name, ()), other.constants.get(name, ()), equal_nan=True)


def _written(onnx: Any, name: str, graph: Graph, input_shape: list[Any], output_shape: list[Any]) -> Any:
    """The graph as ONNX's own object, checked by ONNX, with float32 for all floating point numbers."""
    helper, numbers = onnx.helper, onnx.TensorProto.FLOAT
    constants = {
        name: values.astype(np.float32) if values.dtype.kind == "f" else values
        for name, values in graph.constants.items()
    }
    nodes = [
        helper.make_node(
            operator.kind, operator.inputs, operator.outputs, name=operator.outputs[0], **operator.attributes
        )
        for operator in graph.operators
    ]
    model = helper.make_model(
        helper.make_graph(
            nodes,
            name,
            [helper.make_tensor_value_info("input", numbers, input_shape)],
            [helper.make_tensor_value_info("output", numbers, output_shape)],
            [onnx.numpy_helper.from_array(values, name) for name, values in constants.items()],
        ),
        producer_name="glassgrad",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    onnx.checker.check_model(model, full_check=True)
    return model
