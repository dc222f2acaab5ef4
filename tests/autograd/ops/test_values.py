"""Values of the functions that NumPy does not have, and agreement of adjoint pairs."""

import math

import numpy as np
import pytest

import autograd
from autograd import Tensor

RNG = np.random.default_rng(0)


def test_sigmoid_is_exact_at_both_ends():
    x = np.array([-1000, -50, -1, 0, 1, 50, 1000], dtype=np.longdouble)
    expected = (1 / (1 + np.exp(-x))).astype(float)
    np.testing.assert_allclose(autograd.sigmoid(Tensor(x.astype(float))).data, expected, rtol=1e-14)


def test_logsumexp_neither_overflows_nor_loses_anything():
    x = np.array([[1000.0, 1000.0], [-1000.0, -1000.0], [0.0, 1.0], [-np.inf, 2.0], [-np.inf, -np.inf]])
    expected = np.logaddexp(x[:, 0], x[:, 1])
    np.testing.assert_allclose(autograd.logsumexp(Tensor(x), axis=1).data, expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("window", "stride", "dilation"), [((2,), 1, 1), ((2, 3), (2, 1), 1), ((2, 2), 3, (1, 2)), ((2, 2, 2), 1, 1)]
)
def test_sliding_windows_are_numpys_with_steps(window, stride, dilation):
    x = RNG.standard_normal((3, 6, 7))
    n = len(window)
    strides, gaps = np.broadcast_to(stride, n), np.broadcast_to(dilation, n)
    reach = tuple((np.array(window) - 1) * gaps + 1)
    every = np.lib.stride_tricks.sliding_window_view(x, reach, axis=tuple(range(-n, 0)))
    steps = (..., *(slice(None, None, s) for s in strides), *(slice(None, None, g) for g in gaps))
    windows = autograd.sliding_windows(x, window, stride, dilation)
    np.testing.assert_array_equal(windows, every[steps])
    assert windows.base is not None

    w = RNG.standard_normal(windows.shape)
    folded = autograd.fold(w, x.shape, window, stride, dilation)
    assert (w * windows).sum() == pytest.approx((folded * x).sum())  # fold is the adjoint


def test_repeated_indices_add_up():
    x = Tensor(np.zeros(3), requires_grad=True)
    x[[0, 0, 2, 0]].backward(np.array([1.0, 10.0, 100.0, 1000.0]))
    assert x.grad.data.tolist() == [1011, 0, 100]


@pytest.mark.parametrize(
    ("index", "expected"),
    [(((0, 0, 2),), [2, 0, 1]), (range(-1, 2), [1, 1, 1]), ((np.array([1, 1]),), [0, 2, 0]), (np.int64(1), [0, 1, 0])],
)
def test_every_kind_of_sequence_counts_as_an_index(index, expected):
    x = Tensor(np.zeros(3), requires_grad=True)
    x[index].sum().backward()
    assert x.grad.data.tolist() == expected


def test_a_branch_that_is_not_taken_gives_no_nan():
    x = Tensor(np.array([-1.0, 4.0]), requires_grad=True)
    with np.errstate(divide="ignore"):
        np.sqrt(np.maximum(x, 0)).sum().backward()
    assert x.grad.data.tolist() == [0, 0.25]


def test_a_nan_passes_its_gradient_on():
    x = Tensor(np.array([np.nan, 1.0]), requires_grad=True)
    np.maximum(x, 0).backward(np.ones(2))
    assert x.grad.data.tolist() == [1, 1]


def test_a_sum_of_a_number_and_a_mean_of_many_small_ones():
    x = Tensor(2.0, requires_grad=True)
    x.sum(axis=0).backward()
    assert x.grad.item() == 1
    many = Tensor(np.ones(70_000, np.float16), requires_grad=True)
    many.mean().backward()
    assert many.grad.data[0] == pytest.approx(1 / 70_000, rel=0.01)


