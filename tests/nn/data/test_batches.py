"""Minibatches: every row once, x and y together, in an order that the generator fixes."""

import numpy as np
import pytest

from nn.data import batches

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10)


def rows(pairs):
    return np.concatenate([y.data for _, y in pairs])


def test_without_a_generator_rows_come_as_they_are():
    pairs = list(batches(X, Y, 4))
    assert [len(y) for _, y in pairs] == [4, 4, 2]
    np.testing.assert_array_equal(rows(pairs), Y)


def test_with_a_generator_every_row_comes_once_with_its_own_y():
    pairs = list(batches(X, Y, 3, np.random.default_rng(0)))
    assert sorted(rows(pairs)) == list(Y)
    assert not np.array_equal(rows(pairs), Y)
    for x, y in pairs:
        np.testing.assert_array_equal(x.data, X[y.data])


def test_the_seed_fixes_the_order_and_the_next_epoch_has_another():
    first, second = np.random.default_rng(1), np.random.default_rng(1)
    np.testing.assert_array_equal(rows(batches(X, Y, 3, first)), rows(batches(X, Y, 3, second)))
    assert not np.array_equal(rows(batches(X, Y, 3, first)), rows(batches(X, Y, 3, np.random.default_rng(1))))


@pytest.mark.parametrize(("y", "size", "words"), [(Y[:9], 3, "10 rows and y has 9"), (Y, 0, "at least one row, not 0")])
def test_errors_come_at_the_call(y, size, words):
    with pytest.raises(ValueError, match=words):
        batches(X, y, size)


def test_a_bar_shows_the_progress(capsys):
    pairs = batches(X, Y, 3, progress="epoch 1")
    pairs.set_postfix(loss=0.5)
    assert rows(pairs).tolist() == Y.tolist()
    shown = capsys.readouterr().err
    assert "epoch 1" in shown
    assert "4/4" in shown
    assert "loss=0.5" in shown
