"""The sinusoidal encoding has the numbers of the paper's formula (Vaswani et al. 2017, section 3.5)."""

from math import cos, sin

import numpy as np
import pytest

import nn
from autograd import Tensor


@pytest.mark.parametrize("d_model", [4, 6, 5])
@pytest.mark.parametrize("batch_first", [False, True])
def test_adds_the_formulas_numbers(d_model, batch_first):
    layer = nn.PositionalEncoding(d_model, dropout=0.0, max_len=20, batch_first=batch_first)
    x = np.random.default_rng(0).standard_normal((2, 7, d_model) if batch_first else (7, 2, d_model))
    added = layer(Tensor(x)).data - x
    added = added if batch_first else added.swapaxes(0, 1)
    for place in range(7):
        for i in range(d_model):
            angle = place / 10000 ** ((i - i % 2) / d_model)
            np.testing.assert_allclose(added[:, place, i], (cos if i % 2 else sin)(angle), atol=1e-12)


def test_learns_nothing_and_keeps_the_dtype():
    layer = nn.PositionalEncoding(4)
    assert layer.state_dict() == {}
    assert layer(Tensor(np.zeros((3, 1, 4), np.float32))).dtype == np.float32


def test_refuses_what_is_too_long():
    with pytest.raises(ValueError, match=r"shape \(L, N, 4\) with L up to 8, given \(9, 1, 4\)"):
        nn.PositionalEncoding(4, max_len=8)(np.zeros((9, 1, 4)))
