"""The moving average of weights: PyTorch's numbers, the swap, the state."""

import numpy as np
import pytest

import optim
from autograd import GraphError, Tensor
from tests.optimizer_cases import Problem


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("decay", [0.9, 0.0, 1.0])
def test_averages_are_pytorchs(torch, dtype, decay):
    problem = Problem("Adam", dtype)
    optimizer, ema = optim.Adam(problem.params, lr=0.1), optim.ExponentialMovingAverage(problem.params, decay)
    expected = [torch.tensor(value) for value in problem.values()]
    average = torch.optim.swa_utils.get_ema_multi_avg_fn(decay)

    def after():
        ema.update()
        average(expected, [torch.tensor(value) for value in problem.values()], 1)

    problem.train(optimizer, 20, after)
    tolerance = 1e-5 if dtype == np.float32 else 1e-10
    for ours, theirs in zip(ema.averages, expected, strict=True):
        assert ours.dtype == dtype
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=tolerance, atol=tolerance)


def test_averages_of_half_precision_are_not_lost_in_rounding():
    """1000 steps of 1e-3 from 1 towards 2, by the formula 2 - 0.999^1000; in float16, 1 + 1e-3 is 1 + 2^-10."""
    w = leaf(1, dtype=np.float16)
    ema = optim.ExponentialMovingAverage([w], 0.999)
    w.data = [2.0]
    for _ in range(1000):
        ema.update()
    right = 2 - 0.999**1000
    assert ema.averages[0].dtype == np.float32
    assert ema.averages[0].item() == pytest.approx(right, rel=1e-5)
    with ema.averaged():
        assert (w.dtype, w.item()) == (np.float16, np.float16(right))


def leaf(*values, dtype=np.float32):
    return Tensor(np.array(values, dtype), requires_grad=True)


def test_inside_the_parameters_are_the_averages_and_after_themselves_again():
    w, b = leaf(1, 2), leaf(3, dtype=np.float64)
    ema = optim.ExponentialMovingAverage([w, b], 0.5)
    w.data, b.data = [3.0, 4.0], [5.0]
    ema.update()
    arrays = w.data, b.data
    with ema.averaged():
        assert (w.data.tolist(), b.data.tolist()) == ([2, 3], [4])
    assert (w.data.tolist(), b.data.tolist()) == ([3, 4], [5])
    assert (w.data is arrays[0], b.data is arrays[1]) == (True, True)


def test_an_error_inside_puts_the_weights_back():
    w = leaf(1)
    ema = optim.ExponentialMovingAverage([w], 0.5)
    w.data = [3.0]
    with pytest.raises(KeyError), ema.averaged():
        raise KeyError
    assert w.data.tolist() == [3]
    ema.update()


def test_a_graph_over_the_swap_is_refused():
    w = leaf(1)
    ema = optim.ExponentialMovingAverage([w], 0.5)
    y = w * w
    with ema.averaged():
        pass
    with pytest.raises(GraphError, match="was changed"):
        y.backward()


def test_the_optimiser_goes_on_after_the_swap():
    def run(swaps):
        problem = Problem("Adam")
        optimizer, ema = optim.Adam(problem.params, lr=0.1), optim.ExponentialMovingAverage(problem.params, 0.5)

        def after():
            ema.update()
            if swaps:
                with ema.averaged():
                    problem.loss()

        problem.train(optimizer, 5, after)
        return problem.values()

    for a, b in zip(run(True), run(False), strict=True):
        np.testing.assert_array_equal(a, b)


def test_state_goes_on_bit_for_bit():
    first, second = (Problem("SGD") for _ in range(2))
    averages = [optim.ExponentialMovingAverage(problem.params, 0.9) for problem in (first, second)]
    first.train(optim.SGD(first.params, lr=0.1), 5, averages[0].update)
    for p, value in zip(second.params, first.values(), strict=True):
        p.data = value
    averages[1].load_state_dict(averages[0].state_dict())
    for ema in averages:
        ema.update()
    for a, b in zip(averages[0].averages, averages[1].averages, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_state_that_does_not_fit_is_refused_whole():
    ema = optim.ExponentialMovingAverage([leaf(1, 2), leaf(3)], 0.5)
    state = {"decay": 2, "averages": [np.zeros(3), np.zeros(1, complex), np.zeros(1)]}
    with pytest.raises(ValueError, match="does not fit this ExponentialMovingAverage") as caught:
        ema.load_state_dict(state)
    for words in (
        "it has 3 averages, not 2",
        "'averages[0]' of shape (3,), not (2,)",
        "'averages[1]' of dtype complex128, not float32",
        "decay must be in [0, 1], not 2",
    ):
        assert words in str(caught.value)
    assert [average.tolist() for average in ema.averages] == [[1, 2], [3]]
    with pytest.raises(ValueError, match='no dictionary with "decay" and "averages"'):
        ema.load_state_dict({})


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: optim.ExponentialMovingAverage([leaf(1)], 1.5), ValueError, r"decay must be in \[0, 1\], not 1.5"),
        (lambda: optim.ExponentialMovingAverage([leaf(1)], "a"), TypeError, "decay must be a number, not 'a'"),
        (lambda: optim.ExponentialMovingAverage(leaf(1)), TypeError, r"a list of tensors, such as model\.parameters"),
        (lambda: optim.ExponentialMovingAverage([1.0]), TypeError, "floating point numbers; this is 1.0"),
    ],
)
def test_errors_name_the_argument(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_averages_can_not_be_averaged():
    ema = optim.ExponentialMovingAverage([leaf(1)])
    with ema.averaged(), pytest.raises(RuntimeError, match=r"update\(\) inside of averaged\(\)"):
        ema.update()


def test_a_representation_tells_the_decay():
    ema = optim.ExponentialMovingAverage([Tensor(1.0, requires_grad=True)], 0.9)
    assert repr(ema) == "ExponentialMovingAverage(parameters: 1, decay=0.9)"
