"""no_grad and debug: in blocks and above functions of every kind, twice, and whatever is raised."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from autograd import Tensor, checkpoint, debug, eval_shape, no_grad


@pytest.fixture
def x():
    return Tensor([1.0, 2.0], requires_grad=True)


def test_above_a_function(x):
    @no_grad()
    def double(x):
        """Twice x."""
        return x * 2

    assert not double(x).requires_grad
    assert (x * 2).requires_grad
    assert (double.__name__, double.__doc__) == ("double", "Twice x.")


def test_one_change_can_be_used_again_and_inside_of_itself(x):
    off = no_grad()
    for _ in range(2):
        with off:
            with off:
                assert not (x * 2).requires_grad
            assert not (x * 2).requires_grad
        assert (x * 2).requires_grad


def test_one_change_used_by_two_threads(x):
    off, inside, leave = no_grad(), threading.Event(), threading.Event()

    def stay():
        with off:
            inside.set()
            leave.wait(10)
        return (x * 2).requires_grad

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(stay)
        inside.wait(10)
        with off:
            leave.set()
            assert other.result() is True
            assert not (x * 2).requires_grad
    assert (x * 2).requires_grad


def test_a_decorated_function_may_call_itself(x):
    @no_grad()
    def power(x, n):
        return x if n == 1 else power(x, n - 1) * x

    assert not power(x, 3).requires_grad
    assert (x * 2).requires_grad


def test_a_generator_records_nothing_in_its_steps_and_others_record_between_them(x):
    @no_grad()
    def steps(x):
        given = yield (x * 2).requires_grad
        try:
            yield given, (x * 3).requires_grad
        except KeyError:
            yield (x * 4).requires_grad
        return (x * 5).requires_grad

    running = steps(x)
    assert next(running) is False
    assert (x * 2).requires_grad
    assert running.send("given") == ("given", False)
    assert (x * 2).requires_grad
    assert running.throw(KeyError()) is False
    with pytest.raises(StopIteration) as end:
        next(running)
    assert end.value.value is False
    assert (x * 2).requires_grad


def test_a_generator_that_is_closed_ends_in_its_mode(x):
    seen = []

    @no_grad()
    def steps(x):
        try:
            yield
        finally:
            seen.append((x * 2).requires_grad)

    running = steps(x)
    next(running)
    running.close()
    assert seen == [False]
    assert (x * 2).requires_grad


def test_a_coroutine_records_nothing_and_others_record_while_it_waits(x):
    entered = []

    @no_grad()
    async def quiet():
        first = (x * 2).requires_grad
        entered.append(True)
        await asyncio.sleep(0)
        return first, (x * 2).requires_grad

    async def other():
        while not entered:
            await asyncio.sleep(0)
        return (x * 2).requires_grad

    async def both():
        return await asyncio.gather(quiet(), other())

    assert asyncio.run(both()) == [(False, False), True]
    assert (x * 2).requires_grad


def test_an_asynchronous_generator(x):
    @no_grad()
    async def items():
        for _ in range(2):
            yield (x * 2).requires_grad
            await asyncio.sleep(0)

    async def gathered():
        return [(item, (x * 2).requires_grad) async for item in items()]

    assert asyncio.run(gathered()) == [(False, True), (False, True)]


@pytest.mark.parametrize("change", [no_grad, debug])
def test_missing_parentheses_are_told(change):
    with pytest.raises(TypeError, match=rf"write @{change.__name__}\(\), with parentheses"):

        @change
        def function():
            pass


def test_what_is_no_function_is_not_decorated():
    with pytest.raises(TypeError, match="above a function, not 3"):
        no_grad()(3)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_the_mode_is_as_before_whatever_is_raised(x, error):
    def fail(*_):
        raise error

    for call in (no_grad()(fail), debug()(fail), checkpoint(fail), lambda x: eval_shape(fail, x)):
        with pytest.raises(error):
            call(x)
        y = np.log(x - 1)
        assert y.requires_grad
        assert np.isinf(y.data[0])  # in debug mode that would raise
        x.data = x.data  # where shapes are evaluated nothing is written
