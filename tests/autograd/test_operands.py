"""What meets a Tensor in an operator or a NumPy function: foreign objects, masked arrays, lists, and what is none."""

import operator

import numpy as np
import pytest

from autograd import Tensor


def leaf(values):
    return Tensor(np.array(values, dtype=float), requires_grad=True)


class Reflecting:
    """An operand with its own operators, which NumPy's arrays leave alone."""

    __array_ufunc__ = None

    def answer(self, other):
        return "mine"

    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = __rmatmul__ = __rmod__ = __rfloordiv__ = answer
    __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = answer
    __hash__ = object.__hash__


class Knowing(Reflecting):
    """An operand that knows NumPy's functions itself."""

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        return f"my {ufunc.__name__}"


OPERATORS = "add sub mul truediv pow matmul mod floordiv eq ne lt gt le ge"


@pytest.mark.parametrize("name", OPERATORS.split())
@pytest.mark.parametrize("kind", [Reflecting, Knowing])
def test_a_foreign_operand_gets_its_turn_as_beside_an_array(name, kind):
    x = leaf([1.0, 2.0])
    expected = getattr(operator, name)(x.data, kind())
    assert "mine" in expected or "my " in expected
    assert getattr(operator, name)(x, kind()) == expected
    update = getattr(operator, f"i{name}", None)
    assert update is None or update(x, kind()) == expected


def test_a_foreign_argument_of_a_function_gets_its_turn():
    assert np.add(leaf([1.0, 2.0]), Knowing()) == "my add"
    with pytest.raises(TypeError):
        np.add(leaf([1.0, 2.0]), Reflecting())


def test_an_array_of_objects_is_refused():
    for operate in (operator.add, operator.mul, lambda x, y: np.add(y, x)):
        with pytest.raises(TypeError, match="holds numbers"):
            operate(leaf([1.0, 2.0]), np.array([1, None], object))


def test_an_operand_without_meaning_is_refused_or_unequal():
    x = leaf([1.0, 2.0])
    for other in ("a", None, object()):
        with pytest.raises(TypeError):
            x + other
        with pytest.raises(TypeError):
            x < other  # noqa: B015
        assert not np.any(x == other)
        assert np.all(x != other)


@pytest.mark.parametrize("function", [np.ma.multiply, np.ma.add, operator.mul, operator.add, np.multiply, np.add])
def test_masked_arrays_are_refused_on_either_side(function):
    x, masked = leaf([1.0, 1.0]), np.ma.masked_array([3.0, 4.0], [0, 1])
    for sides in ((x, masked), (masked, x)):
        with pytest.raises(TypeError):
            function(*sides)
    with pytest.raises(TypeError, match="requires a gradient"):
        np.ma.getdata(x)


@pytest.mark.parametrize(
    "function",
    [
        np.sum,
        np.mean,
        np.max,
        np.prod,
        np.linalg.norm,
        np.array,
        lambda ts: np.append(ts, 3.0),
        lambda ts: np.r_[tuple(ts)],
    ],
)
def test_for_a_list_of_tensors_stack_is_named(function):
    with pytest.raises(TypeError, match=r"np\.stack"):
        function([leaf(3.0), leaf(4.0)])


def test_a_tensor_put_into_an_array_is_told_how_to():
    array = np.zeros(2)
    with pytest.raises((TypeError, ValueError)) as caught:
        array[0] = leaf(1.0)
    assert "assign elements of a Tensor" in f"{caught.value} {caught.value.__cause__}"


@pytest.mark.parametrize("second", [4, 1, 0, "yes", None, [True]])
def test_requires_grad_is_true_or_false(second):
    with pytest.raises(TypeError, match=r"requires_grad is True or False, not .*np\.zeros\(\(3, 4\)\)"):
        Tensor(3, second)
