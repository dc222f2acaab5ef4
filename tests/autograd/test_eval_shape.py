"""eval_shape: the shapes and dtypes that a call would give, without the call's memory and time."""

import tracemalloc

import numpy as np
import pytest

import autograd
import optim
from autograd import ShapeDtype, Tensor, eval_shape
from tests.numpy_cases import CALLS, Call

SETS = {"unique", "unique_values", "union1d", "intersect1d", "setdiff1d", "setxor1d"}
ROWS = [row for row in CALLS if row.name not in SETS]


def described(result):
    return [(np.shape(x), x.dtype) for x in (result if isinstance(result, tuple | list) else [result])]


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=lambda dtype: dtype.__name__)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_numpys_functions_give_the_shape_and_dtype_of_a_real_call(row: Call, dtype):
    arrays = row.arrays(dtype)
    given = eval_shape(row.call, *(ShapeDtype(x.shape, dtype) for x in arrays))
    assert described(given) == described(row.call(*map(Tensor, arrays)))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_gradients_have_shapes_too(row: Call):
    arrays = row.arrays()

    def total(*xs):
        results = row.call(*xs)
        parts = results if isinstance(results, tuple | list) else [results]
        return sum((part.sum() for part in parts if part.dtype.kind == "f"), start=sum(0 * x.sum() for x in xs))

    given = eval_shape(autograd.grad(total, tuple(range(len(arrays)))), *arrays)
    assert described(given) == described(arrays)


@pytest.mark.parametrize("row", [row for row in CALLS if row.name in SETS], ids=str)
def test_functions_whose_shape_depends_on_values_are_refused(row: Call):
    with pytest.raises(TypeError, match="needs values, and only shapes are evaluated here"):
        eval_shape(row.call, *row.arrays())


@pytest.mark.parametrize(
    "f",
    [lambda x: x if x.sum() > 0 else -x, lambda x: float(x.sum()), lambda x: x.sum().item(), lambda x: x[x.data > 0]],
)
def test_what_asks_for_a_value_is_refused(f):
    with pytest.raises(TypeError, match="needs values, and only shapes are evaluated here"):
        eval_shape(f, ShapeDtype((3,)))


def test_large_products_take_no_memory():
    width = 199_500
    tracemalloc.start()
    try:
        given = eval_shape(
            lambda x, w: np.maximum(x @ w.T, 0), ShapeDtype((10, width)), ShapeDtype((width, width), np.float32)
        )
        assert tracemalloc.get_traced_memory()[1] < 1e6
    finally:
        tracemalloc.stop()
    assert given == ShapeDtype((10, width))


SIDE = 1_000_000
LARGE = {
    "indexing": lambda x: x[:, 1:].sum() + x[:, [0, 0, 2]],
    "places of the largest": lambda x: x.argmax(axis=1) + np.argmin(x, axis=1),
    "order": lambda x: np.sort(x, axis=1) + np.argsort(x, axis=1),
    "running sums": lambda x: np.cumsum(x, axis=1) + np.cumprod(x, axis=0),
    "copies": lambda x: np.tile(np.repeat(np.copy(x), 2, axis=0), (1, 2)),
    "edges": lambda x: np.pad(x, 1, mode="reflect"),
    "variance": lambda x: np.real(x - x.mean(axis=1, keepdims=True)) ** 2,
    "triangles": lambda x: np.tril(np.nan_to_num(x)),
}


@pytest.mark.parametrize("f", LARGE.values(), ids=LARGE)
def test_neither_does_what_layers_are_made_of_nor_its_gradient(f):
    def total(x):
        y = f(x)
        return y.sum() + x.sum() * 0.0

    tracemalloc.start()
    try:
        assert eval_shape(autograd.grad(total), ShapeDtype((SIDE, SIDE))) == ShapeDtype((SIDE, SIDE))
        assert tracemalloc.get_traced_memory()[1] < 1e8  # of 4e12 bytes
    finally:
        tracemalloc.stop()


def test_arguments_and_results_are_trees_and_numbers_go_as_they_are():
    def f(parts, axis, scale=1):
        return {"sum": parts["x"].sum(axis=axis), "both": (parts["y"] * scale, axis)}

    given = eval_shape(f, {"x": np.zeros((2, 3)), "y": Tensor([1.0, 2.0])}, 1, scale=ShapeDtype((5, 1)))
    assert given == {"sum": ShapeDtype((2,), np.float64), "both": (ShapeDtype((5, 2)), 1)}


