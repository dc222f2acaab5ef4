"""Matrix decompositions, batched over leading axes: Cholesky, eigenvalues, QR, singular values.

Sources: Giles 2008, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation";
Walter and Lehmann 2013 for QR; Townsend 2016 for the SVD; their complex forms: Seeger et al. 2017, Wan and Zhang 2019.
"""

from __future__ import annotations

from functools import wraps
from math import prod
from typing import Any

import numpy as np

from autograd.ops.composing import composes, values
from autograd.ops.elementwise import nonzero
from autograd.primitive import primitive
from autograd.shape_only import any_known
from autograd.zeros import zero_matrices_stay_zero

Shape = tuple[int, ...]


def transposed(x: Any) -> Any:
    return x.swapaxes(-1, -2)


def adjoint(x: Any) -> Any:
    """Transposed, and conjugate where complex."""
    return transposed(x.conj()) if x.dtype.kind == "c" else transposed(x)


def as_it_arrives(rule: Any) -> Any:
    """A rule for outputs that may be complex, of the gradient as it arrives: the engine hands rules its conjugate."""

    @wraps(rule)
    def conjugated(g: Any, *remembered: Any) -> Any:
        return rule(g.conj(), *remembered).conj() if g.dtype.kind == "c" else rule(g, *remembered)

    return conjugated


def check_square(a: Any) -> None:
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError(f"a square matrix is needed, not shape {a.shape}.")


def _cholesky(a: Any, *, upper: bool = False) -> Any:
    return np.linalg.cholesky(a, upper=upper)


@zero_matrices_stay_zero
@as_it_arrives
def _cholesky_rule(g: Any, out: Any, upper: bool) -> Any:
    lower, g = (adjoint(out), adjoint(g)) if upper else (out, g)
    middle = np.tril(adjoint(lower) @ g) * (1 - 0.5 * np.eye(lower.shape[-1], dtype=lower.dtype))
    inverse = np.linalg.inv(lower)
    full = adjoint(inverse) @ middle @ inverse
    return (full + adjoint(full)) / 2


cholesky_factor = primitive(_cholesky, a=_cholesky_rule)


