"""Linear algebra, batched over leading axes. Sources: Giles 2008, "Collected matrix derivative results for forward and
reverse mode algorithmic differentiation"; Walter and Lehmann 2013 for QR; Townsend 2016 for the SVD; their complex
forms: Seeger et al. 2017, Wan and Zhang 2019.
"""

from __future__ import annotations

from functools import wraps
from itertools import pairwise
from math import prod
from operator import index
from typing import Any

import numpy as np

from autograd.ops.composed import as_tensor, composes, values
from autograd.ops.elementwise import nonzero
from autograd.ops.statistics import vector_length
from autograd.primitive import primitive

Shape = tuple[int, ...]


def _transposed(x: Any) -> Any:
    return x.swapaxes(-1, -2)


def _adjoint(x: Any) -> Any:
    """Transposed, and conjugate where complex."""
    return _transposed(x.conj()) if x.dtype.kind == "c" else _transposed(x)


def _as_it_arrives(rule: Any) -> Any:
    """A rule for outputs that may be complex, of the gradient as it arrives: the engine hands rules its conjugate."""

    @wraps(rule)
    def conjugated(g: Any, *remembered: Any) -> Any:
        return rule(g.conj(), *remembered).conj() if g.dtype.kind == "c" else rule(g, *remembered)

    return conjugated


def _eye(x: Any) -> Any:
    return np.eye(x.shape[-1], dtype=x.dtype)


def _inv(a: Any) -> Any:
    return np.linalg.inv(a)


inv = primitive(_inv, numpy=np.linalg.inv, a=lambda g, out: -_transposed(out) @ g @ _transposed(out))


def _solve(a: Any, b: Any) -> Any:
    return np.linalg.solve(a, b)


def _solve_rule_b(g: Any, a: Any, b_shape: Shape) -> Any:
    if len(b_shape) == 1:  # one vector, for all matrices
        return np.linalg.solve(_transposed(a), g[..., None])[..., 0]
    return np.linalg.solve(_transposed(a), g)


def _solve_rule_a(g: Any, a: Any, b_shape: Shape, out: Any) -> Any:
    to_b = _solve_rule_b(g, a, b_shape)
    if len(b_shape) == 1:
        return -to_b[..., :, None] * out[..., None, :]
    return -to_b @ _transposed(out)


solve = primitive(_solve, numpy=np.linalg.solve, a=_solve_rule_a, b=_solve_rule_b)


def _det(a: Any) -> Any:
    return np.linalg.det(a)


LARGEST_SINGULAR = 12
"""Up to this size, derivatives of determinants of singular matrices are made of determinants of their parts."""


def _det_rule(g: Any, a: Any, out: Any) -> Any:
    """g det(a) a^-T; of matrices that are singular or nearly so, g times the cofactors."""
    is_zero = values(out) == 0
    singular = is_zero | _nearly_singular(np.where(is_zero[..., None, None], np.eye(a.shape[-1]), values(a)))
    if a.shape[-1] > LARGEST_SINGULAR:
        singular = is_zero
    if not singular.any():
        return (g * out)[..., None, None] * _transposed(np.linalg.inv(a))
    if a.shape[-1] > LARGEST_SINGULAR:
        raise np.linalg.LinAlgError(
            f"the determinant of a singular {a.shape[-1]}x{a.shape[-1]} matrix: there is a derivative here up to "
            f"{LARGEST_SINGULAR}x{LARGEST_SINGULAR} only."
        )
    regular = np.where(singular[..., None, None], np.eye(a.shape[-1], dtype=a.dtype), a)
    cofactors = out[..., None, None] * _transposed(np.linalg.inv(regular))
    cofactors[singular] = _cofactors(a[singular])
    return g[..., None, None] * cofactors


def _nearly_singular(a: Any) -> Any:
    """Whether more than half of the digits are lost: the condition number, by the sums of columns, is above 1e8."""
    with np.errstate(all="ignore"):
        condition = np.linalg.norm(a, 1, (-2, -1)) * np.linalg.norm(np.linalg.inv(a), 1, (-2, -1))
    return condition > 1e8


def _cofactors(a: Any) -> Any:
    """The derivatives of the determinant, right for singular matrices too: determinants without a row and a column."""
    n = a.shape[-1]
    others = np.array([[j for j in range(n) if j != i] for i in range(n)], int).reshape(n, n - 1)
    signs = (-1.0) ** np.add.outer(np.arange(n), np.arange(n))
    return np.linalg.det(a[..., others[:, None, :, None], others[None, :, None, :]]) * signs.astype(a.dtype)


