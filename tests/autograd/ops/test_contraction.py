"""tensordot on layouts and sizes where it takes another way: pieces of large views, blocks of many axes."""

import numpy as np
import pytest

from autograd import sliding_windows
from autograd.ops.contraction import PIECE, tensordot


@pytest.mark.parametrize("last", [False, True], ids=["channels first", "channels last"])
@pytest.mark.parametrize(
    ("axes", "shape"),
    [
        (((1, 4, 5), (1, 2, 3)), (7, 8, 3, 3)),  # of a convolution: kept along the outermost axis
        (((0, 2, 3), (0, 1, 2)), (32, 16, 16, 7)),  # of its weight's gradient: summed over it
    ],
)
def test_large_views_are_contracted_piece_by_piece(axes, shape, last):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((32, 18, 18, 8) if last else (32, 8, 18, 18))
    windows = sliding_windows(x.transpose(0, 3, 1, 2) if last else x, (3, 3))
    y = rng.standard_normal(shape)
    assert windows.nbytes > 4 * PIECE
    np.testing.assert_allclose(tensordot(windows, y, axes), np.tensordot(windows, y, axes), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("shape", [(5, 2, 3, 4), (5, 4, 1, 2), (5, 3, 3, 3, 2)])
def test_a_result_of_many_axes_lies_in_blocks_and_is_the_same(shape):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((40, 30, 5)), rng.standard_normal(shape)
    np.testing.assert_allclose(tensordot(x, y, (2, 0)), np.tensordot(x, y, (2, 0)), rtol=1e-12, atol=1e-12)
