"""Linear algebra, batched over leading axes: inverses, solutions, determinants, powers, traces.

Source: Giles 2008, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation".
"""

from __future__ import annotations

from itertools import pairwise
from operator import index
from typing import Any

import numpy as np

from autograd.ops.composing import as_tensor, composes, values
from autograd.ops.decompositions import adjoint, as_it_arrives, check_square, svdvals, transposed
from autograd.primitive import primitive
from autograd.shape_only import any_known
from autograd.zeros import zero_matrices_stay_zero

Shape = tuple[int, ...]


def _inv(a: Any) -> Any:
    return np.linalg.inv(a)


inv = primitive(
    _inv,
    numpy=np.linalg.inv,
    a=zero_matrices_stay_zero(lambda g, out: -transposed(out) @ g @ transposed(out)),
)


def _solve(a: Any, b: Any) -> Any:
    return np.linalg.solve(a, b)


def _solve_rule_b(g: Any, a: Any, b_shape: Shape) -> Any:
    if len(b_shape) == 1:  # one vector, for all matrices
        return np.linalg.solve(transposed(a), g[..., None])[..., 0]
    return np.linalg.solve(transposed(a), g)


@zero_matrices_stay_zero
def _solve_rule_a(g: Any, a: Any, b_shape: Shape, out: Any) -> Any:
    to_b = _solve_rule_b(g, a, b_shape)
    if len(b_shape) == 1:
        return -to_b[..., :, None] * out[..., None, :]
    return -to_b @ transposed(out)


solve = primitive(_solve, numpy=np.linalg.solve, a=_solve_rule_a, b=_solve_rule_b)


def _det(a: Any) -> Any:
    return np.linalg.det(a)


LARGEST_SINGULAR = 12
"""Up to this size, derivatives of determinants of singular matrices are made of determinants of their parts."""


@zero_matrices_stay_zero
def _det_rule(g: Any, a: Any, out: Any) -> Any:
    """g det(a) a^-T; of matrices that are singular or nearly so, g times the cofactors."""
    singular = values(out) == 0
    if a.shape[-1] <= LARGEST_SINGULAR:
        regular = np.where(singular[..., None, None], np.eye(a.shape[-1], dtype=a.dtype), values(a))
        singular = singular | _nearly_singular(regular)
    if not any_known(singular):
        return (g * out)[..., None, None] * transposed(np.linalg.inv(a))
    if a.shape[-1] > LARGEST_SINGULAR:
        raise np.linalg.LinAlgError(
            f"the determinant of a singular {a.shape[-1]}x{a.shape[-1]} matrix: there is a derivative here up to "
            f"{LARGEST_SINGULAR}x{LARGEST_SINGULAR} only."
        )
    regular = np.where(singular[..., None, None], np.eye(a.shape[-1], dtype=a.dtype), a)
    cofactors = out[..., None, None] * transposed(np.linalg.inv(regular))
    cofactors[singular] = _cofactors(a[singular])
    return g[..., None, None] * cofactors


def _nearly_singular(a: Any) -> Any:
    """Whether half of the digits are lost or more, by the condition number in the norm of columns' sums."""
    with np.errstate(all="ignore"):
        sizes = [np.abs(x).sum(axis=-2).max(axis=-1, initial=0) for x in (a, np.linalg.inv(a))]
    return sizes[0] * sizes[1] > np.finfo(a.dtype).eps ** -0.5


def _cofactors(a: Any) -> Any:
    """The derivatives of the determinant, right for singular matrices too: determinants without a row and a column."""
    n = a.shape[-1]
    others = np.array([[j for j in range(n) if j != i] for i in range(n)], int).reshape(n, n - 1)
    signs = (-1.0) ** np.add.outer(np.arange(n), np.arange(n))
    return np.linalg.det(a[..., others[:, None, :, None], others[None, :, None, :]]) * signs.astype(a.dtype)


det = primitive(_det, numpy=np.linalg.det, a=_det_rule)


def _logabsdet(a: Any) -> Any:
    return np.linalg.slogdet(a)[1]


@zero_matrices_stay_zero
def _logabsdet_rule(g: Any, a: Any, out: Any) -> Any:
    """g a^-T; 0 where no gradient arrives at a singular matrix, whose logarithm has no slope."""
    singular = np.isneginf(values(out))
    if any_known(singular):
        if (values(g)[singular] != 0).any():
            raise np.linalg.LinAlgError(
                "slogdet of a singular matrix: the logarithm of 0 is -infinity, and has no derivative."
            )
        a = np.where(singular[..., None, None], np.eye(a.shape[-1], dtype=a.dtype), a)
        g = np.where(singular, 0, g)
    return g[..., None, None] * transposed(np.linalg.inv(a)).conj()


logabsdet = primitive(_logabsdet, a=_logabsdet_rule)


@composes(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    sign, size = np.linalg.slogdet(values(a))
    sign = as_tensor(sign)
    if a.dtype.kind == "c":  # the sign turns with a: that of the determinant of a, scaled to be of size 1
        scale = np.exp(-np.where(np.isfinite(size), size, 0) / max(a.shape[-1], 1))
        sign = np.sign(np.linalg.det(a * scale[..., None, None]))
    return type(np.linalg.slogdet(np.eye(1)))(sign, logabsdet(a))


def _pinv(a: Any, rcond: Any = None, rtol: Any = np._NoValue) -> Any:
    return np.linalg.pinv(a, rcond, rtol=rtol)


@zero_matrices_stay_zero
@as_it_arrives
def _pinv_rule(g: Any, a: Any, out: Any) -> Any:
    """Golub and Pereyra 1973, equation 4.12, transposed. It holds while the rank stays as it is."""
    to_a, pinv_h = adjoint(g), adjoint(out)
    left = to_a - a @ (out @ to_a)  # what the columns of a do not reach
    right = to_a - (to_a @ out) @ a
    return -pinv_h @ g @ pinv_h + left @ out @ pinv_h + pinv_h @ out @ right


pinv_by_rank = primitive(_pinv, a=_pinv_rule)


@composes(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = np._NoValue) -> Any:
    """Differentiable while the rank stays as it is."""
    if hermitian:
        raise TypeError("pinv of Tensors takes no hermitian=True: leave it out.")
    return pinv_by_rank(a, rcond, rtol)


@composes(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """The solution by `pinv`, and the sum of squares that is left; the rank is a constant."""
    a, b = (x if x.dtype.kind in "fc" else x.astype(np.float64) for x in (as_tensor(a), as_tensor(b)))
    eps = np.finfo(a.dtype).eps
    cut_off = eps * max(a.shape) if rcond is None else eps if rcond < 0 else rcond
    x = pinv(a, cut_off) @ b
    rest = b - a @ x
    _, residuals, rank, s = np.linalg.lstsq(values(a), values(b), rcond)
    left = (
        (rest * rest.conj()).real.sum(axis=0).reshape(np.shape(residuals))
        if np.size(residuals)
        else as_tensor(residuals)
    )
    return x, left, rank, svdvals(a) if a.requires_grad else as_tensor(s)


@composes(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    check_square(a)
    n = index(n)
    if n < 0:
        a, n = np.linalg.inv(a), -n
    result = np.broadcast_to(as_tensor(np.eye(a.shape[-1], dtype=a.dtype)), a.shape) if n == 0 else None
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
