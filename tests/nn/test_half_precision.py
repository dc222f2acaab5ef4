"""In float16, which ends at 65504, sums and squares are taken in float32: values and gradients are PyTorch's."""

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd import Tensor

LARGE = np.array([[1000, -1000, 500, 0], [2000, 1000, -3000, 4000]], np.float16)
SMALL = (LARGE.astype(float) / 1e6).astype(np.float16)

NORMS = [
    (lambda module, dtype: module.LayerNorm(4, dtype=dtype), (2, 4)),
    (lambda module, dtype: module.RMSNorm(4, dtype=dtype), (2, 4)),
    (lambda module, dtype: module.GroupNorm(2, 4, dtype=dtype), (2, 4, 1)),
    (lambda module, dtype: module.BatchNorm1d(4, dtype=dtype), (2, 4)),
    (lambda module, dtype: module.BatchNorm2d(2, dtype=dtype), (2, 2, 2, 1)),
]


@pytest.mark.parametrize("values", [LARGE, SMALL], ids=["large", "small"])
@pytest.mark.parametrize(("make", "shape"), NORMS)
def test_norms_are_pytorchs(torch, make, shape, values):
    x = Tensor(values.reshape(shape), requires_grad=True)
    theirs = torch.tensor(x.numpy(), requires_grad=True)
    ours, layer = make(nn, np.float16), make(torch.nn, torch.half)
    y, expected = ours(x), layer(theirs)
    assert y.dtype == np.float16
    np.testing.assert_allclose(y.data.astype(float), expected.detach().numpy().astype(float), rtol=4e-3, atol=2e-3)
    g = np.linspace(-1, 1, x.size).astype(np.float16).reshape(shape)
    (y * Tensor(g)).sum().backward()
    (expected * torch.tensor(g)).sum().backward()
    scale = abs(theirs.grad.numpy().astype(float)).max()
    np.testing.assert_allclose(x.grad.data.astype(float), theirs.grad.numpy().astype(float), atol=1e-2 * scale + 1e-6)
    assert ours.weight.grad.dtype == np.float16
    np.testing.assert_allclose(ours.weight.grad.data, layer.weight.grad.numpy(), rtol=1e-2, atol=1e-2)


def test_running_statistics_are_pytorchs(torch):
    ours, theirs = nn.BatchNorm1d(4, dtype=np.float16), torch.nn.BatchNorm1d(4, dtype=torch.half)
    for values in (SMALL, LARGE):  # PyTorch too has inf for a variance above 65504
        ours(values), theirs(torch.tensor(values))
        np.testing.assert_allclose(ours.running_mean.data, theirs.running_mean.numpy(), rtol=2e-3)
        np.testing.assert_allclose(ours.running_var.data, theirs.running_var.numpy(), rtol=2e-3)
    ours, theirs = ours.eval(), theirs.eval()
    np.testing.assert_allclose(ours(LARGE).data, theirs(torch.tensor(LARGE)).detach().numpy(), rtol=4e-3, atol=1e-3)


@pytest.mark.parametrize("training", [True, False])
def test_running_statistics_in_float32_are_as_exact_as_those_of_float32(training):
    """The variances of the columns are 5e5, 2e6, 6.1e6 and 8e6."""
    mean, variance = Tensor(np.zeros(4, np.float32)), Tensor(np.ones(4, np.float32))
    F.batch_norm(LARGE, mean, variance, training=True, momentum=1.0)
    np.testing.assert_allclose(mean.data, LARGE.astype(float).mean(axis=0))
    np.testing.assert_allclose(variance.data, LARGE.astype(float).var(axis=0, ddof=1))
    y = F.batch_norm(LARGE, mean, variance, training=training)
    assert y.dtype == np.float16
    assert np.isfinite(y.data).all()


def test_means_of_windows_do_not_leave_the_range():
    x = np.full((1, 1, 4, 4), 60000, np.float16)
    for layer in (nn.AvgPool2d(4), nn.AdaptiveAvgPool2d(1), nn.AdaptiveAvgPool2d(3)):
        y = layer(x)
        assert y.dtype == np.float16
        assert (y.data == 60000).all()
    assert (nn.AvgPool1d(4)(x[0]).data == 60000).all()


def test_softmax_of_more_elements_than_float16_counts():
    x = np.zeros((1, 70_000), np.float16)
    y, log_y = F.softmax(x), F.log_softmax(x)
    assert y.dtype == log_y.dtype == np.float16
    np.testing.assert_allclose(y.data.astype(float), 1 / 70_000, rtol=1e-2)
    np.testing.assert_allclose(log_y.data.astype(float), -np.log(70_000), rtol=1e-3)


def test_attention_to_large_keys():
    """The products of queries and keys are 90,000: each query takes the mean of the values, 2."""
    x, value = np.full((3, 4), 300, np.float16), np.array([[1], [2], [3]], np.float16)
    y = F.scaled_dot_product_attention(x, x, value, scale=0.25)
    assert y.dtype == np.float16
    np.testing.assert_allclose(y.data, 2, rtol=1e-3)


def test_losses_of_large_differences():
    """One difference of 300 among four: the mean of the squares is 22,500."""
    x, target = np.array([[300, 0, 0, 0]], np.float16), np.zeros((1, 4), np.float16)
    assert F.mse_loss(x, target).item() == pytest.approx(22_500, rel=1e-3)
    assert F.huber_loss(x, target, delta=400.0).item() == pytest.approx(11_250, rel=1e-3)
    assert F.triplet_margin_loss(x, target, x, margin=1.0).item() == 301
    assert F.multi_margin_loss(x, [1], p=2).item() == pytest.approx((301**2 + 1 + 1) / 4, rel=1e-3)
    assert F.mse_loss(x, target).dtype == F.huber_loss(x, target).dtype == np.float16


def test_gelu_of_large_numbers_has_gradient_1():
    x = Tensor(np.array([2000.0], np.float16), requires_grad=True)
    y = F.gelu(x, "tanh")
    y.sum().backward()
    assert y.data == 2000
    assert x.grad.data == 1
