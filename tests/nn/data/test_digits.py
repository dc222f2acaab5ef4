"""The digits are those of the source, in a fixed split."""

import numpy as np
import pytest

from nn.data import digits


def test_shapes_types_and_range():
    train, test = digits()
    assert (train.x.shape, test.x.shape) == ((1438, 1, 8, 8), (359, 1, 8, 8))
    for part in (train, test):
        assert (part.x.dtype, part.y.dtype) == (np.float32, np.int64)
        assert (part.x.min(), part.x.max()) == (0, 1)
        assert set(part.y) == set(range(10))
        assert len(part.x) == len(part.y)


def test_classes_are_as_frequent_as_the_source_says():
    # optdigits.names: the class distribution of the test set.
    train, test = digits()
    counts = np.bincount(np.concatenate([train.y, test.y]))
    assert counts.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_first_picture_is_the_sources_first_line():
    first = [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0]
    train, _ = digits()
    assert (train.x[0, 0].reshape(-1)[:16] * 16).tolist() == first
    assert train.y[0] == 0


def test_all_pictures_are_scikit_learns():
    theirs = pytest.importorskip("sklearn.datasets", reason="scikit-learn, the oracle of this test, is not installed")
    train, test = digits()
    pictures = np.empty((1797, 8, 8), np.float32)
    place = np.arange(1797) % 5 == 4
    pictures[~place], pictures[place] = train.x[:, 0], test.x[:, 0]
    np.testing.assert_array_equal(pictures * 16, theirs.load_digits().images)
