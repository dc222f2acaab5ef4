"""Fourier transforms. Each is linear, so its rule is the transposed transform of the gradient.

A transform of real input has complex output: the gradient of the input is the real part, which the reverse pass takes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.composing import composes
from autograd.ops.shape import along
from autograd.primitive import primitive

Shape = tuple[int, ...]


def _fft(a: Any, n: int | None = None, axis: int = -1, norm: Any = None) -> Any:
    return np.fft.fft(a, n, axis, norm)


def _ifft(a: Any, n: int | None = None, axis: int = -1, norm: Any = None) -> Any:
    return np.fft.ifft(a, n, axis, norm)


def _fitted(g: Any, a_shape: Shape, axis: int) -> Any:
    """g cut or filled with zeros along `axis`, as the transform did with its input the other way round."""
    size, wanted = g.shape[axis], a_shape[axis]
    if size > wanted:
        return g[along(axis, g.ndim, slice(0, wanted))]
    if size < wanted:
        widths = [(0, 0)] * g.ndim
        widths[axis] = (0, wanted - size)
        return np.pad(g, widths)
    return g


# The matrix of the transform is symmetric, so its transpose is the transform itself, on as many elements.
fft = primitive(
    _fft, numpy=np.fft.fft, a=lambda g, a_shape, axis, norm: _fitted(np.fft.fft(g, None, axis, norm), a_shape, axis)
)
ifft = primitive(
    _ifft, numpy=np.fft.ifft, a=lambda g, a_shape, axis, norm: _fitted(np.fft.ifft(g, None, axis, norm), a_shape, axis)
)


@composes(np.fft.rfft)
def rfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    if a.dtype.kind == "c":
        raise TypeError(f"rfft takes real numbers, not {a.dtype}: np.fft.fft takes complex ones.")
    n = a.shape[axis] if n is None else n
    return fft(a, n, axis, norm)[along(axis, a.ndim, slice(0, n // 2 + 1))]


@composes(np.fft.irfft)
def irfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The half that is given, and its conjugate as the other half, transformed back."""
    n = 2 * (a.shape[axis] - 1) if n is None else n
    half = _fitted(a, tuple(n // 2 + 1 if i == axis % a.ndim else size for i, size in enumerate(a.shape)), axis)
    first = half[along(axis, a.ndim, slice(0, 1))].real
    middle = half[along(axis, a.ndim, slice(1, (n + 1) // 2))]
    last = [half[along(axis, a.ndim, slice(n // 2, n // 2 + 1))].real] if n % 2 == 0 else []
    other = np.conj(np.flip(middle, axis))
    return ifft(np.concatenate([first, middle, *last, other], axis=axis), n, axis, norm).real


def _lengths(a: Any, s: Any, axes: Any) -> list[tuple[int, Any]]:
    """Each axis with the length that it is brought to: None or -1 for its own."""
    if axes is None:
        axes = range(a.ndim) if s is None else range(-len(s), 0)
    lengths = [None] * len(axes) if s is None else [None if n == -1 else n for n in s]
    if len(lengths) != len(axes):
        raise ValueError(f"s={s} and axes={tuple(axes)}: a length is needed for each axis.")
    return list(zip(axes, lengths, strict=True))


def _over_axes(transform: Any, a: Any, lengths: list[tuple[int, Any]], norm: str | None) -> Any:
    for axis, n in reversed(lengths):
        a = transform(a, n, axis, norm)
    return a


@composes(np.fft.fftn)
def fftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    return _over_axes(fft, a, _lengths(a, s, axes), norm)


@composes(np.fft.ifftn)
def ifftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    return _over_axes(ifft, a, _lengths(a, s, axes), norm)


@composes(np.fft.fft2)
def fft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    return _over_axes(fft, a, _lengths(a, s, axes), norm)


@composes(np.fft.ifft2)
def ifft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    return _over_axes(ifft, a, _lengths(a, s, axes), norm)


@composes(np.fft.rfftn)
def rfftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    *others, (axis, n) = _lengths(a, s, axes)
    return _over_axes(fft, rfft(a, n, axis, norm), others, norm)


@composes(np.fft.rfft2)
def rfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    return rfftn(a, s, axes, norm)


@composes(np.fft.irfftn)
def irfftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    *others, (axis, n) = _lengths(a, s, axes)
    if n is None and s is not None:  # -1: as many numbers as are given
        n = a.shape[axis]
    return irfft(_over_axes(ifft, a, others[::-1], norm), n, axis, norm)


@composes(np.fft.irfft2)
def irfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    return irfftn(a, s, axes, norm)
