"""Tensor: its values, its operators, NumPy's protocols, and its errors."""

import math
import pickle
from copy import deepcopy

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor


def ones(*shape, dtype=np.float64):
    return Tensor(np.ones(shape, dtype), requires_grad=True)


class TestValues:
    @pytest.mark.parametrize(
        ("data", "dtype"),
        [
            (1, np.float32),
            (1.5, np.float32),
            ([1, 2], np.float32),
            ([[1.0, 2.0]], np.float32),
            (np.ones(2, np.float64), np.float64),
            (np.float64(1), np.float64),
            (np.arange(3), np.int64),
            (np.array([True]), np.bool_),
            (Tensor(np.arange(3)), np.int64),
        ],
    )
    def test_numbers_and_lists_get_the_default_dtype_and_arrays_keep_theirs(self, data, dtype):
        assert Tensor(data).dtype == dtype

    def test_dtype_is_taken_when_given(self):
        assert Tensor([1, 2], dtype=np.int16).dtype == np.int16

    def test_the_default_dtype_can_be_set(self):
        autograd.set_default_dtype(np.float64)
        try:
            assert Tensor(1.0).dtype == autograd.get_default_dtype() == np.float64
        finally:
            autograd.set_default_dtype(np.float32)

    def test_the_default_dtype_must_be_floating_point(self):
        with pytest.raises(TypeError, match="floating point dtype, not int64"):
            autograd.set_default_dtype(np.int64)

    def test_data_is_copied_on_the_way_in_and_by_numpy(self):
        array = np.zeros(2)
        x = Tensor(array)
        array[0] = 1
        x.numpy()[1] = 1
        assert x.data.tolist() == [0, 0]

    def test_describes_its_array(self):
        x = ones(2, 3)
        assert (x.shape, x.ndim, x.size, x.dtype, len(x)) == ((2, 3), 2, 6, np.float64, 2)
        assert x.T.shape == (3, 2)
        assert Tensor(2.5).item() == 2.5
        assert (float(Tensor(2.5)), int(Tensor(2.5)), bool(Tensor(0.0))) == (2.5, 2, False)
        assert [1, 2, 3][Tensor(np.int64(1))] == 2
        assert [row.shape for row in x] == [(3,), (3,)]

    def test_assigned_data_is_written_into_its_array(self):
        x = ones(2)
        array = x.data
        x.data = [3, 4]
        x.data -= 1
        assert x.data is array
        assert array.tolist() == [2, 3]

    def test_a_repr_tells_what_it_is(self):
        x = Tensor([1.0, 2.0], requires_grad=True, name="x")
        assert repr(x) == "Tensor([1., 2.], requires_grad=True, name='x')"
        assert repr(x * 2) == "Tensor([2., 4.], made by multiply)"
        assert repr(Tensor(np.array(1))) == "Tensor(1, dtype=int64)"

    def test_tensors_are_told_apart_by_identity_in_sets(self):
        x, y = Tensor(1.0), Tensor(1.0)
        assert len({x, y, x}) == 2

    def test_in_place_operators_of_a_constant_make_a_new_value(self):
        x = Tensor(np.ones(2))
        before = x
        x += 1
        assert before.data.tolist() == [1, 1]
        assert x.data.tolist() == [2, 2]


class TestChanges:
    def test_an_assigned_element_is_a_new_value_on_the_graph(self):
        x, v = Tensor(np.ones(3), requires_grad=True), Tensor(5.0, requires_grad=True)
        y = x * 2
        z = y * 1
        y[1] = v
        (y * y).sum().backward()
        assert (y.data.tolist(), z.data.tolist()) == ([2, 5, 2], [2, 2, 2])
        assert (x.grad.data.tolist(), v.grad.item()) == ([8, 0, 8], 10)

    def test_a_constant_becomes_a_result(self):
        total, x = Tensor(np.zeros(2)), Tensor(3.0, requires_grad=True)
        total[0] = x * x
        total.sum().backward()
        assert x.grad.item() == 6

    def test_a_place_named_twice_keeps_the_last_value(self):
        y, v = Tensor(np.zeros(2)), Tensor([1.0, 2.0], requires_grad=True)
        y[[0, 0]] = v
        y.sum().backward()
        assert (y.data.tolist(), v.grad.data.tolist()) == ([2, 0], [0, 1])

    def test_a_leaf_that_requires_a_gradient_is_not_changed(self):
        with pytest.raises(TypeError, match=r"x = leaf \* 1"):
            ones(2)[0] = 3


