"""Every NumPy function that counts as differentiable gives NumPy's values, right derivatives, and keeps dtypes."""

import subprocess
import sys

import numpy as np
import pytest

from autograd import Tensor, gradcheck, gradients
from autograd.coverage import DIFFERENTIABLE, coverage
from tests.numpy_cases import CALLS, get
from tests.numpy_on_torch import FUNCTIONS, NotInPyTorchError, OnTorch

every_call = pytest.mark.parametrize("call", CALLS, ids=str)


def test_the_coverage_table_ends_quietly_where_its_reader_stops():
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "autograd.coverage"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as table:
        assert table.stdout.readline().startswith("absolute ")
        table.stdout.close()
        assert table.stderr.read() == ""


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
def test_dtypes_are_numpys_and_gradients_stay_float32(call):
    arrays = call.arrays(np.float32)
    xs = [Tensor(x, requires_grad=True) for x in arrays]
    y = call.call(*xs)
    assert y.dtype == np.asarray(call.call(*arrays)).dtype
    for g, x in zip(gradients(y, xs, np.ones(y.shape)), xs, strict=True):
        assert (g.dtype, g.shape) == (np.float32, x.shape)


NOT_IN_PYTORCH = {
    "average",
    "bincount",
    "intersect1d",
    "setdiff1d",
    "setxor1d",
    "union1d",
    "unique",
    "unique_values",
    "block",
    "choose",
    "compress",
    "cumulative_prod",
    "cumulative_sum",
    "delete",
    "divmod",
    "ediff1d",
    "full_like",
    "heaviside",
    "insert",
    "interp",
    "linspace",
    "logspace",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmin",
    "nanprod",
    "nanstd",
    "nanvar",
    "partition",
    "polyval",
    "resize",
    "rollaxis",
    "select",
    "unwrap",
}


def test_every_function_that_pytorch_has_is_compared(torch):
    compared = {name for name in {call.name for call in CALLS} if get(name) in FUNCTIONS}
    assert {call.name for call in CALLS} - compared == NOT_IN_PYTORCH


@every_call
def test_pytorch_agrees_where_it_has_the_function(torch, call):
    arrays = call.arrays()
    theirs = [torch.tensor(x, requires_grad=True) for x in arrays]
    try:
        expected = call.call(*map(OnTorch, theirs)).tensor
    except NotInPyTorchError:  # the function has it, some of its arguments not
        return
    xs = [leaf(x) for x in arrays]
    y = call.call(*xs)
    np.testing.assert_allclose(y.data, expected.detach().numpy(), rtol=1e-9, atol=1e-12)
    seed, direction = (np.random.default_rng(0).uniform(1, 2, shape) for shape in (y.shape, xs[0].shape))
    ours = gradients(y, xs, seed, create_graph=True)
    expected = torch.autograd.grad(expected, theirs, torch.tensor(seed), create_graph=True, materialize_grads=True)
    for g, their_g in zip(ours, expected, strict=True):
        np.testing.assert_allclose(g.data, their_g.detach().numpy(), rtol=1e-9, atol=1e-12)
    if not ours[0].requires_grad or not expected[0].requires_grad:  # constant
        return
    ours = gradients(ours[0], xs, direction, allow_unused=True)
    expected = torch.autograd.grad(expected[0], theirs, torch.tensor(direction), materialize_grads=True)
    for g, their_g in zip(ours, expected, strict=True):
        np.testing.assert_allclose(0 if g is None else g.data, their_g.numpy(force=True), rtol=1e-8, atol=1e-10)


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
