"""Debug mode: the first number that is not finite is named with its operation, inputs and line."""

import numpy as np
import pytest

import nn
from autograd import NotFiniteError, Tensor, debug, no_grad
from autograd.primitive import Primitive

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def leaf(*values):
    return Tensor(np.array(values), requires_grad=True)


def test_forward_names_the_operation_the_inputs_and_the_line():
    x = leaf(1.0, 0.0)
    with (
        debug(),
        pytest.raises(NotFiniteError, match=r"log gave infinity at .*test_debugging\.py, line \d+\.") as caught,
    ):
        np.log(x)
    assert "x = float64 (2,) from 0 to 1" in str(caught.value)


def test_backward_names_the_operation_and_the_line_of_the_forward_pass():
    with debug():
        y = np.sqrt(leaf(0.0, 1.0))
        with pytest.raises(NotFiniteError, match=r"gradient of sqrt .* became infinity.*test_debugging\.py, line \d+"):
            y.sum().backward()


def test_a_nan_that_came_in_is_found_at_its_first_use():
    with debug(), pytest.raises(NotFiniteError, match=r"add gave NaN.* 1 NaN"):
        leaf(np.nan, 1.0) + 1


def test_an_infinity_that_was_asked_for_passes():
    with debug():
        pooled = nn.functional.max_pool2d(Tensor(np.ones((1, 1, 3, 3)), requires_grad=True), 2, padding=1)
        pooled.sum().backward()
        assert np.isfinite(pooled.data).all()


def test_errors_of_a_rule_name_the_line_of_the_forward_pass():
    def rule(g):
        raise ZeroDivisionError("oh")

    with debug():
        y = Primitive(lambda x: x * 2, {"x": rule})(leaf(1.0))
        with pytest.raises(ZeroDivisionError) as caught:
            y.backward()
    assert "test_debugging.py, line" in caught.value.__notes__[0]


def test_every_node_knows_its_line_in_debug_mode_only():
    with debug():
        y = leaf(1.0) * 2
    assert "test_debugging.py" in y.node.line
    assert not hasattr((leaf(1.0) * 2).node, "line")


def test_ends_after_an_error_and_leaves_other_modes():
    with no_grad(), debug():
        assert not (leaf(1.0) * 2).requires_grad
    with pytest.raises(NotFiniteError), debug():
        np.log(leaf(0.0))
    np.log(leaf(0.0))
