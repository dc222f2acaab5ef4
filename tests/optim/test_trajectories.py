"""Every optimiser takes PyTorch's steps; Lion those of its paper."""

import inspect

import numpy as np
import pytest

import optim
from autograd import Tensor
from optim import block
from tests.optimizer_cases import CASES, EVERY, Problem, optimizers

OF_PYTORCH_ONLY = {"foreach", "fused", "capturable", "differentiable"}
TOLERANCE = {np.float32: 1e-5, np.float64: 1e-10}


def arguments(call):
    return {name: p for name, p in inspect.signature(call).parameters.items() if name not in {"self", "params"}}


def test_every_optimiser_has_cases():
    assert set(optimizers()) == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_the_cases_include_every_option(name):
    assert set(arguments(getattr(optim, name))) == {option for options in CASES[name] for option in options}


@pytest.mark.parametrize("name", sorted(set(CASES) - {"Lion"}))
def test_arguments_and_defaults_are_pytorchs(torch, name):
    ours, theirs = arguments(getattr(optim, name)), arguments(getattr(torch.optim, name))
    defaults = {option: p.default for option, p in theirs.items() if option not in OF_PYTORCH_ONLY}
    assert {option: p.default for option, p in ours.items()} == defaults
    positional = [option for option, p in ours.items() if p.kind is not p.KEYWORD_ONLY]
    assert positional == list(theirs)[: len(positional)]


@pytest.fixture(params=[np.float32, np.float64])
def dtype(request):
    """The dtype of our parameters."""
    return request.param


@pytest.fixture(params=[block.PIECE, 7], ids=["one_piece", "many_pieces"])
def piece(request, monkeypatch):
    """The elements worked on at a time: all, or so few that parameters are cut in pieces and put together."""
    monkeypatch.setattr(block, "PIECE", request.param)


def assert_close(ours, theirs, dtype):
    """The same values after every step."""
    for values, expected in zip(ours, theirs, strict=True):
        for a, b in zip(values, expected, strict=True):
            assert a.dtype == dtype
            np.testing.assert_allclose(a, b, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


@pytest.mark.parametrize(("name", "options"), EVERY)
def test_thirty_steps_are_pytorchs(oracle, exact, dtype, piece, name, options):
    ours, theirs = Problem(name, dtype), Problem(name, dtype, exact)
    start = ours.values()
    trajectory = ours.train(getattr(optim, name)(ours.params, **options), 30)
    assert_close(trajectory, theirs.train(oracle(name)(theirs.params, **options), 30), dtype)
    assert all((a != b).any() for a, b in zip(ours.values(), start, strict=True))


@pytest.mark.parametrize("name", sorted(set(CASES) - {"LBFGS"}))
def test_groups_have_options_of_their_own(oracle, exact, dtype, name):
    def groups(params):
        return [{"params": params[:1], "lr": 0.002}, {"params": [params[2], params[1]], "weight_decay": 0.2}]

    ours, theirs = Problem(name, dtype), Problem(name, dtype, exact)
    trajectories = []
    for problem, kind in ((ours, getattr(optim, name)), (theirs, oracle(name))):
        optimizer = kind(groups(problem.params), lr=0.02)
        before = problem.train(optimizer, 5)
        optimizer.add_param_group({"params": problem.params[3], "lr": 0.01})
        optimizer.param_groups[0]["lr"] *= 2
        trajectories.append(before + problem.train(optimizer, 5))
    assert_close(*trajectories, dtype)


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop", "Adagrad", "LBFGS"])
def test_complex_parameters(torch, name):
    rng = np.random.default_rng(0)
    start = [rng.standard_normal(shape) + 1j * rng.standard_normal(shape) for shape in [(3, 2), (4,)]]
    ours = [Tensor(a, requires_grad=True) for a in start]
    theirs = [torch.tensor(a, requires_grad=True) for a in start]
    for params, optimizer, absolute in (
        (ours, getattr(optim, name)(ours), np.abs),
        (theirs, getattr(torch.optim, name)(theirs), torch.abs),
    ):
        for _ in range(5):

            def closure(params=params, optimizer=optimizer, absolute=absolute):
                optimizer.zero_grad()
                loss = sum((absolute(p - (1 + 2j)) ** 2).sum() for p in params)
                loss.backward()
                return loss

            optimizer.step(closure)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.data, b.detach().numpy(), rtol=1e-10)


@pytest.mark.parametrize("name", CASES)
def test_half_precision_is_single_precision_whose_values_are_rounded(name):
    """Squares above 65504 and averages below 6e-8 are no trouble: state and computations are of float32."""
    rng = np.random.default_rng(0)
    start = rng.standard_normal((3, 4)).astype(np.float16)
    gradients = [(scale * rng.standard_normal((3, 4))).astype(np.float16) for scale in (1000, 1e-5, 3)]
    options = {} if name == "LBFGS" else {"lr": 0.01}
    half, single = (Tensor(start.astype(dtype), requires_grad=True) for dtype in (np.float16, np.float32))
    optimizers = [getattr(optim, name)([p], **options) for p in (half, single)]
    for g in gradients:
        for p, optimizer in zip((half, single), optimizers, strict=True):

            def closure(p=p, g=g):
                p.grad = Tensor(g)
                return Tensor(0.0)

            optimizer.step(closure)
        assert half.dtype == np.float16
        np.testing.assert_array_equal(half.data, single.data.astype(np.float16))
        single.data = half.data
    for kept in optimizers[0].state_dict()["state"].values():
        assert all(array.dtype == np.float32 for array in kept.values() if isinstance(array, np.ndarray))


def test_muon_is_near_pytorchs_in_bfloat16(torch):
    ours, theirs = Problem("Muon"), Problem("Muon", make=lambda a: torch.tensor(a, requires_grad=True))
    start = ours.values()
    ours.train(optim.Muon(ours.params, lr=0.02), 10)
    theirs.train(torch.optim.Muon(theirs.params, lr=0.02), 10)
    for a, b, before in zip(ours.values(), theirs.values(), start, strict=True):
        assert np.abs(a - b).max() < 0.05 * np.abs(a - before).max()
