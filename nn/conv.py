"""Convolution layers."""

from __future__ import annotations

from math import prod

from numpy.typing import ArrayLike, DTypeLike

from autograd import Tensor
from nn import functional
from nn.functional.arguments import Random, Sizes, as_floats, choice, divisor, integer, per_axis
from nn.functional.conv import Padding, check_padding, expect_signals, padding_widths
from nn.functional.padding import PaddingMode
from nn.linear import affine_parameters
from nn.module import Module

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class _AnyConv(Module):
    """What convolutions and transposed ones share: `axes` says over how many axes the filters slide."""

    axes: int

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes,
        dilation: Sizes,
        groups: int,
        bias: bool,
        transposed: bool,
        dtype: DTypeLike | None,
        rng: Random,
    ) -> None:
        self.in_channels = integer(in_channels, "in_channels", least=1)
        self.out_channels = integer(out_channels, "out_channels", least=1)
        self.groups = divisor(groups, "groups", self.in_channels, self.out_channels, of="channels", into="groups")
        self.kernel_size = per_axis(kernel_size, self.axes, "kernel_size")
        self.stride = per_axis(stride, self.axes, "stride")
        self.dilation = per_axis(dilation, self.axes, "dilation")
        first, second = (self.in_channels, self.out_channels) if transposed else (self.out_channels, self.in_channels)
        shape = (first, second // self.groups, *self.kernel_size)
        self.weight, self.bias = affine_parameters(shape, bias, self.out_channels, prod(shape[1:]), dtype, rng)

    def extra_repr(self) -> str:
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        usual = {"padding": 0, "dilation": 1, "output_padding": 0, "groups": 1, "padding_mode": "zeros"}
        for name, value in usual.items():
            own = vars(self).get(name, value)
            if own not in (value, (value,) * self.axes):
                text += f", {name}={own!r}"
        return text if self.bias is not None else text + ", bias=False"


class _Conv(_AnyConv):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Padding = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: PaddingMode = "zeros",
        dtype: DTypeLike | None = None,
        rng: Random = None,
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, dilation, groups, bias, False, dtype, rng)
        check_padding(padding, self.stride)
        self.padding = padding if isinstance(padding, str) else per_axis(padding, self.axes, "padding", least=0)
        self.padding_mode = choice(padding_mode, "padding_mode", *PADDING_MODES)

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        convolve = (functional.conv1d, functional.conv2d, functional.conv3d)[self.axes - 1]
        x = as_floats(x)
        expect_signals(x, self.in_channels, self.axes)
        padding: Padding = self.padding
        if self.padding_mode != "zeros":
            x = functional.pad(x, padding_widths(padding, self.kernel_size, self.dilation), self.padding_mode)
            padding = 0
        return convolve(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)


class Conv1d(_Conv):
    """`Conv2d` for signals (N, in_channels, L); result (N, out_channels, L')."""

    axes = 1


class Conv2d(_Conv):
    """Filters slid over pictures (N, in_channels, H, W); result (N, out_channels, H', W').

    H' = (H + 2 padding - dilation (kernel height - 1) - 1) // stride + 1, W' likewise. `weight` (out_channels,
    in_channels / groups, *kernel_size), `bias` (out_channels). Every size is a number or one for each axis (vertical,
    horizontal); padding "same" keeps H and W, "valid" is none, and `padding_mode` says what is put there: "zeros",
    "reflect", "replicate" or "circular" (see `functional.pad`).
    """

    axes = 2


class Conv3d(_Conv):
    """`Conv2d` for volumes (N, in_channels, D, H, W); result (N, out_channels, D', H', W')."""

    axes = 3


class _ConvTranspose(_AnyConv):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes = 0,
        output_padding: Sizes = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Sizes = 1,
        dtype: DTypeLike | None = None,
        rng: Random = None,
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, dilation, groups, bias, True, dtype, rng)
        self.padding = per_axis(padding, self.axes, "padding", least=0)
        self.output_padding = per_axis(output_padding, self.axes, "output_padding", least=0)

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        convolve = (functional.conv_transpose1d, functional.conv_transpose2d)[self.axes - 1]
        return convolve(
            x, self.weight, self.bias, self.stride, self.padding, self.output_padding, self.groups, self.dilation
        )


class ConvTranspose1d(_ConvTranspose):
    """`ConvTranspose2d` for signals (N, in_channels, L); result (N, out_channels, L')."""

    axes = 1


class ConvTranspose2d(_ConvTranspose):
    """The adjoint of a convolution, of pictures (N, in_channels, H, W); result (N, out_channels, H', W').

    H' = (H - 1) stride - 2 padding + dilation (kernel height - 1) + output_padding + 1, W' likewise: see
    `functional.conv_transpose2d`. `weight` (in_channels, out_channels / groups, *kernel_size), `bias` (out_channels).
    """

    axes = 2
