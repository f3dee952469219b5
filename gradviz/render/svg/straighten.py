"""Straightening: a long wire's passes move, within the room between their neighbours, so that it bends less."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz.render.svg.panels import PADS, around, extents, ranges
from gradviz.render.svg.plan import Plan, Wire
from gradviz.render.svg.simple import GAP, Spots


def straightened(made: Plan, spots: Spots) -> Spots:
    """The places with every wire's passes and branch stop in as few straight runs as the neighbours allow.

    Only stops that belong to one wire move; nodes stay, and the order in every column stays.
    """
    column: dict[int, list[str]] = {}
    for key, (rank, _) in spots.items():
        column.setdefault(rank, []).append(key)
    place = {key: v for key, (_, v) in spots.items()}
    walls = _walls(made, spots)
    for keys in column.values():
        keys.sort(key=lambda key: (place[key], key))
    position = {key: i for keys in column.values() for i, key in enumerate(keys)}
    for wire in made.wires:
        _straighten(wire, made, spots, place, column, position, walls)
    return {key: (rank, place[key]) for key, (rank, _) in spots.items()}


Walls = tuple[int, int, float, float]
"""A panel's first and last column, and how far it reaches across the flow."""


def _walls(made: Plan, spots: Spots) -> dict[str, Walls]:
    """The panels as they are placed, from which foreign wires keep away and in which their own stay."""
    if not made.panels:
        return {}
    ranks = {key: rank for key, (rank, _) in spots.items()}
    spans = ranges(made.panels, ranks)
    reach = extents(
        made.panels,
        {key: (v - made.stop(key).before, v + made.stop(key).after) for key, (_, v) in spots.items()},
        made.held,
        PADS["LR"],
    )
    return {key: (*spans[key], *reach[key]) for key in made.panels}


def _within(
    room: tuple[float, float],
    key: str,
    made: Plan,
    spots: Spots,
    place: Mapping[str, float],
    walls: Mapping[str, Walls],
) -> tuple[float, float]:
    """The room of a stop as far as panels leave it."""
    low, high = room
    own, stop, v = set(around(made.panels, made.held.get(key, ""))), made.stop(key), place[key]
    for panel, (first, last, top, bottom) in walls.items():
        if panel in own:
            low = max(low, top + PADS["LR"].before + stop.before)
            high = min(high, bottom - PADS["LR"].after - stop.after)
        elif first <= spots[key][0] <= last:
            if v < (top + bottom) / 2:
                high = min(high, top - GAP - stop.after)
            else:
                low = max(low, bottom + GAP + stop.before)
    return min(low, v), max(high, v)


def _straighten(
    wire: Wire,
    made: Plan,
    spots: Spots,
    place: dict[str, float],
    column: Mapping[int, list[str]],
    position: Mapping[str, int],
    walls: Mapping[str, Walls],
) -> None:
    inner = wire.stops[1:-1]
    if not inner:
        return
    rooms = [
        _within(_room(key, made, place, column[spots[key][0]], position[key]), key, made, spots, place, walls)
        for key in inner
    ]
    level = place[wire.stops[0]]
    first = 0
    while first < len(inner):
        low, high = rooms[first]
        last = first
        while last + 1 < len(inner) and max(low, rooms[last + 1][0]) <= min(high, rooms[last + 1][1]):
            last += 1
            low, high = max(low, rooms[last][0]), min(high, rooms[last][1])
        level = _level(
            level,
            place[wire.stops[-1]],
            low,
            high,
            [place[key] for key in inner[first : last + 1]],
            last == len(inner) - 1,
        )
        for key in inner[first : last + 1]:
            place[key] = level
        first = last + 1


def _level(before: float, goal: float, low: float, high: float, now: list[float], ending: bool) -> float:
    """Where a run lies: straight on from before or straight into the goal if it can, else near where it was."""
    for wished in [before, goal] if ending else [before]:
        if low <= wished <= high and min(abs(wished - v) for v in now) < 60:
            return wished
    middle = sorted(now)[len(now) // 2]
    return min(max(middle, low), high)


def _room(key: str, made: Plan, place: Mapping[str, float], keys: list[str], i: int) -> tuple[float, float]:
    stop = made.stop(key)
    low, high = float("-inf"), float("inf")
    if i:
        low = place[keys[i - 1]] + made.stop(keys[i - 1]).after + GAP + stop.before
    if i + 1 < len(keys):
        high = place[keys[i + 1]] - made.stop(keys[i + 1]).before - GAP - stop.after
    now = place[key]
    return min(low, now), max(high, now)
