"""What every optimiser does, and what it refuses."""

import numpy as np
import pytest

import optim
from autograd import GraphError, Tensor
from tests.optimizer_cases import CASES, Problem


def leaf(shape=(1,)):
    return Tensor(np.ones(shape, np.float32), requires_grad=True)


def made(name, *params):
    return getattr(optim, name)(params, **CASES[name][-1])


@pytest.mark.parametrize("name", sorted(set(CASES) - {"LBFGS"}))
def test_a_parameter_without_gradient_stays_with_its_state(name):
    problem = Problem(name)
    optimizer = made(name, *problem.params)
    problem.train(optimizer, 1)
    value, state = problem.values()[-1], optimizer.state_dict()["state"]
    problem.train(optimizer, 1)  # in which the last parameter has none
    np.testing.assert_array_equal(problem.values()[-1], value)
    for name, kept in state.get(len(problem.params) - 1, {}).items():
        np.testing.assert_array_equal(optimizer.state_dict()["state"][len(problem.params) - 1][name], kept)


@pytest.mark.parametrize("name", CASES)
def test_step_returns_the_loss_of_the_closure(name):
    problem = Problem(name)
    before = problem.loss().item()

    def closure():
        optimizer.zero_grad()
        loss = problem.loss()
        loss.backward()
        return loss

    optimizer = made(name, *problem.params)
    assert optimizer.step(closure).item() == before


def test_a_step_between_forward_and_backward_is_noticed():
    w = leaf()
    optimizer = optim.SGD([w], lr=0.1)
    first, second = w * w, w * w
    first.backward()
    optimizer.step()
    with pytest.raises(GraphError, match="was changed"):
        second.backward()


def test_zero_grad_forgets():
    w = leaf()
    (w * 2).backward()
    optim.SGD([w]).zero_grad()
    assert w.grad is None


def test_a_group_has_the_optimisers_options_where_it_gives_none():
    a, b = leaf(), leaf()
    optimizer = optim.SGD([{"params": [a]}, {"params": b, "lr": 0.5}], lr=0.1)
    assert [(group["params"], group["lr"], group["momentum"]) for group in optimizer.param_groups] == [
        ([a], 0.1, 0),
        ([b], 0.5, 0),
    ]


