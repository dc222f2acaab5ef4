"""Errors travel between processes, and say what helps."""

import gc
import pickle
import weakref
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context

import numpy as np
import pytest

import nn
from autograd import Tensor, checkpoint, debug, draw, eval_shape, gradcheck, gradients
from nn import functional as F


def leaf(*values):
    return Tensor(np.array(values), requires_grad=True)


def raised(call):
    with pytest.raises(Exception) as caught:  # noqa: PT011 (any error at all)
        call()
    return caught.value


def in_debug_mode(call):
    with debug():
        call()


def backward_twice():
    y = leaf(1.0) * 2
    y.backward()
    y.backward()


def a_rule_that_fails():
    y = np.sin(leaf(1.0, 2.0))
    y.register_hook(lambda g: Tensor([1.0]))
    y.sum().backward()


ERRORS = {
    "shapes of a sum": lambda: leaf(1.0, 2.0, 3.0) + np.ones(2),
    "shapes of a product": lambda: Tensor(np.ones((2, 3)), requires_grad=True) @ np.ones((2, 3)),
    "an axis": lambda: np.sum(leaf(1.0), axis=3),
    "an index": lambda: leaf(1.0)[5],
    "a singular matrix": lambda: np.linalg.inv(Tensor(np.zeros((2, 2)), requires_grad=True)),
    "a layer": lambda: nn.Sequential(nn.Linear(3, 2))(np.ones((1, 2), np.float32)),
    "a layer in two": lambda: nn.Sequential(nn.Sequential(nn.Linear(3, 2)))(leaf([1.0, 2.0])),
    "a loss": lambda: nn.MSELoss()(leaf(1.0, 2.0, 3.0), np.ones(2)),
    "a function": lambda: F.conv2d(leaf(1.0), leaf(2.0)),
    "a constructor": lambda: nn.Conv2d(3, "4", 3),
    "not finite": lambda: in_debug_mode(lambda: np.log(leaf(-1.0))),
    "not finite, backward": lambda: in_debug_mode(lambda: np.sqrt(leaf(0.0)).sum().backward()),
    "a graph that was freed": backward_twice,
    "a hook": a_rule_that_fails,
    "no values": lambda: eval_shape(lambda x: float(x.sum()), np.ones(3)),
    "a checkpoint": lambda: checkpoint(nn.Dropout(0.5, rng=0))(leaf(*np.ones(50))).sum().backward(),
    "gradcheck": lambda: gradcheck(lambda x: x * x.detach(), [leaf(2.0)]),
    "gradients": lambda: gradients(leaf(1.0) * 2, [leaf(1.0)]),
    "a drawing": lambda: draw(3),
    "onnx": lambda: nn.onnx.export(nn.Embedding(3, 2), "no.onnx", (2,)),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", ERRORS)
def test_an_error_keeps_its_type_and_text_when_pickled(name):
    error = raised(ERRORS[name])
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))
    if hasattr(error, "failed"):
        assert again.failed.operation == error.failed.operation


def test_an_error_in_another_process_arrives_with_its_text():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        error = pool.submit(nn.Linear(3, 2), np.ones((1, 2), np.float32)).exception(timeout=60)
    assert isinstance(error, ValueError)
    assert "Linear" in str(error)
    assert "(1, 2)" in str(error)


@pytest.mark.parametrize(
    "fails",
    [
        lambda made: made @ np.ones(7),
        lambda made: made.reshape(5),
        lambda made: np.concatenate([made, np.ones((7, 7))]),
        lambda made: nn.Sequential(nn.Linear(4, 3))(made),
    ],
)
def test_a_failed_call_keeps_nothing_alive(fails):
    gc.collect()
    gc.disable()
    try:
        made = Tensor(np.ones(9), requires_grad=True)
        gone = weakref.ref(made)
        with suppress(ValueError, TypeError):
            fails(made)
        del made
        assert gone() is None
    finally:
        gc.enable()
