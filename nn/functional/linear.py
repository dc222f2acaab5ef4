"""Affine and bilinear functions, and rows of a table."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor
from autograd.shape_only import any_known
from nn.functional.arguments import as_floats, as_indices, expect_shape, integer, optional_parameter, parameter


def linear(x: ArrayLike | Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x W^T + b: x (..., in), weight (out, in), bias (out), result (..., out)."""
    x = as_floats(x)
    weight = parameter("linear", "weight", weight, "out", "in")
    bias = optional_parameter("linear", "bias", bias, weight.shape[0])
    expect_shape(x, "...", weight.shape[1])
    y = x @ weight.T
    return y if bias is None else y + bias


def bilinear(x1: ArrayLike | Tensor, x2: ArrayLike | Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x1^T W_o x2 + b_o for every output o: x1 (..., in1), x2 (..., in2), weight (out, in1, in2), result (..., out)."""
    x1, x2 = as_floats(x1, "input1"), as_floats(x2, "input2")
    weight = parameter("bilinear", "weight", weight, "out", "in1", "in2")
    bias = optional_parameter("bilinear", "bias", bias, weight.shape[0])
    expect_shape(x1, "...", weight.shape[1], name="input1")
    expect_shape(x2, *x1.shape[:-1], weight.shape[2], name="input2")
    products = cast(Tensor, np.tensordot(x1, weight, (-1, 1)))  # (..., out, in2)
    y = (products @ x2[..., None])[..., 0]
    return y if bias is None else y + bias


def embedding(x: ArrayLike | Tensor, weight: Tensor, padding_idx: int | None = None) -> Tensor:
    """Row x[i] of weight (rows, features) for every index i: x of integers (...), result (..., features).

    The row of `padding_idx` gets no gradient.
    """
    indices = as_indices(x)
    weight = parameter("embedding", "weight", weight, "rows", "features")
    rows = weight.shape[0]
    padding_idx = None if padding_idx is None else row(padding_idx, rows)
    wrong = (indices < 0) | (indices >= rows)
    if rows == 0:
        raise ValueError(f"expected weight of embedding with one row or more, given {weight.shape}.")
    if any_known(wrong):
        raise IndexError(f"expected indices from 0 to {rows - 1}, given {indices[wrong][0]}.")
    y = weight[indices]
    if padding_idx is None:
        return y
    padding = (indices == padding_idx)[..., None]
    return cast(Tensor, np.where(padding, weight.data[padding_idx], cast(Any, y))) if any_known(padding) else y


def row(padding_idx: Any, rows: int) -> int:
    """`padding_idx`, counted from the first row; TypeError or ValueError unless it is one of the rows."""
    number = integer(padding_idx, "padding_idx")
    if not -rows <= number < rows:
        raise ValueError(f"padding_idx {number} is not one of {rows} rows.")
    return number % rows
