"""Clipping of gradients: PyTorch's numbers."""

from math import inf, nan

import numpy as np
import pytest

import optim
from autograd import Tensor


def with_gradients(*gradients):
    """Parameters with these gradients; None gives one without."""
    params = []
    for gradient in gradients:
        p = Tensor(np.ones_like(np.zeros(2) if gradient is None else gradient), requires_grad=True)
        p.grad = None if gradient is None else Tensor(gradient)
        params.append(p)
    return params


def random_gradients(dtype):
    rng = np.random.default_rng(0)
    turn = 1 + 2j if np.issubdtype(dtype, np.complexfloating) else 1
    return [np.asarray(turn * rng.standard_normal(shape), dtype) for shape in [(3, 4), (), (5,)]]


def in_torch(torch, params):
    theirs = [torch.tensor(p.data, requires_grad=True) for p in params]
    for p, q in zip(params, theirs, strict=True):
        q.grad = None if p.grad is None else torch.tensor(p.grad.data)
    return theirs


def assert_gradients_are(params, theirs, tolerance):
    for p, q in zip(params, theirs, strict=True):
        assert (p.grad is None) == (q.grad is None)
        if p.grad is not None:
            assert p.grad.dtype == p.dtype
            np.testing.assert_allclose(p.grad.data, q.grad.numpy(), rtol=tolerance)


@pytest.mark.parametrize("norm_type", [2, 1, 3.5, inf, 0])
@pytest.mark.parametrize("max_norm", [0.5, 1000, 0])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-5), (np.float64, 1e-10), (np.complex128, 1e-10)])
@pytest.mark.filterwarnings("ignore:Casting complex values to real")  # PyTorch's, where norm_type is 0
def test_norms_and_gradients_are_pytorchs(torch, norm_type, max_norm, dtype, tolerance):
    gradients = random_gradients(dtype)
    params = with_gradients(gradients[0], None, *gradients[1:])
    theirs = in_torch(torch, params)
    norm = optim.clip_grad_norm(params, max_norm, norm_type)
    assert isinstance(norm, float)
    assert norm == pytest.approx(torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type).item(), rel=tolerance)
    assert_gradients_are(params, theirs, tolerance)


@pytest.mark.parametrize("norm_type", [2, 1, 3.5, inf])
@pytest.mark.parametrize("size", [1e-3, 300, 60_000])
def test_norms_of_half_precision_are_those_of_the_same_numbers_in_double(torch, norm_type, size):
    params = with_gradients(np.full(40, size, np.float16), np.full((2, 3), -size, np.float16))
    theirs = [torch.tensor(p.data.astype(float), requires_grad=True) for p in params]
    for p, q in zip(params, theirs, strict=True):
        q.grad = torch.tensor(p.grad.data.astype(float))
    norm = optim.clip_grad_norm(params, 1e-2, norm_type)
    assert norm == pytest.approx(torch.nn.utils.clip_grad_norm_(theirs, 1e-2, norm_type).item(), rel=1e-5)
    for p, q in zip(params, theirs, strict=True):
        assert p.grad.dtype == np.float16
        np.testing.assert_allclose(p.grad.data, q.grad.numpy(), rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize("clip_value", [0.5, 1000, 0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_clipped_values_are_pytorchs(torch, clip_value, dtype):
    params = with_gradients(*random_gradients(dtype), None)
    theirs = in_torch(torch, params)
    optim.clip_grad_value(params, clip_value)
    torch.nn.utils.clip_grad_value_(theirs, clip_value)
    assert_gradients_are(params, theirs, 1e-10)


@pytest.mark.parametrize("bad", [nan, inf])
def test_a_norm_that_is_not_finite(torch, bad):
    params = with_gradients(np.array([1.0, bad]), np.array([2.0]))
    with pytest.raises(RuntimeError, match=f"the norm of the gradients is {bad}"):
        optim.clip_grad_norm(params, 1.0, error_if_nonfinite=True)
    np.testing.assert_array_equal(params[0].grad.data, [1, bad])
    theirs = in_torch(torch, params)
    torch.nn.utils.clip_grad_norm_(theirs, 1.0)
    optim.clip_grad_norm(params, 1.0)
    assert_gradients_are(params, theirs, 0)


def test_gradients_are_changed_in_place():
    (p,) = with_gradients(np.array([3.0, 4.0]))
    gradient = p.grad
    assert optim.clip_grad_norm(p, 1.0) == 5
    optim.clip_grad_value(p, 0.7)
    assert p.grad is gradient
    np.testing.assert_allclose(gradient.data, [0.6, 0.7], rtol=1e-6)


def test_a_gradient_on_a_graph_is_replaced_by_values():
    x = Tensor([3.0], requires_grad=True)
    (x**2).sum().backward(create_graph=True)
    assert optim.clip_grad_norm([x], 2.0) == 6
    assert x.grad.item() == pytest.approx(2, rel=1e-6)
    assert not x.grad.requires_grad


def test_without_gradients_the_norm_is_0():
    assert optim.clip_grad_norm(with_gradients(None), 1.0) == 0


def test_a_generator_is_taken():
    params = with_gradients(*random_gradients(np.float64))
    assert optim.clip_grad_norm((p for p in params), 0.1) > 0.1
    assert optim.clip_grad_norm(params, 1.0) == pytest.approx(0.1, rel=1e-4)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: optim.clip_grad_norm([], -1), ValueError, "max_norm must be 0 or more, not -1"),
        (lambda: optim.clip_grad_norm([], "a"), TypeError, "max_norm must be a number, not 'a'"),
        (lambda: optim.clip_grad_norm([], nan), ValueError, "max_norm must be a number, not nan"),
        (lambda: optim.clip_grad_norm([], 1, nan), ValueError, "norm_type must be a number, not nan"),
        (lambda: optim.clip_grad_norm([], 1, "two"), TypeError, "norm_type must be a number, not 'two'"),
        (lambda: optim.clip_grad_value([], nan), ValueError, "clip_value must be a number, not nan"),
        (lambda: optim.clip_grad_value([], -1), ValueError, "clip_value must be 0 or more, not -1"),
        (lambda: optim.clip_grad_norm([np.ones(2)], 1), TypeError, r"such as model\.parameters\(\); this is array"),
        (
            lambda: optim.clip_grad_norm(object(), 1),
            TypeError,
            r"a list of tensors, such as model\.parameters\(\), not",
        ),
        (
            lambda: optim.clip_grad_value(with_gradients(np.ones(2), np.ones(1, complex)), 0.5),
            TypeError,
            "complex gradients have no order",
        ),
    ],
)
def test_errors_name_the_argument(call, error, words):
    with pytest.raises(error, match=words):
        call()
