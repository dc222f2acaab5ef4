"""Every scheduler sets PyTorch's learning rates."""

import inspect
import json
from math import cos, pi

import numpy as np
import pytest

import optim
from autograd import Tensor
from optim.scheduler import Factor
from tests.scheduler_cases import CASES, EVERY, made, schedulers

INFINITY, NAN = float("inf"), float("nan")
MEASURES = [5, 4, 3.9, 3.95, 3.99, 4.2, 3.8, 3.7, 3.7, 3.7, 3.7, 3.7, 3.7, 2, 2.1, 2.2, 2.3, 1.99, 1.98] + [6] * 11


def arguments(call):
    return {name: p for name, p in inspect.signature(call).parameters.items() if name not in {"self", "optimizer"}}


def test_every_scheduler_has_cases():
    assert set(schedulers()) == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_the_cases_include_every_option(name):
    assert set(arguments(getattr(optim, name))) == {option for options in CASES[name] for option in options}


@pytest.mark.parametrize("name", CASES)
def test_arguments_and_defaults_are_pytorchs(torch, name):
    ours = arguments(getattr(optim, name))
    theirs = arguments(getattr(torch.optim.lr_scheduler, name))
    assert [(option, p.default) for option, p in ours.items()] == [(option, p.default) for option, p in theirs.items()]


def sgd(options=None, kind=optim.SGD, parameter=lambda: Tensor([1.0], requires_grad=True), **more):
    """An optimiser with two groups; where a scheduler is to go on after an epoch, as another one has left it."""
    left = {"initial_lr": 0.2, "max_lr": 0.3, "min_lr": 1e-4, "max_momentum": 0.9, "base_momentum": 0.7}
    left = left if (options or {}).get("last_epoch", -1) > 0 else {}
    return kind(
        [{"params": [parameter()], **left}, {"params": [parameter()], "lr": 0.5, **left}], lr=0.1, momentum=0.9, **more
    )


def run(optimizer, scheduler, steps, keys=("lr", "momentum")):
    """The options of all groups, at the start and after each step."""
    seen = [[[group[key] for key in keys] for group in optimizer.param_groups]]
    for measure in MEASURES[:steps]:
        optimizer.step()
        scheduler.step(*([measure] if "Plateau" in type(scheduler).__name__ else []))
        seen.append([[group[key] for key in keys] for group in optimizer.param_groups])
        assert scheduler.get_last_lr() == [group["lr"] for group in optimizer.param_groups]
    return seen


@pytest.mark.parametrize(("name", "options"), EVERY)
def test_learning_rates_and_momenta_are_pytorchs(torch, name, options):
    ours = sgd(options)
    theirs = sgd(options, torch.optim.SGD, lambda: torch.ones(1, requires_grad=True))
    seen = run(ours, made(optim, name, options, ours), 30)
    expected = run(theirs, made(torch.optim.lr_scheduler, name, options, theirs), 30)
    np.testing.assert_allclose(seen, expected, rtol=1e-12, atol=1e-16)
    assert any(row != seen[0] for row in seen[1:])


def test_a_cycle_turns_the_first_of_the_betas(torch):
    seen = []
    for library, schedulers_of, p in (
        (optim, optim, Tensor([1.0], requires_grad=True)),
        (torch.optim, torch.optim.lr_scheduler, torch.ones(1, requires_grad=True)),
    ):
        optimizer = library.Adam([p])
        seen.append(run(optimizer, schedulers_of.OneCycleLR(optimizer, 0.1, 30), 30, ["betas"]))
    np.testing.assert_allclose(*seen, rtol=1e-12)


def test_schedulers_work_together(torch):
    seen = []
    for kind, library, make in (
        (optim.SGD, optim, lambda: Tensor([1.0], requires_grad=True)),
        (torch.optim.SGD, torch.optim.lr_scheduler, lambda: torch.ones(1, requires_grad=True)),
    ):
        optimizer = sgd(None, kind, make)
        both = [library.LinearLR(optimizer, 0.1), library.CosineAnnealingLR(optimizer, 9), library.StepLR(optimizer, 4)]
        seen.append([])
        for _ in range(20):
            optimizer.step()
            for scheduler in both:
                scheduler.step()
            seen[-1].append([group["lr"] for group in optimizer.param_groups])
    np.testing.assert_allclose(*seen, rtol=1e-12, atol=1e-16)


def test_a_warm_up_is_a_line_and_then_another_scheduler():
    optimizer = sgd()
    warm_up = optim.LinearLR(optimizer, 0.01, total_iters=5)
    scheduler = optim.SequentialLR(optimizer, [warm_up, optim.CosineAnnealingLR(optimizer, 20)], [5])
    seen = [lr for ((lr, _), _) in run(optimizer, scheduler, 25)]
    line = [0.1 * (0.01 + 0.99 * epoch / 5) for epoch in range(5)]
    np.testing.assert_allclose(seen, line + [0.1 * (1 + cos(pi * epoch / 20)) / 2 for epoch in range(21)], atol=1e-15)


