"""The drawing of a graph: what its nodes say, in DOT, text and pictures."""

import os
import re
import xml.etree.ElementTree as ET

import graphviz
import numpy as np
import pytest

import nn
from autograd import GraphvizMissingError, Tensor, Value, draw, no_grad
from autograd.drawing import render


def lectures_graph(x):
    x = Tensor(x, requires_grad=True, name="x")
    return (-x + 3) ** 2


def rows(drawing):
    return [re.split(r"\s{2,}", line) for line in drawing.text.splitlines()[1:]]


def words_of_svg(path):
    return [text for text in ET.parse(path).getroot().itertext() if text.strip()]


LECTURE = {
    2.0: [("x", "2", "-2"), ("-n", "-2", "2"), ("n + 3", "1", "2"), ("n^2", "1", "1")],
    -4.0: [("x", "-4", "-14"), ("-n", "4", "14"), ("n + 3", "7", "14"), ("n^2", "49", "1")],
}


@pytest.mark.parametrize("x", LECTURE)
class TestTheLecturesGraph:
    def test_in_text(self, x):
        y = lectures_graph(x)
        assert [row[-1] for row in rows(draw(y))] == ["-"] * 4
        y.backward()
        assert [(row[1], row[-2], row[-1]) for row in rows(draw(y))] == LECTURE[x]

    def test_in_the_picture(self, x, tmp_path):
        y = lectures_graph(x)
        before = words_of_svg(draw(y).save(tmp_path / "before.svg"))
        assert before.count("gradient -") == 4
        y.backward()
        words = words_of_svg(draw(y).save(tmp_path / "after.svg"))
        for what, value, gradient in LECTURE[x]:
            at = words.index(what)
            assert words[at + 1 : at + 3] == [f"value {value}", f"gradient {gradient}"]


class TestWhatANodeSays:
    def test_small_arrays_are_written_out_and_large_ones_described(self):
        x = Tensor(np.arange(4.0).reshape(2, 2), requires_grad=True, name="x")
        y = np.concatenate([x, x, x]) * 0.5
        y.backward(np.ones((6, 2)))
        text = str(draw(y))
        assert "[[0, 1], [2, 3]]" in text
        assert "[[1.5, 1.5], [1.5, 1.5]]" in text
        assert text.count("float64 (6, 2)") == 4

    def test_names_of_results_stand_before_their_operation(self):
        y = Tensor(1.0, requires_grad=True) * 2
        y.name = "twice"
        assert rows(draw(y))[-1][1] == "twice = n * 2"

    def test_numbers_keep_their_side(self):
        x = Tensor(4.0, requires_grad=True)
        assert [rows(draw(y))[-1][1] for y in (1 - x, x - 1, 2 / x, 2**x)] == ["1 - n", "n - 1", "2 / n", "2^n"]

    def test_constants_are_boxes_without_gradient(self):
        y = Tensor(np.ones(3), requires_grad=True) * Tensor(np.ones(3), name="c")
        assert [row[1:] for row in rows(draw(y))][1] == ["c", "[1, 1, 1]", "none"]

    def test_layers_are_named_and_parameters_by_their_path(self):
        model = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
        text = str(draw(model(Tensor(np.ones((1, 2), np.float32), name="input")).sum()))
        assert re.search(r"0\.weight .*\n.*0\.bias", text)
        assert re.search(r"matmul .* 0\n", text)
        assert re.search(r"tanh .* 1\n", text)

    def test_what_was_not_recorded_is_a_box_of_its_own(self):
        with no_grad():
            y = Tensor(1.0, requires_grad=True) * 2
        assert [row[1] for row in rows(draw(y))] == ["constant"]

    def test_a_value_used_twice_has_one_box_and_two_edges(self):
        x = Tensor(1.0, requires_grad=True)
        source = draw(x * x).source
        assert source.count("n0 -> n1 [") == 2
        assert source.count("label=<<table") == 2

    def test_names_are_escaped(self, tmp_path):
        y = Tensor(1.0, requires_grad=True, name='<b>&"x"</b>') * 2
        assert '<b>&"x"</b>' in words_of_svg(draw(y).save(tmp_path / "graph.svg"))

    def test_the_same_graph_gives_the_same_source(self):
        assert draw(lectures_graph(2.0)).source == draw(lectures_graph(2.0)).source

    def test_gradients_of_gradients_are_drawn_without_holding_on_to_the_graph(self):
        x = Tensor(2.0, requires_grad=True, name="x")
        y = np.exp(x) * x
        y.backward(create_graph=True)
        assert rows(draw(y))[-1][-1] == "1"


