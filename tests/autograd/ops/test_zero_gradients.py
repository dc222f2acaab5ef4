"""A gradient of 0 stays 0, to second order, whatever the values are: NaN, infinite, outside of the domain."""

import numpy as np
import pytest

from autograd import Tensor, grad, gradients, hessian, jacobian, logsumexp, primitives
from tests.primitive_cases import CASES

BAD = (np.nan, np.inf, -np.inf, 0.0, 3.0, -3.0)
PRODUCTS = {"multiply"}
"""A product with an infinity or a NaN is the documented exception."""
FIRST_CASE = {case.primitive: case for case in reversed(CASES) if np.prod(case.shapes[0])}
ELEMENTWISE = sorted(name for name in FIRST_CASE if primitives[name].elementwise and name not in PRODUCTS)

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def good_inputs(case):
    """A number for each input at which the function is smooth: the first of the case's own."""
    return [x.ravel()[:1] for x in case.arrays()]


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("bad", BAD)
def test_a_branch_not_taken_has_no_gradient(name, bad):
    case = FIRST_CASE[name]
    good = good_inputs(case)

    def f(x):
        rows = [x[i] for i in range(len(good))]
        return np.where([False, True], case.call(*rows), 0).sum()

    def f_alone(x):
        return case.call(*(x[i] for i in range(len(good)))).sum()

    x = np.array([[bad, value[0]] for value in good])
    g, h = grad(f)(x), hessian(f)(x)
    assert not g[:, 0].any()
    assert not h[:, 0].any()
    assert not h[..., 0].any()
    np.testing.assert_array_equal(g[:, 1], grad(f_alone)(x[:, 1:])[:, 0])
    np.testing.assert_allclose(h[:, 1, :, 1], hessian(f_alone)(x[:, 1:])[:, 0, :, 0], rtol=1e-13)


REDUCTIONS = {
    "sum": np.sum,
    "mean": np.mean,
    "max": np.max,
    "min": np.min,
    "var": np.var,
    "std": np.std,
    "ptp": np.ptp,
    "median": np.median,
    "logsumexp": logsumexp,
    "nansum": np.nansum,
    "nanmean": np.nanmean,
    "nanvar": np.nanvar,
    "nanstd": np.nanstd,
    "nanmax": np.nanmax,
    **{
        f"norm of order {order}": lambda x, axis, order=order: np.linalg.norm(x, order, axis=axis)
        for order in (None, 1, 2, 3, 0.5, -1, np.inf, -np.inf)
    },
}


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_row_left_out_has_no_gradient(name, bad):
    def f(x):
        return np.where([False, True], REDUCTIONS[name](x, axis=1), 0).sum()

    def f_alone(x):
        return REDUCTIONS[name](x, axis=1).sum()

    x = np.array([[bad, 1.0], [3.0, 4.5]])
    g, h = grad(f)(x), hessian(f)(x)
    assert not g[0].any()
    assert not h[0].any()
    assert not h[:, :, 0].any()
    np.testing.assert_array_equal(g[1], grad(f_alone)(x[1:])[0])
    np.testing.assert_allclose(h[1, :, 1], hessian(f_alone)(x[1:])[0, :, 0], atol=1e-13)


MATRICES = {
    "det": np.linalg.det,
    "slogdet": lambda a: np.linalg.slogdet(a)[1],
    "inv": lambda a: np.linalg.inv(a)[..., 0, 1],
    "solve": lambda a: np.linalg.solve(a, np.ones((2, 2, 1)))[..., 0, 0],
    "cholesky": lambda a: np.linalg.cholesky(a)[..., 1, 1],
}


@pytest.mark.parametrize("name", MATRICES)
def test_a_matrix_left_out_has_no_gradient(name):
    def f(a):
        return np.where([False, True], MATRICES[name](a), 0).sum()

    a = np.array([[[np.nan, 1.0], [1.0, 2.0]], [[3.0, 1.0], [1.0, 2.0]]])
    alone = np.array([[[3.0, 1.0], [1.0, 2.0]]] * 2)
    g, h = grad(f)(a), hessian(f)(a)
    assert not g[0].any()
    assert not h[0].any()
    assert not h[:, :, :, 0].any()
    np.testing.assert_allclose(g, grad(f)(alone), atol=1e-15)
    np.testing.assert_allclose(h, hessian(f)(alone), atol=1e-15)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_nan_stays_in_its_row_of_a_jacobian(name):
    case = FIRST_CASE[name]
    others = [Tensor(np.repeat(x, 2)) for x in good_inputs(case)[1:]]
    x = np.array([np.nan, good_inputs(case)[0][0]])
    found = jacobian(lambda x: case.call(x, *others))(x)
    assert found[0, 1] == found[1, 0] == 0


def test_chains_of_functions_of_a_branch_not_taken_have_no_gradient():
    """By the formula: of tanh(sin(1/x)) at 1, cos(1) / cosh(sin(1))^2 times -1."""

    def f(x):
        return np.where(x != 0, np.tanh(np.sin(1 / x)), 0.0).sum()

    x = np.array([0.0, 1.0])
    np.testing.assert_allclose(grad(f)(x), [0, -np.cos(1) / np.cosh(np.sin(1)) ** 2])
    np.testing.assert_array_equal(hessian(f)(x)[0], [0, 0])
    assert np.isfinite(hessian(f)(x)).all()


@pytest.mark.parametrize(("function", "x"), [(np.arccosh, np.inf), (np.arctanh, np.inf), (np.sinc, 1e300)])
def test_second_derivatives_are_0_where_a_gradient_of_0_arrives_at_infinity(function, x):
    x = Tensor(np.array(x), requires_grad=True)
    (g,) = gradients(function(x), [x], np.array(0.0), create_graph=True)
    assert g.item() == gradients(g, [x])[0].item() == 0


def test_a_missing_target_leaves_a_loss_alone():
    """Of mean squares over what is there: 2 (x - y) / n."""
    x, y = Tensor([2.0, 1.5, 4.0], requires_grad=True), np.float32([np.nan, 1.0, 2.0])
    (g,) = gradients(np.nanmean((x - y) ** 2), [x])
    np.testing.assert_allclose(g.data, [0, 0.5, 2.0])


def test_a_nan_that_is_chosen_stays():
    x = Tensor([-1.0, np.nan, 4.0], requires_grad=True)
    (g,) = gradients(np.sqrt(x).sum(), [x])
    assert np.isnan(g.data[:2]).all()
    assert g.data[2] == 0.25