@pytest.mark.parametrize("inner_first", [True, False])
def test_a_sequence_in_a_sequence_is_one_sequence(inner_first):
    def parts(optimizer):
        return [optim.LinearLR(optimizer), optim.StepLR(optimizer, 2), optim.ExponentialLR(optimizer, 0.9)]

    nested, flat = sgd(), sgd()
    first, second, third = parts(nested)
    if inner_first:
        inner = optim.SequentialLR(nested, [first, second], [4])
        scheduler = optim.SequentialLR(nested, [inner, third], [9])
    else:
        inner = optim.SequentialLR(nested, [second, third], [5])
        scheduler = optim.SequentialLR(nested, [first, inner], [4])
    seen = run(nested, scheduler, 20)
    assert seen == run(flat, optim.SequentialLR(flat, parts(flat), [4, 9]), 20)


@pytest.mark.parametrize(("name", "options"), EVERY)
def test_state_goes_on_where_it_stopped_and_can_be_written_as_json(name, options):
    whole = sgd(options)
    expected = run(whole, made(optim, name, options, whole), 30)
    first = sgd(options)
    scheduler = made(optim, name, options, first)
    run(first, scheduler, 13)
    second = sgd(options)
    resumed = made(optim, name, options, second)
    resumed.load_state_dict(json.loads(json.dumps(scheduler.state_dict())))
    second.load_state_dict(first.state_dict())
    assert resumed.get_last_lr() == [group["lr"] for group in second.param_groups]
    for measure, row in zip(MEASURES[13:], expected[14:], strict=True):
        second.step()
        resumed.step(*([measure] if name == "ReduceLROnPlateau" else []))
        assert [[group["lr"], group["momentum"]] for group in second.param_groups] == row


def test_the_plateau_takes_a_loss_as_it_is():
    optimizer = sgd()
    loss = Tensor([1.0], requires_grad=True).sum()
    optim.ReduceLROnPlateau(optimizer, patience=0).step(loss)


class TestWarmRestartsByEpoch:
    EPOCHS = (0.5, 1, 1.75, 2, 3, 5.5, 6, 13.25, 14, 0, 40.125)

    @pytest.mark.parametrize("options", [(2, 1, 0.01), (2, 2), (3, 3, 0.05)])
    def test_fractions_and_jumps_are_pytorchs(self, torch, options):
        seen = []
        for kind, library, p in (
            (optim.SGD, optim, Tensor([1.0], requires_grad=True)),
            (torch.optim.SGD, torch.optim.lr_scheduler, torch.ones(1, requires_grad=True)),
        ):
            optimizer = kind([p], lr=0.1)
            scheduler = library.CosineAnnealingWarmRestarts(optimizer, *options)
            rates = []
            for epoch in (*self.EPOCHS, None, None, 7.5, None, None, None):
                scheduler.step(epoch)
                rates.append(optimizer.param_groups[0]["lr"])
            seen.append((rates, scheduler.last_epoch, scheduler.T_cur, scheduler.T_i))
        ours, theirs = seen
        np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-12, atol=1e-16)
        assert ours[1:] == theirs[1:]

    @pytest.mark.parametrize("cycles", [3, 5, 7])
    def test_a_cycle_begins_in_its_epoch_however_many_went_before(self, cycles):
        optimizer = sgd()
        scheduler = optim.CosineAnnealingWarmRestarts(optimizer, 1, 3)
        scheduler.step(sum(3**k for k in range(cycles)))
        assert (scheduler.T_cur, scheduler.T_i) == (0, 3**cycles)

    def test_state_goes_on_from_a_fraction(self):
        first, second = sgd(), sgd()
        schedulers = [optim.CosineAnnealingWarmRestarts(optimizer, 2, 2) for optimizer in (first, second)]
        schedulers[0].step(3.25)
        schedulers[1].load_state_dict(json.loads(json.dumps(schedulers[0].state_dict())))
        for scheduler in schedulers:
            scheduler.step()
        assert schedulers[0].get_last_lr() == schedulers[1].get_last_lr()

    @pytest.mark.parametrize("epoch", [-0.5, NAN, INFINITY, "one"])
    def test_an_epoch_that_is_none_changes_nothing(self, epoch):
        scheduler = optim.CosineAnnealingWarmRestarts(sgd(), 2)
        before = scheduler.state_dict()
        with pytest.raises((TypeError, ValueError), match="epoch must be "):
            scheduler.step(epoch)
        assert scheduler.state_dict() == before


