"""Accuracy and confusion matrix, against counting by hand and scikit-learn."""

import numpy as np
import pytest

import nn
from autograd import Tensor

SCORES = np.array([[0.1, 0.9, 0.0], [0.8, 0.1, 0.1], [0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
Y = np.array([1, 0, 1, 0])


def test_counted_by_hand():
    assert nn.accuracy(SCORES, Y) == nn.accuracy(Tensor(SCORES, requires_grad=True), Tensor(Y)) == 0.75
    assert nn.confusion_matrix(SCORES, Y).tolist() == [[2, 0, 0], [0, 1, 1], [0, 0, 0]]


def test_scikit_learn_agrees():
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn, the oracle of this test, is not installed")
    rng = np.random.default_rng(0)
    scores, y = rng.random((500, 5)), rng.integers(0, 5, 500)
    np.testing.assert_array_equal(nn.confusion_matrix(scores, y), metrics.confusion_matrix(y, scores.argmax(axis=1)))
    assert nn.accuracy(scores, y) == metrics.accuracy_score(y, scores.argmax(axis=1))


@pytest.mark.parametrize(
    ("scores", "y", "words"),
    [
        (SCORES[0], Y, r"not \(3,\) and int64 \(4,\)"),
        (SCORES, Y[:2], r"not \(4, 3\) and int64 \(2,\)"),
        (SCORES, Y * 1.0, r"float64 \(4,\)"),
        (SCORES, Y + 2, "from 0 to 2; y goes from 2 to 3"),
        (SCORES[:0], Y[:0], r"\(0, 3\)"),
        (SCORES[:, :1], Y, r"two classes or more are needed, not \(4, 1\): where one column decides"),
        (np.where(SCORES == 0.9, np.nan, SCORES), Y, "1 of 4 rows of scores have NaN"),
        (np.full((4, 3), np.nan), Y, "4 of 4 rows of scores have NaN"),
    ],
)
def test_what_does_not_fit_is_refused(scores, y, words):
    with pytest.raises(ValueError, match=words):
        nn.accuracy(scores, y)
    with pytest.raises(ValueError, match=words):
        nn.confusion_matrix(scores, y)


def test_infinite_scores_are_scores():
    assert nn.accuracy(np.where(SCORES == 0.9, np.inf, SCORES), Y) == 0.75
