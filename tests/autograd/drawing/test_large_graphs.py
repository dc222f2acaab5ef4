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


class TestLayersThatAreCalledByThemselves:
    """No module around them gives them a name: their frame has the name of their class."""

    x = numbers(2, 3, dtype=np.float32, name="x")

    @pytest.mark.parametrize(
        ("layer", "shape"),
        [
            (nn.Linear(3, 2), (2, 3)),
            (nn.Tanh(), (3,)),
            (nn.Conv2d(1, 2, 3), (1, 1, 5, 5)),
            (nn.BatchNorm1d(3), (2, 3)),
            (nn.LSTM(3, 4), (5, 2, 3)),
        ],
        ids=lambda given: type(given).__name__,
    )
    def test_are_one_box_at_depth_0(self, layer, shape):
        y = layer(numbers(*shape, dtype=np.float32, requires_grad=True, name="x"))
        y = y[0] if isinstance(y, tuple) else y
        assert [title for title, _, _ in titles(y, depth=0)] == ["x", type(layer).__name__]
        assert draw(y).source.count("subgraph") == 1

    def test_with_a_module_inside_too_where_they_have_parameters_of_their_own(self):
        x = numbers(3, 2, 4, dtype=np.float32, name="x")
        y, _ = nn.MultiheadAttention(4, 2)(x, x, x)
        assert titles(y, depth=0) == [("x", "constant", 1), ("MultiheadAttention", "module", 1)]
        assert [title for title, _, _ in titles(y, depth=1)].count("out_proj: Linear") == 1

    def test_so_are_losses(self):
        y = nn.Linear(3, 2)(self.x)
        loss = nn.CrossEntropyLoss()(y, np.array([0, 1]))
        assert [title for title, _, _ in titles(loss, depth=0)] == ["x", "Linear", "CrossEntropyLoss"]
        assert draw(loss).text.splitlines()[-1].endswith("CrossEntropyLoss")

    def test_two_of_one_class_have_two_frames_with_their_own_parameters(self):
        y = nn.Linear(3, 3)(nn.Linear(3, 3)(self.x))
        assert [title for title, _, _ in titles(y, depth=0)] == ["x", "Linear", "Linear"]
        assert [len(box.parameters) for box in boxes(y, depth=0)] == [0, 2, 2]
        assert draw(y).source.count("subgraph") == 2

    def test_inputs_are_not_taken_for_parameters(self):
        x = numbers(2, 3, dtype=np.float32, requires_grad=True, name="x")
        assert {box.title: box.path for box in boxes(nn.Linear(3, 2)(x))}["x"] == ()

    def test_calls_of_one_in_a_row_are_counted(self):
        cell, h = nn.RNNCell(3, 4), None
        for _ in range(5):
            h = cell(self.x, h)
        assert titles(h.sum(), depth=0) == [("x", "constant", 1), ("RNNCell", "module", 5), ("sum", "operation", 1)]

    def test_paths_names_and_errors_are_as_without_a_frame(self):
        layer = nn.Linear(3, 2)
        assert layer(self.x).node.module == ""
        assert [name for name, _ in layer.named_parameters()] == ["weight", "bias"]
        with pytest.raises(ValueError, match=r"^Linear: expected input of shape"):
            layer(np.ones((1, 4), np.float32))
        with pytest.raises(ValueError, match=r"^0 \(Linear\): expected input of shape"):
            nn.Sequential(layer)(np.ones((1, 4), np.float32))


class TestCounts:
    def test_a_module_that_repeats_an_operation_is_called_once(self):
        class Eighth(nn.Module):
            def forward(self, x):
                return x * 0.5 * 0.5 * 0.5

        y = nn.Sequential(Eighth())(Tensor(1.0, requires_grad=True, name="x"))
        assert titles(y, depth=0) == [("x", "leaf", 1), ("0: Eighth", "module", 1)]

    @pytest.mark.parametrize("classes", [(nn.Tanh, nn.Tanh, nn.Tanh), (nn.Tanh, nn.ReLU, nn.Sigmoid)])
    def test_only_modules_of_one_class_are_counted_together(self, classes):
        class Again(nn.Module):
            def forward(self, x):
                return np.tanh(x)

        modules = [Again() if i == 1 else kind() for i, kind in enumerate(classes)]
        y = nn.Sequential(*modules)(Tensor(1.0, requires_grad=True))
        assert [count for _, _, count in titles(y, depth=0)] == [1, 1, 1, 1]

    def test_modules_with_other_constants_are_not_equal(self):
        class Times(nn.Module):
            def __init__(self, factor):
                self.factor = factor

            def forward(self, x):
                return x * self.factor

        for factors, counts in (([2.0, 2.0, 2.0], [1, 3]), ([2.0, 3.0, 4.0], [1, 1, 1, 1])):
            y = nn.Sequential(*map(Times, factors))(Tensor(1.0, requires_grad=True))
            assert [count for _, _, count in titles(y, depth=0)] == counts

    def test_the_box_says_that_it_shows_the_first_and_its_count_is_no_factor(self):
        y = Tensor(1.0, requires_grad=True)
        for _ in range(400):
            y = y * 0.5
        drawing = draw(y)
        assert "n * 0.5 (first of 400)" in drawing.text
        assert "<b>n * 0.5</b></td></tr>" in drawing.source
        assert ">first of 400<" in drawing.source


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

    @pytest.mark.parametrize(
        "step",
        [
            lambda y, i: y + i,
            lambda y, i: i - y,
            lambda y, i: y * (1 + 1e-9 * i),
            lambda y, i: np.maximum(y, i),
            lambda y, i: np.concatenate([y, y[:1]]),
        ],
        ids=["sum", "difference", "factors equal to six digits", "no formula", "shapes"],
    )
    def test_steps_that_differ_are_not_drawn_as_one(self, step):
        y = Tensor([1.0], requires_grad=True)
        for i in range(400):
            y = np.tanh(step(y, i))
        assert all(box.count == 1 for box in boxes(y))

    def test_steps_that_repeat_after_several_are(self):
        y = Tensor(1.0, requires_grad=True)
        for i in range(400):
            y = y + i % 2
        assert titles(y) == [("leaf", "leaf", 1), ("n + 0", "operation", 200), ("n + 1", "operation", 200)]

    def test_operations_with_other_inputs_are_not_equal(self):
        """Of two values in every step, one goes on from the first and the other from the second, by chance."""
        x = y = Tensor(1.0, requires_grad=True)
        for swap in RNG.integers(2, size=400):
            x, y = np.sin(y if swap else x), np.cos(x if swap else y)
        assert all(box.count < 100 for box in boxes(x + y))

    def test_the_order_of_a_difference_matters(self):
        w = Tensor(1.0, requires_grad=True, name="w")
        y = Tensor(1.0, requires_grad=True, name="y")
        for swap in RNG.integers(2, size=400):
            y = y - w if swap else w - y
        assert all(box.count < 100 for box in boxes(y))

    def test_branches_that_are_equal_are_drawn_once(self):
        values = [Tensor(i / 100, requires_grad=True, name=f"x{i}") for i in range(400)]
        y = np.stack([np.exp(x) * 2 for x in values])
        assert titles(y) == [
            ("x0", "leaf", 1),
            ("exp", "operation", 400),
            ("n * 2", "operation", 400),
            ("stack", "operation", 1),
        ]

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
