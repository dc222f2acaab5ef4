"""Random programs of all functions that PyTorch has too: values, first and second derivatives agree to 1e-9.

A program is a chain of two to four calls out of the table of NumPy's functions. Between them every number is brought
into the bounds that the next call wants, smoothly, and moved a little on its own: there are no ties and no kinks.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Tensor, gradients
from tests.numpy_cases import CALLS, get
from tests.numpy_on_torch import FUNCTIONS, NotInPyTorchError, OnTorch

torch = pytest.importorskip("torch", reason="PyTorch, the oracle of this test, is not installed")

# Vectors of eigenvectors and singular vectors turn arbitrarily fast where two values come close.
STEEP = {"linalg.eigh", "linalg.svd", "linalg.lstsq", "corrcoef"}


def can_be_chained(call):
    arrays = call.arrays()
    if get(call.name) not in FUNCTIONS or call.name in STEEP or any(x.size == 0 for x in arrays):
        return False
    try:
        y = call.call(*(OnTorch(torch.tensor(x)) for x in arrays))
    except NotInPyTorchError:
        return False
    return y.tensor.dtype == torch.float64


CHAINABLE = [call for call in CALLS if can_be_chained(call)]


def program(x, calls, noises):
    """Run the calls one after the other, each on the numbers that the one before gave."""
    for call, noise in zip(calls, noises, strict=True):
        inputs = []
        for shape, shift in zip(call.shapes, noise, strict=True):
            size = int(np.prod(shape))
            numbers = np.ravel(x)[np.arange(size) % int(np.prod(x.shape))] * 0.2
            share = 0.5 + 0.49 * np.tanh(np.reshape(numbers, shape) + shift)
            inputs.append(call.low + (call.high - call.low) * share)
        x = call.call(*inputs)
    return np.sum(np.tanh(x * 0.5))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@settings(max_examples=1000, deadline=None)
@given(st.lists(st.sampled_from(CHAINABLE), min_size=2, max_size=4), st.integers(0, 2**31))
def test_agree_with_pytorch(calls, seed):
    rng = np.random.default_rng(seed)
    start, direction = rng.uniform(-1, 1, (2, 3))
    noises = [[rng.permutation(np.linspace(-1.5, 1.5, int(np.prod(s)))).reshape(s) for s in c.shapes] for c in calls]
    x, their_x = Tensor(start, requires_grad=True), torch.tensor(start, requires_grad=True)
    y, their_y = program(x, calls, noises), program(OnTorch(their_x), calls, noises).tensor
    close(y.data, their_y)
    if not y.requires_grad or not their_y.requires_grad:
        return
    (first,) = gradients(y, [x], create_graph=True)
    (their_first,) = torch.autograd.grad(their_y, [their_x], create_graph=True, materialize_grads=True)
    close(first.data, their_first)
    if not first.requires_grad or not their_first.requires_grad:
        return
    (second,) = gradients(first, [x], direction, allow_unused=True)
    (their_second,) = torch.autograd.grad(their_first, [their_x], torch.tensor(direction), materialize_grads=True)
    close(0 if second is None else second.data, their_second)


def close(ours, theirs):
    theirs = theirs.detach().numpy(force=True)
    scale = max(1.0, float(np.abs(theirs).max()))
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9 * scale)


def test_the_programs_are_of_almost_all_functions_that_pytorch_has():
    reached = {call.name for call in CHAINABLE}
    rest = {call.name for call in CALLS if get(call.name) in FUNCTIONS} - reached
    assert rest == STEEP
