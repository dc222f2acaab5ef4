"""Complex tensors: the gradient is dy/dRe(x) + i dy/dIm(x), as in PyTorch."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, gradcheck

RNG = np.random.default_rng(0)


def complex_array(*shape):
    return RNG.uniform(0.3, 1.2, shape) + 1j * RNG.uniform(0.3, 1.2, shape)


def leaf(*shape):
    return Tensor(complex_array(*shape), requires_grad=True)


def real_leaf(*shape):
    return Tensor(RNG.uniform(0.3, 1.2, shape), requires_grad=True)


UNARY = [
    *(np.negative, np.positive, np.exp, np.exp2, np.expm1, np.log, np.log2, np.log10, np.log1p, np.sqrt, np.square),
    *(np.reciprocal, np.sin, np.cos, np.tan, np.sinh, np.cosh, np.tanh, np.arcsin, np.arccos, np.arctan),
    *(np.arcsinh, np.arccosh, np.arctanh, np.absolute, np.real, np.imag, np.conj, np.angle, np.sign),
    *(np.sum, np.mean, np.prod, np.cumsum, np.cumprod, np.var, np.std, np.ravel, np.flip, np.diff, np.transpose),
    *(np.linalg.norm, np.fft.fft, np.fft.ifft, np.fft.fft2),
    *(lambda x: x**2, lambda x: x**3, lambda x: x**-1.5, lambda x: x[0] * x[:, 1:].sum(), lambda x: np.pad(x, 1)),
    lambda x: np.linalg.slogdet(x @ x.T + 2 * np.eye(2))[1],
    *(lambda x: np.linalg.inv(x @ x.T + 2 * np.eye(2)), lambda x: np.linalg.det(x @ x.T + np.eye(2))),
]
BINARY = [
    *(np.add, np.subtract, np.multiply, np.divide, np.power, np.vdot, np.inner, np.outer, np.kron, np.vecdot),
    *(lambda x, y: x @ y.T, lambda x, y: np.einsum("ij,kj->ik", x, y), lambda x, y: np.tensordot(x, y, 2)),
    *(
        lambda x, y: np.where([True, False, True], x, y),
        lambda x, y: np.concatenate([x, y]),
        lambda x, y: np.stack([x, y]),
    ),
]


@pytest.mark.parametrize("f", UNARY)
def test_functions_of_one(f):
    gradcheck(f, [leaf(2, 3)])


@pytest.mark.parametrize("f", BINARY)
@pytest.mark.parametrize("make_y", [leaf, real_leaf])
def test_functions_of_two_the_second_complex_or_real(f, make_y):
    gradcheck(f, [leaf(2, 3), make_y(2, 3)])


def test_a_real_input_gets_a_real_gradient():
    x = real_leaf(3)
    np.abs(np.exp(1j * x) + 0.5).sum().backward()
    assert x.grad.dtype == np.float64
    gradcheck(lambda x: np.abs(np.exp(1j * x) + 0.5), [x])


def test_python_numbers_keep_single_precision():
    x = Tensor(complex_array(2).astype(np.complex64), requires_grad=True)
    y = np.abs((2 + 1j) * x + 1).sum()
    y.backward()
    assert (y.dtype, x.grad.dtype) == (np.float32, np.complex64)


def test_backward_from_a_complex_number_needs_its_gradient():
    with pytest.raises(ValueError, match=r"complex number does not grow.*take \.real or np\.abs"):
        (leaf(1) * 2).backward()


def test_absolute_value_at_zero_has_gradient_zero():
    x = Tensor(np.zeros(1, complex), requires_grad=True)
    np.abs(x).backward()
    assert x.grad.item() == 0


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "sin", "tanh", "abs", "angle", "real", "imag", "conj"])
def test_the_convention_is_pytorchs(torch, name):
    array = complex_array(4)
    x, their_x = Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    y, their_y = getattr(np, name)(x), getattr(torch, name)(their_x)
    weights = complex_array(4) if y.dtype.kind == "c" else RNG.uniform(1, 2, 4)
    y.backward(weights)
    their_y.backward(torch.tensor(weights))
    np.testing.assert_allclose(x.grad.data, their_x.grad.resolve_conj().numpy(), rtol=1e-10)


def test_a_sigmoid_of_complex_numbers_is_refused():
    with pytest.raises(TypeError, match="sigmoid"):
        autograd.sigmoid(leaf(2))
    with pytest.raises(TypeError, match="logsumexp"):
        autograd.logsumexp(leaf(2))
    y = Tensor(np.zeros(2))
    with pytest.raises(TypeError, match="complex value does not fit"):
        y[0] = leaf(1)[0]


def hermitian(x):
    """A positive definite matrix of x."""
    return x @ x.mT.conj() + 3 * np.eye(x.shape[-2])


def weighted(y, weights):
    """One number of all real and imaginary parts."""
    return (y.real * weights).sum() + (y.imag * weights**2).sum()


# What does not depend on the phases of the vectors, for these are free.
DECOMPOSITIONS = {
    "cholesky": lambda linalg, x, w: weighted(linalg.cholesky(x), w),
    "eigenvalues": lambda linalg, x, w: (linalg.eigvalsh(x) ** 2 * w[0]).sum(),
    "eigenvectors": lambda linalg, x, w: (abs(linalg.eigh(x)[1]) ** 2 * w).sum(),
    "qr": lambda linalg, x, w: weighted(linalg.qr(x)[0] @ (linalg.qr(x)[1] * w), w),
}


@pytest.mark.parametrize("name", DECOMPOSITIONS)
def test_decompositions_of_complex_matrices(torch, name):
    function, w = DECOMPOSITIONS[name], RNG.uniform(1, 2, (3, 3))
    array = RNG.standard_normal((3, 3)) + 1j * RNG.standard_normal((3, 3))
    x, their_x = Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    y = function(np.linalg, hermitian(x), w)
    their_square = their_x @ their_x.mH + 3 * torch.eye(3)
    their_y = function(torch.linalg, their_square, torch.tensor(w))
    y.backward()
    their_y.backward()
    assert y.item() == pytest.approx(their_y.item())
    np.testing.assert_allclose(x.grad.data, their_x.grad.numpy(), rtol=1e-9, atol=1e-10)
    gradcheck(lambda x: function(np.linalg, hermitian(x), w), [Tensor(array, requires_grad=True)])


@pytest.mark.parametrize("shape", [(3, 3), (4, 3), (3, 4), (2, 3, 2)])
def test_singular_values_and_vectors_of_complex_matrices(torch, shape):
    k = min(shape[-2:])
    wu, ws, wv = RNG.uniform(1, 2, (shape[-2], k)), RNG.uniform(1, 2, k), RNG.uniform(1, 2, (k, shape[-1]))

    def function(svd, x, wu, ws, wv):
        u, s, vt = svd(x, full_matrices=False)
        product = u @ (ws[:, None] * vt)
        return (abs(u) ** 2 * wu).sum() + (s**3).sum() + (abs(vt) ** 2 * wv).sum() + (product.imag * 2).sum()

    array = RNG.standard_normal(shape) + 1j * RNG.standard_normal(shape)
    x, their_x = Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    y = function(np.linalg.svd, x, wu, ws, wv)
    their_y = function(torch.linalg.svd, their_x, *map(torch.tensor, (wu, ws, wv)))
    y.backward()
    their_y.backward()
    assert y.item() == pytest.approx(their_y.item())
    np.testing.assert_allclose(x.grad.data, their_x.grad.numpy(), rtol=1e-9, atol=1e-9)
    gradcheck(lambda x: function(np.linalg.svd, x, wu, ws, wv), [Tensor(array, requires_grad=True)])


@pytest.mark.parametrize("shape", [(3, 5), (4, 2), (2, 2, 3)])
def test_qr_of_complex_matrices_of_any_form(torch, shape):
    k = min(shape[-2:])
    wq, wr = RNG.uniform(1, 2, (shape[-2], k)), RNG.uniform(1, 2, (k, shape[-1]))
    array = RNG.standard_normal(shape) + 1j * RNG.standard_normal(shape)
    x, their_x = Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    (q, r), (their_q, their_r) = np.linalg.qr(x), torch.linalg.qr(their_x)
    ((q.imag * wq).sum() + (r.imag * wr).sum() + (r.real * wr**2).sum()).backward()
    wq, wr = torch.tensor(wq), torch.tensor(wr)
    ((their_q.imag * wq).sum() + (their_r.imag * wr).sum() + (their_r.real * wr**2).sum()).backward()
    np.testing.assert_allclose(x.grad.data, their_x.grad.numpy(), rtol=1e-9, atol=1e-10)


def test_the_sign_of_zero_stays():
    x = Tensor(np.zeros(2, complex), requires_grad=True)
    np.sign(x).backward(np.ones(2, complex))
    assert x.grad.data.tolist() == [0, 0]
