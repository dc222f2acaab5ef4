"""checkpoint remembers inputs only, and gives the same gradients."""

import gc
import weakref

import numpy as np
import pytest

from autograd import Tensor, checkpoint, grad, gradients


def leaf(*values):
    return Tensor(np.array(values), requires_grad=True)


def f(x, scale, w):
    return np.exp(np.tanh(x * w) * scale)


def test_gradients_are_those_of_the_function():
    for of in (f, checkpoint(f)):
        x, w = leaf(0.5, 1.0), leaf(2.0)
        g = gradients(of(x, 3.0, w).sum(), [x, w], create_graph=True)
        gg = gradients(g[0].sum(), [x, w])
        found = [t.data for t in (*g, *gg)]
        if of is f:
            expected = found
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b)


def test_nothing_inside_is_remembered():
    seen = []

    def g(x):
        middle = np.exp(x)
        seen.append(weakref.ref(middle._data))
        return middle * middle

    gc.disable()
    try:
        y = checkpoint(g)(Tensor(np.ones((100, 100)), requires_grad=True))
        assert [array() for array in seen] == [None]
        y.sum().backward()
        assert len(seen) == 2
    finally:
        gc.enable()


def test_a_tensor_from_elsewhere_is_noticed():
    w = leaf(2.0)
    w.name = "w"
    y = checkpoint(lambda x: x * w)(leaf(3.0))
    with pytest.raises(ValueError, match=r"not an argument \(w\)"):
        y.backward()


def test_without_gradients_it_is_the_function():
    assert checkpoint(np.exp)(0.0) == 1
    with pytest.raises(TypeError, match="returns a Tensor, not float"):
        checkpoint(lambda x: 1.0)(leaf(1.0))


def test_a_constant_has_no_slope():
    def constant(x):
        return Tensor(np.array(3.0))

    assert grad(checkpoint(constant))(2.0) == 0
    assert grad(grad(lambda x: checkpoint(constant)(x) * x * x))(2.0) == 6


@pytest.mark.filterwarnings("error")
def test_real_and_complex_arguments_together():
    def product(x, z):
        return (x * z * z).real.sum()

    found = []
    for of in (product, checkpoint(product)):
        x, z = leaf(1.0, 2.0), leaf(1j, 2.0 + 1j)
        first = gradients(of(x, z), [x, z], create_graph=True)
        second = gradients(first[0].sum(), [x, z], allow_unused=True)
        found.append([*first, second[1]])
    for a, b in zip(*found, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a.data, b.data)
    assert found[1][0].dtype == np.float64
