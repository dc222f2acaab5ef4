"""The toy sets lie where their descriptions say."""

import numpy as np
import pytest

from nn.data import blobs, circles, moons, spirals, xor

SETS = [moons, circles, spirals, xor, blobs]


@pytest.mark.parametrize("make", SETS)
def test_form_and_seed(make):
    x, y = make(60, rng=0)
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((60, 2), np.float32, (60,), np.int64)
    again, _ = make(60, rng=0)
    np.testing.assert_array_equal(x, again)
    assert not np.array_equal(x, make(60, rng=1)[0])
    with pytest.raises(ValueError, match="at least one point"):
        make(0)


def test_moons_are_half_circles():
    x, y = moons(100, noise=0, rng=0)
    upper, lower = x[y == 0], np.array([1.0, 0.5]) - x[y == 1]
    for part in (upper, lower):
        np.testing.assert_allclose(np.hypot(*part.T), 1, atol=1e-6)
        assert (part[:, 1] >= 0).all()


def test_circles_have_their_radii():
    x, y = circles(100, noise=0, factor=0.3, rng=0)
    np.testing.assert_allclose(np.hypot(*x.T), np.where(y == 1, 0.3, 1), atol=1e-6)
    with pytest.raises(ValueError, match="between 0 and 1, not 1"):
        circles(factor=1)


def test_spirals_wind_with_the_radius():
    x, y = spirals(300, classes=3, turns=0.7, noise=0, rng=0)
    radius = np.hypot(*x.T)
    angle = np.arctan2(x[:, 1], x[:, 0])
    turned = (angle / (2 * np.pi) - 0.7 * radius - y / 3 + 0.5) % 1 - 0.5
    np.testing.assert_allclose(turned, 0, atol=1e-5)
    assert np.bincount(y).tolist() == [100, 100, 100]


def test_xor_is_one_of_two():
    x, y = xor(100, rng=0)
    np.testing.assert_array_equal(y, np.sign(x[:, 0]) != np.sign(x[:, 1]))


def test_blobs_lie_around_their_centres():
    centres = [[0.0, 5.0], [3.0, 1.0]]
    x, y = blobs(2000, centres, spread=0.5, rng=0)
    for i, centre in enumerate(centres):
        np.testing.assert_allclose(x[y == i].mean(axis=0), centre, atol=0.06)
        np.testing.assert_allclose(x[y == i].std(axis=0), 0.5, atol=0.03)
    with pytest.raises(ValueError, match=r"shape \(k, 2\), not \(3,\)"):
        blobs(10, [1, 2, 3])
    with pytest.raises(ValueError, match="0 or more, not -1"):
        blobs(10, spread=-1)
