"""gradients: derivatives of any order, without touching any grad."""

import numpy as np
import pytest

from autograd import GraphError, Tensor, gradients


def leaf(*values):
    return Tensor(np.array(values), requires_grad=True)


def test_touches_no_grad_and_keeps_the_graph():
    x = leaf(2.0)
    y = x * x
    assert [g.item() for _ in range(2) for g in gradients(y, [x])] == [4, 4]
    assert x.grad is None
    y.backward()
    assert x.grad.item() == 4


def test_of_gradients_to_any_order():
    x = leaf(2.0)
    y = x**5
    for expected in (5 * 2**4, 20 * 2**3, 60 * 2**2, 120 * 2, 120, 0):
        if not y.requires_grad:
            break
        found = gradients(y, [x], create_graph=True, allow_unused=True)[0]
        y = found if found is not None else Tensor(0.0)
        assert y.item() == pytest.approx(expected)


def test_sine_like_functions_come_back_after_four_derivatives():
    # tanh'''' by hand: with t = tanh x, t' = 1 - t^2, the fourth derivative is 16 t - 40 t^3 + 24 t^5.
    x = leaf(0.7)
    y = np.tanh(x)
    for _ in range(4):
        (y,) = gradients(y, [x], create_graph=True)
    t = np.tanh(0.7)
    assert y.item() == pytest.approx(16 * t - 40 * t**3 + 24 * t**5)


def test_at_intermediate_tensors():
    x = leaf(3.0)
    middle = x * 2
    y = middle * middle
    at_middle, at_x = gradients(y, [middle, x])
    assert (at_middle.item(), at_x.item()) == (12, 24)


def test_at_itself_is_the_seed():
    x = leaf(3.0)
    y = x * 2
    assert gradients(y, [y, x], seed=[5.0])[0].item() == 5


def test_a_seed_weighs_the_outputs():
    x = leaf(1.0, 2.0)
    (g,) = gradients(x * x, [x], seed=[1.0, 10.0])
    assert g.data.tolist() == [2, 40]


def test_a_seed_on_the_graph_is_differentiated_too():
    x, seed = leaf(3.0), leaf(2.0)
    (g,) = gradients(x * x, [x], seed=seed, create_graph=True)
    (by_seed,) = gradients(g, [seed])
    assert by_seed.item() == 6


def test_backward_with_create_graph_can_be_differentiated():
    x = leaf(2.0)
    (x**3).backward(create_graph=True)
    first = x.grad
    x.zero_grad()
    first.backward()
    assert x.grad.item() == pytest.approx(12)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda x: gradients(x * 2, x), TypeError, r"gradients\(y, \[x\]\)"),
        (lambda x: gradients(x * 2, [leaf(1.0)]), ValueError, r"does not depend on xs\[0\].*allow_unused=True"),
        (lambda x: gradients(x * 2, [Tensor(1.0)]), TypeError, r"xs\[0\] .*requires no gradient"),
        (lambda x: gradients(Tensor(1.0), [x]), TypeError, "requires no gradient"),
        (lambda x: gradients(np.stack([x, x]), [x]), ValueError, "needs the gradient at it"),
    ],
)
def test_errors_name_what_was_wrong(call, error, words):
    with pytest.raises(error, match=words):
        call(leaf(1.0))


def test_unused_is_none_when_allowed():
    x, other = leaf(1.0), leaf(1.0)
    used, unused = gradients(x * 2, [x, other], allow_unused=True)
    assert used.item() == 2
    assert unused is None


def test_a_constant_derivative_has_no_further_one():
    x = leaf(1.0)
    (d,) = gradients(x * 3, [x], create_graph=True)
    assert gradients(d, [x], allow_unused=True) == [None]


def test_a_seed_of_another_dtype_stays_on_the_graph():
    x, seed = Tensor([3.0], requires_grad=True), leaf(2.0)
    (g,) = gradients(x * x, [x], seed=seed, create_graph=True)
    assert gradients(g, [seed])[0].item() == 6


def test_a_graph_freed_by_backward_is_noticed():
    x = leaf(1.0)
    y = np.exp(x)
    y.backward()
    with pytest.raises(GraphError, match="has freed"):
        gradients(y, [x])
