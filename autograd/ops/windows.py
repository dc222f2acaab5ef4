"""Sliding windows, and their adjoint: adding windows back up. Convolution and pooling are made of these."""

from __future__ import annotations

from itertools import product
from operator import index
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd.primitive import Primitive, primitive

Shape = tuple[int, ...]


def per_axis(value: Any, axes: int) -> Shape:
    """One number for every axis: an integer is used for all of them."""
    if isinstance(value, int | np.integer):
        return (int(value),) * axes
    numbers = tuple(map(index, value))
    if len(numbers) != axes:
        raise ValueError(f"{numbers} has {len(numbers)} numbers where {axes} axes need one each")
    return numbers


def _sliding_windows(x: Any, window: Any, stride: Any = 1, dilation: Any = 1) -> Any:
    """All windows over the last axes of x, as a view.

    `window` is the window's shape, one number for each of the last axes of x; windows start every `stride` elements
    and take every `dilation`-th element. The windows' own axes come last: x of shape (..., size) gives
    (..., (size - dilation * (window - 1) - 1) // stride + 1, window).
    """
    axes = 1 if isinstance(window, int | np.integer) else len(window)
    window, stride, dilation = per_axis(window, axes), per_axis(stride, axes), per_axis(dilation, axes)
    if axes > x.ndim:
        raise ValueError(f"a window of {axes} axes does not fit an array of {x.ndim}")
    if min(*window, *stride, *dilation) < 1:
        raise ValueError(f"window {window}, stride {stride} and dilation {dilation} must be 1 or more")
    lead, sizes = x.shape[:-axes], x.shape[-axes:]
    reach = tuple(d * (w - 1) + 1 for w, d in zip(window, dilation, strict=True))
    if any(r > size for r, size in zip(reach, sizes, strict=True)):
        raise ValueError(f"a window that reaches over {reach} does not fit into {sizes}: use a smaller window, or pad")
    counts = tuple((size - r) // s + 1 for size, r, s in zip(sizes, reach, stride, strict=True))
    steps = x.strides[-axes:]
    strides = (
        *x.strides[:-axes],
        *(step * s for step, s in zip(steps, stride, strict=True)),
        *(step * d for step, d in zip(steps, dilation, strict=True)),
    )
    return as_strided(x, (*lead, *counts, *window), strides, subok=True, writeable=False)


def _fold(x: Any, shape: Shape, window: Any, stride: Any = 1, dilation: Any = 1) -> Any:
    """Windows x added up into an array of `shape` where sliding_windows took them from."""
    axes = 1 if isinstance(window, int | np.integer) else len(window)
    window, stride, dilation = per_axis(window, axes), per_axis(stride, axes), per_axis(dilation, axes)
    counts = x.shape[-2 * axes : -axes]
    out = np.zeros_like(x[(..., *(0,) * axes)], shape=shape)  # in the memory order of x
    for offset in product(*map(range, window)):
        places = tuple(
            slice(o * d, o * d + (n - 1) * s + 1, s)
            for o, d, n, s in zip(offset, dilation, counts, stride, strict=True)
        )
        inside: Any = (..., *places)
        out[inside] += x[(..., *offset)]
    return out


sliding_windows: Primitive = primitive(
    _sliding_windows,
    x=lambda g, x_shape, window, stride, dilation: fold(g, x_shape, window, stride, dilation),
)
fold: Primitive = primitive(
    _fold,
    x=lambda g, window, stride, dilation: sliding_windows(g, window, stride, dilation),
)
