"""Borders around signals and pictures."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor
from nn.functional.arguments import as_tensor, choice, integers

PaddingMode: TypeAlias = Literal["zeros", "reflect", "replicate", "circular"]

NUMPY_MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def pad(x: ArrayLike | Tensor, pad: tuple[int, ...], mode: str = "constant", value: float = 0.0) -> Tensor:
    """x with elements put before and after its last axes: pad = (before, after) of the last, then of the one before it.

    `mode` says which elements: "constant" ones of this value, those next to the border "reflect"ed in it, the border
    itself "replicate"d, or those of the other end, "circular". A negative number cuts off: from the padded axis, but
    "circular" goes around what is left.
    """
    x = as_tensor(x)
    mode, pad = choice(mode, "mode", *NUMPY_MODES), integers(pad, "pad")
    if len(pad) % 2 or len(pad) > 2 * x.ndim:
        raise ValueError(f"expected input of an axis for every pair of padding {pad}, given shape {x.shape}.")
    widths = [(0, 0)] * (x.ndim - len(pad) // 2) + list(zip(pad[::2], pad[1::2], strict=True))[::-1]
    for (before, after), size in zip(widths, x.shape, strict=True):
        most, left = max(before, after, 0), size + min(before, 0) + min(after, 0)
        room = {"reflect": size - 1, "replicate": most * (size > 0), "circular": size * (left > 0)}.get(mode, most)
        if 0 < most > room or before + size + after < 0:
            raise ValueError(f"padding {pad} with mode {mode!r} does not fit input of shape {x.shape}.")
    if mode == "circular":  # goes around what is left, as in PyTorch
        return _padded(_cut(x, widths), widths, mode, value)
    return _cut(_padded(x, widths, mode, value), widths)


def _padded(x: Tensor, widths: list[tuple[int, int]], mode: str, value: float) -> Tensor:
    """x with elements put where widths are above 0."""
    added = [(max(before, 0), max(after, 0)) for before, after in widths]
    if not any(map(any, added)):
        return x
    options = {"constant_values": value} if mode == "constant" else {}
    return cast(Tensor, np.pad(cast(Any, x), added, mode=NUMPY_MODES[mode], **options))  # type: ignore[call-overload]


def _cut(x: Tensor, widths: list[tuple[int, int]]) -> Tensor:
    """x without the elements where widths are below 0."""
    if all(min(width) >= 0 for width in widths):
        return x
    return x[tuple(slice(max(-before, 0), after if after < 0 else None) for before, after in widths)]
