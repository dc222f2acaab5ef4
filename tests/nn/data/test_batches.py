"""Minibatches: every row once, the rows of all arrays together, in an order that the generator fixes."""

import numpy as np
import pytest

from nn.data import batches

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10)


def rows(pairs):
    return np.concatenate([y.data for _, y in pairs])


def test_without_a_generator_rows_come_as_they_are():
    pairs = list(batches(X, Y, size=4))
    assert [len(y) for _, y in pairs] == [4, 4, 2]
    np.testing.assert_array_equal(rows(pairs), Y)


def test_with_a_generator_every_row_comes_once_with_its_own_y():
    pairs = list(batches(X, Y, size=3, rng=np.random.default_rng(0)))
    assert sorted(rows(pairs)) == list(Y)
    assert not np.array_equal(rows(pairs), Y)
    for x, y in pairs:
        np.testing.assert_array_equal(x.data, X[y.data])


def test_the_seed_fixes_the_order_and_the_next_epoch_has_another():
    first, second = np.random.default_rng(1), np.random.default_rng(1)
    order = rows(batches(X, Y, size=3, rng=first))
    np.testing.assert_array_equal(order, rows(batches(X, Y, size=3, rng=second)))
    assert not np.array_equal(order, rows(batches(X, Y, size=3, rng=first)))


@pytest.mark.parametrize(
    ("y", "size", "words"), [(Y[:9], 3, "the arrays have 10, 9 rows"), (Y, 0, "at least one row, not 0")]
)
def test_errors_come_at_the_call(y, size, words):
    with pytest.raises(ValueError, match=words):
        batches(X, y, size=size)


def test_a_bar_shows_the_progress(capsys):
    pairs = batches(X, Y, size=3, progress="epoch 1")
    pairs.set_postfix(loss=0.5)
    assert rows(pairs).tolist() == Y.tolist()
    shown = capsys.readouterr().err
    assert "epoch 1" in shown
    assert "4/4" in shown
    assert "loss=0.5" in shown


def test_one_array_gives_tuples_of_one():
    found = [x for (x,) in batches(X, size=4)]
    np.testing.assert_array_equal(np.concatenate([x.data for x in found]), X)


def test_three_arrays_are_shuffled_together():
    for x, y, z in batches(X, Y, Y * 10, size=3, rng=0):
        np.testing.assert_array_equal(x.data, X[y.data])
        np.testing.assert_array_equal(z.data, y.data * 10)


@pytest.mark.parametrize(("rows", "size", "lengths"), [(10, 4, [4, 4]), (8, 4, [4, 4]), (3, 4, []), (0, 4, [])])
def test_a_last_batch_that_is_not_full_can_be_left_out(rows, size, lengths):
    assert [len(y) for _, y in batches(X[:rows], Y[:rows], size=size, drop_last=True)] == lengths


def test_the_bar_counts_the_batches_that_come(capsys):
    assert len(list(batches(X, Y, size=4, progress="epoch 1", drop_last=True))) == 2
    assert "2/2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: batches(X, Y, Y[:3], size=2), ValueError, "the arrays have 10, 10, 3 rows"),
        (lambda: batches(size=2), TypeError, "takes arrays that have rows, not nothing"),
        (lambda: batches(X, 3, size=2), TypeError, r"arrays that have rows, not float64 \(10, 2\), 3"),
        (lambda: batches(X, Y, size=2, progress=True), TypeError, "progress is the text in front of the bar.*not True"),
        (lambda: batches(X, Y, size=1.5), TypeError, "size must be an integer, not 1.5"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
