"""Convolutions: filters slid over signals, pictures or volumes; and the transposed ones, which lay filters out."""

from __future__ import annotations

from math import prod
from typing import Any, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike

import autograd
from autograd import Tensor
from nn.functional.arguments import Sizes, as_floats, divisor, expect_shape, optional_parameter, parameter, per_axis
from nn.functional.padding import pad

Padding: TypeAlias = Sizes | Literal["same", "valid"]

AXES = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}


def conv1d(
    x: ArrayLike | Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """`conv2d` for signals x (N, C, L) and filters (O, C / groups, l); result (N, O, L')."""
    return _convolve(1, x, weight, bias, stride, padding, dilation, groups)


def conv2d(
    x: ArrayLike | Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """Cross-correlation of pictures x (N, C, H, W) with filters (O, C / groups, h, w); bias (O); result (N, O, H', W').

    H' = (H + 2 padding - dilation (h - 1) - 1) // stride + 1, and W' likewise. `padding` counts zeros on every side;
    "same" keeps H and W (with stride 1), "valid" is none. With `groups`, the channels fall into that many groups, and
    each filter sees only its own. Computed as padding, sliding windows, and one product.
    """
    return _convolve(2, x, weight, bias, stride, padding, dilation, groups)


def conv3d(
    x: ArrayLike | Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """`conv2d` for volumes x (N, C, D, H, W) and filters (O, C / groups, d, h, w); result (N, O, D', H', W')."""
    return _convolve(3, x, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    x: ArrayLike | Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """`conv_transpose2d` for signals x (N, C, L) and filters (C, O / groups, l); result (N, O, L')."""
    return _convolve_transposed(1, x, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    x: ArrayLike | Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """The adjoint of `conv2d` with these filters (C, O / groups, h, w), of pictures x (N, C, H, W): (N, O, H', W').

    Every element of x lays out its filter, times itself, `stride` apart from its neighbour's; where they overlap, they
    add up. H' = (H - 1) stride - 2 padding + dilation (h - 1) + output_padding + 1, and W' likewise: `padding` cuts off
    on every side, and `output_padding` (below stride or dilation) cuts less off the end.
    """
    return _convolve_transposed(2, x, weight, bias, stride, padding, output_padding, groups, dilation)


def padding_widths(padding: Padding, window: tuple[int, ...], dilation: tuple[int, ...]) -> tuple[int, ...]:
    """The padding of a convolution by (before, after), the last axis first, as `pad` takes it."""
    if isinstance(padding, str) and padding == "same":
        totals = [gap * (size - 1) for size, gap in zip(window, dilation, strict=True)]
        pairs = [(total // 2, total - total // 2) for total in totals]
    else:
        pairs = [(n, n) for n in per_axis(0 if isinstance(padding, str) else padding, len(window), "padding", least=0)]
    return tuple(n for both in pairs[::-1] for n in both)


def expect_signals(x: Any, channels: int, axes: int) -> None:
    """ValueError unless x has the axes of a batch for convolutions over `axes` axes, and so many channels."""
    hint = "give a single one its batch axis with x[None]" if x.ndim == axes + 1 else ""
    expect_shape(x, "N", channels, *AXES[axes], hint=hint)


def check_padding(padding: Any, stride: tuple[int, ...]) -> None:
    """ValueError for a word that is no padding, and for "same" where the stride makes the result smaller anyway."""
    if isinstance(padding, str) and padding not in ("same", "valid"):
        raise ValueError(f"padding must be numbers, 'same' or 'valid', not {padding!r}.")
    if isinstance(padding, str) and padding == "same" and max(stride) > 1:
        raise ValueError(f"padding='same' needs stride 1, not {stride}: the result would be smaller than the input.")


def _convolve(
    axes: int,
    x: ArrayLike | Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Sizes,
    padding: Padding,
    dilation: Sizes,
    groups: int,
) -> Tensor:
    x = as_floats(x)
    weight = parameter(f"conv{axes}d", "weight", weight, "O", "C / groups", *AXES[axes])
    filters, channels, *window = weight.shape
    bias = optional_parameter(f"conv{axes}d", "bias", bias, filters)
    groups = divisor(groups, "groups", filters, of="filters", into="groups")
    expect_signals(x, channels * groups, axes)
    stride, dilation = per_axis(stride, axes, "stride"), per_axis(dilation, axes, "dilation")
    check_padding(padding, stride)
    x = pad(x, padding_widths(padding, tuple(window), dilation))
    windows = autograd.sliding_windows(x, tuple(window), stride, dilation)
    if groups == 1:
        summed = range(2 + axes, 2 + 2 * axes)
        y = cast(Tensor, np.tensordot(windows, weight, ((1, *summed), (1, *range(2, 2 + axes)))))
    else:
        y = _grouped_product(windows, weight, groups)
    if bias is not None:
        y = y + bias
    return y.transpose(0, axes + 1, *range(1, axes + 1))


def _grouped_product(windows: Tensor, weight: Tensor, groups: int) -> Tensor:
    """Windows (N, C, *counts, *window) times filters (O, C / groups, *window), group by group: (N, *counts, O)."""
    filters, channels, *window = weight.shape
    n, counts = windows.shape[0], windows.shape[2 : 2 + len(window)]
    a = len(window)
    split = windows.reshape(n, groups, channels, *counts, *window)
    rows = split.transpose(1, 0, *range(3, 3 + a), 2, *range(3 + a, 3 + 2 * a))
    size = channels * prod(window)
    columns = weight.reshape(groups, filters // groups, size).swapaxes(1, 2)
    y = rows.reshape(groups, n * prod(counts), size) @ columns
    y = y.reshape(groups, n, *counts, filters // groups).transpose(*range(1, a + 2), 0, a + 2)
    return y.reshape(n, *counts, filters)


def _convolve_transposed(
    axes: int,
    x: ArrayLike | Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Sizes,
    padding: Sizes,
    output_padding: Sizes,
    groups: int,
    dilation: Sizes,
) -> Tensor:
    x = as_floats(x)
    weight = parameter(f"conv_transpose{axes}d", "weight", weight, "C", "O / groups", *AXES[axes])
    channels, window = weight.shape[0], weight.shape[2:]
    groups = divisor(groups, "groups", channels, of="channels", into="groups")
    bias = optional_parameter(f"conv_transpose{axes}d", "bias", bias, weight.shape[1] * groups)
    expect_signals(x, channels, axes)
    stride, dilation = per_axis(stride, axes, "stride"), per_axis(dilation, axes, "dilation")
    cut = per_axis(padding, axes, "padding", least=0)
    more = per_axis(output_padding, axes, "output_padding", least=0)
    if any(m >= max(s, d) for m, s, d in zip(more, stride, dilation, strict=True)):
        raise ValueError(f"output_padding {more} must be below stride {stride} or dilation {dilation}.")
    size = tuple(
        (n - 1) * s + d * (w - 1) + 1 for n, s, d, w in zip(x.shape[2:], stride, dilation, window, strict=True)
    )
    filters = _filters_laid_out(x, weight, groups)
    laid_out = autograd.fold(filters, (*filters.shape[:2], *size), window, stride, dilation)
    y = pad(laid_out, tuple(n for p, m in zip(cut[::-1], more[::-1], strict=True) for n in (-p, m - p)))
    return y if bias is None else y + bias.reshape(-1, *(1,) * axes)


def _filters_laid_out(x: Tensor, weight: Tensor, groups: int) -> Tensor:
    """Every element of x (N, C, *sizes) times its filters (C, O / groups, *window): (N, O, *sizes, *window)."""
    channels, filters, *window = weight.shape
    n, _, *sizes = x.shape
    a = len(window)
    if groups == 1:
        y = cast(Tensor, np.tensordot(x, weight, (1, 0)))
        return y.transpose(0, a + 1, *range(1, a + 1), *range(a + 2, 2 * a + 2))
    rows = x.reshape(n, groups, channels // groups, prod(sizes)).transpose(1, 0, 3, 2)
    rows = rows.reshape(groups, n * prod(sizes), channels // groups)
    y = rows @ weight.reshape(groups, channels // groups, filters * prod(window))
    y = y.reshape(groups, n, *sizes, filters, *window)
    y = y.transpose(1, 0, a + 2, *range(2, a + 2), *range(a + 3, 2 * a + 3))
    return y.reshape(n, groups * filters, *sizes, *window)
