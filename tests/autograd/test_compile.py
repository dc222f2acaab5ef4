"""compile: straight-line Python that gives the numbers of the graph."""

import gc
import math
import random
from collections import defaultdict
from typing import NamedTuple

import numpy as np
import pytest

from autograd import Value, compile

RANDOM = random.Random(0)


def net(weights, x):
    """A 2-16-16-1 net with tanh."""
    remaining, h = iter(weights), x
    for width in (16, 16, 1):
        sums = [sum((next(remaining) * v for v in h), next(remaining)) for _ in range(width)]
        h = [s.tanh() if width > 1 else s for s in sums]
    return h[0]


WEIGHTS = [RANDOM.uniform(-1, 1) for _ in range(16 * 3 + 16 * 17 + 17)]

FUNCTIONS = [
    lambda x, y: x * y + x.tanh() / y - x**2 + 2,
    lambda x, y: (x * y).exp() + x.sin() * y.cos() - (x + y).tan() * 0.1,
    lambda x, y: x.log() + y.sqrt() + x.sigmoid() + (x - y).relu() + abs(y - x),
    lambda x, y: x**y + 2**x + y**-1.5 + x**0,
    lambda x, y: (x * 0.5).arcsin() + (y * 0.5).arccos() + x.arctan() + x.sinh() - y.cosh(),
    lambda x, y: -(x - (y - (x - y))) - (-x) * (-y),
    lambda x, y: x,
    lambda x, y: x + x + x * x,
    lambda x, y: sum((x * i for i in range(200)), y),
]


def by_graph(f, *numbers):
    xs = [Value(number) for number in numbers]
    y = f(*xs)
    y.backward()
    return y.data, tuple(x.grad for x in xs)


@pytest.mark.parametrize("f", FUNCTIONS)
def test_value_and_gradient_are_the_graphs(f):
    compiled = compile(f)
    for numbers in ((0.7, 1.3), (1.1, 0.4), (0.2, 0.3)):
        value, gradients = compiled.value_and_grad(*numbers)
        expected, expected_gradients = by_graph(f, *numbers)
        assert value == compiled(*numbers) == pytest.approx(expected, rel=1e-12)
        assert gradients == pytest.approx(expected_gradients, rel=1e-12)


def test_a_net_over_nested_arguments():
    compiled = compile(net)
    for _ in range(2):
        x = [RANDOM.uniform(-1, 1) for _ in range(2)]
        value, (by_weights, by_x) = compiled.value_and_grad(WEIGHTS, x)
        weights, xs = [Value(w) for w in WEIGHTS], [Value(v) for v in x]
        y = net(weights, xs)
        y.backward()
        assert value == pytest.approx(y.data)
        assert by_weights == pytest.approx([w.grad for w in weights])
        assert by_x == pytest.approx([v.grad for v in xs])
    assert len(compiled.paths) == 1


def test_the_source_can_be_read():
    compiled = compile(lambda x, y: (x * y).tanh())
    assert compiled.source == ""
    compiled(1.0, 2.0)
    assert compiled.source == (
        "def value_and_gradient(args):\n"
        "    (x0, x1,) = args\n"
        "    y1 = x0 * x1\n"
        "    y2 = math.tanh(y1)\n"
        "    d0 = (1.0 - y2 * y2)\n"
        "    return float(y2), (d0 * x1, d0 * x0)\n"
    )


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * x if x > 0 else -3 * x,
        lambda x: x.log() if x > 1 else x * 2,
        lambda x: x if x <= -1 or x >= 2 else x**2,
        lambda x: x * 2 if x else x + 5,
        lambda x: max(x * 2, x + 1),
        lambda x: sum((x * i for i in range(3 if x * x < 2 else 5)), x),
    ],
)
def test_another_path_is_noticed(f):
    compiled = compile(f)
    for number in (2.0, -1.5, 0.5, 0.0, 3.0, -0.5, 1.0):
        value, gradients = compiled.value_and_grad(number)
        expected, expected_gradients = by_graph(f, number)
        assert value == pytest.approx(expected)
        assert gradients == pytest.approx(expected_gradients)
    assert len(compiled.paths) == 2 or f(Value(0.0)).data == 0


