"""np.pad in its modes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.ops.composing import as_tensor, composes, values
from autograd.ops.movement import pad_by_copies
from autograd.ops.reduction import normalized
from autograd.ops.shape import along
from autograd.ops.shape import pad as pad_with_constants


@composes(np.pad)
def pad(array: Any, pad_width: Any, mode: str = "constant", **options: Any) -> Any:
    if isinstance(pad_width, dict):
        pad_width = _of_every_axis(pad_width, array.ndim)
    if mode == "constant":
        return pad_with_constants(array, pad_width, **options)
    if mode in ("edge", "reflect", "symmetric", "wrap") and options.get("reflect_type", "even") == "even":
        return pad_by_copies(array, pad_width, mode, **options)
    by_pieces = mode == "linear_ramp" or mode in STATISTICS
    if by_pieces and array.dtype.kind not in "fc":  # integers are rounded, and have no derivative
        return as_tensor(np.pad(values(array), pad_width, mode, **options))  # type: ignore[call-overload]
    if mode == "linear_ramp" and set(options) <= {"end_values"}:
        ends = _per_side(options.get("end_values", 0), array.ndim)
        return _pad_by_pieces(array, pad_width, lambda x, axis, side, n: _ramp(x, axis, side, n, ends[axis][side]))
    if mode in STATISTICS and set(options) <= {"stat_length"}:
        lengths = _per_side(options.get("stat_length"), array.ndim)
        return _pad_by_pieces(array, pad_width, lambda x, axis, side, n: _level(x, axis, side, lengths, mode))
    given = f"mode {mode!r}" + "".join(f" with {name}={value!r}" for name, value in options.items())
    raise ValueError(
        f"pad of Tensors has no {given}: there are constant, edge, linear_ramp, "
        "maximum, mean, median, minimum, reflect, symmetric and wrap."
    )


def _of_every_axis(widths: dict[int, Any], ndim: int) -> list[Any]:
    """Widths given by the axis, as a list of pairs for all axes."""
    pairs: list[Any] = [(0, 0)] * ndim
    for axis, width in widths.items():
        pairs[normalized(axis, ndim)[0]] = np.broadcast_to(width, 2).tolist()
    return pairs


STATISTICS: dict[str, Any] = {"maximum": np.max, "minimum": np.min, "mean": np.mean, "median": np.median}


def _per_side(option: Any, ndim: int) -> Any:
    """An option of np.pad for each side of each axis."""
    return np.broadcast_to(np.asarray(option, object), (ndim, 2)).tolist()


def _pad_by_pieces(x: Any, pad_width: Any, piece: Callable[..., Any]) -> Any:
    """x with pieces joined to both sides of each axis, one axis after the other, as np.pad does it."""
    for axis, widths in enumerate(_per_side(pad_width, x.ndim)):
        parts = [x]
        for side, n in enumerate(widths):
            if n < 0 or (n > 0 and x.shape[axis] == 0):
                raise ValueError(
                    f"pad: a width is {n}, of axis {axis} of length {x.shape[axis]}: there is no such edge."
                )
            if n == 0:
                continue
            shape = (*x.shape[:axis], n, *x.shape[axis + 1 :])
            part = np.broadcast_to(piece(x, axis, side, n), shape)
            parts = [part, *parts] if side == 0 else [*parts, part]
        x = np.concatenate(parts, axis=axis)
    return x


def _ramp(x: Any, axis: int, side: int, n: int, end: Any) -> Any:
    """From `end` at the border to the value beside x."""
    edge = x[along(axis, x.ndim, slice(0, 1) if side == 0 else slice(x.shape[axis] - 1, None))]
    shares = (np.arange(n, dtype=x.dtype) / n)[:: 1 if side == 0 else -1]
    end = np.asarray(end).astype(x.dtype)
    return end + (edge - end) * shares.reshape((n,) + (1,) * (x.ndim - 1 - axis)).astype(x.dtype)


def _level(x: Any, axis: int, side: int, lengths: Any, mode: str) -> Any:
    """The largest, smallest, mean or middle of the outer values, of all or as many as lengths say."""
    length = x.shape[axis] if lengths[axis][side] is None else min(lengths[axis][side], x.shape[axis])
    if length < 1:
        raise ValueError(f"pad: stat_length must be 1 or more, not {length}.")
    outer = slice(0, length) if side == 0 else slice(x.shape[axis] - length, None)
    return STATISTICS[mode](x[along(axis, x.ndim, outer)], axis=axis, keepdims=True)
