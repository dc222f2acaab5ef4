"""Signals and images made larger or smaller by interpolation."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor
from nn.functional.arguments import as_floats, choice, flag, integer, number, per_axis

Interpolation: TypeAlias = Literal["nearest", "linear", "bilinear"]
Scale: TypeAlias = float | tuple[float, ...]


def interpolate(
    x: ArrayLike | Tensor,
    size: int | tuple[int, ...] | None = None,
    scale_factor: Scale | None = None,
    mode: Interpolation = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """x (N, C, L) or (N, C, H, W) in another `size`, or `scale_factor` times as large.

    `mode` "nearest" repeats elements; "linear" (signals) and "bilinear" (images) go straight from one to the next.
    Elements are squares whose sides lie on each other; with `align_corners`, points, the outermost on each other.
    """
    x = as_floats(x)
    check_interpolation(size, scale_factor, mode, align_corners)
    axes = x.ndim - 2
    if axes not in {"nearest": (1, 2), "linear": (1,), "bilinear": (2,)}[mode]:
        shapes = {"nearest": "(N, C, L) or (N, C, H, W)", "linear": "(N, C, L)", "bilinear": "(N, C, H, W)"}
        raise ValueError(f"expected input of shape {shapes[mode]}, given {x.shape}.")
    if 0 in x.shape[2:]:
        raise ValueError(f"expected input of one element or more along each axis, given {x.shape}.")
    for axis, (new, step) in enumerate(_sizes_and_steps(x.shape[2:], size, scale_factor), start=2):
        x = _nearest(x, axis, new, step) if mode == "nearest" else _linear(x, axis, new, step, bool(align_corners))
    return x


def check_interpolation(size: Any, scale_factor: Any, mode: Any, align_corners: Any) -> None:
    """TypeError or ValueError unless `interpolate` takes these options, for some input."""
    choice(mode, "mode", "nearest", "linear", "bilinear")
    if align_corners is not None:
        flag(align_corners, "align_corners")
    if align_corners is not None and mode == "nearest":
        raise ValueError("align_corners is for mode 'linear' and 'bilinear' only.")
    if (size is None) == (scale_factor is None):
        raise ValueError("give either size or scale_factor.")
    if size is not None:
        for n in size if isinstance(size, tuple | list) else (size,):
            integer(n, "size", least=1)
    else:
        for scale in scale_factor if isinstance(scale_factor, tuple | list) else (scale_factor,):
            number(scale, "scale_factor", above=0)


def _sizes_and_steps(
    sizes: tuple[int, ...], size: int | tuple[int, ...] | None, scale_factor: Scale | None
) -> list[tuple[int, float]]:
    """For each axis its new size, and how far apart in the input neighbours of the result are."""
    if size is not None:
        return [(new, old / new) for old, new in zip(sizes, per_axis(size, len(sizes), "size"), strict=True)]
    scales = scale_factor if isinstance(scale_factor, tuple | list) else (cast(float, scale_factor),) * len(sizes)
    if len(scales) != len(sizes) or any(int(old * scale) < 1 for old, scale in zip(sizes, scales, strict=True)):
        raise ValueError(f"scale_factor {scale_factor} leaves nothing of {sizes}, or is for other axes.")
    return [(int(old * scale), 1 / scale) for old, scale in zip(sizes, scales, strict=True)]


def _nearest(x: Tensor, axis: int, new: int, step: float) -> Tensor:
    old = x.shape[axis]
    if new % old == 0 and step == old / new:
        times = new // old
        wide = np.broadcast_to(cast(Any, x[(slice(None),) * (axis + 1) + (None,)]), _with(x.shape, axis, old, times))
        return cast(Tensor, wide.reshape(_with(x.shape, axis, new)))
    places = np.minimum(np.arange(new) * step, old - 1).astype(np.intp)
    return x[(slice(None),) * axis + (places,)]


def _linear(x: Tensor, axis: int, new: int, step: float, align_corners: bool) -> Tensor:
    """x times the matrix of the weights of its elements in those of the result."""
    old = x.shape[axis]
    if align_corners:
        places = np.arange(new) * ((old - 1) / max(new - 1, 1))
    else:
        places = np.maximum((np.arange(new) + 0.5) * step - 0.5, 0)
    left = np.minimum(places.astype(np.intp), old - 1)
    right = np.minimum(left + 1, old - 1)
    fraction = np.minimum(places - left, 1)
    weights = np.zeros((new, old), x.dtype)
    np.add.at(weights, (np.arange(new), left), 1 - fraction)
    np.add.at(weights, (np.arange(new), right), fraction)
    return cast(Tensor, np.moveaxis(cast(Any, np.tensordot(x, weights, (axis, 1))), -1, axis))


def _with(shape: tuple[int, ...], axis: int, *sizes: int) -> tuple[int, ...]:
    return (*shape[:axis], *sizes, *shape[axis + 1 :])
