"""Aligning: the place of every stop across the flow, near the stops that it is wired to, so that wires bend little.

Sweeps to and fro: in each column the places nearest to the wished ones (in the mean of squares) that keep the order and
the room between neighbours, which is isotonic regression, by pooling (Barlow and others 1972); linear in the stops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from gradviz.render.svg.ordering import Neighbours

SWEEPS = 12
"""How often every column is placed anew; the last ones look to both sides."""

LONG = 8.0
"""How much more a long wire's pass keeps to its place than a node does."""

Room = Callable[[str, str], float]
"""The least distance between two neighbours in a column, the first above the second."""


def aligned(
    columns: Sequence[Sequence[str]], before: Neighbours, behind: Neighbours, passes: Mapping[str, object], room: Room
) -> dict[str, float]:
    """The places across the flow.

    Args:
        columns: the stops by column, in order.
        before: the neighbours in the column before each stop's.
        behind: those in the column behind it.
        passes: the stops where a long wire only passes.
        room: the least distance between two neighbours.
    """
    offsets = [_offsets(column, room) for column in columns]
    weights = {key: LONG if key in passes else 1.0 for column in columns for key in column}
    place: dict[str, float] = {}
    for column, offset in zip(columns, offsets, strict=True):
        middle = offset[-1] / 2 if offset else 0.0
        place.update({key: at - middle for key, at in zip(column, offset, strict=True)})
    for sweep in range(SWEEPS):
        order = range(len(columns)) if sweep % 2 == 0 else reversed(range(len(columns)))
        sides = (before, behind) if sweep >= SWEEPS // 2 else (before,) if sweep % 2 == 0 else (behind,)
        for i in order:
            _place(columns[i], offsets[i], sides, weights, place)
    return place


def _offsets(column: Sequence[str], room: Room) -> list[float]:
    found = [0.0][: len(column)]
    for one, other in pairwise(column):
        found.append(found[-1] + room(one, other))
    return found


def _place(
    column: Sequence[str],
    offsets: Sequence[float],
    sides: Iterable[Neighbours],
    weights: Mapping[str, float],
    place: dict[str, float],
) -> None:
    """Put a column's stops as near to their neighbours as the others allow."""
    wished, weighed = [], []
    for key, offset in zip(column, offsets, strict=True):
        total = weight = 0.0
        for side in sides:
            for other in side.get(key, ()):
                pull = weights[key] * weights[other]
                total += pull * place[other]
                weight += pull
        wished.append((total / weight if weight else place[key]) - offset)
        weighed.append(weight or 0.01)
    for key, offset, level in zip(column, offsets, _pooled(wished, weighed), strict=True):
        place[key] = level + offset


def _pooled(wished: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The increasing sequence nearest to the wished one: neighbours out of order share their mean."""
    pools: list[tuple[float, float, int]] = []
    for level, weight in zip(wished, weights, strict=True):
        count = 1
        while pools and pools[-1][0] > level:
            other, heavy, many = pools.pop()
            level = (level * weight + other * heavy) / (weight + heavy)
            weight, count = weight + heavy, count + many
        pools.append((level, weight, count))
    return [level for level, _, count in pools for _ in range(count)]
