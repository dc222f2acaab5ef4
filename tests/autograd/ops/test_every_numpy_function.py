"""Every NumPy function that counts as differentiable gives NumPy's values, right derivatives, and keeps dtypes."""

import numpy as np
import pytest

from autograd import Tensor, gradcheck, gradients
from autograd.coverage import DIFFERENTIABLE, coverage
from tests.numpy_cases import CALLS

every_call = pytest.mark.parametrize("call", CALLS, ids=str)


def test_every_row_of_the_coverage_table_is_exercised():
    called = {call.name for call in CALLS}
    rows = {row.name for row in coverage() if row.status == DIFFERENTIABLE and not row.alias_of}
    assert rows - called == set()
    assert called - rows == set()


@every_call
def test_gives_numpys_values(call):
    arrays = call.arrays()
    y = call.call(*(Tensor(x, requires_grad=True) for x in arrays))
    expected = call.call(*arrays)
    assert y.requires_grad
    assert y.shape == np.shape(expected)
    np.testing.assert_allclose(y.data, expected, rtol=1e-10, atol=1e-12)


@every_call
def test_derivatives_agree_with_finite_differences_to_second_order(call):
    gradcheck(call.call, [Tensor(x, requires_grad=True) for x in call.arrays()], order=2)


@every_call
def test_float32_stays_float32(call):
    xs = [Tensor(x, requires_grad=True) for x in call.arrays(np.float32)]
    y = call.call(*xs)
    if "dtype" not in str(call) and y.dtype != np.float64:
        assert y.dtype == np.float32
    for g, x in zip(gradients(y, xs, np.ones(y.shape)), xs, strict=True):
        assert (g.dtype, g.shape) == (np.float32, x.shape)
