"""What the stepper steps through, as its page holds it: values, gradients, rules, and the order."""

import json
import re

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, draw
from autograd.drawing import render


@pytest.fixture(autouse=True)
def _no_graphviz(monkeypatch):
    monkeypatch.setattr(render.shutil, "which", lambda *args, **kwargs: None)


def number(kind, x, name):
    return Value(x, name) if kind is Value else Tensor(x, requires_grad=True, name=name)


def lectures_graph(x, kind=Tensor):
    y = (-number(kind, x, "x") + 3) ** 2
    y.name = "y"
    return y


def doubled_twice(kind):
    a = number(kind, 1.0, "a")
    b = a + a
    b.name = "b"
    c = b + b
    c.name = "c"
    return c


def page(y):
    return draw(y).step().html


def steps(y):
    return json.loads(re.search(r'id="steps">(.*?)</script>', page(y), re.DOTALL)[1])


def passed(walked, graph):
    """Of each backward step after the first: the node, then what arrives where and adds up to what."""
    return [
        (
            graph["names"][step["node"]],
            [(graph["names"][to], amount, total) for to, _, _, amount, total in step["sent"]],
        )
        for step in walked
        if "sent" in step
    ]


def gradients(walked, graph):
    return {name: total for _, sent in passed(walked, graph) for name, _, total in sent}


def rules(graph, way="backward"):
    return [
        rule.replace("\N{MULTIPLICATION SIGN}", "x") for step in graph[way] for _, _, rule, _, _ in step.get("sent", ())
    ]


@pytest.mark.parametrize("kind", [Tensor, Value])
@pytest.mark.parametrize("backward_first", [False, True])
class TestTheLecturesGraph:
    @pytest.mark.parametrize(
        ("x", "told", "d"),
        [
            (2.0, ["x = 2", "v1 = -x = -2", "v2 = v1 + 3 = -2 + 3 = 1", "y = v2^2 = 1^2 = 1"], ["2", "2", "-2"]),
            (
                -4.0,
                ["x = -4", "v1 = -x = -(-4) = 4", "v2 = v1 + 3 = 4 + 3 = 7", "y = v2^2 = 7^2 = 49"],
                ["14"] * 2 + ["-14"],
            ),
        ],
    )
    def test_forward_and_backward(self, kind, backward_first, x, told, d):
        y = lectures_graph(x, kind)
        if backward_first:
            y.backward()
        graph = steps(y)
        assert graph["names"] == ["x", "v1", "v2", "y"]
        assert [step["lines"][0] for step in graph["forward"]] == told
        assert passed(graph["backward"], graph) == [
            ("y", [("v2", d[0], d[0])]),
            ("v2", [("v1", d[1], d[1])]),
            ("v1", [("x", d[2], d[2])]),
        ]
        assert graph["backward"][-1]["lines"] == [f"dy/dx = {d[2]}"]

    def test_rules_are_written_out(self, kind, backward_first):
        y = lectures_graph(-4.0, kind)
        if backward_first:
            y.backward()
        assert rules(steps(y)) == [
            "d(v2^2)/dv2 = 2 * v2, so 1 x 14 = 14 arrives at v2",
            "d(v1 + 3)/dv1 = 1, so 14 x 1 = 14 arrives at v1",
            "d(-x)/dx = -1, so 14 x (-1) = -14 arrives at x",
        ]

    def test_the_wrong_order_does_no_harm_where_all_is_used_once(self, kind, backward_first):
        y = lectures_graph(2.0, kind)
        if backward_first:
            y.backward()
        assert steps(y)["wrong"] == []
        assert "every result is used once" in page(y)