def test_einsum_spreads_over_axes_where_the_others_have_one_element():
    autograd.gradcheck(
        lambda x, y: np.einsum("ij,j->i", x, y),
        [Tensor(RNG.standard_normal((2, 3)), requires_grad=True), Tensor(RNG.standard_normal(1), requires_grad=True)],
    )


def test_pad_fills_each_side_with_its_own_constant():
    x = np.ones((2, 1))
    widths, fill = ((1, 1), (1, 0)), (7, 8)
    np.testing.assert_array_equal(
        np.pad(Tensor(x), widths, constant_values=fill).data, np.pad(x, widths, constant_values=fill)
    )


def test_ties_of_max_share_the_gradient():
    x = Tensor(np.array([1.0, 3.0, 3.0]), requires_grad=True)
    x.max().backward()
    assert x.grad.data.tolist() == [0, 0.5, 0.5]


def test_a_tie_of_maximum_gives_the_gradient_to_the_second():
    x, y = (Tensor(np.ones(1), requires_grad=True) for _ in range(2))
    np.maximum(x, y).backward()
    assert (x.grad.item(), y.grad.item()) == (0, 1)


@pytest.mark.parametrize(
    ("base", "exponent", "by_base", "by_exponent"), [(0.0, 2.0, 0, 0), (0.0, 1.0, 1, 0), (0.0, 0.0, 0, 0)]
)
def test_a_power_of_zero_has_finite_gradients(base, exponent, by_base, by_exponent):
    x, y = Tensor(np.array([base]), requires_grad=True), Tensor(np.array([exponent]), requires_grad=True)
    (x**y).backward()
    assert (x.grad.item(), y.grad.item()) == (by_base, by_exponent)


INF, NAN = np.inf, np.nan


@pytest.mark.parametrize(
    ("call", "array"),
    [
        (lambda x: np.linspace(x[0], x[1], 4), np.array([1, 7])),
        (np.median, np.array([1, 2])),
        (lambda x: np.percentile(x, 25), np.array([0, 10])),
        (np.median, np.array([1.0, 2.0, INF])),
        (np.prod, np.array([100, 100], np.int8)),
        (np.cumprod, np.array([100, 100], np.int8)),
        (lambda x: np.nanmax(x, axis=1), np.array([[1, 2], [3, 4]])),
        (lambda x: np.vander(x, 0), np.array([1.0, 2.0])),
        (lambda x: np.average(x, weights=[1, 3], returned=True)[1], np.array([1.0, 2.0], np.float32)),
        (lambda x: np.concatenate([x, x], dtype=np.float32), np.array([1.0, 2.0])),
        (lambda x: np.interp(x, x, x), np.array([1.0, 2.0], np.float32)),
        (lambda x: np.var(x), np.arange(3000, dtype=np.float16) % 2),
    ],
)
def test_agrees_with_numpy_on_whole_numbers_infinities_and_small_dtypes(call, array):
    found, expected = call(Tensor(array)), call(array)
    np.testing.assert_allclose(found.data, expected, rtol=1e-3)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)


@pytest.mark.filterwarnings("ignore:All-NaN")
def test_the_maximum_of_nothing_but_nan_is_nan():
    x = np.array([[NAN, NAN], [1.0, 2.0]])
    np.testing.assert_array_equal(np.nanmax(Tensor(x), axis=1).data, np.nanmax(x, axis=1))


@pytest.mark.parametrize("function", [np.prod, np.median, np.sum, np.max])
@pytest.mark.parametrize("axis", [5, -3])
def test_an_axis_that_is_not_there_is_refused(function, axis):
    with pytest.raises(ValueError, match="out of bounds"):
        function(Tensor(np.ones((2, 3))), axis=axis)


@pytest.mark.parametrize("matrix", [[[1.0, 2.0], [2.0, 4.0]], np.zeros((2, 2)), np.diag([0.0, 2.0, 3.0]), [[0.0]]])
def test_a_determinant_has_derivatives_where_it_is_zero(matrix):
    autograd.gradcheck(np.linalg.det, [Tensor(np.array(matrix), requires_grad=True)])