def test_muon_leaves_vectors_to_others():
    with pytest.raises(ValueError, match=r"real matrices only; b is float32 of shape \(3,\).*AdamW"):
        optim.Muon([leaf((2, 3)), Tensor(np.ones(3, np.float32), requires_grad=True, name="b")])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: optim.SGD([]), ValueError, "nothing to optimise"),
        (lambda: optim.SGD([{"params": []}]), ValueError, "nothing to optimise"),
        (lambda: optim.SGD(leaf()), TypeError, r"list of tensors, such as model\.parameters\(\)"),
        (lambda: optim.SGD(leaf), TypeError, r"such as model\.parameters\(\), not <function"),
        (lambda: optim.SGD({leaf()}), TypeError, "a set has no order"),
        (lambda: optim.SGD([Tensor([1.0])]), TypeError, r"requires_grad=True; this is Tensor\(\[1\.\]\)"),
        (lambda: optim.SGD([leaf() * 2]), TypeError, "made by multiply"),
        (lambda: optim.SGD([np.ones(1)]), TypeError, "requires_grad=True"),
        (lambda: optim.SGD([leaf(), {"params": [leaf()]}]), TypeError, "requires_grad=True; this is {'params'"),
        (lambda: optim.SGD([{"lr": 1}]), TypeError, r"a group is a dictionary \{\"params\": .*, not \{'lr': 1\}"),
        (lambda: optim.SGD([leaf()] * 2), ValueError, "more than once"),
        (lambda: optim.SGD([{"params": p} for p in [leaf()] * 2]), ValueError, "more than once"),
        (lambda: optim.SGD([{"params": leaf(), "rl": 1}]), ValueError, "SGD has no option 'rl'; there are lr, mom"),
        (lambda: optim.SGD([{"params": leaf(), "lr": -1}]), ValueError, "lr must be 0 or more, not -1"),
        (lambda: optim.SGD([leaf()], lr=-1), ValueError, "lr must be 0 or more, not -1"),
        (lambda: optim.SGD([leaf()], lr="a"), TypeError, "lr must be a number, not 'a'"),
        (lambda: optim.SGD([leaf()], lr=float("nan")), ValueError, "lr must be a finite number, not nan"),
        (lambda: optim.SGD([leaf()], momentum=-1), ValueError, "momentum must be 0 or more"),
        (lambda: optim.SGD([leaf()], dampening=None), TypeError, "dampening must be a number, not None"),
        (lambda: optim.SGD([leaf()], weight_decay=-1), ValueError, "weight_decay must be 0 or more"),
        (lambda: optim.SGD([leaf()], nesterov=True), ValueError, "Nesterov momentum needs"),
        (lambda: optim.SGD([leaf()], maximize=1), TypeError, "maximize must be True or False, not 1"),
        (lambda: optim.Adam([leaf()], betas=(0.9, 1.0)), ValueError, r"betas must be in \[0, 1\), not \(0\.9, 1\.0\)"),
        (lambda: optim.Adam([leaf()], betas=0.9), TypeError, "betas must be two numbers, not 0.9"),
        (lambda: optim.Adam([leaf()], betas=(0.9, "b")), TypeError, "betas must be two numbers"),
        (lambda: optim.Adam([leaf()], eps=-1), ValueError, "eps must be 0 or more"),
        (lambda: optim.Adam([leaf()], weight_decay=-1), ValueError, "weight_decay must be 0 or more"),
        (lambda: optim.NAdam([leaf()], momentum_decay=-1), ValueError, "momentum_decay must be 0 or more"),
        (lambda: optim.Adagrad([leaf()], lr_decay=-1), ValueError, "lr_decay must be 0 or more"),
        (lambda: optim.Adadelta([leaf()], rho=1.5), ValueError, r"rho must be in \[0, 1\], not 1.5"),
        (lambda: optim.RMSprop([leaf()], alpha=-1), ValueError, "alpha must be 0 or more"),
        (lambda: optim.Muon([leaf((2, 2))], adjust_lr_fn="x"), ValueError, "None, 'original' or 'match_rms_adamw'"),
        (lambda: optim.Muon([leaf((2, 2))], ns_steps=100), ValueError, "ns_steps must be 99 or less, not 100"),
        (lambda: optim.Muon([leaf((2, 2))], ns_coefficients=1), TypeError, "ns_coefficients must be three numbers"),
        (lambda: optim.LBFGS([leaf()], line_search_fn="wolfe"), ValueError, "line_search_fn must be None or 'strong_w"),
        (lambda: optim.LBFGS([leaf()], max_iter=1.5), TypeError, "max_iter must be an integer, not 1.5"),
        (lambda: optim.LBFGS([leaf()]).step(), TypeError, "give step a function that computes it"),
        (lambda: optim.LBFGS([{"params": leaf()}, {"params": leaf()}]), ValueError, "LBFGS has one group"),
        (lambda: optim.LBFGS([leaf(), Tensor(np.ones(2), True)]), ValueError, "one dtype; these are float32, float64"),
    ],
)
def test_errors_name_the_argument(call, error, words):
    with pytest.raises(error, match=words):
        call()


INFINITY, NAN = float("inf"), float("nan")


@pytest.mark.parametrize("value", [INFINITY, NAN, "a", None, True])
@pytest.mark.parametrize("name", CASES)
def test_every_option_that_is_a_number_is_finite(name, value):
    defaults = getattr(optim, name)([leaf((2, 2))]).defaults
    numbers = [option for option, default in defaults.items() if type(default) in (float, int)]
    assert "lr" in numbers
    for option in sorted(set(numbers) - ({"max_eval"} if value is None else set())):
        with pytest.raises((TypeError, ValueError), match=f"^{option} must be "):
            getattr(optim, name)([leaf((2, 2))], **{option: value})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: optim.Adam([leaf()], betas=(0.9, NAN)), r"betas\[1\] must be a finite number, not nan"),
        (lambda: optim.RMSprop([leaf()], alpha=2.0), r"alpha must be in \[0, 1\], not 2.0"),
        (
            lambda: optim.Muon([leaf((2, 2))], ns_coefficients=(1, INFINITY, 1)),
            r"ns_coefficients\[1\] must be a finite",
        ),
        (lambda: optim.SGD([{"params": leaf(), "initial_lr": NAN}]), "initial_lr must be a finite number, not nan"),
    ],
)
def test_options_that_can_only_give_nan_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda groups: groups[1].update(lr=NAN), "group 1: lr must be a finite number, not nan"),
        (lambda groups: groups[1].update(lr="a"), "group 1: lr must be a number, not 'a'"),
        (lambda groups: groups[1].update(betas=(2.0, 0.9)), r"group 1: betas must be in \[0, 1\), not \(2.0, 0.9\)"),
        (lambda groups: groups[1].pop("eps"), "group 1 lacks 'eps'"),
        (lambda groups: groups[1]["params"].append(leaf()), "parameters of group 1 are others .* add_param_group"),
        (
            lambda groups: groups.append({"params": [leaf()]}),
            "there were 2 groups, and now there are 3: .* add_param_g",
        ),
        (lambda groups: groups.pop(), "there were 2 groups, and now there are 1"),
    ],
)
def test_a_step_looks_at_all_groups_before_it_changes_one(change, words):
    params = leaf(), leaf()
    optimizer = optim.Adam([{"params": [p]} for p in params])
    for p in params:
        p.grad = Tensor([1.0])
    change(optimizer.param_groups)
    with pytest.raises((TypeError, ValueError), match=words):
        optimizer.step()
    assert [p.item() for p in params] == [1, 1]