@pytest.mark.parametrize("value", [NAN, INFINITY, "a", None, [0.1, 0.2, 0.3]])
@pytest.mark.parametrize("name", CASES)
def test_every_option_that_is_a_number_is_looked_at(name, value):
    options = next(options for options in CASES[name] if "last_epoch" not in options)
    needed = {option for option, p in arguments(getattr(optim, name)).items() if p.default is p.empty}
    numbers = {o for o, p in arguments(getattr(optim, name)).items() if type(p.default) in (int, float)} | needed
    for option in sorted(numbers - {"schedulers", "milestones", "lr_lambda"}):
        optimizer = sgd()
        before = [dict(group) for group in optimizer.param_groups]
        with pytest.raises((TypeError, ValueError), match=option):
            made(optim, name, {**options, option: value}, optimizer)
        assert name == "SequentialLR" or optimizer.param_groups == before


def test_a_function_that_gives_nan_leaves_rates_and_epoch_as_they_were():
    optimizer = sgd()
    scheduler = optim.LambdaLR(optimizer, lambda epoch: NAN if epoch == 2 else 0.5)
    scheduler.step()
    before = scheduler.state_dict(), [dict(group) for group in optimizer.param_groups]
    with pytest.raises(ValueError, match="the lr that LambdaLR gives in epoch 2 must be a finite number, not nan"):
        scheduler.step()
    assert (scheduler.state_dict(), optimizer.param_groups) == before


def test_a_measure_that_is_no_number_changes_nothing():
    scheduler = optim.ReduceLROnPlateau(sgd(), patience=1)
    before = scheduler.state_dict()
    for measure in ("low", None, Tensor([1.0, 2.0])):
        with pytest.raises(TypeError, match="metrics must be a number, or a Tensor with one element"):
            scheduler.step(measure)
    assert scheduler.state_dict() == before