def test_methods_are_numpys_functions():
    array = np.array([[3.0, -1.0], [2.0, 5.0]])
    x = Tensor(array, requires_grad=True)
    for method in (
        lambda x: x.max(axis=0, initial=2.5),
        lambda x: x.sum(axis=1, where=array > 0, dtype=np.float32),
        lambda x: x.flatten(),
        lambda x: x.mT,
        lambda x: x.conjugate(),
        lambda x: x.copy(),
        lambda x: x.compress([True, False], axis=1),
        lambda x: x.take([1], axis=0),
    ):
        np.testing.assert_array_equal(method(x).data, method(array))
        assert method(x).requires_grad
    assert x.tolist() == array.tolist()
    for name in ("sort", "partition"):
        with pytest.raises(TypeError, match=rf"works in place; for a Tensor take np\.{name}\(x\)"):
            getattr(x, name)(1)


def test_second_derivatives_of_a_determinant_that_rounds_to_almost_zero():
    x = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]])
    found = autograd.hessian(np.linalg.det)(x)
    for i, j, k, m in np.ndindex(3, 3, 3, 3):
        rest = [[x[r, c] for c in range(3) if c not in (j, m)] for r in range(3) if r not in (i, k)]
        expected = 0 if i == k or j == m else (-1) ** (i + j + k + m) * rest[0][0] * np.sign((k - i) * (m - j))
        assert found[i, j, k, m] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("small", [1e-3, 1e-5, 1e-7])
def test_second_derivatives_of_a_determinant_near_zero_in_float32(small):
    x = np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 2.0], [1.3, 1.0, 2.5 + small]], np.float32)
    exact = autograd.hessian(np.linalg.det)(x.astype(np.float64))
    np.testing.assert_allclose(autograd.hessian(np.linalg.det)(x), exact, atol=5e-5)


def test_a_singular_matrix_among_others_and_a_large_one():
    stack = np.stack([np.zeros((2, 2)), np.eye(2), np.ones((2, 2))])
    autograd.gradcheck(np.linalg.det, [Tensor(stack, requires_grad=True)])
    with pytest.raises(np.linalg.LinAlgError, match="singular 20x20 matrix: there is a derivative here up to 12x12"):
        autograd.grad(np.linalg.det)(np.diag([0.0, *np.ones(19)]))


def test_the_logarithm_of_a_determinant_beside_a_singular_matrix():
    regular = RNG.normal(size=(3, 3))
    stack = np.stack([np.zeros((3, 3)), regular])
    found = autograd.grad(lambda a: np.linalg.slogdet(a).logabsdet[1] ** 2)(stack)
    expected = 2 * np.log(abs(np.linalg.det(regular))) * np.linalg.inv(regular).T
    np.testing.assert_allclose(found, np.stack([np.zeros((3, 3)), expected]))
    second = autograd.hessian(lambda a: np.linalg.slogdet(a).logabsdet[1])(stack)
    alone = autograd.hessian(lambda a: np.linalg.slogdet(a).logabsdet)(regular)
    np.testing.assert_allclose(second[1, :, :, 1], alone)
    assert not second[0].any()


def test_a_part_that_is_shorter_than_the_array():
    x = np.array([1.0, 2.0, 3.0])
    for part in ([True, False], [0, 2], [[True], [True]]):
        assert np.extract(part, Tensor(x)).tolist() == np.extract(part, x).tolist()


def test_arrays_are_given_by_name_too():
    x, y = np.arange(6.0).reshape(2, 3), np.ones((3, 2))
    for call in (
        lambda x, y: np.squeeze(a=x[None], axis=0),
        lambda x, y: np.stack(axis=1, arrays=[x, y.T]),
        lambda x, y: np.tensordot(a=x, b=y, axes=1),
        lambda x, y: np.roll(a=x, shift=1),
        lambda x, y: np.round(a=x, decimals=1),
        lambda x, y: np.sum(a=x, axis=0),
        lambda x, y: np.split(ary=x, indices_or_sections=2)[1],
    ):
        found = call(Tensor(x, requires_grad=True), y)
        np.testing.assert_array_equal(found.data, call(x, y))
        assert found.requires_grad


