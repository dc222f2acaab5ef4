"""A run that is stopped, saved and resumed ends as one that is not; a state that does not fit is refused."""

import pickle
from copy import deepcopy

import numpy as np
import pytest

import optim
from autograd import Tensor
from tests import scheduler_cases
from tests.optimizer_cases import CASES, EVERY, Problem


def assert_plain(value):
    """Only what can be written to a file: dictionaries, lists, numbers, strings, None, arrays with their own memory."""
    if isinstance(value, dict):
        assert all(type(key) in (str, int) for key in value)
        for item in value.values():
            assert_plain(item)
    elif type(value) is list:
        for item in value:
            assert_plain(item)
    elif type(value) is np.ndarray:
        assert value.base is None
        assert value.dtype.kind in "fc"
    else:
        assert type(value) in (int, float, bool, str, type(None))


def assert_same(value, other):
    assert type(value) is type(other)
    if isinstance(value, dict):
        assert value.keys() == other.keys()
        for key in value:
            assert_same(value[key], other[key])
    elif isinstance(value, list):
        assert len(value) == len(other)
        for a, b in zip(value, other, strict=True):
            assert_same(a, b)
    else:
        np.testing.assert_array_equal(value, other)


class Run:
    """A problem, an optimiser and perhaps a scheduler, which can be stopped and resumed."""

    def __init__(self, name, options, scheduler=None):
        self.problem = Problem(name)
        self.optimizer = getattr(optim, name)(self.problem.params, **options)
        self.scheduler = scheduler_cases.made(optim, *scheduler, self.optimizer) if scheduler else None

    def train(self, steps):
        self.problem.train(self.optimizer, steps, self.after)

    def after(self):
        if isinstance(self.scheduler, optim.ReduceLROnPlateau):
            self.scheduler.step(1.0)
        elif self.scheduler is not None:
            self.scheduler.step()

    def state(self):
        return {
            "values": self.problem.values(),
            "steps": self.problem.steps,
            "optimizer": self.optimizer.state_dict(),
            "scheduler": self.scheduler.state_dict() if self.scheduler else {},
        }

    def load(self, state):
        for p, value in zip(self.problem.params, state["values"], strict=True):
            p.data = value
        self.problem.steps = state["steps"]
        if self.scheduler:
            self.scheduler.load_state_dict(state["scheduler"])
        self.optimizer.load_state_dict(state["optimizer"])


def check_resumed(make, steps):
    whole, first, second = make(), make(), make()
    whole.train(2 * steps)
    first.train(steps)
    state = first.state()
    assert_plain(state["optimizer"])
    assert_plain(state["scheduler"])
    second.train(1)  # what it has done before is forgotten
    second.load(pickle.loads(pickle.dumps(state)))
    first.train(1)  # which does not change the state that was taken
    second.train(steps)
    assert_same(second.state(), whole.state())


@pytest.mark.parametrize(("name", "options"), EVERY)
def test_every_optimiser_is_resumed_bit_for_bit(name, options):
    check_resumed(lambda: Run(name, options), 10)


@pytest.mark.parametrize("scheduler", scheduler_cases.CASES)
@pytest.mark.parametrize("name", CASES)
def test_with_every_scheduler_too(name, scheduler):
    options = dict(scheduler_cases.CASES[scheduler][0])
    if scheduler == "OneCycleLR":
        options["cycle_momentum"] = name in {"SGD", "RMSprop", "Muon", "Adam", "AdamW", "NAdam", "RAdam", "Lion"}
    check_resumed(lambda: Run(name, CASES[name][0], (scheduler, options)), 4)


def test_groups_of_different_dtypes_keep_their_order():
    def make():
        rng = np.random.default_rng(0)
        params = [Tensor(rng.standard_normal(3).astype(d), requires_grad=True) for d in ("f4", "f8", "c16", "f4")]
        for p in params:
            p.grad = Tensor(rng.standard_normal(3).astype(p.dtype))
        return params, optim.Adam([{"params": params[2:], "lr": 0.1}, {"params": params[:2]}])

    params, optimizer = make()
    optimizer.step()
    state = optimizer.state_dict()
    assert [group["params"] for group in state["param_groups"]] == [[0, 1], [2, 3]]
    assert [state["state"][i]["exp_avg"].dtype for i in range(4)] == [np.complex128, np.float32, np.float32, np.float64]
    others, other = make()
    for p, q in zip(params, others, strict=True):
        q.data = p.data
    other.load_state_dict(state)
    optimizer.step()
    other.step()
    for p, q in zip(params, others, strict=True):
        np.testing.assert_array_equal(p.data, q.data)