class TestOtherLibraries:
    def test_memory_goes_to_pytorch_and_back(self, torch):
        x = Tensor([1.0, 2.0])
        theirs = torch.from_dlpack(x)
        theirs[0] = 7
        assert x.data.tolist() == [7, 2]
        ours = autograd.from_dlpack(theirs)
        assert np.shares_memory(ours.data, x.data)

    def test_a_graph_is_not_lost_on_the_way(self):
        with pytest.raises(TypeError, match=r"tensor\.detach\(\)"):
            ones(2).__dlpack__()

    def test_a_notebook_shows_a_table_of_values(self):
        html = Tensor([[1.0, 2.0]], requires_grad=True, name="<x>")._repr_html_()
        assert "&lt;x&gt;: float32 (1, 2), requires a gradient" in html
        assert "[[1. 2.]]" in html


class TestCopies:
    def test_leaves_and_constants_can_be_copied_and_pickled(self):
        for x in (Tensor([1.0], requires_grad=True, name="x"), Tensor(np.arange(2)), nn.Parameter(np.ones(2))):
            for copy in (deepcopy(x), pickle.loads(pickle.dumps(x))):
                assert type(copy) is type(x)
                np.testing.assert_array_equal(copy.data, x.data)
                assert (copy.dtype, copy.requires_grad, copy.name) == (x.dtype, x.requires_grad, x.name)
                assert not np.shares_memory(copy.data, x.data)

    def test_a_result_is_not_copied_with_half_its_graph(self):
        y = Tensor([1.0], requires_grad=True) * 2
        with pytest.raises(TypeError, match=r"y\.detach\(\)"):
            deepcopy(y)

    def test_a_requirement_can_be_set_later(self):
        x = Tensor([1.0, 2.0])
        x.requires_grad = True
        (x * x).sum().backward()
        assert x.grad.data.tolist() == [2, 4]
        x.requires_grad = False
        assert not (x * x).requires_grad
        with pytest.raises(TypeError, match="int64 cannot require"):
            Tensor(np.arange(2)).requires_grad = True
        with pytest.raises(TypeError, match="only a leaf"):
            (Tensor([1.0], requires_grad=True) * 2).requires_grad = False