@pytest.mark.parametrize("mode", ["constant", "edge", "mean"])
def test_widths_of_a_pad_by_axis(mode):
    x = RNG.normal(size=(2, 3))
    found = np.pad(Tensor(x), {-1: (2, 1)}, mode)
    np.testing.assert_array_equal(found.data, np.pad(x, ((0, 0), (2, 1)), mode))


def test_arguments_stand_where_numpy_has_them():
    x = np.arange(6.0).reshape(2, 3)
    for call in (
        lambda x: np.sum(x, 1, None, None, True),
        lambda x: np.var(x, 1, None, None, 1, True),
        lambda x: np.max(x, 0, None, True, 2.5),
        lambda x: np.take(x, [4], 1, None, "wrap"),
        lambda x: np.clip(x, 1, 3, None),
        lambda x: np.median(x, 0, None),
        lambda x: np.cumsum(x, 0, None, None),
        lambda x: np.trace(x, 1, 0, 1, None, None),
    ):
        found = call(Tensor(x, requires_grad=True))
        np.testing.assert_array_equal(found.data, call(x))
        assert found.requires_grad


def test_no_order_is_the_order_of_rows():
    x = np.arange(6.0).reshape(2, 3)
    assert np.reshape(Tensor(x), (3, 2), order=None).tolist() == np.reshape(x, (3, 2), order=None).tolist()
    assert np.ravel(Tensor(x), order=None).tolist() == np.ravel(x, order=None).tolist()


@pytest.mark.parametrize(
    "matrix", [RNG.normal(size=(30, 30)), np.eye(13) * 1e20, 0.9 * np.ones((20, 20)) + 0.1 * np.eye(20)]
)
def test_regular_matrices_of_any_size_have_derivatives_of_their_determinant(matrix):
    expected = np.linalg.det(matrix) * np.linalg.inv(matrix).T
    np.testing.assert_allclose(autograd.grad(np.linalg.det)(matrix), expected, rtol=1e-6)


def test_an_infinite_slope_is_infinite_in_a_jvp_too():
    with np.errstate(divide="ignore"):
        for function, at in ((np.sqrt, 0.0), (np.log, 0.0), (np.cbrt, 0.0), (np.arcsin, 1.0)):
            assert autograd.jvp(function, [np.array([at])], [np.ones(1)])[1].tolist() == [np.inf]


def test_angles_of_tiny_numbers():
    g = autograd.grad(lambda p: np.arctan2(p[0], p[1]))(np.array([1e-24, 1e-24], np.float32))
    np.testing.assert_allclose(g, [5e23, -5e23], rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_slope_of_sinc_is_exact_around_zero(dtype):
    x = np.geomspace(1e-4, 0.3, 50).astype(dtype)
    u = np.pi * x.astype(np.longdouble)
    series = sum((-1) ** k * 2 * k * u ** (2 * k - 1) / math.factorial(2 * k + 1) for k in range(1, 12))
    found = autograd.grad(lambda x: np.sinc(x).sum())(x)
    np.testing.assert_allclose(found, (np.pi * series).astype(dtype), rtol=200 * np.finfo(dtype).eps)


def test_zero_times_a_power_beyond_the_largest_number():
    assert np.ldexp(Tensor(np.array([0.0])), np.array([3000])).tolist() == [0]


@pytest.mark.parametrize("mode", ["mean", "linear_ramp", "median"])
def test_whole_numbers_are_padded_as_numpy_does(mode):
    x = np.array([10, 3])
    np.testing.assert_array_equal(np.pad(Tensor(x), 3, mode).data, np.pad(x, 3, mode))


def test_large_gradients_give_no_warning():
    autograd.grad(lambda x: np.log(x).sum())(np.full(100, 1e-38, np.float32))