def test_another_form_of_arguments_is_noticed():
    compiled = compile(lambda xs: sum(xs[1:], xs[0]))
    assert compiled([1.0, 2.0]) == 3
    assert compiled([1.0, 2.0, 3.0]) == 6
    assert compiled.value_and_grad((1.0, 2.0)) == (3, ((1, 1),))


def test_values_from_elsewhere_are_read_anew():
    w = Value(2.0)
    compiled = compile(lambda x: x * w)
    assert compiled(3.0) == 6
    w.data = 5.0
    assert compiled.value_and_grad(3.0) == (15, (5,))


class Point(NamedTuple):
    x: float
    y: float


def test_named_tuples_come_back_as_they_are():
    compiled = compile(lambda point: point.x * point.y)
    assert compiled.value_and_grad(Point(2.0, 3.0)) == (6, (Point(3, 2),))


def test_dicts_and_tuples_come_back_as_they_are():
    compiled = compile(lambda p: p["a"] * p["b"][0])
    assert compiled.value_and_grad({"a": 2.0, "b": (3.0,)}) == (6, ({"a": 3, "b": (2,)},))


class Numbers(list):
    pass


def test_any_nesting_comes_back_in_its_form():
    def f(tree, n, empty):
        return tree["a"][0] * n + tree[("k", 1)]["deep"][1].x * tree["a"][1] * n

    args = ({"a": Numbers([2.0, 3]), ("k", 1): {"deep": [1, Point(5.0, 7.0), {}]}}, 4, [])
    compiled = compile(f)
    for _ in range(2):
        value, gradients = compiled.value_and_grad(*args)
        assert value == 2 * 4 + 5 * 3 * 4
        assert gradients == (
            {"a": [4, 20], ("k", 1): {"deep": [0, Point(12, 0), {}]}},
            2 + 15,
            [],
        )
        assert type(gradients[0]["a"]) is Numbers
        assert type(gradients[0]["k", 1]["deep"][1]) is Point
        args = (defaultdict(list, args[0]), *args[1:])
    assert len(compiled.paths) == 1


@pytest.mark.parametrize("wrong", [[1.0, "2"], ["1", 2.0], [1.0, Value(2.0)], "ab", None])
def test_what_is_no_number_is_refused_after_numbers_as_before(wrong):
    compiled = compile(lambda xs: xs[0] * xs[1])
    compiled([1.0, 2.0])
    with pytest.raises(TypeError, match="compile takes numbers"):
        compiled(wrong)
    with pytest.raises(TypeError, match=r"computed with Values and numbers, not with \[Value\(data=2"):
        compiled([1.0, [2.0]])


def test_whole_numbers_give_a_float():
    value = compile(lambda x, y: x + y)(2, 3)
    assert (value, type(value)) == (5.0, float)


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x: x * x.data, "leave out .data"),
        (lambda x: x * float(x), "lose its graph"),
        (lambda x: 3.0, "returns a Value, not float"),
        (lambda x: x * 5 if x == 0 else x * 2, "compare numbers by <= and >="),
    ],
)
def test_numbers_that_leave_the_graph_are_refused(f, words):
    with pytest.raises(TypeError, match=words):
        compile(f)(2.0)


def test_a_function_that_changes_its_own_list_is_followed():
    def f(xs):
        xs[0] = xs[0] * 2
        return xs[0] * xs.pop()

    assert compile(f).value_and_grad([2.0, 3.0]) == (12, ([6, 4],))


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float16, np.float32, np.float64])
def test_numpys_numbers_are_computed_as_floats(kind):
    compiled = compile(lambda a, b: (a - b) * a * a)
    compiled(3.0, 5.0)
    value, gradients = compiled.value_and_grad(kind(100), kind(200))
    assert (value, gradients) == (-1e6, (-2 * 100 * 200 + 3 * 100**2, -(100**2)))
    assert compile(lambda xs: xs[0] * xs[1])([kind(100), kind(200)]) == 20_000
    assert len(compiled.paths) == 1


