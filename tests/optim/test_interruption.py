"""A step that is interrupted at any of its lines is done as a whole or not at all, and the next goes on from there."""

import pickle
import sys
from pathlib import Path

import numpy as np
import pytest

import optim
from autograd import Tensor
from optim import block
from tests.optimizer_cases import CASES

RULES = sorted(set(CASES) - {"LBFGS"})


TRACED = (*map(str, Path(optim.__file__).parent.glob("*.py")), "autograd/flat.py", "autograd/sharing.py")
"""The files whose lines are interrupted."""


class Interrupts:
    """A context in which KeyboardInterrupt is raised after so many of these lines, and once more after others."""

    def __init__(self, *lines):
        self.left = list(lines)

    def __enter__(self):
        self.before = sys.gettrace()
        sys.settrace(self.trace)

    def __exit__(self, *error):
        sys.settrace(self.before)

    def trace(self, frame, event, arg):
        if not frame.f_code.co_filename.endswith(TRACED):
            return None
        if event == "line" and self.left:
            self.left[0] -= 1
            if self.left[0] < 0:
                del self.left[0]
                raise KeyboardInterrupt
        return self.trace


class Run:
    """An optimiser of two parameters in several pieces, and gradients for three steps."""

    def __init__(self, name, options, dtype=np.float32):
        rng = np.random.default_rng(0)
        self.params = [
            Tensor(rng.standard_normal(shape).astype(dtype), requires_grad=True) for shape in [(3, 3), (2, 1)]
        ]
        self.gradients = [[rng.standard_normal(p.shape).astype(dtype) for p in self.params] for _ in range(3)]
        self.optimizer = getattr(optim, name)(self.params, **options)

    def step(self, k):
        for p, g in zip(self.params, self.gradients[k], strict=True):
            p.grad = Tensor(g)
        self.optimizer.step()

    def outcome(self, *steps):
        for k in steps:
            self.step(k)
        state = self.optimizer.state_dict()
        return pickle.dumps((state, [p.numpy() for p in self.params]))


def interrupted(run, k, *lines):
    """Whether step k was interrupted after so many lines: if there are as many."""
    try:
        with Interrupts(*lines):
            run.step(k)
    except KeyboardInterrupt:
        return True
    return False


@pytest.fixture(autouse=True)
def _several_pieces(monkeypatch):
    monkeypatch.setattr(block, "PIECE", 7)


def check_every_line(make, *more_lines):
    """A second step interrupted at each line, and a third: as three whole steps, or as the first and the third."""
    whole = [make().outcome(0, 1, 2), make().outcome(0, 2)]
    outcomes, lines = [], 0
    while True:
        run = make()
        run.step(0)
        view = run.params[0][:1]
        values = view.numpy()
        if not interrupted(run, 1, lines, *more_lines):
            break
        assert (view.data == values).all()
        outcomes.append(whole.index(run.outcome(2)))
        lines += 1
    assert outcomes == sorted(outcomes, reverse=True)  # at first not begun, and once begun done
    assert set(outcomes) == {0, 1}


@pytest.mark.parametrize(("name", "options"), [(name, CASES[name][-1]) for name in RULES])
def test_interrupted_at_any_line(name, options):
    check_every_line(lambda: Run(name, options))


@pytest.mark.parametrize(
    ("name", "options"),
    [("SGD", CASES["SGD"][3]), ("Adam", CASES["Adam"][2]), ("RMSprop", CASES["RMSprop"][2])],
    ids=["SGD", "Adam", "RMSprop"],
)
def test_interrupted_at_any_line_with_more_options(name, options):
    check_every_line(lambda: Run(name, options))


def test_interrupted_at_any_line_in_half_precision():
    check_every_line(lambda: Run("Adam", CASES["Adam"][1], np.float16))


@pytest.mark.parametrize("more", [0, 5, 40])
def test_interrupted_again_while_the_step_is_finished(more):
    check_every_line(lambda: Run("Adam", {"lr": 0.1}), more)