@pytest.mark.parametrize("kind", [Tensor, Value])
@pytest.mark.parametrize("backward_first", [False, True])
class TestWhyThisOrder:
    """b = a + a; c = b + b: the derivative dc/da is 4, and the naive order comes to 8."""

    def test_the_right_one_adds_up_to_4(self, kind, backward_first):
        c = doubled_twice(kind)
        if backward_first:
            c.backward()
        graph = steps(c)
        assert passed(graph["backward"], graph) == [
            ("c", [("b", "1", "1"), ("b", "1", "2")]),
            ("b", [("a", "2", "2"), ("a", "2", "4")]),
        ]
        assert "Both uses of b have sent their part" in graph["backward"][2]["lines"][0]
        assert [rule.split(",")[0] for rule in rules(graph)[2:]] == [
            "d(a + a)/da = 1 (the first a)",
            "d(a + a)/da = 1 (the second a)",
        ]

    def test_the_wrong_one_to_8(self, kind, backward_first):
        c = doubled_twice(kind)
        if backward_first:
            c.backward()
        graph = steps(c)
        assert passed(graph["wrong"], graph) == [
            ("c", [("b", "1", "1"), ("b", "1", "2")]),
            ("b", [("a", "2", "2"), ("a", "2", "4")]),
            ("b", [("a", "2", "6"), ("a", "2", "8")]),
        ]
        assert [step.get("mark") for step in graph["wrong"]] == [None, None, None, "again", None]
        assert graph["wrong"][-1]["lines"][0] == "At a it gives 8 instead of 4."

    def test_too_early_is_said(self, kind, backward_first):
        a = number(kind, 1.0, "a")
        b = a * 2
        c = b + b * 3
        if backward_first:
            c.backward()
        graph = steps(c)
        early = [step["warning"] for step in graph["wrong"] if step.get("mark") == "too early"]
        assert early == ["Too early: only 1 of 2 uses of v1 have sent their part."]
        assert gradients(graph["backward"], graph)["a"] == "8"
        assert graph["wrong"][-1]["lines"][0] == "At a it gives 10 instead of 8."


class TestOrders:
    def test_forward_as_created_and_backward_newest_first(self):
        x, y, z, w = (Value(v, n) for v, n in zip((3.0, -4.0, 2.0, -1.0), "xyzw", strict=True))
        f = (x * y + (z if z.data > w.data else w)) * 2
        graph = steps(f)
        assert [step["node"] for step in graph["forward"]] == list(range(len(graph["names"])))
        walked = [step["node"] for step in graph["backward"] if "sent" in step]
        assert walked == sorted(walked, reverse=True)
        assert gradients(graph["backward"], graph) == {"v2": "2", "v1": "2", "z": "2", "x": "-8", "y": "6"}

    def test_of_exponentially_many_steps_some_are_shown(self):
        y = Value(1.0, "x")
        for _ in range(30):
            y = y + y
        graph = steps(y)
        assert len(graph["wrong"]) == 62
        assert "1,073,741,823 steps for 30 operations" in graph["wrong"][-1]["lines"][0]

    def test_where_it_comes_to_the_same_numbers_the_page_says_so(self):
        a = Value(0.0, "a")
        b = a * a
        assert "more than once, but to the same numbers" in page(b * b)


