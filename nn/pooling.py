"""Pooling layers."""

from __future__ import annotations

from numpy.typing import ArrayLike

from autograd import Tensor
from nn import functional
from nn.functional.arguments import Sizes, flag, per_axis
from nn.functional.pooling import adaptive_sizes, check_divisor, check_padding_of_windows
from nn.module import Module


class _Pool(Module):
    """What poolings share: `axes` says over how many axes the windows slide."""

    axes: int

    def __init__(self, kernel_size: Sizes, stride: Sizes | None, padding: Sizes, ceil_mode: bool) -> None:
        self.kernel_size = per_axis(kernel_size, self.axes, "kernel_size")
        self.stride = self.kernel_size if stride is None else per_axis(stride, self.axes, "stride")
        self.padding = per_axis(padding, self.axes, "padding", least=0)
        check_padding_of_windows(self.padding, self.kernel_size)
        self.ceil_mode = flag(ceil_mode, "ceil_mode")

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class _MaxPool(_Pool):
    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        *,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode)
        self.dilation = per_axis(dilation, self.axes, "dilation")

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        pool = (functional.max_pool1d, functional.max_pool2d)[self.axes - 1]
        return pool(x, self.kernel_size, self.stride, self.padding, self.dilation, ceil_mode=self.ceil_mode)

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, dilation={self.dilation}, ceil_mode={self.ceil_mode}"


class MaxPool1d(_MaxPool):
    """The largest element of each window of signals (N, C, L): see `MaxPool2d`."""

    axes = 1


class MaxPool2d(_MaxPool):
    """The largest element of each window of pictures (N, C, H, W); `stride` is by default the window's size.

    With `ceil_mode`, a last window that reaches over the end counts too.
    """

    axes = 2


class AvgPool1d(_Pool):
    """The mean of each window of signals (N, C, L): see `AvgPool2d`."""

    axes = 1

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode)
        self.count_include_pad = flag(count_include_pad, "count_include_pad")

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.avg_pool1d(
            x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad
        )


class AvgPool2d(_Pool):
    """The mean of each window of pictures (N, C, H, W); `stride` is by default the window's size.

    Padding counts if `count_include_pad`; `divisor_override` divides the sums in place of the windows' sizes. With
    `ceil_mode`, a last window that reaches over the end counts too.
    """

    axes = 2

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode)
        self.count_include_pad = flag(count_include_pad, "count_include_pad")
        self.divisor_override = check_divisor(divisor_override)

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.avg_pool2d(
            x,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )


class _AdaptivePool(Module):
    def __init__(self, output_size: int | tuple[int | None, ...] | None) -> None:
        adaptive_sizes(output_size)
        self.output_size = output_size

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool2d(_AdaptivePool):
    """The means of `output_size` windows that cover pictures (N, C, H, W) evenly; None keeps a size."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.adaptive_avg_pool2d(x, self.output_size)


class AdaptiveMaxPool2d(_AdaptivePool):
    """The largest elements of `output_size` windows that cover pictures (N, C, H, W) evenly; None keeps a size."""

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.adaptive_max_pool2d(x, self.output_size)
