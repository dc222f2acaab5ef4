"""Optimisers: PyTorch's trajectories, and what they refuse."""

import numpy as np
import pytest

import optim
from autograd import GraphError, Tensor

GRID = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {}),
    ("SGD", {"lr": 0.05, "momentum": 0.9}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"lr": 0.05, "momentum": 0.5, "nesterov": True, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.5}),
    ("Adam", {}),
    ("Adam", {"lr": 0.1}),
    ("Adam", {"lr": 0.02, "betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.1, "amsgrad": True}),
]


def test_every_optimiser_is_compared():
    assert {name for name, _ in GRID} == set(optim.__all__) - {"Optimizer"}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("name", "kwargs"), GRID)
def test_thirty_steps_are_pytorchs(torch, name, kwargs, dtype):
    rng = np.random.default_rng(0)
    start = [rng.standard_normal(shape).astype(dtype) for shape in [(4, 3), (3,), ()]]
    x = rng.standard_normal((8, 4)).astype(dtype)
    ours = [Tensor(a, requires_grad=True) for a in start]
    theirs = [torch.tensor(a, requires_grad=True) for a in start]
    our_optimizer, their_optimizer = (
        getattr(side, name)(params, **kwargs) for side, params in ((optim, ours), (torch.optim, theirs))
    )
    for _ in range(30):
        for (w, b, s), optimizer, tanh, data in (
            (ours, our_optimizer, np.tanh, x),
            (theirs, their_optimizer, torch.tanh, torch.tensor(x)),
        ):
            optimizer.zero_grad()
            loss = ((tanh(data @ w + b) * s - 0.5) ** 2).mean()
            loss.backward()
            optimizer.step()
    tolerance = 1e-5 if dtype == np.float32 else 1e-10
    for p, expected in zip(ours, theirs, strict=True):
        assert p.dtype == dtype
        np.testing.assert_allclose(p.data, expected.detach().numpy(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_a_parameter_without_gradient_stays(name):
    used, unused = (Tensor([1.0], requires_grad=True) for _ in range(2))
    optimizer = getattr(optim, name)([used, unused], lr=0.1)
    (used * 2).backward()
    optimizer.step()
    assert used.item() < 1
    assert unused.item() == 1


def test_a_step_between_forward_and_backward_is_noticed():
    w = Tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=0.1)
    first, second = w * w, w * w
    first.backward()
    optimizer.step()
    with pytest.raises(GraphError, match="was changed"):
        second.backward()


def test_zero_grad_forgets():
    w = Tensor([1.0], requires_grad=True)
    (w * 2).backward()
    optim.SGD([w]).zero_grad()
    assert w.grad is None


def leaf():
    return Tensor([1.0], requires_grad=True)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: optim.SGD([]), ValueError, "nothing to optimise"),
        (lambda: optim.SGD(leaf()), TypeError, r"list of tensors, such as model\.parameters\(\)"),
        (lambda: optim.SGD(leaf), TypeError, r"such as model\.parameters\(\), not <function"),
        (lambda: optim.SGD([Tensor([1.0])]), TypeError, r"requires_grad=True; this is Tensor\(\[1\.\]\)"),
        (lambda: optim.SGD([leaf() * 2]), TypeError, "made by multiply"),
        (lambda: optim.SGD([np.ones(1)]), TypeError, "requires_grad=True"),
        (lambda: optim.SGD([leaf()] * 2), ValueError, "more than once"),
        (lambda: optim.SGD([leaf()], lr=-1), ValueError, "lr must be 0 or more, not -1"),
        (lambda: optim.SGD([leaf()], momentum=-1), ValueError, "momentum must be 0 or more"),
        (lambda: optim.SGD([leaf()], weight_decay=-1), ValueError, "weight_decay must be 0 or more"),
        (lambda: optim.SGD([leaf()], nesterov=True), ValueError, "Nesterov momentum needs"),
        (lambda: optim.Adam([leaf()], betas=(0.9, 1.0)), ValueError, r"betas must be in \[0, 1\), not \(0\.9, 1\.0\)"),
        (lambda: optim.Adam([leaf()], eps=-1), ValueError, "eps must be 0 or more"),
        (lambda: optim.Adam([leaf()], weight_decay=-1), ValueError, "weight_decay must be 0 or more"),
    ],
)
def test_errors_name_the_argument(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_an_optimiser_without_a_rule_says_so():
    w = leaf()
    w.grad = Tensor([1.0])
    with pytest.raises(TypeError, match=r"Optimizer defines no update\(\)"):
        optim.Optimizer([w], {"lr": 0.1}).step()
