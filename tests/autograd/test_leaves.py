"""A leaf stays the same leaf: frozen, converted, loaded, copied. And it may be updated in place, as in a lecture."""

import copy
import operator
import pickle
from contextlib import nullcontext

import numpy as np
import pytest

import nn
import optim
from autograd import GraphError, Tensor, checkpoint, grad, gradients, no_grad


def leaf(*values):
    return Tensor(np.array(values), requires_grad=True)


def freeze_and_thaw(x):
    x.requires_grad = False
    x.requires_grad = True


def double(g):
    return g * 2


class TestFreezing:
    def test_a_graph_from_before_still_leads_to_the_leaf(self):
        x = leaf(1.0, 2.0)
        y = (x * x).sum()
        freeze_and_thaw(x)
        y.backward()
        assert x.grad.data.tolist() == [2, 4]

    def test_a_graph_from_before_gives_its_gradient_to_a_frozen_leaf_too(self):
        x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
        y = (x * w).sum()
        w.requires_grad = False
        y.backward()
        assert w.grad.data.tolist() == [1, 2]
        assert not (w * 2).requires_grad

    def test_a_graph_made_while_it_was_frozen_has_no_gradient_for_it(self):
        x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
        w.requires_grad = False
        y = (x * w).sum()
        w.requires_grad = True
        y.backward()
        assert w.grad is None
        assert x.grad.data.tolist() == [3, 4]

    @pytest.mark.parametrize("thaw", [False, True])
    def test_a_change_of_a_frozen_leaf_is_noticed(self, thaw):
        x, w = leaf(1.0, 1.0), leaf(3.0, 4.0)
        y = (x * w).sum()
        w.requires_grad = False
        w.data = [5.0, 6.0]
        w.requires_grad = thaw
        with pytest.raises(GraphError, match="was changed after 'multiply'"):
            y.backward()

    def test_gradient_and_hooks_stay(self):
        x = leaf(1.0, 2.0)
        x.register_hook(double)
        (x * 3).sum().backward()
        freeze_and_thaw(x)
        assert x.grad.data.tolist() == [6, 6]
        (x * 3).sum().backward()
        assert x.grad.data.tolist() == [12, 12]

    def test_a_model_that_was_frozen_and_thawed_can_be_checkpointed(self):
        model = nn.Linear(2, 1)
        model.requires_grad_(False).requires_grad_(True)
        checkpoint(model)(leaf([3.0, 5.0])).sum().backward()
        assert model.weight.grad.data.tolist() == [[3, 5]]

    def test_a_constant_that_becomes_a_leaf_can_be_checkpointed(self):
        w = (Tensor([2.0]) * 3).detach()
        w.requires_grad = True
        checkpoint(lambda x: x * w)(leaf(5.0)).sum().backward()
        assert w.grad.data.tolist() == [5]


class TestConversion:
    def test_the_leaf_is_the_same_with_its_gradient_and_hooks(self):
        model = nn.Linear(2, 1, bias=False)
        w = model.weight
        w.register_hook(double)
        model(np.float32([[1, 2]])).sum().backward()
        model.to(np.float64)
        assert model.weight is w
        assert w.dtype == w.grad.dtype == np.float64
        assert w.grad.data.tolist() == [[2, 4]]
        model(np.array([[1.0, 2.0]])).sum().backward()
        assert w.grad.data.tolist() == [[4, 8]]

    def test_a_graph_from_before_is_refused(self):
        model = nn.Linear(2, 1)
        y = model(np.float32([[1, 2]])).sum()
        model.to(np.float64)
        with pytest.raises(GraphError, match="was changed"):
            y.backward()

    def test_an_optimizer_goes_on_with_the_same_leaf(self):
        model = nn.Linear(2, 1, bias=False)
        optimizer = optim.SGD(model.parameters(), lr=1.0)
        before = model.to(np.float64).weight.numpy()
        model(np.array([[1.0, 2.0]])).sum().backward()
        optimizer.step()
        np.testing.assert_allclose(model.weight.data, before - [[1, 2]])


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_has_gradient_and_hooks_of_its_own(copied):
    x = leaf(1.0, 2.0)
    x.register_hook(double)
    (x * 3).sum().backward()
    other = copied(x)
    assert other.grad.data.tolist() == [6, 6]
    (other * 1).sum().backward()
    assert other.grad.data.tolist() == [8, 8]
    assert x.grad.data.tolist() == [6, 6]


def test_a_loaded_state_is_noticed_by_a_graph_from_before():
    model, x = nn.Linear(2, 1), leaf([1.0, 2.0])
    y = model(x).sum()
    model.requires_grad_(False)
    model.load_state_dict({name: 2 * values for name, values in model.state_dict().items()})
    with pytest.raises(GraphError, match=r"weight .* was changed"):
        y.backward()


