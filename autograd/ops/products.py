"""Products of vectors and matrices under all of NumPy's names, and sliding ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.operators import functions
from autograd.ops.composing import as_tensor, composes
from autograd.ops.windows import sliding_windows


@composes(np.dot)
def dot(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(b) == 1:
        return np.tensordot(a, b, (-1, 0))
    return np.tensordot(a, b, (-1, -2))


@composes(np.inner)
def inner(a: Any, b: Any, /) -> Any:
    return np.multiply(a, b) if np.ndim(a) == 0 or np.ndim(b) == 0 else np.tensordot(a, b, (-1, -1))


@composes(np.linalg.outer)
def linalg_outer(x1: Any, x2: Any, /) -> Any:
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        raise ValueError(f"linalg.outer takes vectors, not shapes {np.shape(x1)} and {np.shape(x2)}: see np.outer.")
    return outer(x1, x2)


@composes(np.outer)
def outer(a: Any, b: Any) -> Any:
    return np.ravel(as_tensor(a))[:, None] * np.ravel(as_tensor(b))


@composes(np.vdot)
def vdot(a: Any, b: Any, /) -> Any:
    if np.size(a) != np.size(b):
        raise ValueError(f"vdot needs as many elements on both sides, not {np.size(a)} and {np.size(b)}.")
    return np.sum(np.conjugate(np.ravel(as_tensor(a))) * np.ravel(as_tensor(b)))


@composes(np.vecdot, np.linalg.vecdot)
def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """The vectors lie along `axis` of each input; the other axes broadcast."""
    a, b = (functions[np.moveaxis](as_tensor(x), axis, -1) for x in (x1, x2))
    if a.shape[-1] != b.shape[-1]:
        raise ValueError(f"vecdot needs vectors of one length along axis {axis}, not {a.shape[-1]} and {b.shape[-1]}.")
    return np.sum(np.conjugate(a) * b, axis=-1)


@composes(np.matvec)
def matvec(x1: Any, x2: Any, /) -> Any:
    return np.matmul(x1, np.expand_dims(x2, -1))[..., 0]


@composes(np.vecmat)
def vecmat(x1: Any, x2: Any, /) -> Any:
    return np.matmul(np.expand_dims(np.conjugate(x1), -2), x2)[..., 0, :]


@composes(np.kron)
def kron(a: Any, b: Any) -> Any:
    a, b = as_tensor(a), as_tensor(b)
    axes = max(a.ndim, b.ndim)
    a, b = (x.reshape((1,) * (axes - x.ndim) + x.shape) for x in (a, b))
    pairs = [size for m, n in zip(a.shape, b.shape, strict=True) for size in (m, n)]
    spread_a = a.reshape([size for m in a.shape for size in (m, 1)])
    spread_b = b.reshape([size for n in b.shape for size in (1, n)])
    product = np.broadcast_to(spread_a * spread_b, tuple(pairs))
    return product.reshape([m * n for m, n in zip(a.shape, b.shape, strict=True)])


@composes(np.cross)
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = functions[np.moveaxis](a, axisa, -1), functions[np.moveaxis](b, axisb, -1)
    if a.shape[-1] != 3 or b.shape[-1] != 3:
        raise ValueError(f"cross of Tensors takes vectors of three elements, not {a.shape[-1]} and {b.shape[-1]}.")
    after, before = [1, 2, 0], [2, 0, 1]
    c = a[..., after] * b[..., before] - a[..., before] * b[..., after]
    return np.moveaxis(c, -1, axisc)


@composes(np.linalg.cross)
def linalg_cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    return cross(x1, x2, axis=axis)


@composes(np.convolve)
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    a, v = np.atleast_1d(as_tensor(a)), np.atleast_1d(as_tensor(v))
    a, v = (v, a) if a.shape[0] < v.shape[0] else (a, v)
    return correlate(a, np.conjugate(np.flip(v)), mode)


@composes(np.correlate)
def correlate(a: Any, v: Any, mode: str = "valid") -> Any:

    a, v = np.atleast_1d(as_tensor(a)), np.atleast_1d(as_tensor(v))
    if a.shape[0] == 0 or v.shape[0] == 0:
        raise ValueError("there is nothing to slide: an array is empty.")
    if a.shape[0] < v.shape[0]:  # NumPy slides the shorter over the longer
        return np.flip(np.conjugate(correlate(v, a, mode)))
    if mode not in ("valid", "same", "full"):
        raise ValueError(f"the mode is 'valid', 'same' or 'full', not {mode!r}.")
    n = v.shape[0]
    before = {"valid": 0, "same": n // 2, "full": n - 1}[mode]
    after = {"valid": 0, "same": n - 1 - n // 2, "full": n - 1}[mode]
    return sliding_windows(np.pad(a, (before, after)), (n,)) @ np.conjugate(v)
