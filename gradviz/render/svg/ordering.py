"""Ordering: the order of the stops in every column, by their neighbours' middles, so that few wires cross.

The layer-by-layer sweep of Sugiyama, Tagawa and Toda (1981), with crossings counted as Barth, Jünger and Mutzel (2002).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

ROUNDS = 24
"""Sweeps to and fro; the best order met is kept."""

PATIENCE = 6
"""Sweeps in a row that find nothing better, after which there are no more."""

Neighbours = Mapping[str, Sequence[str]]
"""By stop, the stops of the column before it, or behind it, that it is wired to."""


def ordered(columns: Sequence[Sequence[str]], before: Neighbours, behind: Neighbours) -> list[list[str]]:
    """The columns' stops in an order with few crossings.

    Args:
        columns: the stops by column, in the order from which to start.
        before: the neighbours in the column before each stop's.
        behind: those in the column behind it.
    """
    now = [list(column) for column in columns]
    best, least = [list(column) for column in now], crossings(now, behind)
    idle = 0
    for sweep in range(ROUNDS):
        if sweep % 2 == 0:
            for i in range(1, len(now)):
                _sort(now[i], now[i - 1], before)
        else:
            for i in range(len(now) - 2, -1, -1):
                _sort(now[i], now[i + 1], behind)
        count = crossings(now, behind)
        if count < least:
            best, least, idle = [list(column) for column in now], count, 0
        else:
            idle += 1
        if least == 0 or idle == PATIENCE:
            break
    return best


def _sort(column: list[str], fixed: Sequence[str], neighbours: Neighbours) -> None:
    """Put a column in the order of its neighbours' middles; a stop without any keeps its place in the order."""
    place = {key: i for i, key in enumerate(fixed)}
    wished: dict[str, float] = {}
    last = -1.0
    for key in column:
        found = [place[other] for other in neighbours.get(key, ())]
        last = sum(found) / len(found) if found else last
        wished[key] = last
    column.sort(key=wished.__getitem__)


def crossings(columns: Sequence[Sequence[str]], behind: Neighbours) -> int:
    """How many wires cross between all columns: inversions, counted in a tree of sums."""
    total = 0
    for first, second in pairwise(columns):
        place = {key: i for i, key in enumerate(second)}
        ends = [end for key in first for end in sorted([place[other] for other in behind.get(key, ())])]
        total += _inversions(ends, len(second))
    return total


def _inversions(ends: Sequence[int], size: int) -> int:
    sums = [0] * (size + 1)
    total = 0
    for seen, end in enumerate(ends):
        at, less = end + 1, 0
        while at:
            less += sums[at]
            at &= at - 1
        total += seen - less
        at = end + 1
        while at <= size:
            sums[at] += 1
            at += at & -at
    return total