def test_an_error_that_comes_once_goes_on_after_the_whole_step():
    run, calls = Run("Adam", {"lr": 0.1}), []
    update = run.optimizer.update

    def failing(piece, options):
        calls.append(piece)
        if len(calls) == 2:
            raise ZeroDivisionError
        update(piece, options)

    run.step(0)
    run.optimizer.update = failing
    with pytest.raises(ZeroDivisionError):
        run.step(1)
    run.optimizer.update = update
    assert run.outcome(2) == Run("Adam", {"lr": 0.1}).outcome(0, 1, 2)


def test_an_error_that_comes_again_ends_the_step_and_not_the_next():
    params = [Tensor(np.ones(9), requires_grad=True), Tensor(np.ones(2), requires_grad=True)]
    optimizer = optim.SGD([{"params": [p], "lr": lr} for p, lr in zip(params, (1.0, 4.0), strict=True)])
    update = optimizer.update

    def failing(piece, options):
        update(piece, options) if options["lr"] == 1.0 else {}.pop("lr")

    for p in params:
        p.grad = Tensor(np.full(p.shape, 2.0))
    optimizer.update = failing
    with pytest.raises(KeyError):
        optimizer.step()
    assert [p.data[0] for p in params] == [-1, 1]
    optimizer.update = update
    optimizer.step()
    assert [p.data[0] for p in params] == [-3, -7]


def test_errors_of_floating_point_do_not_end_a_step():
    """Numbers too small and too large, which NumPy can be told to raise an error for: the same as without it."""
    quiet, strict = (Run("Adam", {"lr": 0.1}) for _ in range(2))
    for run in (quiet, strict):
        run.step(0)
        run.gradients[1][0][:] = np.finfo(np.float32).max
        run.gradients[1][1][:] = np.finfo(np.float32).tiny
    with np.errstate(all="raise"):
        strict.step(1)
    quiet.step(1)
    assert strict.outcome() == quiet.outcome()


class TestLBFGS:
    def made(self, max_iter):
        w = Tensor(np.array([-1.2, 1.0]), requires_grad=True)
        optimizer = optim.LBFGS([w], 0.5, max_iter, 100, line_search_fn="strong_wolfe")

        def closure():
            optimizer.zero_grad()
            loss = 100 * (w[1] - w[0] ** 2) ** 2 + (1 - w[0]) ** 2
            loss.backward()
            return loss

        return w, optimizer, closure

    def values_after(self, *iterations):
        """The values after steps of so many iterations each."""
        w, optimizer, closure = self.made(1)
        for max_iter in iterations:
            optimizer.param_groups[0]["max_iter"] = max_iter
            optimizer.step(closure)
        return w.data.tolist()

    @pytest.mark.parametrize("max_iter", [1, 3])
    def test_an_iteration_is_done_or_taken_back(self, max_iter):
        whole = [[-1.2, 1.0], *(self.values_after(k) for k in range(1, max_iter + 1))]
        following = [self.values_after(*([k] if k else []), 2) for k in range(max_iter + 1)]
        lines, found = 0, set()
        while True:
            w, optimizer, closure = self.made(max_iter)
            try:
                with Interrupts(lines):
                    optimizer.step(closure)
                break
            except KeyboardInterrupt:
                optimizer.state_dict()
            done = whole.index(w.data.tolist())
            optimizer.param_groups[0]["max_iter"] = 2
            optimizer.step(closure)
            assert w.data.tolist() == following[done]
            found.add(done)
            lines += 1
        assert found == set(range(max_iter + 1))

    def test_an_error_of_the_closure_puts_the_values_back_at_once(self):
        w, optimizer, closure = self.made(3)
        calls = []

        def failing():
            calls.append(w.data.tolist())
            if len(calls) == 2:
                raise KeyError
            return closure()

        with pytest.raises(KeyError):
            optimizer.step(failing)
        assert w.data.tolist() == [-1.2, 1.0] != calls[-1]
