"""summary: the lecture's nets are counted without memory; operations are PyTorch's count; errors end the table."""

import gc
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest

import nn
from autograd import Tensor
from tests.nn.test_models_of_pytorch import lenet, resnet18, transformer

PIXELS = 285 * 350


def two_hidden_layers(hidden):
    """The lecture's net for pictures of 285 x 350 pixels and three classes."""
    sizes = [PIXELS, hidden, hidden, hidden, 3]
    affine = [nn.Linear(i, o) for i, o in pairwise(sizes)]
    return nn.Sequential(*[module for layer in affine[:-1] for module in (layer, nn.Tanh())], affine[-1])


@pytest.mark.parametrize(("hidden", "parameters"), [(1000, 101_756_003), (2 * PIXELS, 99_501_822_003)])
def test_the_lectures_nets_are_counted_without_their_memory(hidden, parameters):
    tracemalloc.start()
    try:
        table = nn.summary(lambda: two_hidden_layers(hidden), (PIXELS,))
        assert tracemalloc.get_traced_memory()[1] < 1e6
    finally:
        tracemalloc.stop()
    assert table.error is None
    assert table.parameters == table.trainable == parameters == sum(row.parameters for row in table.rows)
    assert table.parameter_memory == 4 * parameters
    assert table.rows[-1].output == (1, 3)
    assert f"{parameters:,}" in str(table)
    assert f"{parameters:,}" in table._repr_html_()


@pytest.mark.parametrize(
    ("build", "shape", "beside"),
    [
        (lenet, (1, 28, 28), 0),
        (resnet18, (3, 64, 64), 0),
        (transformer, (9, 32), 3 * 2 * 9 * 9 * 32),  # attention, which PyTorch does not count: scores, weighted means
    ],
)
@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
def test_multiply_adds_are_half_of_the_operations_that_pytorch_counts(torch, build, shape, beside):
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        build(torch.nn)(torch.zeros(5, *shape))
    assert nn.summary(build(nn), shape, batch=5).multiply_adds == counter.get_total_flops() // 2 + 5 * beside


def test_multiply_adds_of_a_recurrent_net_are_those_of_its_gates():
    steps, inputs, hidden, batch = 7, 5, 4, 3
    table = nn.summary(nn.LSTM(inputs, hidden), (steps, batch, inputs), batch=None)
    assert table.multiply_adds == steps * batch * 4 * hidden * (inputs + hidden)


@pytest.mark.parametrize(("build", "shape"), [(lenet, (1, 28, 28)), (resnet18, (3, 64, 64))])
def test_memory_is_what_a_call_leaves_allocated(build, shape):
    model, x = build(nn), Tensor(np.zeros((64, *shape)), dtype=np.float32)
    model(x)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        y = model(x)
        allocated = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert y.shape == (64, 10)
    assert nn.summary(model, shape, batch=64).memory == pytest.approx(allocated, rel=0.02)


class Wrong(nn.Module):
    """A net whose last layer does not fit."""

    def __init__(self):
        self.first = nn.Linear(4, 6)
        self.relu = nn.ReLU()
        self.last = nn.Linear(5, 2)

    def forward(self, x):
        return self.last(self.relu(self.first(x)))


def test_a_shape_that_does_not_fit_ends_the_table_with_the_reason():
    table = nn.summary(Wrong(), (4,), batch=3)
    assert [(row.name, row.output) for row in table.rows] == [
        ("", None),
        ("first", (3, 6)),
        ("relu", (3, 6)),
        ("last", None),
    ]
    assert isinstance(table.error, ValueError)
    reason = "ValueError: last (Linear): expected input of shape (..., 5), given (3, 6)."
    assert str(table).endswith(reason)
    assert reason in table._repr_html_()


def test_the_table_in_a_terminal():
    model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 2))
    assert str(nn.summary(model, (4,), batch=3)).splitlines() == [
        "Layer        Output  Parameters  Multiply-adds  Remembered",
        "----------------------------------------------------------",
        "Sequential   (3, 2)           0              0         0 B",
        "  0: Linear  (3, 6)          30             72        48 B",
        "  1: ReLU    (3, 6)           0              0        72 B",
        "  2: Linear  (3, 2)          14             36         0 B",
        "----------------------------------------------------------",
        "Total                        44            108       120 B",
        "Input: float32 (3, 4). Parameters: 176 B, 44 of them trainable.",
    ]


def test_names_are_escaped_in_html():
    model = nn.Sequential(nn.Linear(1, 1))
    setattr(model, "<b>", nn.ReLU())
    assert "&lt;b&gt;: ReLU" in nn.summary(model, (1,))._repr_html_()


class Shared(nn.Module):
    """One activation in several places, one layer used twice, and one whose weights only are used."""

    def __init__(self):
        self.relu = nn.ReLU()
        self.twice = nn.Linear(3, 3)
        self.table = nn.Embedding(5, 3)
        self.scores = nn.Linear(3, 5, bias=False)
        self.scores.weight = self.table.weight

    def forward(self, x):
        x = self.relu(self.twice(self.relu(self.twice(x))))
        return self.relu(self.scores(x))


def test_calls_of_one_module_with_one_shape_share_a_row_and_shared_weights_count_once():
    table = nn.summary(Shared(), (3,), batch=2)
    assert [(row.name, row.calls, row.output, row.parameters, row.multiply_adds) for row in table.rows] == [
        ("", 1, (2, 5), 0, 0),
        ("twice", 2, (2, 3), 12, 36),
        ("relu", 2, (2, 3), 0, 0),
        ("scores", 1, (2, 5), 15, 30),
        ("relu", 1, (2, 5), 0, 0),
        ("table", 0, None, 0, 0),
    ]
    assert "twice: Linear x2" in str(table)
    assert "not called" in str(table)


