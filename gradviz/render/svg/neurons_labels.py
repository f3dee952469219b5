"""Numbers on the lines between neurons: each where its line is free, on no circle and on no other number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gradviz.render.numbers import number_latex
from gradviz.render.svg.box import Box, padded
from gradviz.render.svg.drawing import Rectangle
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.shapes import Point

SPOTS = tuple(0.5 + sign * 0.02 * i for i in range(22) for sign in ((1,) if i == 0 else (-1, 1)))
"""Where along its line a number may stand, the middle first."""
SIZE = 12.0
ROOM = 3.0
"""Around a number."""
CLEAR = 2.5
"""Between a number and another line."""
CROSSING = 2
"""Other lines that a number may interrupt."""

FEW, LARGEST = 28, 12
"""Lines of which all have numbers, and how many of more have one: the largest."""

Label = tuple[Box, float, float]
"""A number and the place of its top left corner."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A line between two units, from rim to rim.

    Args:
        start, end: its ends.
        value: what it stands for.
        width: in pixels.
        said: in words.
    """

    start: Point
    end: Point
    value: float
    width: float
    said: str

    def at(self, share: float) -> Point:
        """A point on it: 0 is its start, 1 its end."""
        (x1, y1), (x2, y2) = self.start, self.end
        return x1 + (x2 - x1) * share, y1 + (y2 - y1) * share


def labelled(
    edges: Sequence[Edge], circles: Sequence[tuple[Point, float]], taken: Sequence[Rectangle], ink: Ink
) -> tuple[list[Label], int]:
    """The numbers with their places, and how many lines have none for want of room.

    The largest choose first. A place is the better the fewer other lines it interrupts, and the nearer to the middle.
    """
    used, labels = list(taken), []
    wanted = edges if len(edges) <= FEW else sorted(edges, key=lambda edge: -abs(edge.value))[:LARGEST]
    missing = len([edge for edge in edges if edge.value != 0]) - len([edge for edge in wanted if edge.value != 0])
    for edge in sorted(wanted, key=lambda edge: -abs(edge.value)):
        if edge.value == 0 or not math.isfinite(edge.value):
            continue
        box = padded(ink.math(number_latex(edge.value, 2), SIZE, "ink"), 4, 4, 2, 2)
        near = [other for other in edges if other is not edge and _overlaps(edge, other)]
        spot = _best(edge, box, near, circles, used)
        if spot is None:
            missing += 1
            continue
        used.append((spot[0], spot[1], spot[0] + box.width, spot[1] + box.height))
        labels.append((box, *spot))
    return labels, missing


def _overlaps(first: Edge, second: Edge) -> bool:
    return first.start[0] < second.end[0] and second.start[0] < first.end[0]


def _best(
    edge: Edge,
    box: Box,
    others: Sequence[Edge],
    circles: Sequence[tuple[Point, float]],
    used: Sequence[Rectangle],
) -> Point | None:
    best: tuple[float, Point] | None = None
    for share in SPOTS:
        x, y = edge.at(share)
        left, top = x - box.width / 2, y - box.height / 2
        right, bottom = left + box.width, top + box.height
        if any(_near(spot, radius, left, top, right, bottom) for spot, radius in circles):
            continue
        if any(left < u[2] + ROOM and u[0] < right + ROOM and top < u[3] + 1 and u[1] < bottom + 1 for u in used):
            continue
        crossed = sum(passes(other, (left, top, right, bottom)) for other in others)
        cost = 4.0 * crossed + 2.0 * abs(share - 0.5)
        if crossed <= CROSSING and (best is None or cost < best[0]):
            best = cost, (left, top)
    return None if best is None else best[1]


def _near(spot: Point, radius: float, left: float, top: float, right: float, bottom: float) -> bool:
    """Whether a circle comes close to a box."""
    dx = max(left - spot[0], 0.0, spot[0] - right)
    dy = max(top - spot[1], 0.0, spot[1] - bottom)
    return max(dx, dy) < radius + 2


def passes(edge: Edge, box: Rectangle) -> bool:
    """Whether a line comes into a box: Liang and Barsky's clipping, the box widened by half the line's width."""
    (x1, y1), (x2, y2) = edge.start, edge.end
    margin = edge.width / 2 + CLEAR
    low, high = 0.0, 1.0
    for start, change, least, most in (
        (x1, x2 - x1, box[0] - margin, box[2] + margin),
        (y1, y2 - y1, box[1] - margin, box[3] + margin),
    ):
        if change == 0:
            if not least < start < most:
                return False
            continue
        enter, leave = sorted(((least - start) / change, (most - start) / change))
        low, high = max(low, enter), min(high, leave)
    return low < high
