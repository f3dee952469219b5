"""Paths: a wire's way, straight in columns and bending in gutters, and the line that runs beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gradviz.render.svg.shapes import Point

RADIUS = 20.0
"""Of a bend."""

STEPS = 8
"""Points on a quarter of a circle."""

_SHARES = tuple(
    ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3) for t in (i / STEPS for i in range(STEPS + 1))
)
"""What each of a cubic curve's four points has in the points along it."""


@dataclass(frozen=True, slots=True)
class Path:
    """A wire's middle line, and how its companion runs: beside it, or (on the ways back to a new row) shifted along.

    Args:
        points: of the middle line.
        back: the stretches of points, from and up to a position, that lead back.
        gutters: the stretches in each gutter, by the column before it: only there wires cross.
    """

    points: tuple[Point, ...]
    back: tuple[tuple[int, int], ...] = ()
    gutters: tuple[tuple[int, int, int], ...] = ()

    def beside(self, distance: float) -> tuple[Point, ...]:
        """The companion: to the right-hand side of the way forward, so below a wire that runs to the right.

        On the way back it keeps below and to the right, shifted along the diagonal; so it changes sides at two corners
        and stays below the wire that it belongs to.
        """
        found = _offset(self.points, distance)
        for first, last in self.back:
            found[first:last] = [(u + distance, v + distance) for u, v in self.points[first:last]]
        return _forward(found)


def _forward(points: list[Point]) -> tuple[Point, ...]:
    kept = [points[0]]
    kept += [point for before, point in pairwise(points) if point != before]
    return tuple(kept)


def _offset(points: Sequence[Point], distance: float) -> list[Point]:
    found = []
    for i, (u, v) in enumerate(points):
        (u0, v0), (u1, v1) = points[max(0, i - 1)], points[min(len(points) - 1, i + 1)]
        length = math.hypot(u1 - u0, v1 - v0) or 1.0
        found.append((u - distance * (v1 - v0) / length, v + distance * (u1 - u0) / length))
    return found


def bend(track: float, start: float, end: float) -> list[Point]:
    """From one place to another across the flow, around a track along it."""
    rise = end - start
    if abs(rise) < RADIUS:
        return _cubic((track - RADIUS, start), (track, start), (track, end), (track + RADIUS, end))
    radius = math.copysign(min(RADIUS, abs(rise) / 2), rise)
    reach = abs(radius)
    first = quarter((track - reach, start), (track, start), (track, start + radius))
    second = quarter((track, end - radius), (track, end), (track + reach, end))
    return [*first, *second]


def quarter(start: Point, corner: Point, end: Point) -> list[Point]:
    """A rounded corner."""
    share = 0.5523
    first = (start[0] + (corner[0] - start[0]) * share, start[1] + (corner[1] - start[1]) * share)
    second = (end[0] + (corner[0] - end[0]) * share, end[1] + (corner[1] - end[1]) * share)
    return _cubic(start, first, second, end)


def _cubic(a: Point, b: Point, c: Point, d: Point) -> list[Point]:
    (u0, v0), (u1, v1), (u2, v2), (u3, v3) = a, b, c, d
    return [(p * u0 + q * u1 + r * u2 + s * u3, p * v0 + q * v1 + r * v2 + s * v3) for p, q, r, s in _SHARES]


def crossing(first: Sequence[Point], second: Sequence[Point]) -> Point | None:
    """Where two lines first cross, if they do."""
    others = [(*_extent(c, d), c, d) for c, d in pairwise(second)]
    for a, b in pairwise(first):
        left, right, top, bottom = _extent(a, b)
        for begin, end, high, low, c, d in others:
            if right < begin or end < left or bottom < high or low < top:
                continue
            met = _segments_meet(a, b, c, d)
            if met is not None:
                return met
    return None


def _extent(a: Point, b: Point) -> tuple[float, float, float, float]:
    """The least and largest coordinates of a segment, along and across."""
    (u, v), (w, x) = a, b
    return (u, w, v, x) if u <= w and v <= x else (min(u, w), max(u, w), min(v, x), max(v, x))


def _segments_meet(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    across = (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0])
    if abs(across) < 1e-9:
        return None
    t = ((c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0])) / across
    s = ((c[0] - a[0]) * (b[1] - a[1]) - (c[1] - a[1]) * (b[0] - a[0])) / across
    if 0 <= t <= 1 and 0 <= s <= 1:
        return (a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))
    return None


def near(points: Sequence[Point], spot: Point, reach: float) -> list[Point]:
    """The stretch of a line within some distance of a spot on it."""
    best, along = 0, math.inf
    fine = _dense_near(points, spot, reach + 2 * STEP)
    for i, point in enumerate(fine):
        away = math.dist(point, spot)
        if away < along:
            best, along = i, away
    first = last = best
    while first > 0 and math.dist(fine[first], spot) < reach:
        first -= 1
    while last < len(fine) - 1 and math.dist(fine[last], spot) < reach:
        last += 1
    return fine[first : last + 1]


STEP = 3.0
"""The distance between points of a line that is looked at closely."""


def _dense_near(points: Sequence[Point], spot: Point, reach: float) -> list[Point]:
    """The dense line, without the segments that keep away from the spot: most of a long wire."""
    u, v = spot
    found: list[Point] = []
    for start, end in pairwise(points):
        if min(start[0], end[0]) - reach > u or max(start[0], end[0]) + reach < u:
            continue
        if min(start[1], end[1]) - reach > v or max(start[1], end[1]) + reach < v:
            continue
        part = dense((start, end))
        found += part[1:] if found and found[-1] == start else part
    return found or dense(points)


def dense(points: Sequence[Point], step: float = STEP) -> list[Point]:
    """The line with a point at least every `step` pixels."""
    found = [points[0]]
    for (u0, v0), (u1, v1) in pairwise(points):
        count = max(1, math.ceil(math.hypot(u1 - u0, v1 - v0) / step))
        found += [(u0 + (u1 - u0) * i / count, v0 + (v1 - v0) * i / count) for i in range(1, count + 1)]
    return found