class TestOperators:
    @pytest.mark.parametrize(
        "f",
        [
            lambda a, b: a + b,
            lambda a, b: a - b,
            lambda a, b: a * b,
            lambda a, b: a / b,
            lambda a, b: a**b,
            lambda a, b: a < b,
            lambda a, b: a <= b,
            lambda a, b: a > b,
            lambda a, b: a >= b,
            lambda a, b: a == b,
            lambda a, b: a != b,
            lambda a, b: (a > 1) & (b > 1) | ~(a > b),
            lambda a, b: -a + abs(b),
        ],
    )
    def test_work_on_both_sides_with_arrays_and_numbers(self, f):
        a, b = np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0])
        for left, right in [(Tensor(a), Tensor(b)), (Tensor(a), b), (a, Tensor(b))]:
            np.testing.assert_array_equal(f(left, right).data, f(a, b))
        np.testing.assert_array_equal(f(Tensor(a), 2.0).data, f(a, b))
        np.testing.assert_array_equal(f(2.0, Tensor(a)).data, f(b, a))

    def test_matmul_works_on_both_sides(self):
        a = np.arange(6.0).reshape(2, 3)
        for product in (Tensor(a) @ a.T, a @ Tensor(a.T)):
            np.testing.assert_array_equal(product.data, a @ a.T)

    def test_python_numbers_do_not_widen_float32(self):
        x = ones(2, dtype=np.float32)
        y = 2.0 * x / 3 + 1
        y.sum().backward()
        assert y.dtype == x.grad.dtype == np.float32

    def test_numbers_in_lists_take_the_tensors_dtype(self):
        assert (Tensor(np.zeros(1)) + [0.1]).item() == 0.1
        assert np.concatenate([Tensor(np.zeros(1)), [0.1]]).data[1] == 0.1
        assert (ones(1, dtype=np.float32) + [0.1]).dtype == np.float32

    def test_whole_numbers_are_constants(self):
        x = Tensor([2.7], requires_grad=True)
        assert not x.astype(int).requires_grad
        assert not np.sum(x, dtype=int).requires_grad
        x.astype(int).astype(float)
        assert x.astype(np.float64).requires_grad

    def test_a_matrix_is_an_array(self):
        class Matrix(np.ndarray):
            """An array whose product is that of matrices, as np.matrix."""

            def __mul__(self, other):
                return self @ other

            __rmul__ = __mul__

        x = ones(2, 2)
        (x * np.array([[1.0, 2], [3, 4]]).view(Matrix)).sum().backward()
        assert x.grad.data.tolist() == [[1, 2], [3, 4]]

    def test_conditions_in_lists_stay_conditions(self):
        assert ones(2)[Tensor([True, False])].shape == (1,)

    def test_numbers_are_formatted(self):
        assert f"{ones():.2f} {Tensor(0.5):.1%}" == "1.00 50.0%"

    def test_lists_are_taken_as_tensors(self):
        assert (ones(2) + [1.0, 2.0]).data.tolist() == [2, 3]

    def test_comparisons_have_no_gradient(self):
        assert not (ones(2) > 0).requires_grad


class TestNumpyProtocols:
    def test_functions_of_tensors_are_recorded(self):
        x = ones(2, 3)
        for y in (np.exp(x), np.sum(x, axis=0), np.concatenate([x, x]), np.ones((4, 2)) @ x, np.einsum("ij->j", x)):
            assert isinstance(y, Tensor)
            assert y.requires_grad

    def test_functions_without_a_derivative_give_constants(self):
        x = Tensor([3.0, 1.0], requires_grad=True)
        assert np.argmax(x).item() == 0
        assert np.shape(x) == (2,)
        assert np.isfinite(x).data.all()
        assert not np.argsort(x).requires_grad

    def test_methods_are_the_functions(self):
        a = np.arange(6.0).reshape(1, 2, 3)
        x = Tensor(a)
        for method in ("sum", "mean", "max", "min", "argmax", "argmin"):
            np.testing.assert_array_equal(getattr(x, method)(axis=2).data, getattr(a, method)(axis=2))
        for method in ("prod", "var", "std", "cumsum", "cumprod", "argsort", "any", "all"):
            np.testing.assert_allclose(getattr(x, method)(axis=2).data, getattr(a, method)(axis=2))
        for method, arguments in {
            "clip": (1, 3),
            "round": (1,),
            "ravel": (),
            "repeat": (2,),
            "take": ([0, 2],),
            "diagonal": (0, 1, 2),
            "trace": (0, 1, 2),
            "dot": (np.ones(3),),
        }.items():
            np.testing.assert_array_equal(getattr(x, method)(*arguments).data, getattr(a, method)(*arguments))
        assert Tensor.prod.__doc__ == "`np.prod` of this tensor."
        np.testing.assert_array_equal(x.reshape(3, -1).data, a.reshape(3, -1))
        np.testing.assert_array_equal(x.reshape((3, 2)).data, a.reshape((3, 2)))
        np.testing.assert_array_equal(x.transpose(2, 0, 1).data, a.transpose(2, 0, 1))
        np.testing.assert_array_equal(x.transpose((2, 0, 1)).data, a.transpose((2, 0, 1)))
        np.testing.assert_array_equal(x.transpose().data, a.T)
        np.testing.assert_array_equal(x.swapaxes(0, 1).data, a.swapaxes(0, 1))
        np.testing.assert_array_equal(x.squeeze(0).data, a.squeeze(0))
        assert x.astype(np.float32).dtype == np.float32

    def test_split_gives_parts_that_join_again(self):
        x = ones(6)
        for parts in (np.split(x, 3), np.split(x, [1, 4])):
            np.testing.assert_array_equal(np.concatenate(parts).data, x.data)
        np.concatenate(np.split(x, 3)).sum().backward()
        assert x.grad.data.tolist() == [1] * 6

    def test_arrays_are_made_of_constants_only(self):
        assert np.asarray(Tensor([1.0])).tolist() == [1]
        with pytest.raises(TypeError, match=r"lose its graph silently.*tensor\.data"):
            np.asarray(ones(1))

    def test_an_options_name_is_numpys(self):
        assert np.sum(ones(2, 3), 0, keepdims=True).shape == (1, 3)
        assert np.sum(ones(2, 3), 0, np.float32).dtype == np.float32


