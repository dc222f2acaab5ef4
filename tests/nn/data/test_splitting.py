"""Splits lose no row and keep rows together; normalisation gives mean 0 and standard deviation 1."""

import numpy as np
import pytest

from nn.data import Normalization, split


def test_split_keeps_rows_together_and_loses_none():
    x = np.arange(20).reshape(10, 2)
    (x_train, y_train), (x_val, y_val) = split(x, x[:, 0] * 10, share=0.3, rng=0)
    assert (len(x_train), len(x_val)) == (7, 3)
    np.testing.assert_array_equal(y_train, x_train[:, 0] * 10)
    np.testing.assert_array_equal(y_val, x_val[:, 0] * 10)
    assert sorted([*x_train[:, 0], *x_val[:, 0]]) == x[:, 0].tolist()
    assert split(x, rng=0)[1][0].tolist() == split(x, rng=0)[1][0].tolist()


@pytest.mark.parametrize(
    ("args", "share", "words"),
    [
        (([1, 2], [1]), 0.5, r"of one length, not \[2, 1\]"),
        ((), 0.5, r"one array or more of one length, not \[\]"),
        (([1, 2],), 0.01, "0.01 of 2 rows leaves 0 for validation"),
        (([1, 2],), 1.0, "leaves 2 for validation"),
    ],
)
def test_what_can_not_be_split_is_refused(args, share, words):
    with pytest.raises(ValueError, match=words):
        split(*args, share=share)


def test_normalisation_uses_the_training_sets_numbers():
    x = np.random.default_rng(0).normal(3, 2, (50, 2, 4, 4)).astype(np.float32)
    normalise = Normalization.of(x, axis=(0, 2, 3))
    y = normalise(x)
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(y.std(axis=(0, 2, 3)), 1, rtol=1e-5)
    np.testing.assert_allclose(normalise(x[:1] + 1) - y[:1], 1 / normalise.std.repeat(4, 2).repeat(4, 3), rtol=1e-4)
    assert y.dtype == np.float32
    assert Normalization.of(np.ones((3, 1)))(np.full((1, 1), 2.0)).tolist() == [[1.0]]