def test_several_inputs_and_their_dtype():
    table = nn.summary(nn.Bilinear(3, 4, 5), [(3,), (4,)], batch=2)
    assert table.rows[0].output == (2, 5)
    assert nn.summary(nn.Embedding(10, 4), (7,), dtype=np.int64).rows[0].output == (1, 7, 4)
    assert "given float32 (1, 7): give dtype=np.int64" in str(nn.summary(nn.Embedding(10, 4), (7,)))


class TwoInputs(nn.Module):
    def __init__(self):
        self.a, self.b = nn.Linear(3, 2), nn.Linear(4, 2)

    def forward(self, x, y):
        return self.a(x) + self.b(y)


def test_a_second_shape_that_is_not_in_a_list_is_refused():
    table = nn.summary(TwoInputs(), [(3,), (4,)])
    assert (table.parameters, table.multiply_adds) == (2 * 3 + 2 + 2 * 4 + 2, 2 * 3 + 2 * 4)
    with pytest.raises(TypeError, match=r"batch is an integer or None, not \(4,\): .* several inputs as a list"):
        nn.summary(TwoInputs(), (3,), (4,))
    with pytest.raises(TypeError, match="batch must be an integer"):
        nn.summary(TwoInputs(), (3,), 1.5)
    with pytest.raises(TypeError, match=r"input_shape is a shape, .* or a list of shapes, not \(3, 'a'\)"):
        nn.summary(TwoInputs(), (3, "a"))


@pytest.mark.parametrize("size", [1, 2, 3, 4, (2, 3)])
def test_adaptive_pooling_costs_no_multiply_adds_as_pooling_does(size):
    counts = [nn.summary(pool(size), (3, 4, 4)).multiply_adds for pool in (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)]
    assert counts == [0, 0]
    assert nn.summary(nn.AvgPool2d(2), (3, 4, 4)).multiply_adds == 0


class Meeting(nn.Module):
    """Gives back its input, after `meet`, where another thread does something."""

    meet = None

    def forward(self, x):
        if self.meet is not None:
            self.meet()
        return x


class TestThreads:
    def model(self):
        return nn.Sequential(nn.Linear(2, 3, rng=0), Meeting(), nn.ReLU())

    def test_calls_of_other_threads_are_not_in_the_table(self):
        model = self.model()
        expected = str(nn.summary(model, (2,)))

        def meet():
            model[1].meet = None
            with ThreadPoolExecutor(1) as pool:
                assert pool.submit(model, np.ones((4, 2), "f")).result().shape == (4, 3)

        model[1].meet = meet
        assert str(nn.summary(model, (2,))) == expected

    def test_a_call_that_a_table_overtakes_is_not_disturbed(self):
        model, tables = self.model(), []
        expected = str(nn.summary(model, (2,)))

        def meet():
            model[1].meet = None
            with ThreadPoolExecutor(1) as pool:
                tables.append(pool.submit(nn.summary, model, (2,)).result())

        model[1].meet = meet
        assert model(np.ones((4, 2), "f")).shape == (4, 3)
        assert [str(table) for table in tables] == [expected]

    def test_two_tables_at_a_time_are_both_right(self):
        model, tables = self.model(), []
        expected = str(nn.summary(model, (2,)))

        def meet():
            model[1].meet = None
            with ThreadPoolExecutor(1) as pool:
                tables.append(pool.submit(nn.summary, model, (2,)).result())

        model[1].meet = meet
        tables.append(nn.summary(model, (2,)))
        assert [str(table) for table in tables] == [expected, expected]

    def test_a_table_made_within_a_table_leaves_it_as_it_is(self):
        model, tables = self.model(), []
        expected = str(nn.summary(model, (2,)))

        def meet():
            model[1].meet = None
            tables.append(nn.summary(model, (2,)))

        model[1].meet = meet
        tables.append(nn.summary(model, (2,)))
        assert str(tables[1]) == expected


@pytest.mark.parametrize("model", [nn.Sequential(nn.Linear(4, 4), nn.ReLU()), Wrong()], ids=["fits", "does not fit"])
def test_a_table_leaves_nothing_to_pythons_collector(model):
    def make_table():
        assert nn.summary(model, (4,)).parameters

    make_table()
    gc.collect()
    gc.disable()
    try:
        make_table()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_nothing_changes():
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(rng=0))
    before, generator = model.state_dict(), model[2].rng.bit_generator.state
    assert nn.summary(model, (3,), batch=5).error is None
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    assert model[2].rng.bit_generator.state == generator
    assert all(parameter.grad is None for parameter in model.parameters())


def test_what_is_not_a_model_is_refused():
    with pytest.raises(TypeError, match=r"takes an nn.Module, or a function without arguments that makes one, not 3"):
        nn.summary(lambda: 3, (3,))


def test_a_transformer_of_gpt_3s_size_takes_no_memory_either():
    """Layers as in table 2.1 of Brown et al. 2020, 96 of them: 12 d^2 + 13 d parameters each."""
    width = 12288

    def build():
        return nn.TransformerEncoder(nn.TransformerEncoderLayer(width, 96, 4 * width, batch_first=True), 96)

    tracemalloc.start()
    try:
        table = nn.summary(build, (2048, width))
        assert tracemalloc.get_traced_memory()[1] < 1e8
    finally:
        tracemalloc.stop()
    assert table.error is None
    assert table.parameters == 96 * (12 * width**2 + 13 * width)
