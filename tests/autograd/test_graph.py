"""The graph: its order, its memory, and what the reverse pass makes of it."""

import gc
import threading
import tracemalloc
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from autograd import GraphError, Tensor, gradients, no_grad
from autograd.graph import reverse_order


def leaf(*values):
    return Tensor(np.array(values, dtype=np.float64), requires_grad=True)


class TestReversePass:
    def test_a_value_used_twice_gets_both_gradients(self):
        a = leaf(1.0)
        b = a + a
        c = b + b
        c.backward()
        assert a.grad.item() == 4

    @pytest.mark.parametrize(("x", "values", "gradient"), [(2.0, (-2, 1, 1), -2), (-4.0, (4, 7, 49), -14)])
    def test_the_lectures_graph(self, x, values, gradient):
        x = Tensor(x, requires_grad=True)
        minus = -x
        plus = minus + 3
        square = plus**2
        square.backward()
        assert (minus.item(), plus.item(), square.item()) == values
        assert x.grad.item() == gradient == 2 * x.item() - 6
        at_plus, at_minus = gradients_of_the_lectures_graph(x.item())
        assert at_plus == at_minus == -gradient

    def test_uses_in_many_places_add_up(self):
        x = leaf(2.0)
        y = x * 3 + x * x + np.exp(x) + sum(x for _ in range(10))
        y.backward()
        assert x.grad.item() == pytest.approx(3 + 4 + np.exp(2) + 10)

    def test_gradients_of_two_backward_calls_add_up_in_grad(self):
        x = leaf(3.0)
        (x * 2).backward()
        (x * x).backward()
        assert x.grad.item() == 2 + 6

    def test_zero_grad_forgets(self):
        x = leaf(3.0)
        (x * 2).backward()
        x.zero_grad()
        assert x.grad is None

    def test_only_what_requires_a_gradient_gets_one(self):
        x, constant = leaf(1.0), Tensor(2.0)
        (x * constant).backward()
        assert constant.grad is None

    def test_gradients_of_leaves_share_no_memory(self):
        a, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
        seed = np.ones(2)
        (a + b).backward(seed)
        a.grad.data[0] = 100
        assert b.grad.data[0] == 1
        assert seed[0] == 1

    def test_gradients_that_are_views_of_one_array_are_copied(self):
        a, b = leaf(1.0), leaf(2.0)
        seed = np.array([3.0, 4.0])
        np.concatenate([a, b]).backward(seed)
        assert not np.shares_memory(a.grad.data, seed)
        a.grad.data += 10
        assert (b.grad.item(), seed.tolist()) == (4, [3, 4])

    def test_threads_lose_no_gradient(self):
        w = leaf(1.0)

        def work():
            for _ in range(2000):
                (w * 1.0).backward()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert w.grad.item() == 8000

    def test_broadcast_inputs_get_gradients_of_their_shape(self):
        a, b = Tensor(np.ones((2, 1, 3)), requires_grad=True), Tensor(np.ones((4, 1)), requires_grad=True)
        (a * b).sum().backward()
        assert a.grad.shape == (2, 1, 3)
        assert (a.grad.data == 4).all()
        assert b.grad.shape == (4, 1)
        assert (b.grad.data == 6).all()

    def test_mixed_dtypes_give_each_leaf_its_own(self):
        a = Tensor(np.ones(2, np.float32), requires_grad=True)
        b = Tensor(np.ones(2, np.float64), requires_grad=True)
        (a * b).sum().backward()
        assert (a.grad.dtype, b.grad.dtype) == (np.float32, np.float64)


def gradients_of_the_lectures_graph(x):
    x = Tensor(x, requires_grad=True)
    minus = -x
    plus = minus + 3
    at_plus, at_minus = gradients(plus**2, [plus, minus])
    return at_plus.item(), at_minus.item()


class TestLongChains:
    def test_a_million_operations_run_forward_and_backward(self):
        x = Tensor(1.0, requires_grad=True, dtype=np.float64)
        y = x
        for _ in range(1_000_000):
            y = y + 1.0
        y.backward()
        assert y.item() == 1_000_001
        assert x.grad.item() == 1