@composes(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    return cholesky_factor(_symmetric(a, "U" if upper else "L"), upper=upper)


def _symmetric(a: Any, uplo: str) -> Any:
    """The symmetric or Hermitian matrix of which `a` holds one triangle, the only one that NumPy reads."""
    check_square(a)
    if uplo.upper() not in ("L", "U"):
        raise ValueError(f"UPLO must be 'L' or 'U', the triangle to read, not {uplo!r}.")
    half = np.tril(a, -1) if uplo.upper() == "L" else np.triu(a, 1)
    return half + adjoint(half) + np.real(a) * np.eye(a.shape[-1], dtype=a.real.dtype)


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


def _eigh_flat(a: Any, uplo: Any) -> Any:
    """Eigenvalues, then eigenvectors, of symmetric or Hermitian matrices."""
    return _lay_out(*np.linalg.eigh(a, uplo))


@as_it_arrives
def _eigh_rule(g: Any, out: Any, a_shape: Shape) -> Any:
    w, v = _cut(out, a_shape[:-1], a_shape)
    g_w, g_v = _cut(g, a_shape[:-1], a_shape)
    w, g_w = np.real(w), np.real(g_w)  # laid out as complex numbers beside complex vectors
    turning = adjoint(v) @ g_v
    inside = turning * _one_over_gaps("eigenvalues", w, turning) + g_w[..., None, :] * np.eye(
        a_shape[-1], dtype=w.dtype
    )
    full = v @ inside @ adjoint(v)
    return (full + adjoint(full)) / 2


def _one_over_gaps(name: str, w: Any, *turning: Any) -> Any:
    """1 / (w_j - w_i), and 0 between equal values, where no gradient may arrive.

    Vectors of equal values can turn into each other: what depends on them has no derivative, or one that their
    gradients alone, `turning`, do not tell.
    """
    gaps, sizes = w[..., None, :] - w[..., :, None], np.abs(values(w))
    near = sizes.max(axis=-1, initial=0)[..., None, None] * (4 * w.shape[-1] * np.finfo(w.dtype).eps)
    equal = np.abs(values(gaps)) <= near
    between = equal & ~np.eye(w.shape[-1], dtype=bool)
    for g in map(values, turning):
        noise = np.abs(g).max(axis=(-1, -2), keepdims=True, initial=0) * (100 * np.finfo(w.dtype).eps)
        if any_known(between & (np.abs(g) > noise)):
            raise np.linalg.LinAlgError(
                f"a gradient arrives between the vectors of equal {name}, which may turn into each other: there is no "
                f"derivative to have. Use a function of the {name} alone, to first order, or make them differ."
            )
    return ~equal / np.where(equal, 1, gaps)


eigh_flat = primitive(_eigh_flat, a=_eigh_rule)


@composes(np.linalg.eigh)
def eigh(a: Any, UPLO: str = "L") -> Any:
    w, v = _cut(eigh_flat(_symmetric(a, UPLO), UPLO.upper()), a.shape[:-1], a.shape)
    return type(np.linalg.eigh(np.eye(1)))(np.real(w), v)


@composes(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    return eigh(a, UPLO).eigenvalues


def _qr_flat(a: Any) -> Any:
    """Q, then R, of matrices at least as high as wide."""
    return _lay_out(*np.linalg.qr(a))


@as_it_arrives
def _qr_rule(g: Any, out: Any, a_shape: Shape) -> Any:
    square = (*a_shape[:-2], a_shape[-1], a_shape[-1])
    q, r = _cut(out, a_shape, square)
    g_q, g_r = _cut(g, a_shape, square)
    m = r @ adjoint(g_r) - adjoint(g_q) @ q
    symmetric = np.tril(m, -1) + adjoint(np.tril(m, -1)) + np.real(m) * np.eye(a_shape[-1], dtype=m.real.dtype)
    return (g_q + q @ symmetric) @ adjoint(np.linalg.inv(r))


qr_flat = primitive(_qr_flat, a=_qr_rule)


@composes(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    if mode not in ("reduced", "r") or a.ndim < 2:
        raise ValueError(f"qr of Tensors takes mode='reduced' or 'r', and matrices; this is {mode!r} and {a.shape}.")
    k = min(a.shape[-2:])
    left = a[..., :k]
    q, r = _cut(qr_flat(left), left.shape, (*a.shape[:-2], k, k))
    if a.shape[-1] > k:  # Q is that of the first columns; R has the others as Q's rows see them
        r = np.concatenate([r, adjoint(q) @ a[..., k:]], axis=-1)
    return r if mode == "r" else type(np.linalg.qr(np.eye(1)))(q, r)


def _svd_flat(a: Any) -> Any:
    """U, the singular values, then V transposed, of the reduced decomposition."""
    return _lay_out(*np.linalg.svd(a, full_matrices=False))


def _svd_shapes(a_shape: Shape) -> tuple[Shape, Shape, Shape]:
    *batch, m, n = a_shape
    k = min(m, n)
    return (*batch, m, k), (*batch, k), (*batch, k, n)


@as_it_arrives
def _svd_rule(g: Any, out: Any, a_shape: Shape) -> Any:
    u, s, vt = _cut(out, *_svd_shapes(a_shape))
    g_u, g_s, g_vt = _cut(g, *_svd_shapes(a_shape))
    s, g_s = np.real(s), np.real(g_s)  # laid out as complex numbers beside complex vectors
    v, g_v = adjoint(vt), adjoint(g_vt)
    eye = np.eye(s.shape[-1], dtype=s.dtype)
    utg, vtg = adjoint(u) @ g_u, adjoint(v) @ g_v
    sums = s[..., None, :] + s[..., :, None]
    f = _one_over_gaps("singular values", s, utg, vtg) / nonzero(sums)
    one_over_s = 1 / nonzero(s)
    inner = (utg * f + adjoint(utg * f)) * s[..., None, :] + s[..., :, None] * (vtg * f + adjoint(vtg * f))
    if g.dtype.kind == "c":  # how the phases of u turn
        inner = inner + 0.5 * (utg - adjoint(utg)) * one_over_s[..., None, :] * eye
    result = u @ (inner + g_s[..., None, :] * eye) @ vt
    if a_shape[-2] > a_shape[-1]:
        rest = g_u - u @ (adjoint(u) @ g_u)
        _refuse_zero(s, rest)
        result = result + rest * one_over_s[..., None, :] @ vt
    if a_shape[-1] > a_shape[-2]:
        rest = g_v - v @ (adjoint(v) @ g_v)
        _refuse_zero(s, rest)
        result = result + u * one_over_s[..., None, :] @ adjoint(rest)
    return result


def _refuse_zero(s: Any, rest: Any) -> None:
    """LinAlgError where a gradient arrives at the vector of a singular value of 0, which may be any other."""
    noise = np.abs(values(rest)).max(initial=0) * (100 * np.finfo(s.dtype).eps)
    if any_known((values(s)[..., None, :] == 0) & (np.abs(values(rest)) > noise)):
        raise np.linalg.LinAlgError(
            "a gradient arrives at the vector of a singular value of 0, which may turn freely: there is no derivative "
            "to have. Use a function of the singular values alone."
        )


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
