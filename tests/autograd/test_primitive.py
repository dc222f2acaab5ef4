"""Declaring a primitive: what its rules name is what it remembers."""

import numpy as np
import pytest

from autograd import Tensor, gradcheck, primitive, primitives
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
    assert told["out"] is y._array
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


def test_rules_may_come_in_any_order():
    def f(a, b):
        return a * b**2

    declared = Primitive(f, {"b": lambda g, a, b: 2 * g * a * b, "a": lambda g, b: g * b**2})
    a, b = leaf(3.0), leaf(5.0)
    declared(a, b).backward()
    assert (a.grad.item(), b.grad.item()) == (25, 30)
    assert declared(b=b, a=a).item() == 75


def test_a_tensor_for_which_there_is_no_rule_is_refused_if_it_requires_a_gradient():
    partial = Primitive(lambda x, y: x * y, {"x": lambda g, y: g * y})
    assert partial(leaf(2.0), np.array([3.0])).item() == 6
    with pytest.raises(TypeError, match="no derivative by 'y'"):
        partial(leaf(2.0), leaf(3.0))


@pytest.mark.parametrize(
    ("declare", "error", "words"),
    [
        (lambda: Primitive(lambda x: x, {}), TypeError, "needs a rule for at least one parameter"),
        (lambda: Primitive(lambda x: x, {"y": lambda g: g}), TypeError, r"takes \(x\), and its rules are for \(y\)"),
        (lambda: Primitive(lambda x: x, {"x": lambda g, z: g}), TypeError, r"asks for z; it can have x, out"),
        (lambda: primitive(np.exp, x=lambda g, out: g * out), ValueError, "exp is declared already"),
    ],
)
def test_a_wrong_declaration_is_refused_at_once(declare, error, words):
    with pytest.raises(error, match=words):
        declare()


@pytest.mark.parametrize(
    ("rule", "error", "words"),
    [
        (lambda g: None, TypeError, r"rule of 'clamp' gave None for an input of shape \(2,\)"),
        (lambda g: [1.0, 2.0], TypeError, "rule of 'clamp' gave .1.0, 2.0."),
        (lambda g: np.ones(3), ValueError, r"gave a gradient of shape \(3,\) for an input of shape \(2,\)"),
        (lambda g: np.float64(1), ValueError, r"gave a gradient of shape \(\)"),
    ],
)
def test_a_rule_that_gives_no_gradient_is_named(rule, error, words):
    x = leaf(1.0, 2.0)
    with pytest.raises(error, match=words):
        Primitive(clamp, {"x": rule})(x, 0.0).sum().backward()


@pytest.mark.parametrize("rule", [lambda x: 3 * x**2, lambda: 1.0, lambda out: out])
def test_a_rule_begins_with_the_incoming_gradient(rule):
    def cube(x):
        return x**3

    with pytest.raises(TypeError, match="its first parameter is the incoming gradient, by custom g"):
        primitive(cube, x=rule)