class TestMemory:
    @pytest.fixture(autouse=True)
    def _without_garbage_collector(self):
        gc.collect()
        gc.disable()
        yield
        gc.enable()

    @staticmethod
    def intermediates(x):
        """A loss, and weak references to the arrays of every tensor on the way to it."""
        tensors = [x * 2]
        for function in (np.exp, np.tanh, lambda t: t @ t.T, np.sum):
            tensors.append(function(tensors[-1]))
        return tensors[-1], [weakref.ref(t._array) for t in tensors[:-1]]

    def test_dropping_the_loss_frees_all_intermediate_arrays_at_once(self):
        x = Tensor(np.ones((10, 10)), requires_grad=True)
        loss, arrays = self.intermediates(x)
        assert any(array() is not None for array in arrays)
        del loss
        assert [array() for array in arrays] == [None] * len(arrays)

    def test_backward_frees_all_intermediate_arrays(self):
        x = Tensor(np.ones((10, 10)), requires_grad=True)
        loss, arrays = self.intermediates(x)
        loss.backward()
        assert [array() for array in arrays] == [None] * len(arrays)

    def test_add_remembers_nothing_and_exp_only_its_output(self):
        x = Tensor(np.ones((10, 10)), requires_grad=True)
        first = x * 1
        array = weakref.ref(first._array)
        second = first + x
        del first
        assert array() is None
        third = np.exp(second)
        array = weakref.ref(second._array)
        del second
        assert array() is None
        assert third.node.saved[0][0] is third._array

    def test_what_is_remembered_has_the_names_of_parameters(self):
        x = Tensor(np.ones((2, 3)), requires_grad=True)
        assert x.node.remembered == {}
        assert np.mean(x, axis=1).node.remembered == {"x_shape": (2, 3), "axis": 1}
        assert x[:, 1:].node.remembered["index"] == (slice(None), slice(1, None))

    def test_a_product_remembers_only_what_the_needed_rule_wants(self):
        x, constant = Tensor(np.ones((10, 10)), requires_grad=True), Tensor(np.ones((10, 10)))
        y = x * constant
        assert [None if s is None else len(s) for s in y.node.saved] == [1, None]
        assert y.node.saved[0][0] is constant.data

    def test_second_derivatives_leave_no_cycles(self):
        x = Tensor(np.ones((10, 10)), requires_grad=True)
        loss, arrays = self.intermediates(x)
        (g,) = gradients(loss, [x], create_graph=True)
        (gg,) = gradients((g * g).sum(), [x])
        arrays.append(weakref.ref(g._array))
        del loss, g, gg
        assert [array() for array in arrays] == [None] * len(arrays)


class TestNodes:
    def test_can_be_read_by_tools(self):
        x = Tensor([1.0, 2.0], requires_grad=True, name="x")
        y = x * 3
        node = y.node
        assert (node.operation, node.shape, node.dtype, node.name, node.module) == (
            "multiply",
            (2,),
            np.float32,
            None,
            "",
        )
        assert [parent.is_leaf for parent in node.parents] == [True, True]
        assert [parent.requires_grad for parent in node.parents] == [True, False]
        assert node.parents[0].name == "x"
        assert node.value.tolist() == [3, 6]
        assert node.gradient is None
        y.backward([1.0, 1.0])
        assert node.gradient.tolist() == [1, 1]
        assert (repr(node), repr(x.node)) == ("<Node multiply (2,)>", "<Node leaf 'x' (2,)>")

    def test_a_small_view_does_not_hold_on_to_a_large_array(self):
        x = Tensor(np.ones((100, 100)), requires_grad=True)
        y = (x * 2)[0, :2]
        assert y.node.value.base is None

    def test_newest_first_is_a_topological_order(self):
        x = leaf(1.0)
        a = np.exp(x)
        b = a * x
        c = a + b
        assert [node.operation for node in reverse_order(c.node)] == ["add", "multiply", "exp"]


class TestThreadsAndTime:
    def test_eight_threads_give_the_numbers_of_one(self):
        def work(seed):
            rng = np.random.default_rng(seed)
            w = Tensor(rng.standard_normal((5, 5)), requires_grad=True)
            h = Tensor(rng.standard_normal((3, 5)))
            for _ in range(50):
                h = np.tanh(h @ w)
            h.sum().backward()
            return w.grad.data

        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(work, range(32)))
        for seed, found in enumerate(together):
            np.testing.assert_array_equal(found, work(seed))

    def test_ten_thousand_steps_take_no_more_memory_than_one_hundred(self):
        w = Tensor(np.ones((8, 8)), requires_grad=True)
        x = Tensor(np.ones((4, 8)) / 8)

        def steps(count):
            for _ in range(count):
                w.zero_grad()
                ((np.tanh(x @ w) - 0.5) ** 2).mean().backward()
                w.data -= 0.1 * w.grad.data

        gc.collect()
        gc.disable()
        tracemalloc.start()
        try:
            steps(100)
            before = tracemalloc.get_traced_memory()[0]
            steps(10_000)
            assert tracemalloc.get_traced_memory()[0] - before < 2000
        finally:
            tracemalloc.stop()
            gc.enable()


