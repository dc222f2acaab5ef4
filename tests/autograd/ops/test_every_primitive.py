"""What holds for every primitive in the registry, on ordinary, broadcast, zero-size and 0-d shapes."""

import numpy as np
import pytest

from autograd import Tensor, gradcheck, gradients, primitives
from autograd.graph import reverse_order
from tests.numpy_cases import CALLS
from tests.primitive_cases import CASES

every_case = pytest.mark.parametrize("case", CASES, ids=str)


CORE = sorted({case.primitive for case in CASES})


def operations(y):
    """The names of all operations in the graph of y."""
    return {node.operation for node in reverse_order(y.node)}


def test_every_primitive_in_the_registry_is_reached():
    reached = set()
    for call in (*CASES, *CALLS):
        xs = [Tensor(x, requires_grad=True) for x in call.arrays()]
        y = call.call(*xs)
        reached |= operations(y)
        for g in gradients(y, xs, np.ones(y.shape), create_graph=True):
            if g.requires_grad:
                reached |= operations(g)
                for h in gradients(g, xs, np.ones(g.shape), create_graph=True, allow_unused=True):
                    reached |= operations(h) if h is not None and h.requires_grad else set()
    assert set(primitives) - reached == set()


@pytest.mark.parametrize("name", CORE)
def test_has_cases_with_ordinary_zero_size_and_0d_inputs(name):
    shapes = [shape for case in CASES if case.primitive == name for shape in case.shapes]
    assert any(np.prod(shape) > 1 for shape in shapes)
    assert any(np.prod(shape) == 0 for shape in shapes)
    assert () in shapes or name in {"matmul", "sliding_windows", "fold", "concatenate", "swapaxes", "squeeze", "pad"}


@every_case
def test_calls_the_primitive_it_is_for(case):
    y = case.call(*(Tensor(x, requires_grad=True) for x in case.arrays()))
    assert y.node.operation == case.primitive


@every_case
def test_gives_numpys_values(case):
    arrays = case.arrays()
    expected = case.call(*arrays)  # einsum and matmul may add up in another order
    np.testing.assert_allclose(case.call(*(Tensor(x, requires_grad=True) for x in arrays)).data, expected, rtol=1e-13)


@every_case
def test_gradients_agree_with_finite_differences_to_second_order(case):
    gradcheck(case.call, [Tensor(x, requires_grad=True) for x in case.arrays()], order=2)


@every_case
def test_gradients_by_one_input_alone_agree_with_finite_differences(case):
    for wanted in range(len(case.shapes)):
        gradcheck(case.call, [Tensor(x, requires_grad=i == wanted) for i, x in enumerate(case.arrays())], order=1)


@every_case
def test_float32_stays_float32_and_shapes_stay(case):
    xs = [Tensor(x, requires_grad=True) for x in case.arrays(np.float32)]
    y = case.call(*xs)
    assert y.dtype == np.float32
    first = gradients(y, xs, np.ones(y.shape, np.float32), create_graph=True)
    assert [(g.dtype, g.shape) for g in first] == [(np.float32, x.shape) for x in xs]
    for g in first:
        if g.requires_grad:
            for second in gradients(g, xs, np.ones(g.shape, np.float32), allow_unused=True):
                assert second is None or second.dtype == np.float32