class TestErrors:
    @pytest.mark.parametrize(
        ("call", "error", "words"),
        [
            (lambda: ones(2, 3) + ones(4), ValueError, r"add\(x = float64 \(2, 3\), y = float64 \(4,\)\).*reshape"),
            (lambda: ones(2, 3) @ ones(4, 2), ValueError, r"matmul\(.*\(2, 3\).*\(4, 2\).*last axis of the first"),
            (lambda: ones(2, 3).reshape(4), ValueError, r"reshape\(x = float64 \(2, 3\).*number of elements"),
            (lambda: ones(2)[5], IndexError, r"getitem\(x = float64 \(2,\), index = 5\).*out of bounds"),
            (lambda: np.concatenate([ones(2), ones(2, 2)]), ValueError, r"\[float64 \(2,\), float64 \(2, 2\)\]"),
            (lambda: np.einsum("ij->k", ones(2, 2)), ValueError, "einsum"),
            (lambda: np.einsum(ones(2), ones(2)), TypeError, "subscripts as a string"),
            (lambda: np.split(ones(5), 2), ValueError, "length 5 does not divide into 2"),
            (lambda: np.pad(ones(2), 1, mode="empty"), ValueError, "no mode 'empty': there are constant, edge"),
            (lambda: np.i0(ones(3)), TypeError, r"np\.i0 has no gradient rule here.*tensor\.data"),
            (lambda: np.linalg.eig(ones(3, 3)), TypeError, r"np\.linalg\.eig has no gradient rule.*np\.linalg\.eigh"),
            (lambda: np.add.reduce(ones(3)), TypeError, r"np\.add\.reduce has no gradient.*np\.sum"),
            (lambda: np.exp(ones(3), where=[True]), TypeError, r"np.exp with where= leaves elements undefined"),
            (lambda: autograd.sliding_windows(ones(3), 1, 1, 1, 1), TypeError, "by position, not 5"),
            (lambda: autograd.sliding_windows(ones(3)), TypeError, "window is missing"),
            (lambda: np.exp(ones(2), out=np.zeros(2)), TypeError, r"np\.exp cannot write into an array"),
            (lambda: np.zeros(2).__iadd__(ones(2)), TypeError, r"array \+= tensor"),
            (lambda: ones(2) + "text", TypeError, "holds numbers"),
            (lambda: ones(2) + None, TypeError, "holds numbers"),
            (lambda: Tensor([object()]), TypeError, "holds numbers, which .*object"),
            (lambda: Tensor([[1, 2], [3]]), ValueError, r"holds numbers, which \[\[1, 2\], \[3\]\] does not give"),
            (lambda: Tensor([ones(1), ones(1)]), TypeError, "np.stack or np.concatenate"),
            (lambda: Tensor([1, 2], requires_grad=True, dtype=np.int64), TypeError, "int64 cannot require a gradient"),
            (lambda: Tensor(np.arange(2), requires_grad=True), TypeError, r"dtype=np\.float32"),
            (lambda: Tensor([1, None]), TypeError, "holds numbers"),
            (lambda: Tensor(["1.5"]), TypeError, "holds numbers"),
            (lambda: ones(1) * 10**400, OverflowError, r"multiply\(.*int too large"),
            (lambda: Tensor(np.ma.array([1.0], mask=[True])), TypeError, r"no mask.*\.filled"),
            (lambda: Tensor(1.0, name=3), TypeError, "a name is a text, not 3"),
            (lambda: math.exp(ones()), TypeError, r"float\(\) of a tensor that requires a gradient.*\.item\(\)"),
            (lambda: int(ones()), TypeError, r"int\(\) of a tensor"),
            (lambda: bool(ones(2)), ValueError, r"neither true nor false.*np\.any"),
            (
                lambda: np.pad(ones(2), 1, constant_values=ones()),
                TypeError,
                "pad has no derivative by 'constant_values'",
            ),
            (lambda: np.pad(ones(2), -1), ValueError, "a width is below 0"),
            (lambda: np.tensordot(ones(2, 2), ones(2, 2), ([5], [0])), ValueError, "tensordot.*out of bounds"),
            (lambda: np.split(ones(2), 0), ValueError, "into 0 parts"),
            (lambda: np.split(ones(2), 2, axis=3), ValueError, r"no axis 3 in a tensor of shape \(2,\)"),
            (lambda: ones(2).backward(np.array([1j, 0])), TypeError, "complex gradient"),
            (lambda: ones(2).backward(), ValueError, r"shape \(2,\) needs the gradient.*\.sum\(\)"),
            (lambda: ones(2).backward(np.ones(3)), ValueError, r"shape \(3,\) does not fit.*\(2,\)"),
            (lambda: Tensor([1.0]).backward(), TypeError, "requires no gradient"),
            (lambda: setattr(ones(2), "data", np.ones(3)), ValueError, r"\(3,\) does not fit.*\(2,\)"),
            (lambda: setattr(ones(2) * 2, "data", np.ones(2)), TypeError, "result of an operation"),
            (lambda: setattr(Tensor([1.0]), "grad", Tensor([1.0])), TypeError, "requires_grad=True has a grad"),
            (lambda: setattr(ones(2), "grad", Tensor([1.0])), ValueError, r"\(1,\) does not fit"),
            (lambda: autograd.sliding_windows(ones(3), (4,)), ValueError, r"reaches over \(4,\).*\(3,\)"),
            (lambda: autograd.sliding_windows(ones(3), (0,)), ValueError, "1 or more"),
            (lambda: autograd.sliding_windows(ones(3, 3), (2, 2), (1, 1, 1)), ValueError, "3 numbers where 2"),
        ],
    )
    def test_say_what_was_wrong_and_what_to_do(self, call, error, words):
        with pytest.raises(error, match=words):
            call()

    def test_nothing_is_an_object_array(self):
        for value in (np.multiply(np.ones(2), ones(2)), np.where([True, False], ones(2), 0), ones(2) ** np.ones(2)):
            assert isinstance(value, Tensor)
            assert value.dtype == np.float64


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("view", r"write x\.reshape\(\.\.\.\)"),
        ("unsqueeze", r"write np\.expand_dims\(x, axis\)"),
        ("exp", r"write np\.exp\(x\)"),
        ("relu", r"write nn\.functional\.relu\(x\)"),
        ("add_", "not changed in place"),
        ("nonsense", "no attribute 'nonsense'"),
    ],
)
def test_names_of_pytorch_lead_to_those_here(name, remedy):
    with pytest.raises(AttributeError, match=remedy):
        getattr(Tensor(1.0), name)
