"""Initial values have the distributions that their formulas say."""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import truncnorm

from autograd import Tensor
from nn import init

SHAPE = (64, 32, 3, 3)
FAN_IN, FAN_OUT = 32 * 9, 64 * 9


def filled(fill, **kwargs):
    return fill(Tensor(np.zeros(SHAPE)), rng=np.random.default_rng(0), **kwargs).data


@pytest.mark.parametrize(
    ("fill", "kwargs", "bound"),
    [
        (init.uniform_, {"a": -2.0, "b": 2.0}, 2),
        (init.xavier_uniform_, {"gain": 2.0}, 2 * sqrt(6 / (FAN_IN + FAN_OUT))),
        (init.kaiming_uniform_, {}, sqrt(2) * sqrt(3 / FAN_IN)),
        (init.kaiming_uniform_, {"a": sqrt(5)}, 1 / sqrt(FAN_IN)),
        (init.kaiming_uniform_, {"mode": "fan_out", "nonlinearity": "tanh"}, 5 / 3 * sqrt(3 / FAN_OUT)),
    ],
)
def test_uniform_ones_fill_their_range(fill, kwargs, bound):
    values = filled(fill, **kwargs)
    assert 0.99 * bound < np.abs(values).max() <= bound
    assert values.mean() == pytest.approx(0, abs=0.02 * bound)
    assert values.std() == pytest.approx(bound / sqrt(3), rel=0.02)


@pytest.mark.parametrize(
    ("fill", "kwargs", "std"),
    [
        (init.normal_, {"std": 3.0}, 3),
        (init.xavier_normal_, {}, sqrt(2 / (FAN_IN + FAN_OUT))),
        (init.kaiming_normal_, {"nonlinearity": "relu"}, sqrt(2 / FAN_IN)),
        (init.kaiming_normal_, {"mode": "fan_out", "nonlinearity": "linear"}, sqrt(1 / FAN_OUT)),
    ],
)
def test_normal_ones_have_their_standard_deviation(fill, kwargs, std):
    values = filled(fill, **kwargs)
    assert values.std() == pytest.approx(std, rel=0.02)
    assert np.abs(values).max() > 3.5 * std


@pytest.mark.parametrize("shape", [(6, 6), (4, 9), (9, 4), (5, 2, 3, 2)])
def test_orthogonal_ones_have_orthonormal_rows_or_columns(shape):
    matrix = init.orthogonal_(Tensor(np.zeros(shape)), gain=2.0, rng=0).data.reshape(shape[0], -1)
    small = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
    np.testing.assert_allclose(small, 4 * np.eye(len(small)), atol=1e-12)


def test_orthogonal_ones_turn_every_way():
    signs = [np.linalg.det(init.orthogonal_(Tensor(np.zeros((3, 3))), rng=seed).data) for seed in range(200)]
    assert np.mean(signs) == pytest.approx(0, abs=0.2)


def test_truncated_normal_ones_have_scipys_moments():
    a, b, mean, std = -1.0, 2.5, 0.5, 1.5
    values = filled(init.trunc_normal_, mean=mean, std=std, a=a, b=b)
    expected = truncnorm((a - mean) / std, (b - mean) / std, mean, std)
    assert a <= values.min() < a + 0.01
    assert b - 0.01 < values.max() <= b
    assert values.mean() == pytest.approx(expected.mean(), abs=0.03)
    assert values.std() == pytest.approx(expected.std(), rel=0.02)


@pytest.mark.parametrize("name", ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"])
def test_gains_are_pytorchs(torch, name):
    assert init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name))


def test_constants():
    x = Tensor(np.empty(3))
    assert init.constant_(x, 2.5).data.tolist() == [2.5] * 3
    assert init.ones_(x).data.tolist() == [1] * 3
    assert init.zeros_(x).data.tolist() == [0] * 3


def test_the_seed_fixes_the_values():
    np.testing.assert_array_equal(filled(init.normal_), filled(init.normal_))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: init.xavier_uniform_(Tensor([1.0])), r"two axes or more, not shape \(1,\)"),
        (lambda: init.kaiming_normal_(Tensor([[1.0]]), mode="in"), "'fan_in' or 'fan_out', not 'in'"),
        (lambda: init.calculate_gain("gelu"), "no gain for 'gelu'; there is one for linear"),
        (lambda: init.orthogonal_(Tensor([1.0])), r"two axes or more, not shape \(1,\)"),
        (lambda: init.trunc_normal_(Tensor([1.0]), a=9.0, b=10.0), "between 9.0 and 10.0 lies hardly any"),
        (lambda: init.trunc_normal_(Tensor([1.0]), a=1.0, b=-1.0), "between 1.0 and -1.0"),
    ],
)
def test_errors_name_the_argument(call, words):
    with pytest.raises(ValueError, match=words):
        call()