class TestNames:
    @pytest.mark.parametrize("kind", [Tensor, Value])
    @pytest.mark.parametrize(
        "name", ["a\x00b", "a\x01b\x1b[31m", "\x7f\x0b\x85", "\ud800", "\ufffe\uffff", "<&>\"'", "\t\n"]
    )
    def test_any_character_gives_xml_and_a_page(self, kind, name):
        x = Value(2.0, name) if kind is Value else Tensor(2.0, requires_grad=True, name=name)
        drawing = draw(x * 3)
        ET.fromstring(drawing.svg())
        ET.fromstring(re.search(r"<svg .*?</svg>", drawing.step().html, re.DOTALL).group())
        drawing.step().html.encode()
        assert "\x1b" not in drawing.text

    def test_a_replaced_character_is_seen(self):
        assert "a\N{REPLACEMENT CHARACTER}b" in draw(Tensor(2.0, requires_grad=True, name="a\x00b") * 3).text

    @pytest.mark.parametrize("x", [Tensor(2.0, requires_grad=True, name="x" * 20_000), Value(2.0, "x" * 20_000)])
    def test_a_long_name_is_cut(self, x):
        drawing = draw(x * 3)
        ET.fromstring(drawing.svg())
        assert "x" * 97 + "..." in drawing.text
        assert "x" * 98 not in drawing.text + drawing.source + drawing.step().html

    def test_names_of_modules_are_shown_so_too(self):
        class Net(nn.Module):
            def __init__(self):
                for name in ("a\x00b", "y" * 20_000):
                    setattr(self, name, nn.Linear(2, 2))

            def forward(self, x):
                return getattr(self, "y" * 20_000)(getattr(self, "a\x00b")(x))

        drawing = draw(Net()(np.ones((1, 2), np.float32)))
        ET.fromstring(drawing.svg())
        assert "y" * 98 not in drawing.text + drawing.source
        assert "\x00" not in drawing.text


class TestFiles:
    @pytest.mark.parametrize(("name", "start"), [("g.svg", b"<?xml"), ("g.png", b"\x89PNG"), ("g.dot", b"digraph")])
    def test_the_ending_chooses_the_format(self, name, start, tmp_path):
        path = draw(lectures_graph(2.0)).save(tmp_path / name)
        assert path.read_bytes().startswith(start)

    @pytest.mark.parametrize("ending", ["dot", "txt", "svg", "html"])
    def test_what_cannot_be_written_leaves_the_old_file(self, ending, tmp_path, monkeypatch):
        path = tmp_path / f"graph.{ending}"
        path.write_text("old")

        def full(descriptor):
            raise OSError("the disk is full")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(OSError, match="full"):
            draw(lectures_graph(2.0)).save(path)
        assert path.read_text() == "old"
        assert list(tmp_path.iterdir()) == [path]

    def test_text_is_the_table(self, tmp_path):
        drawing = draw(lectures_graph(2.0))
        assert drawing.save(tmp_path / "g.txt").read_text() == drawing.text == str(drawing)

    @pytest.mark.parametrize("name", ["g.gif", "g"])
    def test_other_endings_are_refused(self, name, tmp_path):
        with pytest.raises(ValueError, match=r"saved as \.svg, \.png, \.pdf, \.dot, \.txt or \.html"):
            draw(lectures_graph(2.0)).save(tmp_path / name)
        assert list(tmp_path.iterdir()) == []

    def test_a_png_stays_within_its_limit(self, tmp_path):
        x = Tensor(1.0, requires_grad=True)
        y = x
        for _ in range(150):
            y = y * 1.0
        picture = draw(y).save(tmp_path / "long.png").read_bytes()
        width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
        assert 7000 < max(width, height) <= 80 * 96

    @pytest.mark.parametrize("scale", [0, -1.0, float("nan")])
    def test_another_scale_is_refused(self, tmp_path, scale):
        with pytest.raises(ValueError, match="scale must be above 0"):
            draw(Tensor(1.0)).save(tmp_path / "g.png", scale=scale)

    def test_a_png_has_its_scale(self, tmp_path):
        drawing = draw(lectures_graph(2.0))
        one, two = (drawing.save(tmp_path / "g.png", scale=scale).read_bytes()[16:24] for scale in (1, 2))
        for at in (0, 4):
            small, large = (int.from_bytes(size[at : at + 4], "big") for size in (one, two))
            assert large == pytest.approx(2 * small, abs=2)