def test_the_default_dtype_is_that_of_new_tensors():
    assert ShapeDtype((2,)).dtype == autograd.get_default_dtype() == Tensor([1.0]).dtype


def test_shapes_that_do_not_fit_raise_what_the_call_would():
    with pytest.raises(
        ValueError, match=r"matmul\(x = float32 \(2, 3\), y = float32 \(4, 5\)\).*size 4 is different from 3"
    ):
        eval_shape(lambda x, w: x @ w, ShapeDtype((2, 3)), ShapeDtype((4, 5)))
    with pytest.raises(ValueError, match="broadcast"):
        eval_shape(lambda x, y: x + y, ShapeDtype((2, 3)), ShapeDtype((2,)))
    with pytest.raises(ValueError, match="do not join along axis 0"):
        eval_shape(lambda x, y: np.concatenate([x, y]), ShapeDtype((2, 3)), ShapeDtype((2, 4)))
    with pytest.raises(ValueError, match="axis j has lengths 3 and 4"):
        eval_shape(lambda x, y: np.einsum("ij,jk", x, y), ShapeDtype((2, 3)), ShapeDtype((4, 5)))


def test_nothing_is_written():
    x = Tensor([1.0, 2.0])

    def step(y):
        x.data = x.data + y.data
        return x

    assert eval_shape(step, ShapeDtype((2,))) == ShapeDtype((2,))
    assert x.data.tolist() == [1.0, 2.0]


def test_assignment_takes_no_memory():
    def f(x):
        x[0] = 1.0
        return x * 2

    tracemalloc.start()
    try:
        assert eval_shape(f, ShapeDtype((SIDE, SIDE))) == ShapeDtype((SIDE, SIDE))
        assert tracemalloc.get_traced_memory()[1] < 1e8
    finally:
        tracemalloc.stop()


def test_gradients_are_put_back():
    w, unused = (Tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    (w * 3).sum().backward()
    unused.grad = Tensor([5.0, 5.0])

    def step(x):
        unused.grad = None
        (w * x).sum().backward()
        return w.grad

    assert eval_shape(step, ShapeDtype((4, 2))) == ShapeDtype((2,))
    assert w.grad.data.tolist() == [3.0, 3.0]
    assert unused.grad.data.tolist() == [5.0, 5.0]


def test_an_optimiser_does_not_step():
    w = Tensor([1.0, 2.0], requires_grad=True)

    def step(x):
        (w * x).sum().backward()
        optim.Adam([w]).step()

    with pytest.raises(TypeError, match="a step of an optimiser needs values"):
        eval_shape(step, ShapeDtype((2,)))
    assert w.data.tolist() == [1.0, 2.0]
    assert w.grad is None


def test_what_is_printed_has_no_numbers():
    assert eval_shape(repr, ShapeDtype((2, 3))) == "Tensor(of shape (2, 3), dtype=float32, without values)"


def test_elements_and_items_have_shapes():
    def f(x):
        x[0] = 1.0
        first, second = x
        return first[1], second, x[[0, 1, 1], 2], x[..., None]

    assert [part.shape for part in eval_shape(f, ShapeDtype((2, 3)))] == [(), (3,), (3,), (2, 3, 1)]


@pytest.mark.parametrize("f", [np.tril, np.triu])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 2, 3)])
def test_triangles_have_numpys_shapes(f, shape):
    assert eval_shape(f, np.ones(shape)).shape == f(np.ones(shape)).shape


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.extract(x > 0, x),
        lambda x: np.compress(x > 0, x),
        lambda x: x[x > 0],
        lambda x: np.histogram(x, "auto"),
        lambda x: np.unique(x),
    ],
)
def test_a_shape_that_depends_on_values_is_refused(f):
    with pytest.raises(TypeError, match="values"):
        eval_shape(f, np.ones(3))


def test_reductions_of_a_number_over_its_one_axis():
    for f in (np.sum, np.max, np.min, np.prod):
        for axis in (0, -1):
            assert eval_shape(lambda x, f=f, axis=axis: f(x, axis=axis), np.array(1.0)).shape == ()


def test_assigned_values_may_have_more_axes_of_1():
    def f(x):
        y = x * 1
        y[[0, 1]] = np.ones((1, 1, 2))
        return y

    assert eval_shape(f, np.ones(3)).shape == (3,)
