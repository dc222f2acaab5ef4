"""Augmented pictures are the pictures, mirrored, moved, cut or with noise."""

import numpy as np
import pytest

from nn.data import cropped, flipped, noisy, shifted

X = np.random.default_rng(0).random((200, 2, 5, 6)).astype(np.float32)


def test_flipped_mirrors_a_share():
    y = flipped(X, 0.3, rng=0)
    mirrored = np.array([np.array_equal(b, a[..., ::-1]) for a, b in zip(X, y, strict=True)])
    same = np.array([np.array_equal(a, b) for a, b in zip(X, y, strict=True)])
    assert (mirrored ^ same).all()
    assert mirrored.mean() == pytest.approx(0.3, abs=0.1)


def test_shifted_moves_every_picture_by_up_to_so_many_pixels():
    y = shifted(X, 2, rng=0)
    assert y.shape == X.shape
    seen = set()
    for a, b in zip(X, y, strict=True):
        padded = np.pad(a, [(0, 0), (2, 2), (2, 2)])
        found = [(i, j) for i in range(5) for j in range(5) if np.array_equal(padded[:, i : i + 5, j : j + 6], b)]
        assert len(found) == 1
        seen.update(found)
    assert len(seen) == 25


def test_cropped_takes_a_piece_of_each():
    y = cropped(X, (3, 4), rng=0)
    assert y.shape == (200, 2, 3, 4)
    for a, b in zip(X, y, strict=True):
        windows = np.lib.stride_tricks.sliding_window_view(a, (2, 3, 4)).reshape(-1, 2, 3, 4)
        assert any(np.array_equal(window, b) for window in windows)


def test_noisy_adds_noise_of_that_size():
    y = noisy(X, 0.1, rng=0)
    assert y.dtype == np.float32
    assert (y - X).std() == pytest.approx(0.1, rel=0.03)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: flipped(X, 2), "between 0 and 1, not 2"),
        (lambda: cropped(X, 9), r"9x9 does not fit into pictures of \(5, 6\)"),
        (lambda: noisy(X, -1), "0 or more, not -1"),
        (lambda: flipped(X[0]), r"floating point arrays \(n, c, h, w\); this is float32 \(2, 5, 6\)"),
        (lambda: noisy((X * 9).astype(int), 1), "this is int64"),
    ],
)
def test_what_is_wrong_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
