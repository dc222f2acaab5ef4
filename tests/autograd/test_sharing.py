"""Values do not depend on recording: the same bits and memory order with and without a graph; views keep values."""

import tracemalloc
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import numpy as np
import pytest

import nn
import optim
from autograd import GraphError, Tensor, checkpoint, no_grad
from autograd.trees import leaves
from tests.numpy_cases import CALLS
from tests.primitive_cases import CASES


def leaf(*values):
    return Tensor(np.array(values), requires_grad=True)


def rows_first(x, requires_grad):
    return Tensor(x, requires_grad)


def columns_first(x, requires_grad):
    return Tensor(x.T, requires_grad).T


def with_gaps(x, requires_grad):
    """Every second element of a larger tensor, along every axis."""
    places = tuple(slice(None, None, 2) for _ in x.shape)
    larger = np.zeros([2 * size for size in x.shape])
    larger[places] = x
    return Tensor(larger, requires_grad)[places]


def same(found, expected):
    for a, b in zip(leaves(found), leaves(expected), strict=True):
        a, b = (np.asarray(y.data if isinstance(y, Tensor) else y) for y in (a, b))
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(np.ravel(a, "K"), np.ravel(b, "K"))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("layout", [rows_first, columns_first, with_gaps])
@pytest.mark.parametrize("case", [*CASES, *CALLS], ids=str)
def test_bits_and_memory_order_are_the_same_with_and_without_a_graph(case, layout):
    def inputs(requires_grad=True):
        return [layout(x, requires_grad) for x in case.arrays()]

    recorded = case.call(*inputs())
    with no_grad():
        same(case.call(*inputs()), recorded)
    same(case.call(*inputs(False)), recorded)
    same(case.call(*(x.detach() for x in inputs())), recorded)
    if isinstance(recorded, Tensor) and recorded.requires_grad:
        same(checkpoint(case.call)(*inputs()), recorded)


@pytest.mark.parametrize("context", [nullcontext, no_grad])
def test_orders_of_memory_are_numpys(context):
    x = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    with context():
        for y in (x, x.detach()):
            assert np.ravel(y.T, "K").data.tolist() == [0, 1, 2, 3, 4, 5]
            assert np.reshape(y.T, (2, 3), order="A").data.tolist() == [[0, 2, 4], [1, 3, 5]]
            assert np.ravel(y.T[::2], "A").data.tolist() == [0, 3, 2, 5]
            assert np.ravel(y.T[::2].detach(), "A").data.tolist() == [0, 3, 2, 5]


VIEWS = {
    "squeeze of nothing": np.squeeze,
    "transpose": lambda x: x.T,
    "slice": lambda x: x[:1],
    "slice of a transpose": lambda x: x.T[:1],
    "reshape": lambda x: x.reshape(-1),
    "broadcast_to": lambda x: np.broadcast_to(x, (2, *x.shape)),
    "detach": lambda x: x.detach(),
    "diagonal": lambda x: np.diagonal(x[None]),
    "split": lambda x: np.split(x, 2)[0],
}


def step_of_an_optimizer(w):
    w.grad = np.ones(2)
    optim.SGD([w], lr=1.0).step()


def loaded(w):
    module = nn.Module()
    module.w = nn.Parameter(np.zeros(2))
    module.w = w
    module.load_state_dict({"w": np.array([9.0, 9.0])})


