"""Layers where only shapes are evaluated: what a real call gives, and nothing changed."""

import tracemalloc

import numpy as np
import pytest

import nn
from autograd import ShapeDtype, eval_shape, value_and_grad
from tests.nn.layer_cases import CASES
from tests.nn.test_layers_against_pytorch import as_ours, flat


def made(case):
    return getattr(nn, case.name)(*case.args, **{name: as_ours(x, np.float32) for name, x in case.kwargs.items()})


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_layer_and_loss(case):
    layer = made(case)
    inputs, options = as_ours(case.inputs, np.float32), {n: as_ours(x, np.float32) for n, x in case.call.items()}
    before = layer.state_dict()
    given = flat(eval_shape(layer, *inputs, **options))
    for name, value in layer.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    assert given == [ShapeDtype(y.shape, y.dtype) for y in flat(layer(*inputs, **options))]


def test_layers_that_are_made_inside_take_no_memory():
    def train(x):
        model = nn.Sequential(nn.Linear(99_750, 199_500), nn.Dropout(), nn.ReLU(), nn.Linear(199_500, 3))
        nn.init.kaiming_normal_(model[0].weight)
        nn.init.trunc_normal_(model[3].weight)
        weights = list(model.parameters())
        y = model(x)
        y.sum().backward()
        return y, model[0].weight.grad, len(weights)

    tracemalloc.start()
    try:
        given = eval_shape(train, ShapeDtype((2, 99_750)))
        assert tracemalloc.get_traced_memory()[1] < 1e8
    finally:
        tracemalloc.stop()
    assert given == (ShapeDtype((2, 3)), ShapeDtype((199_500, 99_750)), 4)


def test_a_large_transformer_takes_no_memory():
    def model():
        return nn.TransformerEncoderLayer(12_288, 96, 49_152, activation="gelu", batch_first=True)

    tracemalloc.start()
    try:
        table = nn.summary(model, (2048, 12_288), batch=1000)
        assert tracemalloc.get_traced_memory()[1] < 1e8
    finally:
        tracemalloc.stop()
    assert table.parameters == 1_812_099_072  # 12 d^2 + 13 d


def test_a_step_of_training_has_shapes():
    model = nn.LSTM(3, 4, dropout=0.5, num_layers=2)
    loss = value_and_grad(lambda x: (model(x)[0] ** 2).sum())
    assert eval_shape(loss, ShapeDtype((7, 2, 3))) == (ShapeDtype(()), ShapeDtype((7, 2, 3)))


def test_errors_are_those_of_a_call():
    with pytest.raises(ValueError, match=r"0 \(Linear\): expected input of shape \(..., 3\), given \(2, 4\)"):
        eval_shape(nn.Sequential(nn.Linear(3, 5)), ShapeDtype((2, 4)))
