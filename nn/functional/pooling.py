"""Pooling: the largest element, or the mean, of every window."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor
from nn.functional.arguments import (
    Sizes,
    as_floats,
    as_reals,
    expect_shape,
    flag,
    in_dtype,
    in_single_precision,
    integer,
    nonzero,
    per_axis,
)
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
    """The largest element of each window of images (N, C, H, W). `stride` is by default the window's size.

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
    """The mean of each window of images (N, C, H, W). `stride` is by default the window's size.

    The sum is divided by the number of elements in the window, padding counted if `count_include_pad`, or by
    `divisor_override`. With `ceil_mode`, a last window that reaches over the end counts too, if it starts inside.
    """
    return _avg_pool(2, x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def adaptive_avg_pool2d(x: ArrayLike | Tensor, output_size: int | tuple[int | None, ...] | None) -> Tensor:
    """The means of (height, width) = `output_size` windows that cover images (N, C, H, W) evenly; None keeps a size.

    Window i of n goes from floor(i size / n) to ceil((i + 1) size / n).
    """
    given = as_floats(x)
    y = in_single_precision(given)
    for axis, places, inside in _adaptive_windows(given, output_size):
        weights = (inside / inside.sum(axis=1, keepdims=True)).astype(y.dtype)
        windows = y[(*(slice(None),) * axis, places)]
        y = (windows * weights.reshape(*weights.shape, *(1,) * (3 - axis))).sum(axis=axis + 1)
    return in_dtype(y, given.dtype)


def adaptive_max_pool2d(x: ArrayLike | Tensor, output_size: int | tuple[int | None, ...] | None) -> Tensor:
    """The largest elements of the windows of `adaptive_avg_pool2d`."""
    x = as_reals(x)
    for axis, places, _ in _adaptive_windows(x, output_size):
        x = reduce(_larger, [x[(*(slice(None),) * axis, column)] for column in places.T])
    return x


def adaptive_sizes(output_size: Any) -> tuple[int | None, int | None]:
    """`output_size` for height and width; ValueError unless each is None or 1 or more."""
    height, width = (
        output_size if isinstance(output_size, tuple | list) and len(output_size) == 2 else (output_size,) * 2
    )
    per_axis([1 if size is None else size for size in (height, width)], 2, "output_size")
    return height, width


def _adaptive_windows(x: Tensor, output_size: Any) -> Iterator[tuple[int, Any, Any]]:
    """For the last axis and then the one before: the places in its windows (windows, longest), and which count.

    A window that is shorter than the longest has its last place again, which does not count.
    """
    sizes = adaptive_sizes(output_size)
    _expect_images(x, 2)
    if 0 in x.shape[2:]:
        raise ValueError(f"expected input with an element or more along both H and W, given {x.shape}.")
    for axis, windows in ((3, sizes[1]), (2, sizes[0])):
        size = x.shape[axis]
        if windows not in (None, size):
            numbers = np.arange(windows)
            starts, ends = numbers * size // windows, -((numbers + 1) * size // -windows)
            places = starts[:, None] + np.arange((ends - starts).max())
            yield axis, np.minimum(places, ends[:, None] - 1), places < ends[:, None]


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
    x = as_reals(x)
    _expect_images(x, axes)
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
    given = as_floats(x)
    _expect_images(given, axes)
    check_divisor(divisor_override)
    x = in_single_precision(given)
    windows = Windows(x.shape[2:], kernel_size, stride, padding, 1, ceil_mode)
    sums = windows.combined(pad(x, windows.padding), operator.add)
    sizes = windows.sizes(flag(count_include_pad, "count_include_pad"))
    return in_dtype(sums / (divisor_override or sizes.astype(x.dtype)), given.dtype)


def check_divisor(divisor_override: int | None) -> int | None:
    """`divisor_override`; TypeError or ValueError unless it is None or an integer other than 0."""
    if divisor_override is not None:
        nonzero(integer(divisor_override, "divisor_override"), "divisor_override")
    return divisor_override


def _expect_images(x: Tensor, axes: int) -> None:
    hint = "give a single one its batch axis with x[None]" if x.ndim == axes + 1 else ""
    expect_shape(x, "N", "C", *AXES[axes], hint=hint)


def check_padding_of_windows(padding: tuple[int, ...], window: tuple[int, ...]) -> None:
    """ValueError where windows could lie in the padding alone."""
    if any(2 * p > k for p, k in zip(padding, window, strict=True)):
        raise ValueError(f"padding {padding} is more than half of the window {window}.")


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
        axes, ceil_mode = len(inputs), flag(ceil_mode, "ceil_mode")
        self.inputs = inputs
        self.window = per_axis(kernel_size, axes, "kernel_size")
        self.stride = self.window if stride is None else per_axis(stride, axes, "stride")
        self.border = per_axis(padding, axes, "padding", least=0)
        self.dilation = per_axis(dilation, axes, "dilation")
        check_padding_of_windows(self.border, self.window)
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