CHANGES = {
    "assigned": lambda w: setattr(w, "data", [9.0, 9.0]),
    "in place": lambda w: np.subtract(w.data, 1, out=w.data),
    "one element": lambda w: w.data.__setitem__(0, 9.0),
    "a step": lambda w: w.__isub__(1.0),
    "an optimizer": step_of_an_optimizer,
    "a state": loaded,
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("context", [nullcontext, no_grad])
def test_a_view_keeps_its_values_when_the_leaf_changes(view, change, context):
    w = nn.Parameter(np.array([1.0, 2.0]))
    with context():
        y = VIEWS[view](w)
        other = VIEWS[view](w)
    before = y.numpy()
    CHANGES[change](w)
    assert w.data.tolist() != [1, 2]
    np.testing.assert_array_equal(y.data, before)
    np.testing.assert_array_equal(other.data, before)


@pytest.mark.parametrize("view", [name for name in VIEWS if name != "split"])
def test_a_graph_through_a_view_refuses_a_changed_source(view):
    x, constant = leaf(1.0, 1.0), Tensor(np.array([3.0, 4.0]))
    y = (x * VIEWS[view](constant)).sum()
    constant.data = constant.data * 10
    with pytest.raises(GraphError, match="was changed"):
        y.backward()


@pytest.mark.parametrize("view", VIEWS)
def test_writing_into_a_view_never_writes_into_the_leaf(view):
    w = leaf(1.0, 2.0)
    z = (w * w).sum()
    with no_grad():
        y = VIEWS[view](w)
    try:
        y.data = np.zeros(y.shape)
        y.data += 1
    except TypeError:
        assert y.data.flags.writeable is False
    z.backward()
    assert w.data.tolist() == [1, 2]
    assert w.grad.data.tolist() == [2, 4]


def test_a_detached_tensor_that_becomes_a_leaf_has_memory_of_its_own():
    w = leaf(1.0, 2.0)
    other = w.detach()
    other.requires_grad = True
    w.data = [5.0, 6.0]
    assert other.data.tolist() == [1, 2]
    other.data = [7.0, 8.0]
    assert w.data.tolist() == [5, 6]


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.Linear(1000, 1000), (1, 1000)),
        (nn.Conv2d(300, 300, 3), (1, 300, 3, 3)),
        (nn.Embedding(1000, 1000), None),
        (nn.LSTM(300, 300), (1, 1, 300)),
        (nn.TransformerEncoderLayer(256, 4, dim_feedforward=1024, dropout=0.0), (1, 1, 256)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_inference_copies_no_weight(layer, shape):
    """The memory that a call takes is far below that of the weights."""
    x = np.array([1, 2]) if shape is None else np.ones(shape, np.float32)
    with no_grad():
        layer(x)
        tracemalloc.start()
        layer(x)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < sum(p.data.nbytes for p in layer.parameters()) / 4


@pytest.mark.parametrize("sizes", [(7, 5, 3), (33, 64, 1), (2, 3, 17)])
def test_inference_gives_the_bits_of_training(sizes):
    inputs, outputs, batch = sizes
    rng = np.random.default_rng(0)
    encoder = nn.TransformerEncoderLayer(8 * inputs, 2, dim_feedforward=outputs, dropout=0.0, rng=rng)
    for layer, shape in [
        (nn.Linear(inputs, outputs, rng=rng), (batch, inputs)),
        (nn.Conv2d(inputs, outputs, 3, rng=rng), (batch, inputs, 5, 4)),
        (encoder, (3, batch, 8 * inputs)),
    ]:
        x = rng.normal(size=shape).astype(np.float32)
        recorded = layer(x).data
        with no_grad():
            np.testing.assert_array_equal(layer(x).data, recorded)


def test_an_array_that_meets_a_tensor_is_read_as_it_lies():
    """A product with an array gives the same bits whether it is recorded, whatever the array's memory order."""
    rng = np.random.default_rng(0)
    w = Tensor(rng.normal(size=(37, 23)), requires_grad=True)
    for x in (rng.normal(size=(11, 37)), rng.normal(size=(37, 11)).T, rng.normal(size=(22, 74))[::2, ::2]):
        recorded = x @ w
        with no_grad():
            np.testing.assert_array_equal((x @ w).data, recorded.data)
        assert np.array_equal(recorded.data, x @ w.data)


def test_the_graph_keeps_a_copy_of_an_array():
    x, w = np.array([1.0, 2.0]), leaf(1.0, 1.0)
    y = (w * x).sum() + (x * w).sum()
    x[:] = 0
    y.backward()
    assert w.grad.data.tolist() == [2, 4]


def test_what_is_detached_holds_no_graph():
    """The graph of y keeps the result of exp, which nothing else does."""
    x = Tensor(np.ones(3), requires_grad=True)
    made = np.exp(x)
    kept_by_graph = weakref.ref(made.data.base)
    y = np.tanh(made)
    detached = y.detach(), y.reshape(3, 1).detach()
    with no_grad():
        view = y.reshape(3, 1)
    del made, y
    assert kept_by_graph() is None
    assert [d.shape for d in (*detached, view)] == [(3,), (3, 1), (3, 1)]


def test_a_long_chain_of_constants_is_one_step_from_the_leaf():
    w, x = leaf(1.0, 2.0), leaf(1.0, 1.0)
    h = w.detach()
    for _ in range(3000):
        h = h.detach().reshape(2)
    y = (x * h).sum()
    w.data = [5.0, 5.0]
    with pytest.raises(GraphError, match="was changed"):
        y.backward()


def test_a_view_that_was_detached_is_noticed_through_its_leaf():
    w, x = leaf(1.0, 2.0), leaf(1.0, 1.0)
    y = (x * w.reshape(2, 1).T.detach()).sum()
    w.data = [5.0, 5.0]
    with pytest.raises(GraphError, match="was changed"):
        y.backward()


def test_writing_into_a_detached_result_leaves_its_graph_alone():
    x = leaf(1.0, 2.0)
    h = x * 2
    y = (h * h).sum()
    h.detach().data[:] = 0
    y.backward()
    assert x.grad.data.tolist() == [8, 16]


def test_options_that_change_later_were_copied():
    x, places, axes = leaf(1.0, 2.0, 3.0), [0, 1], [1, 0]
    y, z = x[places], np.transpose(x.reshape(1, 3), axes)
    places[0], axes[:] = 2, [0, 1]
    (y.sum() + z.sum()).backward()
    assert x.grad.data.tolist() == [2, 2, 1]


def test_threads_lose_no_view():
    w = Tensor(np.arange(1000.0), requires_grad=True)

    def look(n):
        return [w[i : i + 1] for i in range(n, 1000, 4) for _ in range(5)]

    with ThreadPoolExecutor(4) as pool:
        for _ in range(20):
            views = [view for part in pool.map(look, range(4)) for view in part]
            before = [view.item() for view in views]
            w += 1
            assert [view.item() for view in views] == before
