"""Layers that make images larger: by a border, or by interpolation."""

from __future__ import annotations

from math import inf

from numpy.typing import ArrayLike

from autograd import Tensor
from nn import functional
from nn.functional.arguments import per_axis
from nn.functional.upsampling import Interpolation, Scale, check_interpolation
from nn.module import Module


class ZeroPad2d(Module):
    """A border of zeros around images (..., H, W): one width, or (left, right, top, bottom); below 0, cut off."""

    def __init__(self, padding: int | tuple[int, int, int, int]) -> None:
        self.padding = per_axis(padding, 4, "padding", least=-inf, form="(left, right, top, bottom)")

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.pad(x, self.padding)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class Upsample(Module):
    """x (N, C, L) or (N, C, H, W) in another `size`, or `scale_factor` times as large: see `functional.interpolate`."""

    def __init__(
        self,
        size: int | tuple[int, ...] | None = None,
        scale_factor: Scale | None = None,
        mode: Interpolation = "nearest",
        align_corners: bool | None = None,
    ) -> None:
        check_interpolation(size, scale_factor, mode, align_corners)
        self.size = size
        self.scale_factor = scale_factor
        self.mode: Interpolation = mode
        self.align_corners = align_corners

    def forward(self, x: ArrayLike | Tensor) -> Tensor:
        return functional.interpolate(x, self.size, self.scale_factor, self.mode, self.align_corners)

    def extra_repr(self) -> str:
        how = f"size={self.size}" if self.scale_factor is None else f"scale_factor={self.scale_factor}"
        return f"{how}, mode={self.mode!r}"