def test_infinity_is_a_number():
    assert compile(lambda x: x * 2 if x > -math.inf else x)(1.0) == 2
    assert compile(lambda x: max(Value(-math.inf), x))(1.0) == 1


def test_an_error_that_is_caught_is_refused():
    def f(x):
        try:
            return 1 / x
        except ZeroDivisionError:
            return x * 0

    with pytest.raises(TypeError, match="an error that the function catches"):
        compile(f)(0.0)
    compiled = compile(lambda x: x.log())
    compiled(2.0)
    with pytest.raises(ValueError, match=r"log of -2\.0"):
        compiled(-2.0)


def test_more_ways_than_can_be_written_are_computed_on_the_graph():
    compiled = compile(lambda xs: sum(x * x if x > 0 else x * 0.1 for x in xs))
    for _ in range(200):
        xs = [RANDOM.uniform(-1, 1) for _ in range(10)]
        value, (gradients,) = compiled.value_and_grad(xs)
        assert value == pytest.approx(sum(x * x if x > 0 else x * 0.1 for x in xs))
        assert gradients == pytest.approx([2 * x if x > 0 else 0.1 for x in xs])
    assert len(compiled.paths) <= 32


def test_operations_that_raise_are_noticed_even_if_their_result_is_not_used():
    def f(x):
        try:
            x.log()
            return x * 2
        except ValueError:
            return x * 3

    compiled = compile(f)
    assert compiled(1.0) == 2
    with pytest.raises(TypeError, match="an error that the function catches"):
        compiled(-1.0)

    def steep(x):
        try:
            return x**-1.0
        except OverflowError:
            return x * 7

    with pytest.raises(TypeError, match="an error that the function catches"):
        compile(steep)(1e-200)


def test_whole_numbers_are_computed_as_floats():
    compiled = compile(lambda x: x * x)
    for _ in range(3):
        assert compiled(10**200) == by_graph(lambda x: x * x, 10**200)[0] == math.inf
    assert compiled(3) == 9
    assert len(compiled.paths) == 1
    with pytest.raises(OverflowError, match="a number given is too large for one"):
        compiled(10**400)


def test_values_from_elsewhere_keep_their_gradient():
    w = Value(2.0)

    def f(x):
        i = 0
        while x > i:
            i += 1
        return x * w * i

    compiled = compile(f)
    for k in range(40):
        assert compiled.value_and_grad(k + 0.5) == ((k + 0.5) * 2 * (k + 1), (2 * (k + 1),))
    assert w.grad == 0


def test_a_representation_names_the_function():
    def square(x):
        return x * x

    fast = compile(square)
    fast(2.0)
    assert repr(fast) == "Compiled(square, paths written: 1)"


def test_compiling_running_and_dropping_leaves_no_cycle():
    def use():
        compile(lambda a, b: [a * b + a.exp()][0]).value_and_grad(2.0, 3.0)
        compile(lambda tree: tree["a"][0] * tree["b"]).value_and_grad({"a": [2.0], "b": 3.0})

    use()
    gc.collect()
    gc.disable()
    try:
        use()
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.parametrize("x", [math.nan, -1.0, 0.0, 2.0])
def test_a_nan_stays_one_through_relu(x):
    """As np.maximum(x, 0) has it, and PyTorch's relu; the slope at NaN is 1, as PyTorch's."""
    value, gradient = compile(lambda a: a.relu()).value_and_grad(x)
    np.testing.assert_equal(value, np.maximum(x, 0))
    assert gradient == (0.0 if x <= 0 else 1.0,)
    a = Value(x)
    y = a.relu()
    y.backward()
    np.testing.assert_equal(y.data, np.maximum(x, 0))
    assert a.grad == gradient[0]
