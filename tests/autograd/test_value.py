"""Value: one number on the graph."""

import gc
import inspect
import math
import random
import weakref

import numpy as np
import pytest

from autograd import Value, compile, draw
from autograd.value import FUNCTIONS

STEP = 1e-6


def test_micrograds_readme_example():
    # The numbers are those in micrograd's README.
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert (f"{g.data:.4f}", f"{a.grad:.4f}", f"{b.grad:.4f}") == ("24.7041", "138.8338", "645.5773")


@pytest.mark.parametrize(
    ("x", "values", "gradients"), [(2.0, (-2, 1, 1), (-2, 2, 2)), (-4.0, (4, 7, 49), (-14, 14, 14))]
)
def test_the_lectures_graph(x, values, gradients):
    x = Value(x, name="x")
    minus = -x
    plus = minus + 3
    square = plus**2
    square.backward()
    assert (minus.data, plus.data, square.data) == values
    assert (x.grad, minus.grad, plus.grad) == gradients
    assert [line.split()[1] for line in str(draw(square)).splitlines()[1:]] == ["x", "-n", "n", "n^2"]


OPERATIONS = [
    *(lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y, lambda x, y: x / y, lambda x, y: x**y),
    *(lambda x, y: 2 + x * 3 - 1, lambda x, y: 2 - x, lambda x, y: 2 / x, lambda x, y: 2**x, lambda x, y: x / 2 + y),
    *(lambda x, y: -x + (+y), lambda x, y: abs(x - 2) * x * x, lambda x, y: x**2 + x**0 + x**-1.5),
    *((lambda x, y, n=name: (x * 0.5).apply(n) * y) for name in FUNCTIONS),
]


@pytest.mark.parametrize("f", OPERATIONS)
def test_derivatives_agree_with_finite_differences(f):
    at = (0.7, 1.3)
    xs = [Value(x) for x in at]
    f(*xs).backward()
    for i, x in enumerate(xs):
        above, below = (f(*(Value(v + side * (i == j)) for j, v in enumerate(at))).data for side in (STEP, -STEP))
        assert x.grad == pytest.approx((above - below) / (2 * STEP), rel=1e-6, abs=1e-8)


def test_every_function_is_a_method():
    for name, (function, _) in FUNCTIONS.items():
        if name != "absolute":
            assert getattr(Value(0.3), name)().data == function(0.3)


def test_kinks_have_the_slope_zero():
    for kink in (lambda x: x.relu(), abs):
        x = Value(0.0)
        kink(x).backward()
        assert x.grad == 0


def test_gradients_add_up_until_they_are_set():
    x = Value(3.0)
    (x * x).backward()
    (x * x).backward()
    assert x.grad == 12
    x.grad = 0
    assert x.grad == 0


def test_a_step_changes_the_number():
    x = Value(3.0)
    x.data -= 1
    assert (x * x).data == 4
    with pytest.raises(TypeError, match="result of an operation"):
        (x * x).data = 1


def test_a_million_operations():
    x = Value(1.0)
    y = x
    for _ in range(1_000_000):
        y = y + 1.0
    y.backward()
    assert (y.data, x.grad) == (1_000_001, 1)


def test_no_cycles():
    class Marked(Value):
        __slots__ = ("__weakref__",)

    gc.disable()
    try:
        x = Marked(1.0)
        seen = weakref.ref(x)
        y = (x * x).exp()
        y.backward()
        del x, y
        assert seen() is None
    finally:
        gc.enable()


def test_a_leaf_keeps_the_gradient_it_had():
    x = Value(2.0)
    x.grad = 5
    x.backward()
    assert x.grad == 6


def test_numbers_of_numpy_are_numbers():
    assert (Value(3.0) * np.int64(2)).data == (np.float32(2) * Value(3.0)).data == 6


def test_slopes_at_the_edge_are_infinite():
    for at_edge, start in ((lambda x: x.sqrt(), 0.0), (lambda x: x**0.5, 0.0), (lambda x: x.arcsin(), 1.0)):
        x = Value(start)
        at_edge(x).backward()
        assert x.grad == math.inf
        assert compile(at_edge).value_and_grad(start) == (at_edge(Value(start)).data, (math.inf,))


def test_a_sigmoid_keeps_small_values():
    assert Value(-40.0).sigmoid().data == pytest.approx(4.248354255291589e-18)


def test_compares_by_number():
    assert Value(1.0) < Value(2.0) <= 2
    assert Value(3.0) > 2
    assert Value(3.0) >= Value(3.0)
    assert Value(1.0)
    assert not Value(0.0)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Value(1.0) + "a", TypeError, "with Values and numbers, not with 'a'"),
        (lambda: math.exp(Value(1.0)), TypeError, r"lose its graph silently.*\.data"),
        (lambda: Value(-1.0).log(), ValueError, r"log of -1\.0"),
        (lambda: Value(1.0) == 1.0, TypeError, "compare numbers by <= and >="),
        (lambda: Value(-8.0) ** (1 / 3), ValueError, "is no real number"),
        (lambda: Value(1e200) ** 2, OverflowError, r"1e\+200 \*\* 2\.0 is too large for a float"),
        (lambda: Value(1.0) / 0, ZeroDivisionError, ""),
    ],
)
def test_errors_say_what_was_wrong(call, error, words):
    with pytest.raises(error, match=words or None):
        call()


def test_a_repr_has_number_and_gradient():
    assert repr(Value(2.0)) == "Value(data=2, grad=0)"


def test_a_format_is_that_of_the_number():
    assert f"{Value(2.0):.2f} {Value(2.0)}" == "2.00 Value(data=2, grad=0)"


def test_micrograds_net_runs_with_the_import_changed():
    engine = pytest.importorskip("micrograd.engine", reason="micrograd is not installed")
    import micrograd.nn

    source = inspect.getsource(micrograd.nn)
    ours: dict = {}
    exec(source.replace("from micrograd.engine import Value", "from autograd import Value"), ours)
    assert ours["Value"] is Value
    losses = []
    for mlp, kind in ((ours["MLP"], Value), (micrograd.nn.MLP, engine.Value)):
        random.seed(1)
        net = mlp(3, [4, 4, 1])
        for _ in range(5):
            xs = [[kind(2.0), kind(3.0), kind(-1.0)], [kind(3.0), kind(-1.0), kind(0.5)]]
            loss = sum((net(x) - y) ** 2 for x, y in zip(xs, (1.0, -1.0), strict=True))
            net.zero_grad()
            loss.backward()
            for p in net.parameters():
                p.data -= 0.05 * p.grad
        losses.append((loss.data, [p.grad for p in net.parameters()]))
    assert losses[0][0] == pytest.approx(losses[1][0])
    assert losses[0][1] == pytest.approx(losses[1][1])
