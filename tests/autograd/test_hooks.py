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
