"""Norms of vectors and matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.composing import as_tensor, composes, values
from autograd.ops.decompositions import svdvals
from autograd.ops.reduction import vector_length


@composes(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = as_tensor(x)
    x = x if x.dtype.kind in "fc" else x.astype(np.float64)
    axes = tuple(range(x.ndim)) if axis is None else np.lib.array_utils.normalize_axis_tuple(axis, x.ndim)
    if ord is None or (len(axes) == 2 and ord == "fro") or (len(axes) == 1 and ord == 2):
        return vector_length(x, axis=axes, keepdims=keepdims)
    if len(axes) == 1:
        return _vector_norm(x, ord, axes[0], keepdims)
    if len(axes) != 2:
        raise ValueError(f"there is no norm of order {ord!r} over {len(axes)} axes: name one, or two, by axis=.")
    return _matrix_norm(x, ord, axes, keepdims)


def _vector_norm(x: Any, order: Any, axis: int, keepdims: bool) -> Any:
    if isinstance(order, str):
        raise ValueError(f"there is no norm {order!r} of vectors; 'fro' and 'nuc' are of matrices.")
    if x.dtype == np.float16:  # powers and their sums soon overflow
        return _vector_norm(x.astype(np.float32), order, axis, keepdims).astype(np.float16)
    size = np.abs(x)
    if order == np.inf:
        return size.max(axis=axis, keepdims=keepdims, initial=0)
    if order == -np.inf:
        return size.min(axis=axis, keepdims=keepdims)
    if order == 0:
        return as_tensor(np.linalg.norm(values(x), 0, axis, keepdims))
    if order == 1:
        return size.sum(axis=axis, keepdims=keepdims)
    # Zeros are left out, so that no slope is infinite there: they add nothing where order > 0, else make the norm 0.
    zero = values(size) == 0
    total = np.where(zero, 0, np.where(zero, 1, size) ** order).sum(axis=axis, keepdims=keepdims)
    is_zero = values(total) == 0 if order > 0 else zero.any(axis=axis, keepdims=keepdims)
    return np.where(is_zero, 0, np.where(is_zero, 1, total) ** (1 / order))


def _matrix_norm(x: Any, order: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    m = np.moveaxis(x, axes, (-2, -1))
    if order in (1, -1, np.inf, -np.inf):
        sums = np.abs(m).sum(axis=-2 if abs(order) == 1 else -1)
        out = sums.max(axis=-1, initial=0) if order > 0 else sums.min(axis=-1)
    elif order in (2, -2, "nuc"):
        s = svdvals(m)
        out = s.sum(axis=-1) if order == "nuc" else s.max(axis=-1, initial=0) if order > 0 else s.min(axis=-1)
    else:
        raise ValueError(f"there is no matrix norm of order {order!r}: 'fro', 'nuc', 1, -1, 2, -2, inf and -inf are.")
    return np.expand_dims(out, tuple(a % x.ndim for a in axes)) if keepdims else out


@composes(np.linalg.vector_norm)
def linalg_vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    x = as_tensor(x)
    axes = tuple(range(x.ndim)) if axis is None else (axis if isinstance(axis, tuple) else (axis,))
    if ord == 2:
        return vector_length(x, axis=axes, keepdims=keepdims)
    if len(axes) == 1:
        return _vector_norm(x, ord, axes[0], keepdims)
    others = [i for i in range(x.ndim) if i not in {a % x.ndim for a in axes}]
    flat = np.moveaxis(x, axes, range(-len(axes), 0)).reshape([x.shape[i] for i in others] + [-1])
    out = _vector_norm(flat, ord, -1, False)
    return np.expand_dims(out, tuple(a % x.ndim for a in axes)) if keepdims else out


@composes(np.linalg.matrix_norm)
def linalg_matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return norm(x, ord, (-2, -1), keepdims)
