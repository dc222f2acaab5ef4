"""What each layer is in ONNX's operators (version 21 of them)."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from nn.activation import (
    ELU,
    GELU,
    GLU,
    SELU,
    Hardswish,
    Hardtanh,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    Tanh,
)
from nn.conv import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d
from nn.flatten import Flatten, Unflatten
from nn.functional.conv import padding_widths
from nn.functional.pooling import Windows
from nn.linear import Linear
from nn.module import Module
from nn.normalization import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm
from nn.onnx.graph import ExportError, Graph
from nn.pooling import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool1d, AvgPool2d, MaxPool1d, MaxPool2d
from nn.resizing import Upsample, ZeroPad2d

Translation = Callable[[Graph, Any, str, tuple[int, ...]], str]
"""Appends a layer's operators: takes the graph, the layer, its input's name and shape; returns its output's name."""

PADDING_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def linear(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    y = graph.add("MatMul", x, graph.add("Transpose", graph.parameter(layer.weight), perm=[1, 0]))
    return y if layer.bias is None else graph.add("Add", y, graph.parameter(layer.bias))


def conv(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    pads = _before_and_after(padding_widths(layer.padding, layer.kernel_size, layer.dilation))
    if layer.padding_mode != "zeros":
        x = _padded(graph, x, pads, PADDING_MODES[layer.padding_mode])
        pads = [0] * len(pads)
    return graph.add("Conv", x, *_weight_and_bias(graph, layer), pads=pads, **_steps(layer))


def conv_transpose(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    pads = [*layer.padding, *layer.padding]
    more = {"output_padding": list(layer.output_padding)}
    return graph.add("ConvTranspose", x, *_weight_and_bias(graph, layer), pads=pads, **more, **_steps(layer))


def _weight_and_bias(graph: Graph, layer: Any) -> list[str]:
    return [graph.parameter(tensor) for tensor in (layer.weight, layer.bias) if tensor is not None]


def _steps(layer: Any) -> dict[str, Any]:
    return {
        "kernel_shape": list(layer.kernel_size),
        "strides": list(layer.stride),
        "dilations": list(layer.dilation),
        "group": layer.groups,
    }


def _before_and_after(widths: tuple[int, ...]) -> list[int]:
    """Widths of `functional.pad`, (before, after) from the last axis on, as ONNX has them: all before, all after."""
    return [*widths[::2][::-1], *widths[1::2][::-1]]


def _padded(graph: Graph, x: str, pads: list[int], mode: str) -> str:
    axes = graph.constant(range(-(len(pads) // 2), 0), np.int64)
    return graph.add("Pad", x, graph.constant(pads, np.int64), "", axes, mode=mode)


def zero_pad(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    return _padded(graph, x, _before_and_after(layer.padding), "constant")


def max_pool(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    windows = Windows(shape[2:], layer.kernel_size, layer.stride, layer.padding, layer.dilation, layer.ceil_mode)
    return graph.add("MaxPool", x, dilations=list(windows.dilation), **_windows(windows))


def avg_pool(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    """Means over whole windows; times the size of a window over what its sum is divided by, where that differs."""
    windows = Windows(shape[2:], layer.kernel_size, layer.stride, layer.padding, 1, layer.ceil_mode)
    y = graph.add("AveragePool", x, count_include_pad=1, **_windows(windows))
    divisor = vars(layer).get("divisor_override") or windows.sizes(layer.count_include_pad)
    factor = prod(windows.window) / divisor
    return y if np.all(factor == 1) else graph.add("Mul", y, graph.constant(factor))


def _windows(windows: Windows) -> dict[str, Any]:
    return {
        "kernel_shape": list(windows.window),
        "strides": list(windows.stride),
        "pads": _before_and_after(windows.padding),
    }


def adaptive_avg_pool(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    return graph.add("AveragePool", x, **_even_windows(layer, shape))


def adaptive_max_pool(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    return graph.add("MaxPool", x, **_even_windows(layer, shape))


def _even_windows(layer: Any, shape: tuple[int, ...]) -> dict[str, Any]:
    wanted = layer.output_size if isinstance(layer.output_size, tuple | list) else (layer.output_size,) * 2
    sizes = [size if n is None else n for n, size in zip(wanted, shape[2:], strict=True)]
    if any(size % n for n, size in zip(sizes, shape[2:], strict=True)):
        raise ExportError(f"{shape[2:]} does not divide evenly into {tuple(sizes)} windows, and ONNX knows no others.")
    window = [size // n for n, size in zip(sizes, shape[2:], strict=True)]
    return {"kernel_shape": window, "strides": window}


def upsample(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    axes = len(shape) - 2
    if layer.mode == "nearest":
        how = {"mode": "nearest", "nearest_mode": "floor", "coordinate_transformation_mode": "asymmetric"}
    else:
        how = {"mode": "linear"}
        how["coordinate_transformation_mode"] = "align_corners" if layer.align_corners else "half_pixel"
    if layer.size is None:
        scales = layer.scale_factor if isinstance(layer.scale_factor, tuple) else (layer.scale_factor,) * axes
        return graph.add("Resize", x, "", graph.constant(scales, np.float32), axes=[*range(2, 2 + axes)], **how)
    sizes = layer.size if isinstance(layer.size, tuple) else (layer.size,) * axes
    return graph.add("Resize", x, "", "", graph.constant(sizes, np.int64), axes=[*range(2, 2 + axes)], **how)


def batch_norm(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    if layer.running_mean is None:
        raise ExportError("it has no running mean and variance, so its output depends on what else is in the batch.")
    weight_and_bias = _scale(graph, layer, layer.num_features), _shift(graph, layer, layer.num_features)
    running = graph.parameter(layer.running_mean), graph.parameter(layer.running_var)
    return graph.add("BatchNormalization", x, *weight_and_bias, *running, epsilon=layer.eps)


def layer_norm(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    size = layer.normalized_shape
    weight_and_bias = _scale(graph, layer, size), _shift(graph, layer, size)
    return graph.add("LayerNormalization", x, *weight_and_bias, axis=-len(size), epsilon=layer.eps)


def group_norm(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    weight_and_bias = _scale(graph, layer, layer.num_channels), _shift(graph, layer, layer.num_channels)
    groups = layer.num_groups
    return graph.add("GroupNormalization", x, *weight_and_bias, num_groups=groups, epsilon=layer.eps)


def _scale(graph: Graph, layer: Any, shape: Any) -> str:
    return graph.constant(np.ones(shape)) if layer.weight is None else graph.parameter(layer.weight)


def _shift(graph: Graph, layer: Any, shape: Any) -> str:
    return graph.constant(np.zeros(shape)) if layer.bias is None else graph.parameter(layer.bias)


def flatten(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    start, end = layer.start_dim % len(shape), layer.end_dim % len(shape)
    return reshaped(graph, x, [*[0] * start, -1, *shape[end + 1 :]])


def unflatten(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    dim = layer.dim % len(shape)
    return reshaped(graph, x, [*[0] * dim, *layer.unflattened_size, *shape[dim + 1 :]])


def reshaped(graph: Graph, x: str, shape: list[int]) -> str:
    """x in another shape, where 0 stands for the size that x has there, and -1 for what remains."""
    return graph.add("Reshape", x, graph.constant(shape, np.int64))


def prelu(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    axes = list(range(1, len(shape) - 1))  # one slope for each channel, axis 1
    slope = graph.parameter(layer.weight)
    if axes:
        slope = graph.add("Unsqueeze", slope, graph.constant(axes, np.int64))
    return graph.add("PRelu", x, slope)


def silu(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    return graph.add("Mul", x, graph.add("Sigmoid", x))


def softplus(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    beta = graph.constant(layer.beta)
    scaled = graph.add("Mul", x, beta)
    curve = graph.add("Div", graph.add("Softplus", scaled), beta)
    return graph.add("Where", graph.add("Greater", scaled, graph.constant(layer.threshold)), x, curve)


def log_sigmoid(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    return graph.add("Neg", graph.add("Softplus", graph.add("Neg", x)))


def hardtanh(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    return graph.add("Clip", x, graph.constant(layer.min_val), graph.constant(layer.max_val))


def glu(graph: Graph, layer: Any, x: str, shape: tuple[int, ...]) -> str:
    a, b = graph.add_many(2, "Split", x, axis=layer.dim, num_outputs=2)
    return graph.add("Mul", a, graph.add("Sigmoid", b))


def one(kind: str, **attributes: str) -> Translation:
    """A layer that is one operator of ONNX; `attributes` says which attribute is which of the layer's."""
    return lambda graph, layer, x, shape: graph.add(
        kind, x, **{name: getattr(layer, own) for name, own in attributes.items()}
    )


LAYERS: dict[type[Module], Translation] = {
    AdaptiveAvgPool2d: adaptive_avg_pool,
    AdaptiveMaxPool2d: adaptive_max_pool,
    AvgPool1d: avg_pool,
    AvgPool2d: avg_pool,
    BatchNorm1d: batch_norm,
    BatchNorm2d: batch_norm,
    Conv1d: conv,
    Conv2d: conv,
    Conv3d: conv,
    ConvTranspose1d: conv_transpose,
    ConvTranspose2d: conv_transpose,
    ELU: one("Elu", alpha="alpha"),
    Flatten: flatten,
    GELU: one("Gelu", approximate="approximate"),
    GLU: glu,
    GroupNorm: group_norm,
    Hardswish: one("HardSwish"),
    Hardtanh: hardtanh,
    LayerNorm: layer_norm,
    LeakyReLU: one("LeakyRelu", alpha="negative_slope"),
    Linear: linear,
    LogSigmoid: log_sigmoid,
    LogSoftmax: one("LogSoftmax", axis="dim"),
    MaxPool1d: max_pool,
    MaxPool2d: max_pool,
    Mish: one("Mish"),
    PReLU: prelu,
    ReLU: one("Relu"),
    SELU: one("Selu"),
    SiLU: silu,
    Sigmoid: one("Sigmoid"),
    Softmax: one("Softmax", axis="dim"),
    Softplus: softplus,
    Softsign: one("Softsign"),
    Tanh: one("Tanh"),
    Unflatten: unflatten,
    Upsample: upsample,
    ZeroPad2d: zero_pad,
}
