"""The line search finds the points that PyTorch's finds, and they fulfil the strong Wolfe conditions."""

from importlib import import_module

import numpy as np
import pytest
from scipy.optimize import rosen, rosen_der

import optim
from autograd import Tensor
from optim.line_search import Point, cubic_minimum, strong_wolfe

FUNCTIONS = {
    "a parabola": (lambda t: (t - 2) ** 2, lambda t: 2 * (t - 2)),
    "far away": (lambda t: (t / 500 - 1) ** 4, lambda t: 4 * (t / 500 - 1) ** 3 / 500),
    "very near": (lambda t: (1000 * t - 1) ** 2, lambda t: 2000 * (1000 * t - 1)),
    "waves": (lambda t: np.sin(5 * t) - t / 3 + t**2 / 50, lambda t: 5 * np.cos(5 * t) - 1 / 3 + t / 25),
    "waves from the top": (lambda t: np.cos(3 * t + 0.1) + t**2 / 20, lambda t: -3 * np.sin(3 * t + 0.1) + t / 10),
    "a narrow valley": (lambda t: abs(t - 1) ** 1.1, lambda t: 1.1 * abs(t - 1) ** 0.1 * np.sign(t - 1)),
    "without end": (lambda t: -t, lambda t: -1.0),
    "a pole": (lambda t: t - np.log1p(3 * t), lambda t: 1 - 3 / (1 + 3 * t)),
    "a step": (lambda t: np.tanh(20 * (t - 1)) - t, lambda t: 20 * (1 - np.tanh(20 * (t - 1)) ** 2) - 1),
}


def ours(f, slope, t, most):
    def evaluate(t):
        return Point(t, float(f(t)), np.array([slope(t)]), float(slope(t)))

    point, count = strong_wolfe(evaluate, evaluate(0.0), t, most, 1e-9)
    return point.t, point.loss, point.slope, count


def theirs(torch, f, slope, t, most):
    def objective(x, t, d):
        return float(f(float(t))), torch.tensor([float(slope(float(t)))], dtype=torch.float64)

    one = torch.ones(1, dtype=torch.float64)
    start, g = objective(None, 0.0, None)
    search = import_module("torch.optim.lbfgs")._strong_wolfe
    loss, g, t, count = search(objective, None, t, one, start, g, g.dot(one), max_ls=most)
    return float(t), loss, g.item(), count


@pytest.mark.parametrize("most", [1, 2, 3, 25])
@pytest.mark.parametrize("t", [0.01, 0.3, 1.0, 1.7, 10.0, 60.0])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_points_are_pytorchs(torch, name, t, most):
    f, slope = FUNCTIONS[name]
    np.testing.assert_allclose(ours(f, slope, t, most), theirs(torch, f, slope, t, most), rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"without end"}))
def test_the_conditions_hold(name):
    f, slope = FUNCTIONS[name]
    t, loss, end, _ = ours(f, slope, 1.0, 50)
    assert loss <= f(0.0) + 1e-4 * t * slope(0.0)
    assert abs(end) <= 0.9 * abs(slope(0.0))


def test_the_least_point_of_a_cubic():
    def f(t):
        return t**3 - 3 * t

    ends = [Point(t, f(t), np.zeros(1), 3 * t**2 - 3) for t in (0.0, 3.0)]
    assert cubic_minimum(*ends, 0.0, 3.0) == pytest.approx(1)
    assert cubic_minimum(*ends[::-1], 0.0, 3.0) == pytest.approx(1)
    assert cubic_minimum(*ends, 1.5, 3.0) == 1.5
    assert cubic_minimum(ends[0], ends[0], 0.0, 3.0) == 1.5


@pytest.mark.parametrize("start", [[8.0], [0.01, 8.0], [100.0, 3.0]])
@pytest.mark.parametrize("outside", [np.nan, np.inf, -np.inf])
def test_a_loss_that_is_not_finite_makes_steps_shorter(start, outside):
    """x - log(x), which has its minimum at 1, and is given as `outside` below 0."""
    x = Tensor(np.array(start), requires_grad=True)
    optimizer = optim.LBFGS([x], max_iter=50, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        if (x.data <= 0).any():
            x.grad = Tensor(np.ones_like(x.data))
            return outside
        loss = (x - np.log(x)).sum()
        loss.backward()
        return loss

    for _ in range(5):
        optimizer.step(closure)
    np.testing.assert_allclose(x.data, 1, atol=1e-4)


@pytest.mark.parametrize("line_search_fn", [None, "strong_wolfe"])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_start_from_where_the_loss_is_not_finite_stays(line_search_fn, bad):
    x = Tensor(np.array([1.0, 2.0]), requires_grad=True)
    optimizer = optim.LBFGS([x], line_search_fn=line_search_fn)

    def closure():
        x.grad = Tensor(np.array([bad, 1.0]))
        return bad

    assert not np.isfinite(optimizer.step(closure))
    assert x.data.tolist() == [1, 2]


def test_rosenbrocks_valley_is_gone_down():
    x = Tensor(np.array([-1.2, 1.0, -0.5]), requires_grad=True)
    optimizer = optim.LBFGS([x], max_iter=100, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
        loss.backward()
        assert loss.item() == pytest.approx(rosen(x.data))
        np.testing.assert_allclose(x.grad.data, rosen_der(x.data), atol=1e-8)
        return loss

    optimizer.step(closure)
    np.testing.assert_allclose(x.data, 1, atol=1e-6)
