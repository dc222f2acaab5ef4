"""gradcheck finds wrong rules, of first and of second order, and says where."""

import numpy as np
import pytest

from autograd import GradcheckError, Tensor, gradcheck
from autograd.primitive import Primitive


def leaf(*values, dtype=np.float64):
    return Tensor(np.array(values, dtype), requires_grad=True)


def test_accepts_right_gradients():
    gradcheck(lambda x, y: np.exp(x) * y, [leaf(0.1, 0.2), leaf(3.0)])


def test_names_the_input_the_element_and_both_numbers():
    wrong = Primitive(np.square, {"x": lambda g, x: 3 * g * x})
    with pytest.raises(
        GradcheckError, match=r"order 1 by input 1 at element \(1,\): .* from the graph, .* from finite"
    ):
        gradcheck(lambda a, x: a.sum() + wrong(x).sum(), [leaf(1.0), leaf(0.0, 2.0)])


def test_finds_a_rule_that_is_wrong_only_when_differentiated_again():
    def rule(g, x):
        return 2 * g * (x.data if isinstance(x, Tensor) else x)  # right, but cuts the graph

    wrong = Primitive(np.square, {"x": rule})
    gradcheck(wrong, [leaf(1.0, 2.0)], order=1)
    with pytest.raises(GradcheckError, match="order 2 by input 0"):
        gradcheck(wrong, [leaf(1.0, 2.0)], order=2)


def test_finds_a_missing_dependence():
    with pytest.raises(GradcheckError, match="0 from the graph"):
        gradcheck(lambda x: Tensor(x.data) ** 2, [leaf(1.0)], order=1)


def test_checks_only_what_requires_a_gradient():
    gradcheck(lambda x, c: x * c, [leaf(1.0), Tensor(np.array([2.0]))])


def test_wants_float64():
    with pytest.raises(TypeError, match="input 0 is float32"):
        gradcheck(np.exp, [leaf(1.0, dtype=np.float32)])


def test_a_small_function_is_checked_as_well_as_a_large_one():
    wrong = Primitive(np.square, {"x": lambda g, x: 3 * g * x})
    for scale in (1e-9, 1, 1e9):
        with pytest.raises(GradcheckError):
            gradcheck(lambda x, scale=scale: wrong(x) * scale, [leaf(1.0, 2.0)])
    for power in (2, 3):
        gradcheck(lambda x, power=power: x**power, [leaf(1e6, 2.0)])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: gradcheck(np.exp, [Tensor(1.0)]), ValueError, "nothing to check: no input requires a gradient"),
        (lambda: gradcheck(np.exp, [leaf(1.0)], order=0), ValueError, "order=0 is below 1"),
        (lambda: gradcheck(np.exp, leaf(1.0)), TypeError, r"gradcheck\(f, \[x\]\)"),
        (lambda: gradcheck(lambda x: x.data, [leaf(1.0)]), TypeError, "returns a Tensor, not ndarray"),
    ],
)
def test_what_can_not_be_checked_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