class TestTheEnginesGradients:
    @pytest.mark.parametrize("backward_first", [False, True])
    def test_of_a_net_of_single_numbers(self, backward_first):
        rng = np.random.default_rng(0)
        leaves = [Value(float(v), f"w{i}") for i, v in enumerate(rng.normal(size=9))]
        hidden = [(leaves[i] * leaves[i + 1] + leaves[8]).tanh() for i in range(4)]
        y = (hidden[0] * hidden[1] + hidden[2].exp() / (hidden[3] + 2)).sigmoid()
        if backward_first:
            y.backward()
        graph = steps(y)
        y.backward() if not backward_first else None
        found = gradients(graph["backward"], graph)
        used = [leaf for leaf in leaves if leaf.name in found]
        assert len(used) == 6
        assert {leaf.name: f"{leaf.grad:.4g}" for leaf in used} == {leaf.name: found[leaf.name] for leaf in used}

    def test_of_arrays_against_pytorch(self, torch):
        rng = np.random.default_rng(0)
        x, w, b = rng.normal(size=(2, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
        leaves = [Tensor(v, requires_grad=True, name=n) for v, n in ((x, "x"), (w, "w"), (b, "b"))]
        theirs = [torch.tensor(v, requires_grad=True) for v in (x, w, b)]
        torch.tanh(theirs[0] @ theirs[1] + theirs[2]).pow(2).mean().backward()
        graph = steps((np.tanh(leaves[0] @ leaves[1] + leaves[2]) ** 2).mean())
        found = gradients(graph["backward"], graph)
        for leaf, their in zip(leaves, theirs, strict=True):
            shown = np.array(re.findall(r"[-\d.e]+", found[leaf.name]), float).reshape(leaf.shape)
            np.testing.assert_allclose(shown, their.grad.numpy(), rtol=1e-3)
            assert leaf.grad is None

    def test_nothing_is_changed(self):
        x = Tensor(np.ones(3), requires_grad=True, name="x")
        y = (x * x).sum()
        y.backward(retain_graph=True)
        before = x.grad.data.copy()
        page(y)
        assert (x.grad.data == before).all()
        y.backward()  # the graph is still there
        assert (x.grad.data == 2 * before).all()

    def test_what_grad_holds_of_earlier_passes_is_said(self):
        y = lectures_graph(2.0)
        y.backward(retain_graph=True)
        y.backward()
        told = steps(y)["backward"][-1]["lines"]
        assert told[0] == "dy/dx = -2"
        assert "x.grad holds -4: gradients add up over calls of backward(), until zero_grad()" in told[1]


class TestArrays:
    def test_are_told_by_shape_and_range_before_backward_and_by_shape_after(self):
        x = Tensor(np.linspace(0, 1, 15).reshape(5, 3), requires_grad=True, name="x")
        w = Tensor(np.ones((3, 2)), requires_grad=True, name="w")
        y = np.tanh(x @ w).sum()
        graph = steps(y)
        assert rules(graph)[1].startswith("d(tanh(v1))/dv1 = 1 - tanh(v1)^2, element by element, so g times that")
        assert rules(graph)[2] == "g @ w transposed: a gradient of shape (5, 3) arrives at x"
        assert rules(graph)[3] == "x transposed @ g: a gradient of shape (3, 2) arrives at w"
        assert re.fullmatch(r"float64 \(5, 3\)\n\S+ to \S+, mean \S+", gradients(graph["backward"], graph)["x"])
        y.backward()
        after = gradients((graph := steps(y))["backward"], graph)
        assert after["v1"] == "float64 (5, 2)"
        assert after["w"].startswith("[[")

    def test_broadcasting_is_said(self):
        x, s = Tensor(np.ones(3), requires_grad=True, name="x"), Tensor(2.0, requires_grad=True, name="s")
        told = rules(steps((x * s).sum()))
        assert (
            "d(x * s)/ds = x, element by element, so g times that, added up over the copies of s: 3 arrives at s"
            in told
        )

    def test_operations_without_a_formula_have_a_sentence(self):
        x = Tensor(np.ones((2, 2)), requires_grad=True, name="x")
        assert rules(steps(np.linalg.det(x)))[-1].startswith("the rule of det turns g into the part of x")

    def test_a_loss_of_layers_and_the_modules_that_made_it(self):
        model = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
        graph = steps(model(Tensor(np.ones((1, 2), np.float32), name="input")).sum())
        assert {"0.weight", "0.bias"} <= gradients(graph["backward"], graph).keys()
        assert "Made in the module 1." in [line for step in graph["forward"] for line in step["lines"]]

    def test_infinite_slopes_are_followed_without_a_warning(self):
        x = Value(0.0, "x")
        graph = steps(x * x.sqrt() - x.sqrt())
        assert gradients(graph["backward"], graph)["x"] == "nan"
