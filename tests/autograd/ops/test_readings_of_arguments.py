"""Arguments are read as NumPy reads them: the same values, shapes and dtypes, and the same refusals."""

import numpy as np
import pytest

from autograd import Tensor, gradcheck, gradients, logsumexp


def leaf(values):
    return Tensor(np.array(values, dtype=float), requires_grad=True)


@pytest.mark.parametrize("function", [np.vecdot, np.linalg.vecdot])
@pytest.mark.parametrize(("shapes", "axis"), [(((3, 3), (3,)), 0), (((3, 2, 4), (3, 1)), 0), (((2, 3), (2, 3)), -1)])
def test_vecdot_takes_its_axis_of_each_input(function, shapes, axis):
    arrays = [np.cos(np.arange(float(np.prod(shape)))).reshape(shape) for shape in shapes]
    np.testing.assert_allclose(function(*map(leaf, arrays), axis=axis).data, function(*arrays, axis=axis))
    gradcheck(lambda x, y: function(x, y, axis=axis), [leaf(x) for x in arrays])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("shape", [(1, 3), (3, 1), (3,), (2, 3), (1, 1)])
@pytest.mark.parametrize("rowvar", [True, False])
@pytest.mark.parametrize("function", [np.cov, np.corrcoef])
def test_variables_are_rows_or_columns_as_numpy_has_it(function, shape, rowvar):
    x = np.cos(np.arange(float(np.prod(shape)))).reshape(shape)
    np.testing.assert_allclose(function(leaf(x), rowvar=rowvar).data, function(x, rowvar=rowvar), atol=1e-15)
    if shape != (1, 3) or rowvar:  # there NumPy transposes the first alone
        np.testing.assert_allclose(function(leaf(x), leaf(x + 1), rowvar).data, function(x, x + 1, rowvar), atol=1e-15)


@pytest.mark.parametrize("function", [np.atleast_1d, np.atleast_2d, np.atleast_3d])
def test_several_arrays_are_each_given_axes(function):
    x, y = leaf(2.0), leaf([1.0, 2.0, 3.0])
    found, expected = function(x, y), function(x.data, y.data)
    assert type(found) is type(expected) is tuple
    assert [z.shape for z in found] == [z.shape for z in expected]
    (g,) = gradients(found[1].sum() * found[0].sum(), [y])
    assert g.data.tolist() == [2, 2, 2]


S_AND_AXES = [
    {"s": (3,)}, {"s": (-1, 5), "axes": (0, 1)}, {"s": (5, -1), "axes": (1, 0)}, {"s": (2, 3)}, {"axes": (1, 0)}, {},
    {"s": (-1, -1), "axes": (0, 1)}, {"s": (3, 6), "axes": (0, 0)},
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*axes.*:DeprecationWarning")
@pytest.mark.parametrize("options", S_AND_AXES, ids=str)
@pytest.mark.parametrize("name", ["fftn", "ifftn", "fft2", "ifft2", "rfftn", "irfftn", "rfft2", "irfft2"])
def test_lengths_of_transforms_are_read_as_numpy_reads_them(name, options):
    function = getattr(np.fft, name)
    x = np.sin(np.arange(8.0)).reshape(2, 4)
    try:
        expected = function(x, **options)
    except ValueError:
        with pytest.raises(ValueError, match=r"a length is needed for each axis"):
            function(leaf(x), **options)
        return
    np.testing.assert_allclose(function(leaf(x), **options).data, expected, atol=1e-12)


@pytest.mark.parametrize("function", [np.fft.rfft, np.fft.rfftn, np.fft.rfft2])
def test_transforms_of_real_numbers_refuse_complex_ones(function):
    with pytest.raises(TypeError, match=r"takes real numbers, not complex128: np\.fft\.fft takes complex ones"):
        function(Tensor(np.ones((2, 4)) + 1j, requires_grad=True))


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.int8, bool, np.float32])
@pytest.mark.parametrize(("function", "initial"), [(np.max, 0), (np.min, 1)])
def test_extremes_of_what_is_chosen_keep_their_dtype(function, initial, dtype):
    x, mask = np.array([1, 0, 1], dtype), [True, False, True]
    found, expected = function(Tensor(x), where=mask, initial=initial), function(x, where=mask, initial=initial)
    assert (found.dtype, found.item()) == (expected.dtype, expected.item())
    nothing = function(Tensor(x[:0]), initial=initial)
    assert nothing.dtype == function(x[:0], initial=initial).dtype


