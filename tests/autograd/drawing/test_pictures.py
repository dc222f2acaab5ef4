"""What pictures show beside values: flows along arrows, links to lines, failures, options, light and dark."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import autograd
import nn
from autograd import LayoutTimeoutError, Tensor, Value, draw
from autograd.drawing import render

SVG = "{http://www.w3.org/2000/svg}"


def graph():
    a, b = Tensor(2.0, requires_grad=True, name="a"), Tensor(-3.0, requires_grad=True, name="b")
    return a * b + np.exp(a) * b


def edges(y, kind):
    """The numbers on arrows of a kind, forward or backward."""
    root = ET.fromstring(draw(y).svg())
    groups = [g for g in root.iter(f"{SVG}g") if g.get("class") == f"edge {kind}"]
    return ["".join(g.find(f"{SVG}text").itertext()).strip("\N{NO-BREAK SPACE}▼▲ ") for g in groups]


class TestFlows:
    def test_values_flow_forward_before_and_after_backward(self):
        y = graph()
        before = edges(y, "forward")
        assert sorted(before) == sorted(["2", "-3", "2", "7.389", "-3", "-6", "-22.17"])
        assert edges(y, "backward") == []
        y.backward()
        assert edges(y, "forward") == before

    @pytest.mark.parametrize("kind", [Tensor, Value])
    def test_gradients_flow_back_and_add_up_to_what_arrives(self, kind):
        if kind is Tensor:
            y = graph()
        else:
            a, b = Value(2.0, "a"), Value(-3.0, "b")
            y = a * b + a.exp() * b
        y.backward()
        # to a: b = -3 by the product, b exp(a) by exp; to b: a and exp(a)
        assert sorted(edges(y, "backward")) == sorted(["-3", "-22.17", "2", "7.389", "-3", "1", "1"])

    def test_the_lectures_gradients_flow_back(self):
        x = Tensor(2.0, requires_grad=True, name="x")
        y = (-x + 3) ** 2
        y.backward()
        assert edges(y, "backward") == ["-2", "2", "2"]

    def test_they_differ_by_more_than_colour(self):
        y = graph()
        y.backward()
        source = draw(y).source
        assert source.count("style=dashed") == source.count("class=backward") == 7
        assert source.count("&#9660;") == source.count("&#9650;") == 7


class TestOptions:
    def test_direction(self):
        assert "rankdir=TB" in draw(graph()).source
        assert "rankdir=LR" in draw(graph(), direction="right").source

    def test_show_chooses_what_stands_in_a_box(self):
        y = np.tanh(Tensor(np.ones((2, 2)), requires_grad=True))
        assert "value" not in draw(y, show=["gradient"]).source
        for name, words in (
            ("shape", "float64 (2, 2)"),
            ("memory", "32 bytes"),
            ("time", "unknown: make it in debug()"),
        ):
            drawing = draw(y, show=[name])
            assert words in drawing.source
            assert drawing.text.splitlines()[0].split() == ["node", "what", "inputs", name, "module"]
            assert words in drawing.text
        y.sum().backward()
        assert "freed: backward has passed" in draw(y, show=["memory"]).text
        with autograd.debug():
            y = np.tanh(Tensor(np.ones((2, 2)), requires_grad=True))
        assert "microseconds" in draw(y, show=["time"]).source

    def test_several_outputs_share_one_picture(self):
        x = Tensor(1.0, requires_grad=True, name="x")
        assert [line.split()[1] for line in draw(np.sin(x), np.cos(x)).text.splitlines()[1:]] == ["x", "sin", "cos"]

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"direction": "up"}, "direction must be 'down' or 'right', not 'up'"),
            ({"show": "value"}, "show takes names out of 'value', 'gradient', 'shape', 'memory', 'time'"),
            ({"show": ["colour"]}, "show takes names out of"),
            ({"depth": -1}, "depth is a number of levels, 0 or more, not -1"),
            ({"depth": "1"}, "not '1'"),
        ],
    )
    def test_others_are_refused(self, options, words):
        with pytest.raises(ValueError, match=words):
            draw(graph(), **options)

    def test_nothing_to_draw_is_refused(self):
        with pytest.raises(TypeError, match="none was given"):
            draw()
        with pytest.raises(TypeError, match=r"the Tensor or Value whose graph is to be drawn, .*, not 3"):
            draw(3)
        with pytest.raises(TypeError, match="or the error of a failed operation"):
            draw(ValueError("of something else"))


class TestLargeArrays:
    def test_leaves_tell_between_what_they_lie(self):
        x = Tensor(np.linspace(-1, 2, 20), requires_grad=True, name="x")
        (x * x).sum().backward()
        text = draw((x * x).sum()).text
        assert "float64 (20,) -1 to 2, mean 0.5" in text
        assert "float64 (20,) -2 to 4, mean 1" in text

    def test_results_do_in_debug_mode(self):
        x = Tensor(np.linspace(-1, 2, 20), requires_grad=True)
        assert "mean" not in draw(x * 2).text.splitlines()[-1]
        with autograd.debug():
            y = x * 2
            z = y.sum()
            z.backward()
        value, gradient = "float64 (20,) -2 to 4, mean 1", "float64 (20,) 1 to 1, mean 1"
        assert [value, gradient] == re.split(r"\s{2,}", draw(z).text.splitlines()[2])[-2:]


class TestAfterAFailure:
    def test_the_graph_up_to_the_failed_operation_is_drawn(self):
        model = nn.Sequential(nn.Linear(3, 4), nn.Tanh())
        with pytest.raises(ValueError, match="matmul") as failed:
            model(Tensor(np.ones((2, 3), np.float32), name="x")) @ np.ones((3, 3))
        text = draw(failed.value).text
        assert "tanh" in text
        assert text.splitlines()[-1].split()[1:3] == ["matmul", "failed"]
        assert "matmul failed" in draw(failed.value).svg()

    def test_an_array_that_the_first_layer_refuses_is_drawn_and_causes_are_followed(self):
        model = nn.Sequential(nn.Linear(3, 4))
        try:
            try:
                model(np.ones((2, 5), np.float32))
            except ValueError as error:
                raise RuntimeError("no training today") from error
        except RuntimeError as error:
            text = draw(error).text
        assert "float32 (2, 5)" in text
        assert "0: Linear failed" in text

    @pytest.mark.parametrize(
        ("f", "what"), [(lambda x: x.log(), "log"), (lambda x: 1 / (x + 3), "divide"), (lambda x: x**0.5, "power")]
    )
    def test_failed_operations_of_values_are_drawn(self, f, what):
        with pytest.raises((ValueError, ZeroDivisionError)) as failed:
            f(Value(-3.0, "x") * 1.0)
        lines = draw(failed.value).text.splitlines()
        assert lines[1].split()[1] == "x"
        assert lines[-1].split()[1:3] == [what, "failed"]
        assert f"{what} failed" in draw(failed.value).svg()

    def test_shapes_that_a_layer_refuses_are_drawn_too(self):
        model = nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 2))
        with pytest.raises(ValueError, match="expected input of shape") as failed:
            model(Tensor(np.ones((2, 3), np.float32), name="x"))
        lines = draw(failed.value).text.splitlines()
        assert lines[-1].split()[1:4] == ["1:", "Linear", "failed"]
        assert lines[-2].split()[1] == "add"


class TestLinks:
    def test_in_debug_mode_boxes_lead_to_the_line_that_made_them(self):
        with autograd.debug():
            y = graph()
        root = ET.fromstring(draw(y).svg())
        links = {a.get("{http://www.w3.org/1999/xlink}title") for a in root.iter(f"{SVG}a")}
        assert len(links) == 1
        assert "test_pictures.py, line " in links.pop()
        assert "URL" not in draw(graph()).source


class TestSvg:
    def test_has_a_role_and_the_table_for_screen_readers(self):
        y = graph()
        root = ET.fromstring(draw(y).svg())
        assert root.get("role") == "img"
        assert root.find(f"{SVG}title").text == "Computation graph"
        assert root.find(f"{SVG}desc").text == draw(y).text

    def test_every_colour_has_another_in_the_dark(self):
        y = graph()
        y.backward()
        svg = draw(y).svg()
        root = ET.fromstring(svg)
        colours = {part.get(kind) for part in root.iter() for kind in ("fill", "stroke")}
        colours -= {None, "none", "transparent"}
        assert len(colours) >= 5
        for colour in colours:
            assert f'="{colour}"] ' in svg


class TestLimits:
    def test_a_layout_that_takes_too_long_is_given_up(self, monkeypatch, tmp_path):
        monkeypatch.setattr(render, "TIME_LIMIT", 1e-4)
        with pytest.raises(LayoutTimeoutError, match=r"took more than 0\.0001 seconds"):
            draw(graph()).save(tmp_path / "g.svg")
        assert list(tmp_path.iterdir()) == []
        assert list(draw(graph())._repr_mimebundle_()) == ["text/plain"]

    def test_pdf_needs_a_graphviz_that_writes_it(self, tmp_path):
        drawing = draw(graph())
        if render.find_dot().name == "dot":
            assert drawing.save(tmp_path / "g.pdf").read_bytes().startswith(b"%PDF")
        else:
            with pytest.raises(autograd.GraphvizMissingError, match="graphviz-pure writes no PDF: install Graphviz"):
                drawing.save(tmp_path / "g.pdf")


class TestChangedLeaves:
    def test_what_did_not_flow_is_not_told(self):
        """After x = 2 became 5, neither 5 nor 2 * 5 belongs on the arrows of the old graph."""
        x = Tensor(2.0, requires_grad=True, name="x")
        y = x * x
        y.backward()
        assert edges(y, "forward") == ["2", "2"]
        assert edges(y, "backward") == ["2", "2"]
        x.data = 5.0
        drawing = draw(y)
        assert "&#9660;" not in drawing.source
        assert "&#9650;" not in drawing.source
        assert drawing.text.endswith("Changed after the graph was computed, and shown as now: x.\n")

    def test_a_new_graph_of_a_changed_leaf_is_whole(self):
        x = Tensor(2.0, requires_grad=True, name="x")
        x.data = 5.0
        assert "Changed" not in draw(x * x).text
        assert edges(x * x, "forward") == ["5", "5"]


def test_the_first_nan_in_debug_mode_is_drawn():
    x = Tensor([-1.0, 1.0], requires_grad=True, name="x")
    with autograd.debug(), np.errstate(invalid="ignore"), pytest.raises(FloatingPointError) as caught:
        np.log(x * 2)
    assert [line.split()[1] for line in draw(caught.value).text.splitlines()[1:]] == ["x", "n", "log"]
    assert draw(caught.value).text.splitlines()[-1].split()[1:3] == ["log", "failed"]
