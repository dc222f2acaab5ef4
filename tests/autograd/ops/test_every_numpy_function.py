"""Every NumPy function that counts as differentiable gives NumPy's values, right derivatives, and keeps dtypes."""

import numpy as np
import pytest

from autograd import Tensor, gradcheck, gradients
from autograd.coverage import DIFFERENTIABLE, coverage
from tests.numpy_cases import CALLS, get

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


PLAIN = [call for call in CALLS if call.call is get(call.name)]
# PyTorch's functions of these names are others, have no derivative, or choose another convention.
OTHERWISE = {"std", "var", "median", "copysign", "heaviside", "floor_divide", "linalg.eigvalsh", "vander"}


@pytest.mark.parametrize("call", PLAIN, ids=str)
def test_pytorch_agrees_where_it_has_the_function(torch, call):
    theirs = getattr(torch, call.name, None)
    for part in call.name.split(".") if "." in call.name else ():
        theirs = getattr(torch if theirs is None else theirs, part, None)
    if theirs is None or call.name in OTHERWISE:
        return
    arrays = call.arrays()
    ours, their_inputs = [[make(x) for x in arrays] for make in (leaf, lambda x: torch.tensor(x, requires_grad=True))]
    try:
        expected = theirs(*their_inputs)
        expected = expected if isinstance(expected, torch.Tensor) else None
    except (TypeError, RuntimeError, IndexError):  # PyTorch takes other arguments, or not these shapes
        expected = None
    y = call.call(*ours)
    if expected is None or expected.shape != y.shape or not expected.requires_grad:
        return
    np.testing.assert_allclose(y.data, expected.detach().numpy(), rtol=1e-9, atol=1e-12)
    seed = np.random.default_rng(0).uniform(1, 2, y.shape)
    y.backward(seed)
    expected.backward(torch.tensor(seed))
    for x, their_x in zip(ours, their_inputs, strict=True):
        np.testing.assert_allclose(x.grad.data, their_x.grad.numpy(), rtol=1e-9, atol=1e-12)


def leaf(x):
    return Tensor(x, requires_grad=True)


def other_shapes(shape):
    """A number, nothing, nothing along the first or the last axis, and axes of one element."""
    yield from ((), (0,), (1,) * len(shape))
    if shape:
        yield from ((0, *shape[1:]), (*shape[:-1], 0))
    if len(shape) > 1:
        yield (shape[0], 1, *shape[2:])


# Some functions here take a few shapes more than NumPy's (numbers as vectors), or broadcast otherwise.
OWN_WAYS = {"average", "einsum", "linalg.norm", "cov", "correlate"}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@every_call
def test_takes_the_shapes_that_numpy_takes_and_no_others(call):
    for place, shape in [(i, other) for i, own in enumerate(call.shapes) for other in other_shapes(own)]:
        shapes = [shape if i == place else own for i, own in enumerate(call.shapes)]
        rng = np.random.default_rng(0)
        arrays = [rng.uniform(call.low, call.high, s) for s in shapes]
        xs = [leaf(x) for x in arrays]
        try:
            expected = np.asarray(call.call(*arrays))
        except Exception:
            if call.name not in OWN_WAYS:
                with pytest.raises((ValueError, IndexError, TypeError, ZeroDivisionError)):
                    call.call(*xs)
            continue
        if call.name in OWN_WAYS and shape != call.shapes[place]:
            continue
        y = call.call(*xs)
        assert y.shape == expected.shape
        np.testing.assert_allclose(y.data, expected, rtol=1e-9, atol=1e-12)
        if y.requires_grad and np.isfinite(expected).all():
            for g, x in zip(gradients(y, xs, np.ones(y.shape), allow_unused=True), xs, strict=True):
                assert g is None or g.shape == x.shape
