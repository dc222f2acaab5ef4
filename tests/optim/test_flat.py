"""Parameters lie in one array, which a step changes in place; who moves them elsewhere is noticed."""

import pickle
import tracemalloc
from copy import deepcopy

import numpy as np
import pytest

import optim
from autograd import GraphError, Tensor, draw, no_grad
from autograd.flat import FlatLeaves
from optim import block
from tests.optimizer_cases import CASES, EVERY, Problem


def leaves(*shapes, dtype=np.float32):
    rng = np.random.default_rng(0)
    return [Tensor(rng.standard_normal(shape).astype(dtype), requires_grad=True) for shape in shapes]


def give_gradients(params, value=1.0):
    for p in params:
        p.grad = Tensor(np.full(p.shape, value, p.dtype))


class TestFlatLeaves:
    def test_values_stay_and_lie_side_by_side(self):
        params = leaves((2, 3), (), (4,))
        before = [p.numpy() for p in params]
        flat = FlatLeaves(params)
        assert all((p.data == value).all() for p, value in zip(params, before, strict=True))
        np.testing.assert_array_equal(flat.values, np.concatenate([value.ravel() for value in before]))
        flat.values[:] = 7
        assert all((p.data == 7).all() for p in params)

    def test_a_graph_from_before_the_move_can_be_reversed_and_one_from_before_a_change_not(self):
        (w,) = leaves((3,))
        before = w.numpy()
        first, second = (w * w).sum(), (w * w).sum()
        flat = FlatLeaves([w])
        first.backward()
        np.testing.assert_array_equal(w.grad.data, 2 * before)
        flat.values += 1
        flat.mark_changed(0, 1)
        with pytest.raises(GraphError, match="was changed"):
            second.backward()

    def test_a_copy_or_a_pickle_takes_its_own_values_only(self):
        small, large = leaves((2,), (10_000,))
        FlatLeaves([small, large])
        assert len(pickle.dumps(small)) < 1000
        for copy in (deepcopy(small), pickle.loads(pickle.dumps(small)), Tensor(small)):
            np.testing.assert_array_equal(copy.data, small.data)
            assert copy.data.base is None

    def test_a_drawing_shows_the_present_values_also_after_freezing(self):
        (w,) = leaves((1,))
        w.requires_grad, flat = True, FlatLeaves([w])
        for requires_grad in (True, False):
            w.requires_grad = requires_grad
            flat.values[:] = 5 + requires_grad
            flat.mark_changed(0, 1)
            assert str(5 + requires_grad) in str(draw(w))


@pytest.mark.parametrize("name", sorted(set(CASES) - {"LBFGS", "Muon"}))
def test_a_step_of_many_small_parameters_makes_few_arrays(name, monkeypatch):
    """One piece, whatever the number of parameters."""
    seen = []
    update = getattr(optim, name).update
    monkeypatch.setattr(
        getattr(optim, name),
        "update",
        lambda self, piece, options: seen.append(piece.w.size) or update(self, piece, options),
    )
    params = leaves(*[(3, 4), (4,)] * 50)
    give_gradients(params)
    getattr(optim, name)(params).step()
    assert seen == [50 * 16]


@pytest.mark.parametrize(("name", "options"), [case for case in EVERY if case[0] not in {"LBFGS", "Muon"}])
def test_a_step_makes_no_array_of_the_size_of_the_parameters(name, options):
    params = leaves((500, 1000), *[(100, 100)] * 20)
    give_gradients(params)
    optimizer = getattr(optim, name)(params, **options)
    optimizer.step()
    tracemalloc.start()
    optimizer.step()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 0.02 * sum(p.data.nbytes for p in params)


def test_pieces_are_short_enough_for_the_cache(monkeypatch):
    monkeypatch.setattr(block, "PIECE", 10)
    params = leaves((3,), (6,), (4,), (25,), (2,))
    give_gradients(params)
    params[4].grad = None
    flat = block.Block(params)

    def sizes(uncut):
        runs = flat.runs(lambda numbers: numbers, uncut)
        return [run.piece(run.gradient(), start).w.size for run in runs for start in range(0, run.size, flat.longest)]

    assert sizes(uncut=False) == [9, 4, 10, 10, 5]
    assert sizes(uncut=True) == [3, 6, 4, 25]


def test_a_step_keeps_the_memory_of_values_and_leaves_gradients_alone():
    params = leaves((3, 2), (4,))
    give_gradients(params)
    optimizer = optim.Adam(params, weight_decay=0.1, maximize=True)
    arrays = [p.data for p in params]
    optimizer.step()
    assert all(p.data is array for p, array in zip(params, arrays, strict=True))
    assert all((p.grad.data == 1).all() for p in params)
    assert arrays[0].base is arrays[1].base