@pytest.mark.parametrize("function", [np.sum, np.mean, np.prod, np.var, np.std, np.max, np.nansum])
@pytest.mark.parametrize("mask", [[1, 0], [1.0, 0.0]])
def test_masks_are_of_truth_values(function, mask):
    options = {"initial": 0} if function is np.max else {}
    with pytest.raises(TypeError, match=r"where= takes truth values, not (int|float)64"):
        function(leaf([1.0, 5.0]), where=np.array(mask), **options)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint64, np.int8, np.int64])
def test_integer_exponents_of_any_dtype_have_their_slope(dtype):
    """d/dx x^n = n x^(n - 1): 0, 1 and 2 x at 10."""
    x = leaf([10.0, 10.0, 10.0])
    (g,) = gradients((x ** np.array([0, 1, 2], dtype)).sum(), [x])
    assert g.data.tolist() == [0, 1, 20]
    low = np.iinfo(dtype).min
    (g,) = gradients((leaf_of_ones := leaf([1.0])) ** np.array([low], dtype), [leaf_of_ones])
    assert g.item() == float(low)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("xp", "fp"),
    [
        ([0.0, 0.5, 1.0, 1.0], [0.0, 1.0, 2.0, 3.0]),
        ([0.0, 0.0, 1.0, 2.0], [5.0, 1.0, 2.0, 3.0]),
        ([0.0, 1.0, 1.0, 2.0], [0.0, 1.0, 5.0, 3.0]),
        ([0.0, 1.0, 2.0, 3.0], [0.0, 1.0, np.inf, 2.0]),
        ([0.0, 1.0, 2.0, 3.0], [-np.inf, 1.0, 2.0, np.inf]),
        ([0.0, 1.0, 2.0, 3.0], [np.inf, np.inf, 2.0, 1.0]),
    ],
)
def test_interp_gives_numpys_values_at_repeated_and_infinite_knots(xp, fp):
    x = np.array([-1.0, 0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0])
    np.testing.assert_allclose(np.interp(leaf(x), xp, fp).data, np.interp(x, xp, fp))


@pytest.mark.parametrize("uplo", ["L", "U", "l", "u"])
def test_eigenvectors_are_numpys_with_their_signs(uplo):
    for k in range(8):
        a = np.sin(np.arange(16.0).reshape(4, 4) * (k + 1.3))  # one triangle of it is read
        for ours, numpys in zip(np.linalg.eigh(leaf(a), uplo), np.linalg.eigh(a, uplo), strict=True):
            np.testing.assert_allclose(ours.data, numpys, atol=1e-12)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    "x", [[np.inf, np.inf], [-np.inf, -np.inf, 1.0, 2.0], [-np.inf, np.inf], [1.0, np.nan], [2.0, 4.0]]
)
def test_medians_are_numpys(x):
    np.testing.assert_array_equal(np.median(leaf(x)).data, np.median(x))


def test_averages_of_many_numbers_in_half_precision():
    x = Tensor(np.ones(70_000, np.float16), requires_grad=True)
    assert np.average(x).item() == np.mean(x).item() == 1
    assert np.var(x * 300).item() == 0
    assert np.linalg.norm(Tensor(np.float16([300, 400]))).item() == 500
    assert np.linalg.norm(Tensor(np.float16([300, 400, 500])), 3).item() == 600  # 27 + 64 + 125 = 216 = 6^3
    np.testing.assert_allclose(logsumexp(Tensor(np.zeros(70_000, np.float16))).item(), np.log(70_000), rtol=1e-3)
    for function in (np.max, np.min):
        (g,) = gradients(function(x), [x])
        np.testing.assert_allclose(g.data.astype(float), 1 / 70_000, rtol=0.01)


@pytest.mark.parametrize("order", ["C", "F"])
def test_of_repeated_places_the_gradient_goes_to_the_value_that_stayed(order):
    v, y = leaf(np.arange(4.0).reshape(2, 2)), Tensor(np.zeros(4))
    places = np.array([[0, 1], [1, 0]], order=order)
    y[places] = np.copy(v, order=order) if order == "C" else v.T.T
    (g,) = gradients((y * np.array([1.0, 2.0, 3.0, 4.0])).sum(), [v])
    stayed = [float(np.flatnonzero(np.arange(4.0) == value)[0]) for value in y.data[:2]]
    expected = np.zeros(4)
    expected[np.array(stayed, int)] = [1.0, 2.0]
    np.testing.assert_array_equal(g.data.ravel(), expected)