@pytest.mark.parametrize(("name", "options"), [case for case in EVERY if case[0] != "Lion"])
def test_pytorchs_state_loads(oracle, exact, name, options):
    theirs, ours = Problem(name, np.float64, exact), Problem(name, np.float64)
    their_optimizer = oracle(name)(theirs.params, **options)
    theirs.train(their_optimizer, 7)
    ours.steps = theirs.steps
    for p, value in zip(ours.params, theirs.values(), strict=True):
        p.data = value
    optimizer = getattr(optim, name)(ours.params)
    optimizer.load_state_dict(their_optimizer.state_dict())
    for values, expected in zip(ours.train(optimizer, 7), theirs.train(their_optimizer, 7), strict=True):
        for a, b in zip(values, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_our_state_loads_in_pytorch(torch, exact, name):
    options = CASES[name][3]
    ours, theirs = Problem(name, np.float64), Problem(name, np.float64, exact)
    optimizer = getattr(optim, name)(ours.params, **options)
    ours.train(optimizer, 5)
    state = optimizer.state_dict()
    tensors = {
        index: {key: torch.tensor(value) for key, value in kept.items()} for index, kept in state["state"].items()
    }
    with torch.no_grad():
        for p, value in zip(theirs.params, ours.values(), strict=True):
            p.copy_(torch.tensor(value))
    their_optimizer = getattr(torch.optim, name)(theirs.params, **options)
    their_optimizer.load_state_dict({"state": tensors, "param_groups": state["param_groups"]})
    theirs.steps = ours.steps
    for values, expected in zip(ours.train(optimizer, 5), theirs.train(their_optimizer, 5), strict=True):
        for a, b in zip(values, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10)


def adam(**options):
    problem = Problem("Adam")
    optimizer = optim.Adam(problem.params, **options)
    problem.train(optimizer, 1)
    return optimizer


class TestRefused:
    def refuse(self, optimizer, state, *words):
        before = optimizer.state_dict()
        with pytest.raises(ValueError, match=f"does not fit this {type(optimizer).__name__}") as caught:
            optimizer.load_state_dict(state)
        for word in words:
            assert word in str(caught.value)
        assert_same(optimizer.state_dict(), before)

    def test_all_that_is_wrong_with_the_state_of_parameters(self):
        state = adam().state_dict()
        state["state"][0]["exp_avg"] = np.zeros((3, 4))
        state["state"][1]["exp_avg_sq"] = np.zeros(3, complex)
        del state["state"][2]["step"]
        state["state"][2]["momentum_buffer"] = 1
        state["state"][3]["step"] = "one"
        state["param_groups"][0]["lr"] = 5.0
        self.refuse(
            adam(),
            state,
            "parameter 0 has 'exp_avg' of shape (3, 4), not (4, 3)",
            "parameter 1 has 'exp_avg_sq' of dtype complex128, not float32",
            "parameter 2 lacks 'step'",
            "parameter 2 has an unknown 'momentum_buffer'",
            "parameter 3 has 'one' for 'step', not a number",
        )

    def test_all_that_is_wrong_with_the_groups(self):
        state = adam().state_dict()
        state["param_groups"][0]["params"] = [0, 1]
        del state["param_groups"][0]["eps"]
        self.refuse(
            adam(),
            state,
            "group 0 has 2 parameters, not 4",
            "group 0 lacks 'eps'",
            "it has the state of parameter 2, which is in no group",
        )

    def test_what_numpy_has_no_array_for(self, torch):
        state = adam().state_dict()
        state["state"][0]["exp_avg"] = torch.zeros((4, 3), dtype=torch.bfloat16)
        self.refuse(adam(), state, "parameter 0 has no array for 'exp_avg': ")

    def test_options_that_are_out_of_bounds(self):
        state = adam().state_dict()
        state["param_groups"][0]["betas"] = [0.9, 1.5]
        self.refuse(adam(), state, "group 0: betas must be in [0, 1), not (0.9, 1.5)")

    def test_another_number_of_groups(self):
        state = adam().state_dict()
        state["param_groups"] *= 2
        self.refuse(adam(), state, "it has 2 groups of parameters, not 1")

    def test_a_group_that_is_none(self):
        self.refuse(adam(), {"state": {}, "param_groups": [3]}, "group 0 is no dictionary")

    @pytest.mark.parametrize("state", [{}, [], {"state": {}}, {"state": [], "param_groups": 3}])
    def test_what_is_no_state(self, state):
        self.refuse(adam(), state, 'no dictionary with "state" and "param_groups"')

    def test_a_state_without_what_the_options_need(self):
        state = adam().state_dict()
        state["param_groups"][0]["amsgrad"] = True
        self.refuse(adam(), state, "parameter 0 lacks 'max_exp_avg_sq'", "parameter 3 lacks 'max_exp_avg_sq'")

    def test_another_optimisers_state(self):
        problem = Problem("SGD")
        optimizer = optim.SGD(problem.params, momentum=0.9)
        problem.train(optimizer, 1)
        self.refuse(adam(), optimizer.state_dict(), "group 0 lacks 'betas'")

    def test_what_l_bfgs_keeps(self):
        problem = Problem("LBFGS")
        optimizer = optim.LBFGS(problem.params, max_iter=3)
        problem.train(optimizer, 1)
        state = optimizer.state_dict()
        state["state"][0]["d"] = np.zeros(3)
        state["state"][0]["n_iter"] = "two"
        state["state"][0]["exp_avg"] = 0
        self.refuse(
            optimizer,
            state,
            "parameter 0 has 'd' of shape (3,), not (26,)",
            "parameter 0 has 'two' for 'n_iter', not a number",
            "parameter 0 has an unknown 'exp_avg'",
        )


@pytest.mark.parametrize(("name", "options"), [case for case in EVERY if case[0] != "Lion"])
def test_states_of_older_versions_lack_newer_options(name, options):
    """As PyTorch fills them in (`__setstate__` of its optimisers): False, and 0 for RMSprop's momentum."""
    problem = Problem(name)
    optimizer = getattr(optim, name)(problem.params, **options)
    problem.train(optimizer, 2)
    state = optimizer.state_dict()
    (group,) = state["param_groups"]
    newer = {"amsgrad", "centered", "maximize", "nesterov", "decoupled_weight_decay"} & set(group)
    newer |= {"momentum"} if name == "RMSprop" else set()
    old = {key: value for key, value in group.items() if key not in newer}
    if any(group[key] for key in newer if key != "decoupled_weight_decay" or name != "AdamW"):
        state["state"] = {}
    other = getattr(optim, name)(Problem(name).params, **options)
    other.load_state_dict({**state, "param_groups": [old]})
    for key in newer:
        assert other.param_groups[0][key] == (key == "decoupled_weight_decay" and name == "AdamW")


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused(number):
    state = adam().state_dict()
    state["state"][0]["step"] = number
    with pytest.raises(ValueError, match="for 'step', not a number"):
        adam().load_state_dict(state)


def test_a_state_taken_before_the_first_step_starts_anew():
    problem = Problem("Adam")
    optimizer = optim.Adam(problem.params, lr=0.1)
    start, values = optimizer.state_dict(), problem.values()
    assert start["state"] == {}
    first = problem.train(optimizer, 3)
    optimizer.load_state_dict(deepcopy(start))
    for p, value in zip(problem.params, values, strict=True):
        p.data = value
    problem.steps = 0
    assert_same(problem.train(optimizer, 3), first)


def test_what_a_scheduler_notes_in_a_group_is_saved():
    optimizer = adam()
    optim.OneCycleLR(optimizer, 0.1, 10)
    other = adam()
    other.load_state_dict(optimizer.state_dict())
    assert other.param_groups[0]["max_lr"] == 0.1
    assert other.param_groups[0]["betas"] == optimizer.param_groups[0]["betas"]
