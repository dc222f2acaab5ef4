"""Hooks see and change gradients on their way; results can keep theirs."""

import numpy as np
import pytest

from autograd import Tensor, gradients


def leaf(*values):
    return Tensor(np.array(values), requires_grad=True)


def test_a_hook_sees_the_complete_gradient_and_may_replace_it():
    x, seen = leaf(1.0, 2.0), []
    y = x * 3
    y.register_hook(lambda g: seen.append(g.data.tolist()))
    remove = y.register_hook(lambda g: g * 10)
    (y * y + y).sum().backward(retain_graph=True)
    assert seen == [[7, 13]]
    assert x.grad.data.tolist() == [210, 390]
    remove()
    x.zero_grad()
    y.backward([1.0, 1.0])
    assert x.grad.data.tolist() == [3, 3]


def test_a_hook_on_a_leaf_sees_what_is_added_to_grad():
    x = leaf(1.0)
    x.register_hook(lambda g: g * 2)
    (x * 3 + x).backward()
    assert x.grad.item() == 8


def test_a_hook_works_on_the_graph_too():
    x = leaf(2.0)
    y = x * x
    y.register_hook(lambda g: g * 5)
    (g,) = gradients(y, [x], create_graph=True)
    assert (g.item(), gradients(g, [x])[0].item()) == (20, 10)


def test_a_result_keeps_its_gradient_when_asked():
    x = leaf(3.0)
    y = x * 2
    y.retain_grad()
    (y * y).backward(retain_graph=True)
    assert y.grad.item() == 12
    (y * y).backward()
    assert y.grad.item() == 24
    assert (x * 2).grad is None


@pytest.mark.parametrize("call", [lambda x: x.register_hook(print), lambda x: x.retain_grad()])
def test_a_constant_has_no_gradient_to_see(call):
    with pytest.raises(TypeError, match="only a tensor that requires a gradient"):
        call(Tensor([1.0]))


def test_a_hooks_gradient_has_the_right_shape():
    x = leaf(1.0, 2.0)
    x.register_hook(lambda g: g.sum())
    with pytest.raises(ValueError, match=r"\(\) does not fit"):
        (x * 2).sum().backward()


def overwrite(g):
    g.data[:] = 0


@pytest.mark.parametrize(
    "hooked",
    [
        lambda x, hook: (x.register_hook(hook), x)[1],
        lambda x, hook: ((y := x * 1).register_hook(hook), y)[1],
        lambda x, hook: ((y := x.reshape(3, 1).reshape(3)).register_hook(hook), y)[1],
        lambda x, hook: ((y := np.squeeze(x)).register_hook(hook), y)[1],
    ],
)
def test_a_hook_that_changes_its_gradient_in_place_changes_no_other(hooked):
    x, w = leaf(1.0, 2.0, 3.0), leaf(1.0, 2.0, 3.0)
    y = ((hooked(x, overwrite) + w) * np.array([2.0, 2.0, 2.0])).sum()
    found = gradients(y, [x, w])
    assert [g.data.tolist() for g in found] == [[0, 0, 0], [2, 2, 2]]
    y.backward()
    assert [x.grad.data.tolist(), w.grad.data.tolist()] == [[0, 0, 0], [2, 2, 2]]


def test_on_the_graph_a_hook_cannot_write_into_a_result_and_changes_no_other_constant():
    x, w = leaf(1.0, 2.0), leaf(1.0, 2.0)
    y = x * 1
    y.register_hook(overwrite)
    found = gradients(((y + w) * np.array([2.0, 2.0])).sum(), [x, w], create_graph=True)
    assert [g.data.tolist() for g in found] == [[0, 0], [2, 2]]
    with pytest.raises(ValueError, match="read-only"):
        gradients(((y + w) ** 2).sum(), [x, w], create_graph=True)


def test_on_the_graph_a_hook_that_assigns_elements_changes_its_gradient_only():
    x, w = leaf(1.0, 2.0), leaf(1.0, 2.0)
    y = x * 1
    y.register_hook(lambda g: g.__setitem__(0, 0.0))
    found = gradients((y + w).sum(), [x, w], create_graph=True)
    assert [g.data.tolist() for g in found] == [[0, 1], [1, 1]]


def test_a_hook_that_takes_itself_away_disturbs_no_other():
    x, calls = leaf(1.0), []

    def once(g):
        calls.append("once")
        remove()

    remove = x.register_hook(once)
    x.register_hook(lambda g: calls.append("second"))
    x.register_hook(lambda g: calls.append("third"))
    for _ in range(2):
        (x * 2).backward()
    assert calls == ["once", "second", "third", "second", "third"]
    remove()  # a second time does nothing


def test_a_function_registered_twice_runs_twice_and_is_taken_away_one_by_one():
    x = leaf(1.0)
    removes = [x.register_hook(lambda g: g * 2) for _ in range(2)]
    for expected in (4, 2, 1):
        x.zero_grad()
        (x * 1).backward()
        assert x.grad.item() == expected
        if removes:
            removes.pop()()


def test_a_kept_gradient_is_what_all_hooks_leave():
    x = leaf(1.0)
    y = x * 1
    y.register_hook(lambda g: g * 2)
    y.retain_grad()
    y.register_hook(lambda g: g * 5)
    (y * 1).backward()
    assert (x.grad.item(), y.grad.item()) == (10, 10)


def test_a_result_that_is_assigned_to_keeps_the_gradient_of_what_it_is_now():
    x = leaf(1.0, 2.0)
    y = x * 1
    y.retain_grad()
    y[0] = 5.0
    (y * y).sum().backward()
    assert y.grad.data.tolist() == [10, 4]
    assert x.grad.data.tolist() == [0, 4]