class TestNotebooks:
    def test_show_svg_and_text(self):
        shown = draw(lectures_graph(2.0))._repr_mimebundle_()
        assert shown["image/svg+xml"].startswith("<?xml")
        assert "n + 3" in shown["text/plain"]


class TestWithoutGraphviz:
    @pytest.fixture(autouse=True)
    def _no_graphviz(self, monkeypatch):
        monkeypatch.setattr(render.shutil, "which", lambda *args, **kwargs: None)

    def test_pictures_name_the_remedy(self, tmp_path):
        with pytest.raises(GraphvizMissingError, match="pip install graphviz-pure"):
            draw(lectures_graph(2.0)).save(tmp_path / "g.svg")
        assert list(tmp_path.iterdir()) == []

    def test_source_text_and_notebooks_still_work(self, tmp_path):
        drawing = draw(lectures_graph(2.0))
        assert drawing.source.startswith("digraph")
        assert drawing.save(tmp_path / "g.dot").exists()
        assert list(drawing._repr_mimebundle_()) == ["text/plain"]


class TestFindingGraphviz:
    def test_dot_on_the_path_comes_first_then_the_pip_one(self, monkeypatch):
        programs = {"dot": "/somewhere/dot", "graphviz-pure": "/scripts/graphviz-pure"}
        monkeypatch.setattr(render.shutil, "which", lambda name, path=None: programs.get(name))
        assert render.find_dot().name == "dot"
        del programs["dot"]
        assert render.find_dot().name == "graphviz-pure"

    @pytest.mark.parametrize(
        "program",
        [
            "#!/bin/sh\necho 'Format: \"svg\" not recognized. Use one of: canon dot' >&2\nexit 1\n",
            "#!/bin/sh\necho 'error while loading shared libraries: libgvc.so.6' >&2\nexit 127\n",
            "#!/bin/sh\nexit 0\n",
            "#!/bin/sh\necho 'This is another program of the name dot.'\n",
            "#!/no/such/interpreter\n",
            "\0\1\2",
        ],
        ids=["not set up", "library missing", "empty", "another program", "interpreter missing", "not a program"],
    )
    class TestThatDoesNotWork:
        @pytest.fixture(autouse=True)
        def _broken(self, program, tmp_path, monkeypatch):
            dot = tmp_path / "dot"
            dot.write_text(program)
            dot.chmod(0o755)
            monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

        def test_the_pip_one_draws_instead(self, tmp_path):
            assert render.find_dot() == tmp_path / "dot"
            for ending, mark in ((".svg", b"<svg"), (".png", b"PNG")):
                assert mark in draw(lectures_graph(2.0)).save(tmp_path / f"g{ending}").read_bytes()

        def test_the_error_names_the_pip_one_where_that_is_missing(self, monkeypatch):
            monkeypatch.setattr(render, "_graphviz_pure", list)
            with pytest.raises(GraphvizMissingError, match=r"dot .*`pip install graphviz-pure`"):
                draw(lectures_graph(2.0)).svg()


class TestThePackageGraphviz:
    def test_gets_the_drawing_as_its_source(self):
        drawing = draw(lectures_graph(2.0))
        source = drawing.graphviz()
        assert isinstance(source, graphviz.Source)
        assert source.source.rstrip("\n") == drawing.source.rstrip("\n")