class TestErrors:
    def test_a_second_backward_names_the_operation_and_the_remedy(self):
        y = np.exp(leaf(1.0))
        y.backward()
        with pytest.raises(GraphError, match=r"'exp' \(shape \(1,\)\) a second time.*retain_graph=True"):
            y.backward()

    def test_retain_graph_allows_a_second_backward(self):
        x = leaf(3.0)
        y = x * x
        y.backward(retain_graph=True)
        y.backward()
        assert x.grad.item() == 12

    def test_a_shared_part_freed_by_another_backward_is_noticed(self):
        x = leaf(1.0)
        shared = np.exp(x)
        first, second = shared * 2, shared * 3
        first.backward()
        before = x.grad.item()
        with pytest.raises(GraphError, match="'exp'"):
            second.backward()
        assert x.grad.item() == before

    @pytest.mark.parametrize("view", [lambda w: w, lambda w: w[0:1], lambda w: w.T, lambda w: w.reshape(1, 1)])
    def test_a_leaf_changed_between_forward_and_backward_is_noticed(self, view):
        w = leaf(2.0)
        w.name = "w"
        y = (view(w) * view(w)).sum()
        w.data -= 1
        with pytest.raises(GraphError, match=r"w \(shape \(1,\)\) was changed after .* had used it"):
            y.backward()
        assert w.grad is None
        (w * w).backward()
        assert w.grad.item() == 2

    def test_a_constant_changed_between_forward_and_backward_is_noticed(self):
        w, x = leaf(2.0), Tensor([1.0])
        y = w * x
        x.data += 1
        with pytest.raises(GraphError, match="was changed"):
            y.backward()

    @pytest.mark.parametrize(
        "view",
        [
            lambda z: z.reshape(2),
            lambda z: z[:],
            lambda z: z.T[::1],
            lambda z: np.broadcast_to(z, (1, 2))[0],
            lambda z: np.atleast_1d(z),
            lambda z: np.ravel(z),
        ],
    )
    def test_a_change_of_a_constant_is_noticed_through_its_views(self, view):
        w, z = leaf(2.0, 3.0), Tensor(np.array([1.0, 2.0]))
        y = (w * view(z)).sum()
        z.data -= 1
        with pytest.raises(GraphError, match="was changed"):
            y.backward()

    def test_results_and_views_can_not_be_written_to(self):
        x, constant = leaf(1.0), Tensor(np.ones(3))
        y = np.exp(x)
        for tensor in (y, constant[:1]):
            with pytest.raises(ValueError, match="read-only"):
                tensor.data += 1
            with pytest.raises(ValueError, match="read-only"):
                tensor.data[:] = 1
            with pytest.raises(TypeError, match="result of an operation"):
                tensor.data = [9.0]
        assert constant.data.tolist() == [1, 1, 1]
        with pytest.raises(ValueError, match="read-only"):
            np.asarray(constant)[0] = 5
        y.backward()
        assert x.grad.item() == pytest.approx(np.e)

    def test_a_detached_tensor_is_its_own(self):
        x = leaf(1.0)
        y = np.exp(x)
        detached = y.detach()
        detached.data = np.zeros(1)
        y.backward()
        assert x.grad.item() == pytest.approx(np.e)

    def test_a_gradient_can_be_scaled_in_place(self):
        x = leaf(1.0)
        (x * 4).backward()
        x.grad.data *= 0.5
        assert x.grad.item() == 2

    def test_a_step_with_the_gradient_tensor_works_on_values(self):
        w = leaf(1.0)
        (w * 4).backward()
        w.data -= 0.5 * w.grad
        assert w.item() == -1

    def test_an_array_changed_after_it_was_used_makes_no_difference(self):
        x, array, index = leaf(1.0, 2.0), np.array([3.0, 4.0]), np.array([0, 0])
        y = (x * array).sum() + x[index].sum()
        array[:] = 100
        index[:] = 1
        y.backward()
        assert x.grad.data.tolist() == [3 + 2, 4]

    def test_a_failing_operation_leaves_the_graph_as_it_was(self):
        x = leaf(1.0, 2.0, 3.0)
        y = x * x
        with pytest.raises(ValueError, match="multiply"):
            y * Tensor(np.ones(2))
        with pytest.raises(ValueError, match="matmul"):
            y @ np.ones((2, 2))
        y.sum().backward()
        assert x.grad.data.tolist() == [2, 4, 6]


class TestNoGrad:
    def test_nothing_is_recorded_inside(self):
        x = leaf(1.0)
        with no_grad():
            y = x * x
        assert not y.requires_grad
        assert y.node is None
        assert (x * x).requires_grad

    def test_is_a_decorator_too(self):
        @no_grad()
        def square(x):
            return x * x

        x = leaf(1.0)
        assert not square(x).requires_grad
        assert not square(x).requires_grad

    def test_ends_when_an_error_passes_through(self):
        with pytest.raises(ZeroDivisionError), no_grad():
            _ = 1 / 0
        assert (leaf(1.0) * 1).requires_grad

    def test_holds_for_its_own_thread_only(self):
        x, recorded = leaf(1.0), []
        with no_grad():
            thread = threading.Thread(target=lambda: recorded.append((x * x).requires_grad))
            thread.start()
            thread.join()
        assert recorded == [True]

    @pytest.mark.parametrize("view", [lambda w: w[0:1], lambda w: w.T, lambda w: w.detach(), lambda w: w.reshape(1, 1)])
    def test_a_view_of_a_leaf_does_not_change_with_it(self, view):
        w = leaf(1.0)
        with no_grad():
            seen = view(w)
        w.data += 1
        assert seen.item() == 1
