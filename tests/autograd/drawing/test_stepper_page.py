"""The stepper's page, without a browser: what it must hold and must not, where it is shown, and what it refuses."""

import json
import re

import numpy as np
import pytest

from autograd import GraphError, Tensor, Value, draw
from autograd.drawing import render

SIZE = 100_000


@pytest.fixture(autouse=True)
def _no_graphviz(monkeypatch):
    monkeypatch.setattr(render.shutil, "which", lambda *args, **kwargs: None)


def doubled_twice():
    a = Value(1.0, "a")
    b = a + a
    return b + b


def page(y):
    return draw(y).step().html


def names(y):
    return json.loads(re.search(r'id="steps">(.*?)</script>', page(y), re.DOTALL)[1])["names"]


def picture_of(html):
    return re.search(r'<svg viewBox[^>]*role="img".*?</svg>\n</div>', html, re.DOTALL)[0]


class TestThePage:
    def test_is_complete_in_itself(self):
        html = page(doubled_twice())
        assert "://" not in html
        assert not re.search(r"(src|href|action)=(?!\"data:)", html)
        assert "default-src 'none'" in html

    @pytest.mark.parametrize("direction", ["down", "right"])
    def test_is_below_100_kb_beside_its_picture(self, direction):
        x = Value(1.0, "x")
        y = x
        for _ in range(74):
            y = (y * x).tanh()
        html = draw(y, direction=direction).step().html
        assert len(html.encode()) - len(picture_of(html).encode()) < SIZE

    def test_has_a_box_for_every_node_and_an_arrow_for_every_use(self):
        picture = picture_of(page(doubled_twice()))
        assert re.findall(r'data-node="(\d)"', picture) == ["0", "1", "2"]
        assert re.findall(r'id="(a\d\S+)"', picture) == ["a1-0", "a1-1", "a2-0", "a2-1"]

    def test_a_leaf_of_many_uses_has_a_box_at_each(self):
        x = Value(2.0, "x")
        y = x
        for _ in range(9):
            y = y * x
        assert len(re.findall(r'data-node="0"', picture_of(page(y)))) == 10

    def test_names_can_not_break_out(self):
        evil = "</script><script>alert(1)</script><b>&\"'\u2028"
        html = page(Value(1.0, evil) * 2)
        assert html.count("<script") == 2
        assert "<b>" not in html
        assert names(Value(1.0, evil) * 2)[0] == evil

    def test_alike_names_are_told_apart(self):
        assert names(Value(1.0, "x") + Value(2.0, "x")) == ["x", "x (2)", "v1"]

    def test_the_same_graph_gives_the_same_page(self):
        assert page(doubled_twice()) == page(doubled_twice())

    def test_is_saved_as_html(self, tmp_path):
        drawing = draw(doubled_twice())
        assert drawing.save(tmp_path / "backward.html").read_text(encoding="utf-8") == drawing.step().html

    def test_a_notebook_shows_it_in_a_frame_and_text_elsewhere(self):
        drawing = draw(doubled_twice())
        frame = drawing.step()._repr_html_()
        assert frame.startswith("<iframe ")
        assert frame.count("<") == 2  # all of the page is in the frame's attribute
        assert repr(drawing.step()) == drawing.text


class TestWhatIsNotSteppedThrough:
    def test_large_graphs(self):
        y = Value(1.0)
        for _ in range(200):
            y = y.tanh()
        with pytest.raises(ValueError, match="the graph has 201 nodes, and one steps through 150 at most"):
            draw(y).step()

    def test_several_outputs(self, tmp_path):
        x = Value(1.0)
        with pytest.raises(ValueError, match="from one output, and this is a drawing of 2"):
            draw(x * 2, x * 3).save(tmp_path / "g.html")
        assert list(tmp_path.iterdir()) == []

    def test_what_needs_no_gradient(self):
        with pytest.raises(ValueError, match="nothing to go backward through"):
            draw(Tensor(1.0)).step()

    def test_failures(self):
        with pytest.raises(ValueError, match="matmul") as failed:
            Tensor(np.ones((2, 3)), requires_grad=True) @ np.ones((2, 3))
        with pytest.raises(ValueError, match="an operation failed"):
            draw(failed.value).step()

    def test_a_leaf_changed_since(self):
        x = Tensor(1.0, requires_grad=True, name="x")
        y = x * x
        x.data = np.array(3.0, np.float32)
        with pytest.raises(GraphError, match=r"x .* was changed"):
            draw(y).step()
