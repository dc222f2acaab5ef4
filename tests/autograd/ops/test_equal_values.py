"""Equal eigenvalues and singular values: right where only the values count; refused where vectors could turn."""

import numpy as np
import pytest

from autograd import Tensor, grad, gradcheck, hessian

C = np.arange(9.0).reshape(3, 3)
REFUSED = r"a gradient arrives between the vectors of equal (eigen|singular )values"


def symmetric(a):
    return (a + a.T) / 2


@pytest.mark.parametrize("scale", [1.0, 1e-8, 1e8])
@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda a: np.linalg.eigvalsh(symmetric(a)).sum(), np.eye(3)),
        (lambda a: np.linalg.svdvals(a).sum(), np.eye(3)),
        (lambda a: np.linalg.norm(a, "nuc"), np.eye(3)),
        (lambda a: np.linalg.norm(a, 2), np.eye(3) / 3),
    ],
)
def test_first_derivatives_of_functions_of_the_values(function, expected, scale):
    """By the formulas at a multiple of the identity: the trace, and of the largest of equal values equal parts."""
    np.testing.assert_allclose(grad(function)(scale * np.eye(3)), expected, atol=1e-14)


def test_the_log_of_a_determinant_by_eigenvalues():
    a = np.diag([2.0, 2.0, 5.0])
    found = grad(lambda a: np.log(np.linalg.eigvalsh(symmetric(a))).sum())(a)
    np.testing.assert_allclose(found, np.linalg.inv(a), atol=1e-14)


VECTORS = {
    "a function of a symmetric matrix": lambda a: (lambda w, v: (v * w**2) @ v.T)(*np.linalg.eigh(symmetric(a))),
    "the polar factor": lambda a: (lambda u, s, vt: u @ vt)(*np.linalg.svd(a)),
    "the matrix put together again": lambda a: (lambda u, s, vt: (u * s) @ vt)(*np.linalg.svd(a)),
}


@pytest.mark.parametrize("name", VECTORS)
@pytest.mark.parametrize("noise", [0.0, 1e-16])
def test_what_depends_on_vectors_of_equal_values_is_refused(name, noise):
    a = np.diag([2.0, 2.0, 5.0]) + noise * np.ones((3, 3))
    with pytest.raises(np.linalg.LinAlgError, match=REFUSED):
        grad(lambda a: (VECTORS[name](a) * C).sum())(a)


@pytest.mark.parametrize("name", VECTORS)
def test_the_same_at_different_values_is_right(name):
    a = np.diag([2.0, 3.0, 5.0]) + 0.1 * np.sin(C)
    gradcheck(VECTORS[name], [Tensor(a, requires_grad=True)], order=1)


def test_the_vector_of_a_value_of_its_own_has_a_derivative_beside_equal_ones():
    """Of the projection onto the third axis, whose eigenvalue 5 is no other's: finite differences."""

    def projection(a):
        v = np.linalg.eigh(symmetric(a)).eigenvectors[:, 2:]
        return v @ v.T

    gradcheck(projection, [Tensor(np.diag([2.0, 2.0, 5.0]), requires_grad=True)], order=1)


@pytest.mark.parametrize(
    "function",
    [
        lambda a: (np.linalg.eigvalsh(symmetric(a)) ** 2).sum(),
        lambda a: np.log(np.linalg.eigvalsh(symmetric(a))).sum(),
        lambda a: np.linalg.norm(a, "nuc"),
    ],
)
def test_second_derivatives_are_never_zeros(function):
    with pytest.raises(np.linalg.LinAlgError, match=REFUSED):
        hessian(function)(np.eye(2))


@pytest.mark.parametrize("shape", [(3, 2), (2, 3)])
def test_the_vector_of_a_singular_value_of_zero_is_refused(shape):
    a = np.zeros(shape)
    a[0, 0] = 2.0

    def f(a):
        u, _, vt = np.linalg.svd(a, full_matrices=False)
        return (u * C[: len(u), :2]).sum() + (vt * C[:2, : vt.shape[1]]).sum()

    with pytest.raises(np.linalg.LinAlgError, match="singular value of 0"):
        grad(f)(a)
    assert np.isfinite(grad(lambda a: np.linalg.svdvals(a).sum())(a)).all()
