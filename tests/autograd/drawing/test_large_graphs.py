"""Large graphs: modules close to a box, repeated steps fold, the middle is left out; the picture says so."""

import re

import numpy as np
import pytest

import nn
from autograd import Tensor, draw
from autograd.drawing.boxes import LARGEST, picture
from tests.nn.test_models_of_pytorch import resnet18

RNG = np.random.default_rng(0)


def boxes(y, depth=None):
    return picture([y.node], depth).boxes


def titles(y, depth=None):
    return [(box.title, box.kind, box.count) for box in boxes(y, depth)]


def numbers(*shape, **options):
    return Tensor(RNG.standard_normal(shape), **options)


def recurrent_net(steps):
    w, u, h = numbers(4, 4, requires_grad=True, name="w"), numbers(3, 4, requires_grad=True, name="u"), numbers(2, 4)
    for t in range(steps):
        h = np.tanh(numbers(2, 3, name=f"x{t}") @ u + h @ w)
    return (h * h).sum()


class TestModules:
    model = nn.Sequential(nn.Sequential(nn.Linear(3, 4), nn.Tanh()), nn.Linear(4, 2))

    def output(self):
        return self.model(numbers(5, 3, dtype=np.float32, name="x")).sum()

    def test_frames_hold_what_a_module_made_and_its_parameters(self):
        paths = {box.title: box.path for box in boxes(self.output())}
        assert paths["x"] == paths["sum"] == ()
        assert paths["tanh"] == ("0", "1")
        assert paths["0.0.weight"] == ("0", "0")
        source = draw(self.output()).source
        assert source.count("subgraph") == 4
        assert source.index("<b>sum</b>") < source.index("subgraph") < source.index("<b>tanh</b>")

    @pytest.mark.parametrize(
        ("depth", "expected"),
        [
            (0, ["x", "0: Sequential", "1: Linear", "sum"]),
            (1, ["x", "0: Linear", "1: Tanh", "1.weight", "1.bias", "transpose", "matmul", "add", "sum"]),
        ],
    )
    def test_those_below_the_depth_are_closed(self, depth, expected):
        assert sorted(title for title, _, _ in titles(self.output(), depth)) == sorted(expected)

    def test_a_closed_one_tells_operations_shape_and_parameters(self):
        source = draw(self.output(), depth=0).source
        assert "<b>0: Sequential</b>" in source
        assert "4 operations" in source
        assert "float32 (5, 4)" in source
        assert "16 parameters" in source

    def test_equal_ones_in_a_row_are_drawn_once_with_their_number(self):
        layer = nn.TransformerEncoderLayer(8, 2, 8, dropout=0.0, batch_first=True)
        y = nn.TransformerEncoder(layer, 6)(numbers(2, 3, 8, dtype=np.float32, name="x")).sum()
        assert titles(y, depth=1) == [
            ("x", "constant", 1),
            ("0: TransformerEncoderLayer", "module", 6),
            ("sum", "operation", 1),
        ]
        assert "<b>0: TransformerEncoderLayer &#215; 6</b>" in draw(y, depth=1).source

    def test_calls_of_one_in_a_row_are_counted(self):
        cell = nn.ModuleDict({"cell": nn.RNNCell(3, 4)})
        h = None
        for _ in range(5):
            h = cell["cell"](numbers(2, 3, dtype=np.float32), h)
        assert ("cell: RNNCell", "module", 5) in titles(h.sum(), depth=0)


class TestManyBoxes:
    def test_modules_close_by_themselves_and_the_picture_says_so(self):
        y = resnet18(nn)(numbers(2, 3, 32, 32, dtype=np.float32)).sum()
        drawing = draw(y)
        assert len(boxes(y)) <= LARGEST
        assert "modules are closed to one box from level" in drawing.text
        assert "modules are closed to one box from level" in drawing.source

    def test_repeated_steps_are_drawn_once(self):
        y = recurrent_net(500)
        y.backward()
        assert titles(y) == [
            ("w", "leaf", 1),
            ("u", "leaf", 1),
            ("constant", "constant", 1),
            ("x0", "constant", 1),
            ("matmul", "operation", 500),
            ("matmul", "operation", 500),
            ("add", "operation", 500),
            ("tanh", "operation", 500),
            ("multiply", "operation", 1),
            ("sum", "operation", 1),
        ]
        again = [arrow for arrow in picture([y.node]).arrows if arrow.again]
        assert [(arrow.source.title, arrow.target.title) for arrow in again] == [("tanh", "matmul")]
        assert "steps that repeat are drawn once" in draw(y).text

    def test_a_small_recurrent_net_is_drawn_in_full(self):
        assert [box.title for box in boxes(recurrent_net(4))].count("tanh") == 4

    def test_the_middle_is_left_out_where_nothing_repeats(self):
        values = [Tensor(float(i), requires_grad=True, name=f"x{i}") for i in range(5)]
        for _ in range(5000):
            i, j = RNG.integers(max(0, len(values) - 40), len(values), 2)
            values.append([values[i] + values[j], values[i] - values[j], np.tanh(values[i])][RNG.integers(3)])
        y = values[-1] + values[-2]
        drawn = picture([y.node])
        assert len(drawn.boxes) <= LARGEST
        (gap,) = [box for box in drawn.boxes if box.kind == "gap"]
        assert re.fullmatch(r"[\d,]+ boxes left out", gap.title)
        assert drawn.boxes[-1].nodes == [y.node]
        order = {box: i for i, box in enumerate(drawn.boxes)}
        assert all(order[arrow.source] < order[arrow.target] or arrow.again for arrow in drawn.arrows)

    def test_a_leaf_of_many_uses_is_drawn_once_for_each(self):
        x = Tensor(1.0, requires_grad=True, name="x")
        nine = np.stack([np.exp(x * float(i)) for i in range(9)]).sum()
        assert [title for title, _, _ in titles(nine)].count("x") == 9
        eight = np.stack([np.exp(x * float(i)) for i in range(8)]).sum()
        assert [title for title, _, _ in titles(eight)].count("x") == 1


def chain():
    y = Tensor(1.0, requires_grad=True)
    for i in range(2500):
        y = np.sin(y) * (1.0 + i % 7)
    return y


@pytest.mark.parametrize(
    "make",
    [chain, lambda: recurrent_net(500), lambda: nn.LSTM(3, 4)(numbers(500, 2, 3, dtype=np.float32))[0].sum()],
    ids=["chain of 5,000", "recurrent net of 500 steps", "LSTM of 500 steps"],
)
def test_large_graphs_are_laid_out(make, tmp_path):
    path = draw(make()).save(tmp_path / "large.svg")
    assert path.stat().st_size > 1000
