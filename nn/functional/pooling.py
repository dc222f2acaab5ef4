"""Pooling: the largest element, or the mean, of every window."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor
from nn.functional.arguments import Sizes, as_floats, expect_shape, per_axis
from nn.functional.conv import AXES
from nn.functional.padding import pad


def max_pool1d(
    x: ArrayLike | Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    *,
    ceil_mode: bool = False,
) -> Tensor:
    """`max_pool2d` for signals x (N, C, L)."""
    return _max_pool(1, x, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d(
    x: ArrayLike | Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    *,
    ceil_mode: bool = False,
) -> Tensor:
    """The largest element of each window of pictures (N, C, H, W). `stride` is by default the window's size.

    With `ceil_mode`, a last window that reaches over the end counts too, if it starts inside. Where elements of a
    window tie, the first in reading order gets the gradient.
    """
    return _max_pool(2, x, kernel_size, stride, padding, dilation, ceil_mode)


def avg_pool1d(
    x: ArrayLike | Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """`avg_pool2d` for signals x (N, C, L)."""
    return _avg_pool(1, x, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool2d(
    x: ArrayLike | Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window of pictures (N, C, H, W). `stride` is by default the window's size.

    The sum is divided by the number of elements in the window, padding counted if `count_include_pad`, or by
    `divisor_override`. With `ceil_mode`, a last window that reaches over the end counts too, if it starts inside.
    """
    return _avg_pool(2, x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def adaptive_avg_pool2d(x: ArrayLike | Tensor, output_size: int | tuple[int | None, ...] | None) -> Tensor:
    """The means of (height, width) = `output_size` windows that cover pictures (N, C, H, W) evenly; None keeps a size.

    Window i of n goes from floor(i size / n) to ceil((i + 1) size / n).
    """
    x, sizes = _adaptive(x, output_size)
    for axis, size in zip((2, 3), sizes, strict=True):
        if size != x.shape[axis]:
            bounds = _window_bounds(x.shape[axis], size)
            places = np.arange(x.shape[axis])
            shares = np.array([((start <= places) & (places < end)) / (end - start) for start, end in bounds])
            x = cast(Tensor, np.moveaxis(cast(Any, np.tensordot(x, shares.astype(x.dtype), (axis, 1))), -1, axis))
    return x


def adaptive_max_pool2d(x: ArrayLike | Tensor, output_size: int | tuple[int | None, ...] | None) -> Tensor:
    """The largest elements of the windows of `adaptive_avg_pool2d`."""
    x, sizes = _adaptive(x, output_size)
    for axis, size in zip((3, 2), sizes[::-1], strict=True):
        before = (slice(None),) * axis
        rows = [
            reduce(_larger, [x[(*before, slice(i, i + 1))] for i in range(start, end)])
            for start, end in _window_bounds(x.shape[axis], size)
        ]
        x = cast(Tensor, np.concatenate(cast(Any, rows), axis=axis))
    return x


def _adaptive(x: ArrayLike | Tensor, output_size: Any) -> tuple[Tensor, list[int]]:
    x = as_floats(x)
    _expect_pictures(x, 2)
    wanted = output_size if isinstance(output_size, tuple | list) else (output_size,) * 2
    sizes = [size if n is None else n for n, size in zip(wanted, x.shape[2:], strict=True)]
    return x, list(per_axis(sizes, 2, "output_size"))


def _window_bounds(size: int, windows: int) -> list[tuple[int, int]]:
    return [(i * size // windows, -((i + 1) * size // -windows)) for i in range(windows)]


def _larger(a: Tensor, b: Tensor) -> Tensor:
    return cast(Tensor, np.maximum(b, a))  # maximum gives a tie's gradient to its second argument: the earlier one


def _max_pool(
    axes: int,
    x: ArrayLike | Tensor,
    kernel_size: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool,
) -> Tensor:
    x = as_floats(x)
    _expect_pictures(x, axes)
    windows = Windows(x.shape[2:], kernel_size, stride, padding, dilation, ceil_mode)
    return windows.combined(pad(x, windows.padding, value=-np.inf), _larger)


def _avg_pool(
    axes: int,
    x: ArrayLike | Tensor,
    kernel_size: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None = None,
) -> Tensor:
    x = as_floats(x)
    _expect_pictures(x, axes)
    if divisor_override == 0:
        raise ValueError("divisor_override must not be 0.")
    windows = Windows(x.shape[2:], kernel_size, stride, padding, 1, ceil_mode)
    sums = windows.combined(pad(x, windows.padding), lambda a, b: a + b)
    return sums / (divisor_override or windows.sizes(count_include_pad).astype(x.dtype))


def _expect_pictures(x: Tensor, axes: int) -> None:
    hint = "give a single one its batch axis with x[None]" if x.ndim == axes + 1 else ""
    expect_shape(x, "N", "C", *AXES[axes], hint=hint)


class Windows:
    """Where the windows of a pooling lie over inputs whose last axes have these sizes."""

    def __init__(
        self,
        inputs: tuple[int, ...],
        kernel_size: Sizes,
        stride: Sizes | None,
        padding: Sizes,
        dilation: Sizes,
        ceil_mode: bool,
    ) -> None:
        axes = len(inputs)
        self.inputs = inputs
        self.window = per_axis(kernel_size, axes, "kernel_size")
        self.stride = self.window if stride is None else per_axis(stride, axes, "stride")
        self.border = per_axis(padding, axes, "padding", least=0)
        self.dilation = per_axis(dilation, axes, "dilation")
        if any(2 * p > k for p, k in zip(self.border, self.window, strict=True)):
            raise ValueError(f"padding {self.border} is more than half of the window {self.window}.")
        self.counts = []
        pairs: list[tuple[int, int]] = []
        for n, k, s, p, d in zip(inputs, self.window, self.stride, self.border, self.dilation, strict=True):
            room = n + 2 * p - d * (k - 1) - 1
            if room < 0 and not (ceil_mode and room > -s):
                raise ValueError(f"a pooling window of {k} elements {d} apart does not fit into {n + 2 * p}.")
            count = (-(room // -s) if ceil_mode else room // s) + 1
            if ceil_mode and (count - 1) * s >= n + p:
                count -= 1
            self.counts.append(count)
            pairs.append((p, max((count - 1) * s + d * (k - 1) + 1 - n - p, p)))
        self.padding = tuple(number for both in pairs[::-1] for number in both)

    def combined(self, x: Tensor, combine: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        """The elements of each window combined: first along its rows, then the rows. Much faster than reducing windows.

        The i-th elements of all windows in a row are one strided slice; so a window of w elements takes w slices.
        """
        for axis in range(len(self.inputs) - 1, -1, -1):
            size, step, gap, count = self.window[axis], self.stride[axis], self.dilation[axis], self.counts[axis]
            before = (slice(None),) * (axis + 2)
            slices = [x[(*before, slice(i * gap, i * gap + (count - 1) * step + 1, step))] for i in range(size)]
            x = reduce(combine, slices)
        return x

    def sizes(self, with_padding: bool) -> Any:
        """How many elements each window has, without what lies beyond the padding."""
        sizes: Any = np.ones(())
        for n, k, s, p, count in zip(self.inputs, self.window, self.stride, self.border, self.counts, strict=True):
            start = np.arange(count) * s - p
            end = np.minimum(start + k, n + p)
            if not with_padding:
                start, end = np.maximum(start, 0), np.minimum(end, n)
            sizes = sizes[..., None] * (end - start)
        return sizes