det = primitive(_det, numpy=np.linalg.det, a=_det_rule)


def _logabsdet(a: Any) -> Any:
    return np.linalg.slogdet(a)[1]


logabsdet = primitive(_logabsdet, a=lambda g, a: g[..., None, None] * _transposed(np.linalg.inv(a)).conj())


@composes(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    sign, size = np.linalg.slogdet(a.data)
    sign = as_tensor(sign)
    if a.dtype.kind == "c":  # the sign turns with a: that of the determinant of a, scaled to be of size 1
        scale = np.exp(-np.where(np.isfinite(size), size, 0) / max(a.shape[-1], 1))
        sign = np.sign(np.linalg.det(a * scale[..., None, None]))
    return type(np.linalg.slogdet(np.eye(1)))(sign, logabsdet(a))


def _cholesky(a: Any, *, upper: bool = False) -> Any:
    return np.linalg.cholesky(a, upper=upper)


@_as_it_arrives
def _cholesky_rule(g: Any, out: Any, upper: bool) -> Any:
    lower, g = (_adjoint(out), _adjoint(g)) if upper else (out, g)
    middle = np.tril(_adjoint(lower) @ g) * (1 - 0.5 * _eye(lower))
    inverse = np.linalg.inv(lower)
    full = _adjoint(inverse) @ middle @ inverse
    return (full + _adjoint(full)) / 2


cholesky_factor = primitive(_cholesky, a=_cholesky_rule)


@composes(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    return cholesky_factor(_symmetric(a, "U" if upper else "L"), upper=upper)


# A decomposition has several outputs. Its primitive returns them laid out one after the other in one flat array, and
# each is cut out of it; so the engine only ever sees primitives of one output.


def _lay_out(*parts: Any) -> Any:
    return np.concatenate([np.ravel(part) for part in parts])


def _cut(flat: Any, *shapes: Shape) -> list[Any]:
    parts, start = [], 0
    for shape in shapes:
        parts.append(flat[start : start + prod(shape)].reshape(shape))
        start += prod(shape)
    return parts


def _eigh_flat(a: Any) -> Any:
    """Eigenvalues, then eigenvectors, of symmetric or Hermitian matrices."""
    return _lay_out(*np.linalg.eigh(a))


@_as_it_arrives
def _eigh_rule(g: Any, out: Any, a_shape: Shape) -> Any:
    w, v = _cut(out, a_shape[:-1], a_shape)
    g_w, g_v = _cut(g, a_shape[:-1], a_shape)
    w, g_w = np.real(w), np.real(g_w)  # laid out as complex numbers beside complex vectors
    gaps = w[..., None, :] - w[..., :, None]
    f = (gaps != 0) / nonzero(gaps)
    inside = _adjoint(v) @ g_v * f + g_w[..., None, :] * np.eye(a_shape[-1], dtype=w.dtype)
    full = v @ inside @ _adjoint(v)
    return (full + _adjoint(full)) / 2


eigh_flat = primitive(_eigh_flat, a=_eigh_rule)


def _check_square(a: Any) -> None:
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError(f"a square matrix is needed, not shape {a.shape}.")


def _symmetric(a: Any, uplo: str) -> Any:
    """The symmetric or Hermitian matrix of which `a` holds one triangle, the only one that NumPy reads."""
    _check_square(a)
    if uplo.upper() not in ("L", "U"):
        raise ValueError(f"UPLO must be 'L' or 'U', the triangle to read, not {uplo!r}.")
    half = np.tril(a, -1) if uplo.upper() == "L" else np.triu(a, 1)
    return half + _adjoint(half) + np.real(a) * np.eye(a.shape[-1], dtype=a.real.dtype)


@composes(np.linalg.eigh)
def eigh(a: Any, UPLO: str = "L") -> Any:
    w, v = _cut(eigh_flat(_symmetric(a, UPLO)), a.shape[:-1], a.shape)
    return type(np.linalg.eigh(np.eye(1)))(np.real(w), v)


@composes(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    return eigh(a, UPLO).eigenvalues


def _qr_flat(a: Any) -> Any:
    """Q, then R, of matrices at least as high as wide."""
    return _lay_out(*np.linalg.qr(a))


@_as_it_arrives
def _qr_rule(g: Any, out: Any, a_shape: Shape) -> Any:
    square = (*a_shape[:-2], a_shape[-1], a_shape[-1])
    q, r = _cut(out, a_shape, square)
    g_q, g_r = _cut(g, a_shape, square)
    m = r @ _adjoint(g_r) - _adjoint(g_q) @ q
    symmetric = np.tril(m, -1) + _adjoint(np.tril(m, -1)) + np.real(m) * np.eye(a_shape[-1], dtype=m.real.dtype)
    return (g_q + q @ symmetric) @ _adjoint(np.linalg.inv(r))


qr_flat = primitive(_qr_flat, a=_qr_rule)


@composes(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    if mode not in ("reduced", "r") or a.ndim < 2:
        raise ValueError(f"qr of Tensors takes mode='reduced' or 'r', and matrices; this is {mode!r} and {a.shape}.")
    k = min(a.shape[-2:])
    left = a[..., :k]
    q, r = _cut(qr_flat(left), left.shape, (*a.shape[:-2], k, k))
    if a.shape[-1] > k:  # Q is that of the first columns; R has the others as Q's rows see them
        r = np.concatenate([r, _adjoint(q) @ a[..., k:]], axis=-1)
    return r if mode == "r" else type(np.linalg.qr(np.eye(1)))(q, r)


def _svd_flat(a: Any) -> Any:
    """U, the singular values, then V transposed, of the reduced decomposition."""
    return _lay_out(*np.linalg.svd(a, full_matrices=False))


def _svd_shapes(a_shape: Shape) -> tuple[Shape, Shape, Shape]:
    *batch, m, n = a_shape
    k = min(m, n)
    return (*batch, m, k), (*batch, k), (*batch, k, n)


@_as_it_arrives
def _svd_rule(g: Any, out: Any, a_shape: Shape) -> Any:
    u, s, vt = _cut(out, *_svd_shapes(a_shape))
    g_u, g_s, g_vt = _cut(g, *_svd_shapes(a_shape))
    s, g_s = np.real(s), np.real(g_s)  # laid out as complex numbers beside complex vectors
    v, g_v = _adjoint(vt), _adjoint(g_vt)
    eye = np.eye(s.shape[-1], dtype=s.dtype)
    gaps = (s[..., None, :] - s[..., :, None]) * (s[..., None, :] + s[..., :, None])
    f = (gaps != 0) / nonzero(gaps)
    one_over_s = 1 / nonzero(s)
    utg, vtg = _adjoint(u) @ g_u, _adjoint(v) @ g_v
    inner = (utg * f + _adjoint(utg * f)) * s[..., None, :] + s[..., :, None] * (vtg * f + _adjoint(vtg * f))
    if g.dtype.kind == "c":  # how the phases of u turn
        inner = inner + 0.5 * (utg - _adjoint(utg)) * one_over_s[..., None, :] * eye
    result = u @ (inner + g_s[..., None, :] * eye) @ vt
    if a_shape[-2] > a_shape[-1]:
        rest = g_u - u @ (_adjoint(u) @ g_u)
        result = result + rest * one_over_s[..., None, :] @ vt
    if a_shape[-1] > a_shape[-2]:
        rest = g_v - v @ (_adjoint(v) @ g_v)
        result = result + u * one_over_s[..., None, :] @ _adjoint(rest)
    return result


svd_flat = primitive(_svd_flat, a=_svd_rule)


@composes(np.linalg.svd)
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    if hermitian or (full_matrices and compute_uv and a.shape[-1] != a.shape[-2]):
        raise ValueError("svd of Tensors takes full_matrices=False where they are not square, and no hermitian=True.")
    u, s, vt = _cut(svd_flat(a), *_svd_shapes(a.shape))
    s = np.real(s)
    return type(np.linalg.svd(np.eye(1)))(u, s, vt) if compute_uv else s


@composes(np.linalg.svdvals)
def svdvals(x: Any, /) -> Any:
    return svd(x, compute_uv=False)


def _pinv(a: Any, rcond: Any = None) -> Any:
    return np.linalg.pinv(a, rcond)


@_as_it_arrives
def _pinv_rule(g: Any, a: Any, out: Any) -> Any:
    """Golub and Pereyra 1973, equation 4.12, transposed. It holds while the rank stays as it is."""
    to_a, pinv_h = _adjoint(g), _adjoint(out)
    left = to_a - a @ (out @ to_a)  # what the columns of a do not reach
    right = to_a - (to_a @ out) @ a
    return -pinv_h @ g @ pinv_h + left @ out @ pinv_h + pinv_h @ out @ right


pinv_by_rank = primitive(_pinv, a=_pinv_rule)


@composes(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None, hermitian: bool = False) -> Any:
    """Differentiable while the rank stays as it is."""
    if hermitian:
        raise TypeError("pinv of Tensors takes no hermitian=True: leave it out.")
    return pinv_by_rank(a, rcond)


@composes(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """The solution by `pinv`, and the sum of squares that is left; the rank is a constant."""
    a, b = (x if x.dtype.kind in "fc" else x.astype(np.float64) for x in (as_tensor(a), as_tensor(b)))
    eps = np.finfo(a.dtype).eps
    cut_off = eps * max(a.shape) if rcond is None else eps if rcond < 0 else rcond
    x = pinv(a, cut_off) @ b
    rest = b - a @ x
    _, residuals, rank, s = np.linalg.lstsq(a.data, b.data, rcond)
    left = (
        (rest * rest.conj()).real.sum(axis=0).reshape(np.shape(residuals))
        if np.size(residuals)
        else as_tensor(residuals)
    )
    return x, left, rank, svdvals(a) if a.requires_grad else as_tensor(s)


@composes(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    _check_square(a)
    n = index(n)
    if n < 0:
        a, n = np.linalg.inv(a), -n
    result = np.broadcast_to(as_tensor(_eye(a)), a.shape) if n == 0 else None
    while n:  # square and multiply
        if n % 2:
            result = a if result is None else result @ a
        n //= 2
        a = a @ a if n else a
    return result


@composes(np.linalg.multi_dot)
def multi_dot(arrays: Any) -> Any:
    letters = "abcdefghijklmnopqrstuvwxyz"
    if len(arrays) >= len(letters):
        raise ValueError(f"multi_dot of Tensors takes up to {len(letters) - 1} arrays, not {len(arrays)}.")
    ends_fit = all(np.ndim(arrays[i]) in (1, 2) for i in (0, -1))
    if len(arrays) < 2 or not ends_fit or any(np.ndim(x) != 2 for x in arrays[1:-1]):
        raise np.linalg.LinAlgError(
            f"multi_dot takes matrices, at the ends vectors too, not {list(map(np.shape, arrays))}."
        )
    for x, y in pairwise(arrays):
        if np.shape(x)[-1] != np.shape(y)[0]:
            raise ValueError(f"multi_dot: shapes {np.shape(x)} and {np.shape(y)} do not fit one after the other.")
    terms = [letters[i : i + 2] for i in range(len(arrays))]
    terms[0] = terms[0][-np.ndim(arrays[0]) :]
    terms[-1] = terms[-1][: np.ndim(arrays[-1])]
    ends = (terms[0][0] if np.ndim(arrays[0]) > 1 else "") + (terms[-1][-1] if np.ndim(arrays[-1]) > 1 else "")
    return np.einsum(f"{','.join(terms)}->{ends}", *arrays)


@composes(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Any:
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


@composes(np.linalg.trace)
def linalg_trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    return trace(x, offset, -2, -1, dtype)


@composes(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = as_tensor(x)
    x = x if x.dtype.kind in "fc" else x.astype(np.float64)
    axes = tuple(range(x.ndim)) if axis is None else np.lib.array_utils.normalize_axis_tuple(axis, x.ndim)
    if ord is None or (len(axes) == 2 and ord == "fro") or (len(axes) == 1 and ord == 2):
        return vector_length(x, axis=axes, keepdims=keepdims)
    if len(axes) == 1:
        return _vector_norm(x, ord, axes[0], keepdims)
    return _matrix_norm(x, ord, axes, keepdims)


def _vector_norm(x: Any, order: Any, axis: int, keepdims: bool) -> Any:
    if isinstance(order, str):
        raise ValueError(f"there is no norm {order!r} of vectors; 'fro' and 'nuc' are of matrices.")
    size = np.abs(x)
    if order == np.inf:
        return size.max(axis=axis, keepdims=keepdims, initial=0)
    if order == -np.inf:
        return size.min(axis=axis, keepdims=keepdims)
    if order == 0:
        return as_tensor(np.linalg.norm(x.data, 0, axis, keepdims))
    if order == 1:
        return size.sum(axis=axis, keepdims=keepdims)
    # Zeros are left out, so that no slope is infinite there: they add nothing where order > 0, else make the norm 0.
    zero = size.data == 0
    total = np.where(zero, 0, np.where(zero, 1, size) ** order).sum(axis=axis, keepdims=keepdims)
    is_zero = total.data == 0 if order > 0 else zero.any(axis=axis, keepdims=keepdims)
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