def test_gradients_may_lie_in_any_order_in_memory():
    (w,) = leaves((2, 3))
    before = w.numpy()
    (w.T * np.arange(6.0, dtype=np.float32).reshape(3, 2)).sum().backward()
    w.grad = Tensor(np.asfortranarray(w.grad.data))
    gradient = w.grad.numpy()
    optim.SGD([w], lr=1.0).step()
    np.testing.assert_array_equal(w.data, before - gradient)


def test_parameters_of_several_dtypes_keep_them():
    params = leaves((2,)) + leaves((3,), dtype=np.float64) + leaves((1,))
    give_gradients(params)
    optim.Adam(params, lr=0.1).step()
    assert [p.dtype for p in params] == [np.float32, np.float64, np.float32]


def test_an_empty_parameter_is_no_trouble():
    params = leaves((0, 3), (2,), (0,))
    give_gradients(params)
    optim.Adam(params).step()
    assert params[0].shape == (0, 3)


@pytest.mark.parametrize("name", CASES)
def test_two_optimisers_of_the_same_parameters_in_turns_are_pytorchs(oracle, exact, name):
    """As when an optimiser is replaced in mid-training: each finds what the other did, and keeps its own state."""
    ours, theirs = Problem(name, np.float64), Problem(name, np.float64, exact)
    trajectories = []
    for problem, kind in ((ours, lambda name: getattr(optim, name)), (theirs, oracle)):
        first = kind(name)(problem.params, **CASES[name][1])
        second = kind("SGD")(problem.params[::-1], lr=0.02, momentum=0.9)
        trajectories.append([values for _ in range(4) for o in (first, second) for values in problem.train(o, 2)])
    for values, expected in zip(*trajectories, strict=True):
        for a, b in zip(values, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


def test_two_optimisers_of_two_models_in_turns_share_nothing():
    generator, critic = leaves((3,), (2,)), leaves((4,))
    first, second = optim.Adam(generator, lr=0.1), optim.Adam(critic, lr=0.1)
    before = [p.numpy() for p in critic]
    give_gradients(generator + critic)
    first.step()
    np.testing.assert_array_equal(critic[0].data, before[0])
    second.step()
    assert (critic[0].data != before[0]).all()


def test_state_moves_with_the_values_to_another_dtype():
    params = leaves((3,), (2,))
    optimizer = optim.Adam(params, lr=0.1)
    give_gradients(params)
    optimizer.step()
    state = optimizer.state_dict()["state"]
    params[0]._array = params[0]._array.astype(np.float64)  # as model.to(dtype) does
    params[0].grad = Tensor(np.ones(3))
    optimizer.step()
    assert params[0].dtype == np.float64
    after = optimizer.state_dict()["state"]
    assert (after[0]["step"], after[0]["exp_avg"].dtype) == (2, np.float64)
    np.testing.assert_allclose(after[0]["exp_avg"], 0.9 * state[0]["exp_avg"] + 0.1, rtol=1e-6)
    assert (after[1]["step"], after[1]["exp_avg"].dtype) == (2, np.float32)


@pytest.mark.parametrize("name", CASES)
def test_training_goes_on_after_a_change_of_dtype(name):
    """From float32 to float64 as it would have in float64, to float32's precision."""
    changed, double = Problem(name, np.float32), Problem(name, np.float64)
    for p, q in zip(changed.params, double.params, strict=True):
        q.data = p.data
    for problem in (changed, double):
        optimizer = getattr(optim, name)(problem.params, **CASES[name][1])
        problem.train(optimizer, 2)
        for p in problem.params:
            p._convert(np.float64)  # as model.to(dtype) does
        problem.train(optimizer, 2)
    for p, q in zip(changed.params, double.params, strict=True):
        assert p.dtype == np.float64
        np.testing.assert_allclose(p.data, q.data, rtol=1e-4, atol=1e-4)


def test_data_assigned_between_steps_is_where_the_next_step_starts():
    (w,) = leaves((2,))
    optimizer = optim.SGD([w], lr=1.0)
    w.data = [5.0, 6.0]
    give_gradients([w])
    optimizer.step()
    assert w.data.tolist() == [4, 5]


def test_a_copied_optimiser_goes_on_by_itself():
    (w,) = leaves((2,))
    optimizer = optim.SGD([w], lr=1.0, momentum=0.5)
    give_gradients([w])
    optimizer.step()
    copy = deepcopy(optimizer)
    (other,) = copy.param_groups[0]["params"]
    give_gradients([other])
    before = w.numpy()
    copy.step()
    np.testing.assert_array_equal(w.data, before)
    np.testing.assert_array_equal(other.data, before - 1.5)


def test_a_step_under_no_grad():
    (w,) = leaves((2,))
    give_gradients([w])
    before = w.numpy()
    with no_grad():
        optim.SGD([w], lr=1.0).step()
    np.testing.assert_array_equal(w.data, before - 1)
