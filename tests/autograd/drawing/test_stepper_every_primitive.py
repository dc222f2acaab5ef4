"""For every primitive, the stepper comes to the gradients of the engine, before backward and after it."""

import numpy as np
import pytest

from autograd import Tensor
from autograd.drawing.passing import described
from autograd.drawing.steps import walk
from tests.primitive_cases import CASES

COMPLEX = ("add", "multiply", "divide", "exp", "matmul", "getitem", "sum")
RUNS = [(case, np.float64) for case in CASES]
RUNS += [(case, np.complex128) for case in CASES if case.primitive in COMPLEX]


@pytest.mark.parametrize(("case", "dtype"), RUNS, ids=[f"{case}-{dtype.__name__}" for case, dtype in RUNS])
def test_the_gradients_are_those_of_the_engine(case, dtype):
    leaves = [Tensor(x, requires_grad=True, name=f"x{i}") for i, x in enumerate(case.arrays(dtype))]
    y = np.real(case.call(*leaves)).sum()
    before = _gradients(y)
    y.backward(retain_graph=True)
    retained = _gradients(y)
    y = np.real(case.call(*leaves)).sum()
    engine = {leaf.name: described(leaf.node, leaf.grad.data) for leaf in leaves if leaf.grad is not None}
    for leaf in leaves:
        leaf.grad = None
    y.backward()
    assert before == retained == engine
    assert _gradients(y) == engine


def _gradients(y):
    """What has arrived at the leaves in the end."""
    walked = walk(y.node)
    leaves = [node.is_leaf for node in walked.nodes]
    sent = [part for step in walked.backward for part in step.sent if leaves[part.target]]
    return {walked.names[part.target]: part.total for part in sent}
