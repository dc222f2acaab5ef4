"""A line search: how far to go in a given direction (Nocedal and Wright 2006, section 3.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import inf, isfinite, isnan

import numpy as np

from autograd.tensor import Array

DECREASE = 1e-4
"""The fraction of the decrease foretold by the slope that a step must give: the constant c1."""
FLATTENING = 0.9
"""The fraction of the slope at the start that may be left after a step: the constant c2."""


@dataclass(frozen=True)
class Point:
    """The loss after a step of `t`: its value, its gradient, and its slope in the direction of the search."""

    t: float
    loss: float
    g: Array
    slope: float


def strong_wolfe(
    evaluate: Callable[[float], Point], start: Point, t: float, most: int, narrowest: float
) -> tuple[Point, int]:
    """A point where the strong Wolfe conditions hold, if it is found, and how often the loss was evaluated.

    The conditions: loss <= start.loss + c1 t start.slope, and |slope| <= c2 |start.slope|. The first step tried is
    `t`; after about `most` evaluations, or in an interval shorter than `narrowest`, the best point so far is given.
    A point whose loss or slope is not finite lies outside of where the loss is defined: it counts as infinitely high,
    so that steps become shorter.
    """
    evaluate = partial(_tried, evaluate)
    point, count, bracket = _find_bracket(evaluate, start, t, most)
    if bracket is None:
        return point, count
    low, high = sorted(bracket, key=lambda end: end.loss)
    near_end = False
    while count <= most and abs(high.t - low.t) >= narrowest:
        left, right = sorted((low.t, high.t))
        t = cubic_minimum(low, high, left, right)
        margin = 0.1 * (right - left)
        if min(right - t, t - left) >= margin:
            near_end = False
        elif near_end or t <= left or t >= right:  # the second time in turn: go away from the end
            t = right - margin if right - t < t - left else left + margin
            near_end = False
        else:
            near_end = True
        point = evaluate(t)
        count += 1
        if _too_high(point, start) or point.loss >= low.loss:
            high = point
            if high.loss < low.loss:
                low, high = high, low
            continue
        if _flat_enough(point, start):
            return point, count
        if point.slope * (high.t - low.t) >= 0:
            high = low
        low = point
    return low, count


def _find_bracket(
    evaluate: Callable[[float], Point], start: Point, t: float, most: int
) -> tuple[Point, int, tuple[Point, Point] | None]:
    """Longer and longer steps, until one is good, or lies with the one before round a good one."""
    before, point, count = start, evaluate(t), 1
    while count <= most:
        if _too_high(point, start) or (count > 2 and point.loss >= before.loss):
            return point, count, (before, point)
        if _flat_enough(point, start):
            return point, count, None
        if point.slope >= 0:
            return point, count, (before, point)
        t = cubic_minimum(before, point, point.t + 0.01 * (point.t - before.t), 10 * point.t)
        before, point, count = point, evaluate(t), count + 1
    return point, count, (start, point)


def _tried(evaluate: Callable[[float], Point], t: float) -> Point:
    point = evaluate(t)
    return point if isfinite(point.loss) and isfinite(point.slope) else replace(point, loss=inf)


def _too_high(point: Point, start: Point) -> bool:
    return point.loss > start.loss + DECREASE * point.t * start.slope


def _flat_enough(point: Point, start: Point) -> bool:
    return abs(point.slope) <= -FLATTENING * start.slope


def cubic_minimum(a: Point, b: Point, left: float, right: float) -> float:
    """Where the cubic through two points with their slopes is least, within [left, right]; else the middle.

    Nocedal and Wright 2006, equation 3.59.
    """
    if a.t > b.t:
        a, b = b, a
    with np.errstate(all="ignore"):  # a line has its least point at infinity
        d1 = a.slope + b.slope - np.divide(3 * (a.loss - b.loss), a.t - b.t)
        d2 = np.sqrt(d1 * d1 - a.slope * b.slope)
        t = float(b.t - (b.t - a.t) * np.divide(b.slope + d2 - d1, b.slope - a.slope + 2 * d2))
    return (left + right) / 2 if isnan(t) else min(max(t, left), right)
