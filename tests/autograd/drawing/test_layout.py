"""The layout without Graphviz."""

from itertools import pairwise

import numpy as np
import pytest

from autograd.drawing.layout import layout


def test_boxes_do_not_touch_and_arrows_lead_onwards():
    rng = np.random.default_rng(0)
    sizes = [(float(w), float(h)) for w, h in rng.integers(40, 160, (60, 2))]
    arrows = [(int(rng.integers(0, target)), target) for target in range(1, 60) for _ in range(2)]
    laid = layout(sizes, arrows)
    corners = [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for (x, y), (w, h) in zip(laid.boxes, sizes, strict=True)]
    for i, (left, top, right, bottom) in enumerate(corners):
        assert left >= -1e-9
        assert right <= laid.size[0] + 1e-9
        for other in corners[:i]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
    for (source, target), path in zip(arrows, laid.arrows, strict=True):
        assert corners[source][3] <= corners[target][1]
        assert path[0][1] == pytest.approx(corners[source][3])
        assert path[-1][1] == pytest.approx(corners[target][1])
        assert all(y0 <= y1 for (_, y0), (_, y1) in pairwise(path))


def test_arrows_are_straight_where_they_can_be():
    laid = layout([(50.0, 20.0)] * 3, [(0, 1), (1, 2)])
    assert {x for path in laid.arrows for x, _ in path} == {25.0}