class TestUpdateInPlace:
    def test_the_lectures_update_runs_word_for_word(self):
        """W += -stepsize * gradW: of (W - 3)^2 with stepsize 1/4, the distance to 3 halves in every step."""
        W, stepsize = leaf(7.0), 0.25
        first = W
        for _ in range(3):
            (gradW,) = gradients(((W - 3) ** 2).sum(), [W])
            W += -stepsize * gradW
        assert W is first
        assert W.data.tolist() == [3.5]

    @pytest.mark.parametrize("step", [0.5, np.float32([0.5, 0.5]), Tensor([0.5, 0.5]), [0.5, 0.5]])
    @pytest.mark.parametrize(("update", "expected"), [(operator.iadd, [1.5, 2.5]), (operator.isub, [0.5, 1.5])])
    def test_adding_a_constant_changes_the_leaf_itself(self, update, expected, step):
        w = Tensor([1.0, 2.0], requires_grad=True)
        assert update(w, step) is w
        assert w.requires_grad
        assert w.node.is_leaf
        assert w.dtype == np.float32
        assert w.data.tolist() == expected

    def test_a_graph_from_before_the_step_is_refused(self):
        w = leaf(1.0, 2.0)
        y = (w * w).sum()
        w += 1
        with pytest.raises(GraphError, match="was changed"):
            y.backward()

    def test_a_step_inside_of_a_function_has_the_right_derivative(self):
        def f(x):
            x += 1
            return x**2

        assert grad(f)(2.0) == 6

    IN_PLACE = (
        *(operator.imul, operator.itruediv, operator.ipow, operator.imod, operator.ifloordiv, operator.imatmul),
        *(operator.iadd, operator.isub),
    )

    @pytest.mark.parametrize("update", IN_PLACE)
    def test_others_are_refused_where_operations_are_recorded(self, update):
        w = leaf(1.0, 2.0)
        with pytest.raises(TypeError, match=r"w\.data .= |w\.data ..= "):
            update(w, leaf(1.0, 1.0) if update in (operator.iadd, operator.isub) else 2.0)
        assert w.data.tolist() == [1, 2]

    @pytest.mark.parametrize("update", IN_PLACE)
    def test_under_no_grad_all_change_the_leaf_as_they_change_an_array(self, update):
        w, values, other = (
            leaf([1.0, 2.0], [3.0, 4.0]),
            np.array([[1.0, 2.0], [3.0, 4.0]]),
            leaf([2.0, 1.0], [1.0, 3.0]),
        )
        with no_grad():
            for _ in range(2):
                assert update(w, other) is w
                values = update(values, other.data)
        np.testing.assert_array_equal(w.data, values)
        assert w.node.is_leaf

    def test_elements_are_assigned_under_no_grad(self):
        w = leaf(1.0, 2.0, 3.0)
        y = (w * w).sum()
        with no_grad():
            w[0] = 0.0
            w[np.array([False, True, True])] *= 10
        assert w.data.tolist() == [0, 20, 30]
        assert w.node.is_leaf
        with pytest.raises(GraphError, match="was changed"):
            y.backward()
        with pytest.raises(TypeError, match=r"under no_grad\(\), or leaf\.data = values"):
            w[0] = 1.0

    def test_a_model_can_be_trained_by_hand(self):
        model = nn.Linear(2, 1, bias=False)
        model.weight.data = [[1.0, 1.0]]
        model(np.ones((1, 2), np.float32)).sum().backward()
        with no_grad():
            for p in model.parameters():
                p -= 0.5 * p.grad
        assert model.weight.data.tolist() == [[0.5, 0.5]]

    @pytest.mark.parametrize("step", [np.ones((2, 2)), np.ones(3), np.array([1j, 1])])
    def test_what_does_not_fit_changes_nothing(self, step):
        w = leaf(1.0, 2.0)
        with pytest.raises((ValueError, TypeError)):
            w += step
        assert w.data.tolist() == [1, 2]

    def test_a_total_of_results_is_a_new_value_each_time(self):
        x, total = leaf(1.0, 2.0), Tensor(np.zeros(2))
        total += x
        kept = total
        total += x * x
        assert kept.data.tolist() == [1, 2]
        assert gradients(total.sum(), [x])[0].data.tolist() == [3, 5]
        with no_grad():
            total += x
        assert kept.data.tolist() == [1, 2]


def test_a_frozen_leaf_is_copied_with_its_hooks():
    x = leaf(1.0)
    x.register_hook(double)
    x.requires_grad = False
    other = copy.deepcopy(x)
    assert not other.requires_grad
    other.requires_grad = True
    (other * 3).sum().backward()
    assert other.grad.item() == 6


def test_the_gradient_of_a_frozen_leaf_can_be_forgotten():
    x = leaf(1.0)
    (x * 3).sum().backward()
    x.requires_grad = False
    x.grad = None
    assert x.grad is None
    with pytest.raises(TypeError, match="has a grad that can be set"):
        x.grad = np.ones(1)


class TestHeldByAModule:
    """Parameters and buffers are changed in place also while they require no gradient."""

    @pytest.mark.parametrize("context", [nullcontext, no_grad])
    def test_a_frozen_parameter(self, context):
        layer = nn.Linear(2, 1, bias=False)
        layer.weight.data = [[1.0, 2.0]]
        layer.requires_grad_(False)
        with context():
            for p in layer.parameters():
                p *= 3
                p += 1
                p[0, 0] = 9.0
        assert layer.weight.data.tolist() == [[9, 7]]
        layer.requires_grad_(True)
        layer(np.ones((1, 2), np.float32)).sum().backward()
        assert layer.weight.grad.data.tolist() == [[1, 1]]

    def test_a_buffer(self):
        buffer = nn.Buffer([1.0, 2.0], name="b")
        first = buffer
        buffer += 1
        buffer[0] = 5.0
        assert buffer is first
        assert buffer.name == "b"
        assert buffer.data.tolist() == [5, 3]

    def test_a_graph_that_used_it_is_refused(self):
        layer, x = nn.Linear(2, 1), leaf([1.0, 2.0])
        layer.requires_grad_(False)
        y = layer(x).sum()
        for p in layer.parameters():
            p *= 2
        with pytest.raises(GraphError, match="was changed"):
            y.backward()


def test_a_hook_is_a_function():
    with pytest.raises(TypeError, match="a hook is a function of the gradient, not 3"):
        leaf(1.0).register_hook(3)
