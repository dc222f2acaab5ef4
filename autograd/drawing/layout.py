"""Where boxes and arrows of a graph lie, without Graphviz: in layers, every arrow leading to a later one.

The way of Sugiyama, Tagawa and Toda (1981): layers by the longest path, an order in each that crosses few arrows, then
places that keep arrows straight. An arrow over several layers has a point in each. "Along" is the arrows' direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

GAP, LAYER_GAP, POINT = 28.0, 62.0, 14.0
"""Between neighbours in a layer, between layers, and the room for an arrow that passes a layer."""

SWEEPS = 8

Place = tuple[float, float]
"""Across and along."""


@dataclass(frozen=True)
class Layout:
    """The middles of the boxes, the points that each arrow goes through, and the room that all of it takes."""

    boxes: list[Place]
    arrows: list[list[Place]]
    size: Place


def layout(sizes: Sequence[Place], arrows: Sequence[tuple[int, int]]) -> Layout:
    """Places for boxes of `sizes` (across, along) and the `arrows` between them, each from a box to a later one."""
    rank = _ranks(len(sizes), arrows)
    widths = [across for across, _ in sizes]
    chains: list[list[int]] = []
    for source, target in arrows:
        passed = range(rank[source] + 1, rank[target])
        chains.append([source, *range(len(rank), len(rank) + len(passed)), target])
        rank += passed
        widths += [POINT] * len(passed)
    links = {link for chain in chains for link in pairwise(chain)}
    above: list[list[int]] = [[] for _ in rank]
    below: list[list[int]] = [[] for _ in rank]
    for source, target in sorted(links):
        below[source].append(target)
        above[target].append(source)
    layers = _ordered(_layers(rank), above, below)
    across = _across(layers, widths, above, below)
    tall = [max((sizes[item][1] for item in layer if item < len(sizes)), default=0.0) for layer in layers]
    tops = [sum(tall[:i]) + i * LAYER_GAP for i in range(len(layers))]
    boxes = [(across[i], tops[rank[i]] + tall[rank[i]] / 2) for i in range(len(sizes))]
    leaving, arriving = _ports(chains, across, widths)
    paths = []
    for i, chain in enumerate(chains):
        source, target = chain[0], chain[-1]
        path = [(leaving[i], boxes[source][1] + sizes[source][1] / 2)]
        for point in chain[1:-1]:
            top = tops[rank[point]]
            if abs(path[-1][0] - across[point]) < 0.5 and len(path) > 1:
                path.pop()  # straight on
            else:
                path.append((across[point], top))
            path.append((across[point], top + tall[rank[point]]))
        paths.append([*path, (arriving[i], boxes[target][1] - sizes[target][1] / 2)])
    right = max(place + width / 2 for place, width in zip(across, widths, strict=True))
    return Layout(boxes, paths, (right, tops[-1] + tall[-1]))


def _ranks(count: int, arrows: Sequence[tuple[int, int]]) -> list[int]:
    """The layer of every box: after all that lead to it; one that nothing leads to, right before its first user."""
    rank = [0] * count
    for source, target in sorted(arrows, key=lambda arrow: arrow[1]):
        rank[target] = max(rank[target], rank[source] + 1)
    led_to = {target for _, target in arrows}
    for box in range(count):
        users = [rank[target] for source, target in arrows if source == box]
        if box not in led_to and users:
            rank[box] = min(users) - 1
    return rank


def _layers(rank: list[int]) -> list[list[int]]:
    layers: list[list[int]] = [[] for _ in range(max(rank) + 1)]
    for item, layer in enumerate(rank):
        layers[layer].append(item)
    return layers


def _ordered(layers: list[list[int]], above: list[list[int]], below: list[list[int]]) -> list[list[int]]:
    """The layers, each in the order by the mean place of its neighbours that crosses the fewest arrows."""
    best, fewest = layers, _crossings(layers, below)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        layers = [list(layer) for layer in layers]
        neighbours = above if down else below
        place: dict[int, float] = {}
        for layer in layers if down else reversed(layers):
            place |= {item: float(i) for i, item in enumerate(layer)}
            layer.sort(key=lambda item: _mean([place[other] for other in neighbours[item]], place[item]))
            place |= {item: float(i) for i, item in enumerate(layer)}
        crossings = _crossings(layers, below)
        if crossings < fewest:
            best, fewest = layers, crossings
    return best


def _crossings(layers: list[list[int]], below: list[list[int]]) -> int:
    place = {item: i for layer in layers for i, item in enumerate(layer)}
    crossings = 0
    for layer in layers:
        ends: list[int] = []
        for item in layer:
            found = [place[other] for other in below[item]]
            crossings += sum(before > end for end in found for before in ends)
            ends += found
    return crossings


def _across(
    layers: list[list[int]], widths: list[float], above: list[list[int]], below: list[list[int]]
) -> list[float]:
    """Where each box stands across: as near to the middle of its neighbours as those beside it allow."""
    across = [0.0] * len(widths)
    for sweep in range(4 * SWEEPS):
        down = sweep % 2 == 0
        neighbours = above if down else below
        for layer in layers if down else reversed(layers):
            wanted = [_mean([across[other] for other in neighbours[item]], across[item]) for item in layer]
            for item, place in zip(layer, _apart(wanted, [widths[item] for item in layer]), strict=True):
                across[item] = place
    left = min(place - width / 2 for place, width in zip(across, widths, strict=True))
    return [place - left for place in across]


def _apart(wanted: list[float], widths: list[float]) -> list[float]:
    """The places nearest to those wanted, by squares, at which boxes in this order keep their gap."""
    starts = [0.0]
    for left, right in pairwise(widths):
        starts.append(starts[-1] + (left + right) / 2 + GAP)
    groups: list[tuple[float, int]] = []  # boxes that touch: where the first of them would start, and how many
    for place, start in zip(wanted, starts, strict=True):
        mean, count = place - start, 1
        while groups and groups[-1][0] > mean:
            other, more = groups.pop()
            mean, count = (mean * count + other * more) / (count + more), count + more
        groups.append((mean, count))
    shifts = [mean for mean, count in groups for _ in range(count)]
    return [start + shift for start, shift in zip(starts, shifts, strict=True)]


def _ports(chains: list[list[int]], across: list[float], widths: list[float]) -> tuple[list[float], list[float]]:
    """Where across each arrow leaves its box and arrives at its box: side by side, in the order of where they go."""
    leaving, arriving = [0.0] * len(chains), [0.0] * len(chains)
    for ports, end, other in ((leaving, 0, 1), (arriving, -1, -2)):
        at: dict[int, list[int]] = {}
        for i, chain in enumerate(chains):
            at.setdefault(chain[end], []).append(i)
        for box, meeting in at.items():
            meeting.sort(key=lambda i: across[chains[i][other]])
            for place, i in enumerate(meeting):
                ports[i] = across[box] + widths[box] * 0.7 * ((place + 0.5) / len(meeting) - 0.5)
    return leaving, arriving


def _mean(numbers: list[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise
