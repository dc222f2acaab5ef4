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
    *(np.arcsinh, np.arccosh, np.arctanh, np.absolute, np.real, np.imag, np.conj, np.angle),
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
    with pytest.raises(TypeError, match="cholesky"):
        np.linalg.cholesky(leaf(2, 2))
    with pytest.raises(TypeError, match="symmetric matrix"):
        np.linalg.eigvalsh(leaf(2, 2))
    y = Tensor(np.zeros(2))
    with pytest.raises(TypeError, match="complex value does not fit"):
        y[0] = leaf(1)[0]
