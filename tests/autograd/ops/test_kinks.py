"""Where a function has a kink, a tie or a steep end: the subgradients of the table in docs/numpy.md."""

import numpy as np
import pytest

from autograd import Tensor, erf, grad, gradients, hessian, logsumexp

KINKS = {
    "abs at 0": (np.abs, [0.0], [0.0]),
    "fabs at 0": (np.fabs, [0.0], [0.0]),
    "maximum of a tie: all to the second": (np.maximum, [1.0, 1.0], [0.0, 1.0]),
    "minimum of a tie": (np.minimum, [1.0, 1.0], [0.0, 1.0]),
    "fmax of a tie": (np.fmax, [1.0, 1.0], [0.0, 1.0]),
    "fmin of a tie": (np.fmin, [1.0, 1.0], [0.0, 1.0]),
    "ReLU at 0": (lambda x: np.maximum(x, 0), [0.0], [0.0]),
    "clip at its lower bound": (lambda x: np.clip(x, 1, 2), [1.0], [1.0]),
    "clip at its upper bound": (lambda x: np.clip(x, 1, 2), [2.0], [1.0]),
    "max of a tie: in equal parts": (lambda x: x.max(), [[1.0, 3.0, 3.0]], [[0.0, 0.5, 0.5]]),
    "min of a tie": (lambda x: x.min(), [[1.0, 1.0, 3.0]], [[0.5, 0.5, 0.0]]),
    "sort of a tie": (lambda x: np.sort(x, stable=True)[0], [[2.0, 1.0, 1.0]], [[0.0, 1.0, 0.0]]),
    "median of a tie": (lambda x: np.median(x), [[1.0, 1.0, 1.0]], [[0.0, 1.0, 0.0]]),
    "quantile of a tie": (lambda x: np.quantile(x, 0.5), [[1.0, 1.0, 1.0]], [[0.0, 1.0, 0.0]]),
    "norm at 0": (np.linalg.norm, [[0.0, 0.0]], [[0.0, 0.0]]),
    "norm of order 3 at 0": (lambda x: np.linalg.norm(x, 3), [[0.0, 0.0]], [[0.0, 0.0]]),
    "norm of order 1/2 with a zero": (lambda x: np.linalg.norm(x, 0.5), [[0.0, 4.0]], [[0.0, 1.0]]),
    "norm of order -1 with a zero": (lambda x: np.linalg.norm(x, -1), [[0.0, 4.0]], [[0.0, 0.0]]),
    "std of equal numbers": (lambda x: np.std(x), [[2.0, 2.0]], [[0.0, 0.0]]),
    "hypot at 0": (np.hypot, [0.0, 0.0], [0.0, 0.0]),
    "sign, floor, rint": (lambda x: np.sign(x) + np.floor(x) + np.rint(x), [0.5], [0.0]),
    "a power of 0, by the exponent": (np.power, [0.0, 2.0], [0.0, 0.0]),
    "0 to a negative power, by the exponent": (lambda y: 0.0**y, [-2.5], [-np.inf]),
    "a NaN is what fmax gives of two, once": (np.fmax, [np.nan, np.nan], [0.0, 1.0]),
    "fmin of two NaN": (np.fmin, [np.nan, np.nan], [0.0, 1.0]),
    "fmax leaves a NaN out": (np.fmax, [np.nan, 1.0], [0.0, 1.0]),
    "fmin leaves a NaN out": (np.fmin, [1.0, np.nan], [1.0, 0.0]),
    "maximum gives the NaN of y": (np.maximum, [1.0, np.nan], [0.0, 1.0]),
    "maximum gives the NaN of x": (np.maximum, [np.nan, 1.0], [1.0, 0.0]),
    "minimum gives the NaN of y": (np.minimum, [1.0, np.nan], [0.0, 1.0]),
    "max with a NaN": (lambda x: x.max(), [[1.0, np.nan]], [[0.0, 1.0]]),
    "min with a NaN": (lambda x: x.min(axis=1).sum(), [[[1.0, np.nan], [1.0, 2.0]]], [[[0.0, 1.0], [1.0, 0.0]]]),
    "arctan2 at 0": (np.arctan2, [0.0, 0.0], [0.0, 0.0]),
    "arctan2 of an infinity above": (np.arctan2, [np.inf, 1.0], [0.0, 0.0]),
    "arctan2 of an infinity beside": (np.arctan2, [1.0, -np.inf], [0.0, 0.0]),
    "logaddexp of infinity": (np.logaddexp, [np.inf, 0.0], [1.0, 0.0]),
    "logaddexp of two infinities: in equal parts": (np.logaddexp, [np.inf, np.inf], [0.5, 0.5]),
    "logaddexp of two infinities below": (np.logaddexp, [-np.inf, -np.inf], [0.5, 0.5]),
    "logaddexp2 of two infinities": (np.logaddexp2, [np.inf, np.inf], [0.5, 0.5]),
    "logsumexp of infinities": (logsumexp, [[np.inf, 1.0, np.inf]], [[0.5, 0.0, 0.5]]),
    "logsumexp of infinities below": (logsumexp, [[-np.inf, -np.inf]], [[0.5, 0.5]]),
    "interp of one point": (lambda x: np.interp(x, [0.0], [1.0]), [0.0], [0.0]),
    # A branch that is not taken, however steep it is there, gives 0 and not 0 times infinity.
    "where beside sqrt at 0": (lambda x: np.where(x > 0, np.sqrt(x), 0), [0.0], [0.0]),
    "where beside sqrt below 0": (lambda x: np.where(x > 0, np.sqrt(x), 0), [-1.0], [0.0]),
    "where beside 1/x": (lambda x: np.where(x == 0, 1, 1 / x), [0.0], [0.0]),
    "where beside log": (lambda x: np.where(x > 0, np.log(x), 0), [0.0], [0.0]),
    "where beside a power": (lambda x: np.where(x > 0, x**0.3, 0), [0.0], [0.0]),
    "where beside arcsin": (lambda x: np.where(np.abs(x) < 1, np.arcsin(x), 0), [1.0], [0.0]),
    "sqrt of maximum": (lambda x: np.sqrt(np.maximum(x, 0)), [-1.0], [0.0]),
    "sqrt of clip": (lambda x: np.sqrt(np.clip(x, 0, None)), [-1.0], [0.0]),
    "sqrt of fmax": (lambda x: np.sqrt(np.fmax(x, 0)), [-1.0], [0.0]),
    "sqrt of max": (lambda x: np.sqrt(x.max()), [[0.0, -1.0]], [[np.inf, 0.0]]),
    "sqrt at 0: no finite one": (np.sqrt, [0.0], [np.inf]),
    "angle of 0": (lambda x: np.angle(x + 0j * x), [0.0], [0.0]),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("place", KINKS)
def test_the_subgradient_of_the_table(place):
    function, inputs, expected = KINKS[place]
    xs = [Tensor(np.array(x), requires_grad=True) for x in inputs]
    y = function(*xs)
    found = gradients(y, xs, np.ones(y.shape), allow_unused=True)
    for g, slope in zip(found, expected, strict=True):
        np.testing.assert_array_equal(0.0 if g is None else g.data, slope)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_second_derivative_beside_a_branch_is_finite_too():
    x = Tensor(np.array([0.0, 4.0]), requires_grad=True)
    y = np.where(x > 0, np.sqrt(np.where(x > 0, x, 1)), 0).sum()
    (first,) = gradients(y, [x], create_graph=True)
    (second,) = gradients(first.sum(), [x])
    np.testing.assert_allclose(second.data, [0, -1 / 32])


@pytest.mark.parametrize("function", [erf, np.arctan, np.arcsinh, np.cbrt, np.tanh])
@pytest.mark.parametrize("end", [np.inf, -np.inf])
def test_a_curve_that_grows_flat_is_flat_at_infinity_to_second_order(function, end):
    assert (grad(function)(end), grad(grad(function))(end)) == (0, 0)


@pytest.mark.parametrize("function", [np.logaddexp, np.logaddexp2])
def test_second_derivatives_of_logaddexp_where_both_are_equal(function):
    x = np.array([1.0, 1.0])
    scale = 1 if function is np.logaddexp else np.log(2)
    found = hessian(lambda x: function(x[0], x[1]))(x)
    np.testing.assert_allclose(found, scale / 4 * np.array([[1, -1], [-1, 1]]))  # of log(exp(u) + exp(v)) at u = v
