"""checkpoint remembers inputs only, and gives the same gradients."""

import gc
import weakref

import numpy as np
import pytest

import nn
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
        seen.append(weakref.ref(middle._array))
        return middle * middle

    gc.disable()
    try:
        y = checkpoint(g)(Tensor(np.ones((100, 100)), requires_grad=True))
        assert [array() for array in seen] == [None]
        y.sum().backward()
        assert len(seen) == 2
    finally:
        gc.enable()


def test_leaves_from_elsewhere_get_their_gradients():
    w, x = leaf(2.0), leaf(3.0)
    y = checkpoint(lambda x: x * w * w)(x)
    g = gradients(y, [x, w], create_graph=True)
    assert [t.item() for t in g] == [4, 12]
    assert [t.item() for t in gradients(g[1], [x, w])] == [4, 6]
    y.backward()
    assert (x.grad.item(), w.grad.item()) == (4, 12)


def test_a_module_with_an_array():
    model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Tanh(), nn.Linear(4, 1, rng=1))
    x = np.ones((2, 3), np.float32)
    found = []
    for of in (model, checkpoint(model)):
        model.zero_grad()
        (of(x) ** 2).sum().backward()
        found.append([parameter.grad.data for parameter in model.parameters()])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_running_statistics_move_once():
    x = Tensor(np.random.default_rng(0).standard_normal((6, 3)), dtype=np.float32, requires_grad=True)
    states = []
    for wrapped in (lambda f: f, checkpoint):
        model = nn.BatchNorm1d(3)
        (wrapped(model)(x) ** 3).sum().backward()
        states.append(model.state_dict())
    for name, value in states[0].items():
        np.testing.assert_array_equal(states[1][name], value)


def test_a_result_from_elsewhere_is_refused():
    w = leaf(2.0) * 3
    w.name = "w"
    with pytest.raises(ValueError, match=r"not an argument \(w\)"):
        checkpoint(lambda x: x * w)(leaf(3.0))


def test_another_result_the_second_time_is_refused():
    y = checkpoint(nn.Dropout(0.5, rng=0))(Tensor(np.ones(50), requires_grad=True))
    with pytest.raises(ValueError, match="gave another result when it was run again for its gradient"):
        y.sum().backward()


def test_what_is_no_function_is_refused():
    with pytest.raises(TypeError, match=r"takes a function, not Tensor: checkpoint\(f\)\(x\)"):
        checkpoint(leaf(1.0))


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


def test_a_hook_of_a_leaf_runs_once_on_its_whole_gradient():
    """d/dw of the sum of two checkpoints, x w and x x w at x = [1, 2], w = 3: 3 + 5 = 8."""
    x, w, seen = leaf(1.0, 2.0), leaf(3.0), []
    w.register_hook(lambda g: seen.append(g.item()))
    w.register_hook(lambda g: g * 10)
    (checkpoint(lambda x: x * w)(x) + checkpoint(lambda x: x * x * w)(x)).sum().backward()
    assert seen == [8]
    assert w.grad.item() == 80


def test_a_hook_of_an_input_and_of_a_parameter_run_once():
    calls = []
    model, x = nn.Linear(2, 1, rng=0), leaf([1.0, 2.0])
    for tensor in (x, model.weight):
        tensor.register_hook(lambda g: calls.append(g.shape))
    checkpoint(model)(x).sum().backward()
    assert sorted(calls) == [(1, 2), (1, 2)]


@pytest.mark.parametrize(
    "changed",
    [
        lambda x, factor: x * factor[0],
        lambda x, factor: x * np.full(3, factor[0]),
        lambda x, factor: np.sum(x[None] * factor[0], axis=0),
        lambda x, factor: np.where(np.array([factor[0] > 2] * 3), x, 3 * x),
        lambda x, factor: x**2 if factor[0] > 2 else x**3,
        lambda x, factor: checkpoint(lambda x: x * factor[0])(x),
    ],
)
def test_another_function_of_the_same_value_is_noticed(changed):
    """At 0, all of these are 0 whatever the factor."""
    x, factor = leaf(0.0, 0.0, 0.0), [1.0]
    y = checkpoint(lambda x: changed(x, factor))(x).sum()
    factor[0] = 5.0
    with pytest.raises(ValueError, match="or came to it in another way"):
        y.backward()


def test_inputs_are_kept_as_they_lie_and_not_twice():
    x = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    y = checkpoint(lambda x: np.ravel(x, "K") * np.arange(1.0, 7.0))(x.T)
    assert y.data.tolist() == (np.arange(6.0) * np.arange(1.0, 7.0)).tolist()
    y.sum().backward()
    assert x.grad.data.tolist() == [[1, 2, 3], [4, 5, 6]]


def test_an_input_that_another_one_was_computed_from_gets_its_own_part():
    """z = x (2x) through a checkpoint of both: dz/dx = 4x, d2z/dx2 = 4, as without."""
    for f in (lambda x, y: x * y, checkpoint(lambda x, y: x * y)):
        x = leaf(3.0)
        (g,) = gradients(f(x, 2 * x).sum(), [x], create_graph=True)
        assert g.item() == 12
        assert gradients(g.sum(), [x])[0].item() == 4


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("of", [lambda w: w, lambda w: w * 1.0])
def test_a_leaf_that_the_input_depends_on_too_counts_once(of, create_graph):
    """d(w w)/dw = 2 w = 6, where one w is an input and the other a leaf that the function uses."""
    w = leaf(3.0)
    (g,) = gradients(checkpoint(lambda z: z * w)(of(w)).sum(), [w], create_graph=create_graph)
    assert g.item() == 6
