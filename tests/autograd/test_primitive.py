"""Declaring a primitive: what its rules name is what it remembers."""

import numpy as np
import pytest

from autograd import Tensor, gradcheck, primitives
from autograd.primitive import Primitive


def leaf(*values):
    return Tensor(np.array(values), requires_grad=True)


def clamp(x, low, high=1.0):
    return np.clip(x, low, high)


def test_a_rule_gets_inputs_options_output_and_shapes_by_name():
    told = {}

    def rule(g, low, out, x_shape, x, high):
        told.update(low=low, high=high, out=out, x=x, x_shape=x_shape)
        return g * ((x > low) & (x < high))

    x = leaf(0.0, 0.5, 2.0)
    y = Primitive(clamp, {"x": rule})(x, low=0.25)
    y.backward(np.ones(3))
    assert x.grad.data.tolist() == [0, 1, 0]
    assert (told["low"], told["high"], told["x_shape"]) == (0.25, 1.0, (3,))
    assert told["out"] is y.data
    assert told["x"] is x.data


def test_a_rule_for_a_sequence_is_asked_for_one_of_them_and_told_the_others():
    def product(xs):
        return xs[0] * xs[1] * xs[2]

    def rule(g, xs, i):
        assert xs[i] is None
        for j, x in enumerate(xs):
            if j != i:
                g = g * x
        return g

    multiply = Primitive(product, {"xs": rule})
    gradcheck(lambda *xs: multiply(xs), [leaf(2.0), leaf(3.0), leaf(5.0)])


def test_on_arrays_alone_a_primitive_is_its_function():
    assert isinstance(primitives["tanh"](np.ones(2)), np.ndarray)
    assert isinstance(primitives["sum"](np.ones(2)), np.floating)


def test_tensors_among_the_options_are_taken_as_values():
    condition, x = Tensor(np.array([True, False])), leaf(1.0, 2.0)
    np.where(condition, x, 0.0).sum().backward()
    assert x.grad.data.tolist() == [1, 0]
    assert x[Tensor(np.array([1, 1]))].data.tolist() == [2, 2]


def test_named_constants_keep_a_name_that_drawings_can_tell():
    x = Tensor(np.ones((2, 2)), name="x")
    assert np.pad(x, 1).name == "pad(x)"


@pytest.mark.parametrize("name", sorted(primitives))
def test_every_primitive_is_listed_under_its_own_name(name):
    assert primitives[name].name == name
    assert repr(primitives[name]) == f"<primitive {name}>"