class TestState:
    @pytest.mark.parametrize(
        ("name", "value"), [("last_epoch", 1.5), ("last_epoch", NAN), ("T_cur", NAN), ("_last_lr", [NAN, 0.1])]
    )
    def test_numbers_that_are_none(self, name, value):
        scheduler = optim.CosineAnnealingWarmRestarts(sgd(), 5)
        with pytest.raises(ValueError, match=f"'{name}' is "):
            scheduler.load_state_dict({**scheduler.state_dict(), name: value})

    def test_all_that_does_not_fit_is_told_and_nothing_changes(self):
        scheduler = optim.CosineAnnealingWarmRestarts(sgd(), 5)
        before = scheduler.state_dict()
        state = {"last_epoch": "three", "base_lrs": [1.0], "_last_lr": 3, "T_cur": 1, "best": 2}
        with pytest.raises(ValueError, match="does not fit this CosineAnnealingWarmRestarts") as caught:
            scheduler.load_state_dict(state)
        for words in (
            "it lacks 'T_i'",
            "unknown 'best'",
            "'base_lrs' has 1 values, not 2",
            "'_last_lr' is no list of numbers",
            "'last_epoch' is 'three', not a number",
        ):
            assert words in str(caught.value)
        assert scheduler.state_dict() == before

    def test_a_sequence_tells_which_of_its_schedulers(self):
        optimizer = sgd()
        parts = [optim.StepLR(optimizer, 2), optim.StepLR(optimizer, 3)]
        scheduler = optim.SequentialLR(optimizer, parts, [5])
        state = scheduler.state_dict()
        del state["_schedulers"][1]["base_lrs"]
        with pytest.raises(ValueError, match="scheduler 1: it lacks 'base_lrs'"):
            scheduler.load_state_dict(state)
        with pytest.raises(ValueError, match="it has 0 schedulers, not 2"):
            scheduler.load_state_dict({**state, "_schedulers": []})

    def test_what_is_no_dictionary_is_refused(self):
        with pytest.raises(ValueError, match="it is a list, not a dictionary"):
            optim.StepLR(sgd(), 2).load_state_dict([])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda o: optim.StepLR([1], 2), TypeError, r"a scheduler takes an optimiser first, not \[1\]"),
        (lambda o: optim.StepLR(o, 0), ValueError, "step_size must be 1 or more, not 0"),
        (lambda o: optim.StepLR(o, 2.5), TypeError, "step_size must be an integer, not 2.5"),
        (lambda o: optim.StepLR(o, 2, gamma="a"), TypeError, "gamma must be a number, not 'a'"),
        (lambda o: optim.StepLR(o, 2, last_epoch=3), ValueError, 'after epoch 3, group 0 needs an "initial_lr"'),
        (lambda o: optim.MultiStepLR(o, [1.5]), TypeError, "milestones must be an integer, not 1.5"),
        (lambda o: optim.MultiStepLR(o, 3), TypeError, "milestones must be a list of integers, not 3"),
        (lambda o: optim.StepLR(o, 2, gamma=-1), ValueError, "gamma must be 0 or more, not -1"),
        (lambda o: optim.OneCycleLR(o, 0.1, 10, three_phase="a"), TypeError, "three_phase must be True or False"),
        (
            lambda o: optim.SequentialLR(o, [optim.StepLR(o, 1) for _ in range(3)], [5, 3]),
            ValueError,
            r"milestones must be in order, from the first to the last, not \[5, 3\]",
        ),
        (lambda o: optim.LinearLR(o, 0), ValueError, "start_factor must be above 0 and at most 1, not 0"),
        (lambda o: optim.LinearLR(o, end_factor=2), ValueError, r"end_factor must be in \[0, 1\], not 2"),
        (lambda o: optim.CosineAnnealingLR(o, 0), ValueError, "T_max must be 1 or more"),
        (lambda o: optim.CosineAnnealingWarmRestarts(o, 5, 0), ValueError, "T_mult must be 1 or more"),
        (lambda o: optim.LambdaLR(o, 0.5), TypeError, "lr_lambda must be a function of the epoch, not 0.5"),
        (lambda o: optim.LambdaLR(o, [abs]), ValueError, "lr_lambda has 1 values, and the optimiser has 2 groups"),
        (lambda o: optim.OneCycleLR(o, 0.1), ValueError, "needs total_steps, or both epochs and steps_per_epoch"),
        (lambda o: optim.OneCycleLR(o, 0.1, 10, pct_start=2), ValueError, r"pct_start must be in \[0, 1\], not 2"),
        (lambda o: optim.OneCycleLR(o, "a", 10), TypeError, "max_lr must be a number, not 'a'"),
        (lambda o: optim.OneCycleLR(o, 0.1, 10, anneal_strategy="x"), ValueError, "must be 'cos' or 'linear', not 'x'"),
        (lambda o: optim.OneCycleLR(o, 0.1, 10, div_factor=0), ValueError, "div_factor must be above 0"),
        (lambda o: optim.ReduceLROnPlateau(o, "up"), ValueError, "mode must be 'min' or 'max', not 'up'"),
        (lambda o: optim.ReduceLROnPlateau(o, factor=1), ValueError, "factor must be below 1, not 1"),
        (lambda o: optim.ReduceLROnPlateau(o, min_lr=[1]), ValueError, "min_lr has 1 values"),
        (lambda o: optim.SequentialLR(o, [optim.StepLR(o, 1)], [3]), ValueError, "1 schedulers need 0 milestones"),
        (lambda o: optim.SequentialLR(o, [optim.StepLR(sgd(), 1)], []), ValueError, "StepLR belongs to another"),
        (lambda o: optim.SequentialLR(o, [optim.ReduceLROnPlateau(o)], []), TypeError, "whose step takes nothing"),
        (lambda o: optim.LRScheduler(o), TypeError, r"LRScheduler defines no lrs\(\)"),
        (lambda o: Factor(o), TypeError, r"Factor defines no factor\(\)"),
    ],
)
def test_errors_name_the_argument(call, error, words):
    optimizer = sgd()
    with pytest.raises(error, match=words):
        call(optimizer)


def test_a_cycle_needs_a_momentum():
    with pytest.raises(ValueError, match="Adagrad has no momentum to cycle: give cycle_momentum=False"):
        optim.OneCycleLR(optim.Adagrad([Tensor([1.0], requires_grad=True)]), 0.1, 10)


def test_a_cycle_ends():
    optimizer = sgd()
    scheduler = optim.OneCycleLR(optimizer, 0.1, 2)
    for _ in range(2):
        scheduler.step()
    with pytest.raises(ValueError, match="all 2 steps of the cycle have been taken"):
        scheduler.step()
    assert scheduler.last_epoch == 2


def test_a_group_added_later_is_noticed():
    optimizer = sgd()
    scheduler = optim.StepLR(optimizer, 1)
    optimizer.add_param_group({"params": [Tensor([1.0], requires_grad=True)]})
    with pytest.raises(ValueError, match="the optimiser has 3 groups, and this StepLR was made for 2"):
        scheduler.step()


def test_a_representation_tells_options_epoch_and_rates():
    optimizer = optim.SGD([Tensor(1.0, requires_grad=True)], lr=0.5)
    scheduler = optim.StepLR(optimizer, 1, 0.5)
    optimizer.step()
    scheduler.step()
    assert repr(scheduler) == "StepLR(step_size=1, gamma=0.5, last_epoch=1, lr=[0.25])"