class TestFrozen:
    @pytest.mark.parametrize("name", CASES)
    def test_a_parameter_stays_as_it_is_until_it_is_thawed(self, name):
        """Whatever its momentum, weight decay and the gradient that it still has."""
        problem = Problem(name)
        optimizer = getattr(optim, name)(problem.params, **CASES[name][1])
        problem.train(optimizer, 1)
        first, second = problem.params[0], problem.params[1]
        first.requires_grad = False
        assert first.grad is not None
        frozen, moving = first.numpy(), second.numpy()
        problem.train(optimizer, 1)
        np.testing.assert_array_equal(first.data, frozen)
        assert (second.data != moving).any()
        first.requires_grad = True
        problem.train(optimizer, 1)
        assert (first.data != frozen).any()

    def test_its_state_stays_too(self, torch):
        ours, theirs = (
            Problem("Adam", np.float64),
            Problem("Adam", np.float64, lambda a: torch.tensor(a).requires_grad_()),
        )
        trajectories = []
        for problem, kind in ((ours, optim.Adam), (theirs, torch.optim.Adam)):
            optimizer, trajectory = kind(problem.params, lr=0.1, weight_decay=0.1), []
            for wanted in (False, True, False, True):
                problem.params[0].requires_grad = wanted
                trajectory += problem.train(optimizer, 2)
            trajectories.append(trajectory)
        for values, expected in zip(*trajectories, strict=True):
            for a, b in zip(values, expected, strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-10)

    def test_a_group_may_be_frozen_and_is_numbered_in_the_state(self):
        a, b = leaf(), leaf()
        a.requires_grad = False
        optimizer = optim.Adam([{"params": [a]}, {"params": [b]}], lr=0.1)
        b.grad = Tensor([1.0])
        optimizer.step()
        state = optimizer.state_dict()
        assert list(state["state"]) == [1]
        assert [group["params"] for group in state["param_groups"]] == [[0], [1]]
        a.requires_grad = True
        a.grad = Tensor([1.0])
        optimizer.step()
        assert a.item() == pytest.approx(0.9)

    @pytest.mark.parametrize("p", [leaf().detach(), Tensor(np.arange(2)), leaf() * 2])
    def test_what_is_no_leaf_of_floats_is_no_frozen_parameter(self, p):
        with pytest.raises(TypeError, match="requires_grad=True"):
            optim.SGD([leaf(), p])

    def test_zero_grad_forgets_what_it_still_has(self):
        w = leaf()
        optimizer = optim.SGD([w])
        w.grad = Tensor([1.0])
        w.requires_grad = False
        optimizer.zero_grad()
        assert w.grad is None


def test_a_group_that_is_refused_changes_nothing():
    w = leaf()
    optimizer = optim.SGD([w])
    for group in ({"params": [w]}, {"params": [leaf()], "lr": "a"}):
        with pytest.raises((TypeError, ValueError)):
            optimizer.add_param_group(group)
    assert [group["params"] for group in optimizer.param_groups] == [[w]]


def test_an_optimiser_without_a_rule_says_so():
    w = leaf()
    w.grad = Tensor([1.0])
    with pytest.raises(TypeError, match=r"Optimizer defines no update\(\)"):
        optim.Optimizer([w], {"lr": 0.1}).step()


def test_a_representation_tells_the_options_of_every_group():
    w, b = (Tensor(np.ones(2), requires_grad=True) for _ in range(2))
    optimizer = optim.Adagrad([{"params": [w], "lr": 0.5}, {"params": [b]}], lr=0.1)
    others = "lr_decay=0.0, eps=1e-10, weight_decay=0.0, initial_accumulator_value=0.0, maximize=False"
    assert repr(optimizer) == f"Adagrad(parameters: 1, lr=0.5, {others}; parameters: 1, lr=0.1, {others})"
