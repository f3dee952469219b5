"""Where the units of the neurons' picture stand: columns of circles, their sizes and distances."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.explanation.data import Neurons
from gradviz.render.svg.shapes import Point

HEAD = 50.0
"""Above the units: the panel's title and the columns' names."""
VALUE, BIAS, GAP = 16.0, 17.0, 10.0
"""Room above a circle for its value, below for its bias, and between the two."""
CLOSE, ACROSS = 90.0, 1650.0
"""Room between two columns at least, and what there is of it for all of them."""
DOTS = 34.0
"""Room below a column for `⋮` and how many units are not drawn."""


@dataclass(frozen=True, slots=True)
class Places:
    """One panel.

    Args:
        radius: of the circles.
        units: by column, the middles of the shown units' circles.
        tops: by column, where it begins (the top of its first circle).
        width, height: of the panel.
    """

    radius: float
    units: tuple[tuple[Point, ...], ...]
    width: float
    height: float


def places_of(found: Neurons) -> Places:
    """The places of all units in one panel; columns are centred."""
    most = max(len(layer.shown) for layer in found.layers)
    radius = 24.0 if most <= 4 else 20.0 if most <= 7 else 17.0
    pitch = 2 * radius + VALUE + BIAS + GAP + (22.0 if most <= 4 else 0.0)
    tallest = max(_height(len(layer.shown), len(layer.shown) < layer.size, pitch) for layer in found.layers)
    columns, x, edge = [], radius + 40.0, 0.0
    for place, layer in enumerate(found.layers):
        if place:
            apart = _apart(len(found.layers[place - 1].shown), len(layer.shown), pitch)
            x += 2 * radius + min(apart, max(CLOSE, ACROSS / len(found.layers)))
        own = _height(len(layer.shown), len(layer.shown) < layer.size, pitch)
        first = HEAD + (tallest - own) / 2 + VALUE + radius
        columns.append(tuple((x, first + pitch * i) for i in range(len(layer.shown))))
        edge = x + radius + 40.0
    return Places(radius, tuple(columns), edge, HEAD + tallest)


def _height(units: int, cut: bool, pitch: float) -> float:
    return units * pitch - GAP + (DOTS if cut else 0.0)


def _apart(before: int, after: int, pitch: float) -> float:
    """The room between two columns: wide enough that steep lines still have room for their numbers."""
    return min(330.0, max(150.0, 0.45 * pitch * max(before, after), 26.0 * min(before * after, 10)))
