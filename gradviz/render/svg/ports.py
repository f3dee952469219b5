"""Ports: where wires enter a glyph and leave a Σ disc, in order, apart from each other, straight where they can be."""

from __future__ import annotations

from collections.abc import Sequence

SNAP = 11.0
"""A wire this close to a port's place runs straight into it."""

CLOSEST = 9.0
"""Wires come this close to each other rather than bend."""


def ports(places: Sequence[float], pitch: float, low: float, high: float) -> list[float]:
    """Offsets for wires that come from (or go to) places in increasing order, all measured from the middle.

    The nearest wire within the snapping distance runs straight; the others keep the pitch from it, or less where there
    is little room between `low` and `high`.

    Example:
        >>> ports([-40.0, 0.0, 40.0], 14.0, -15.0, 12.0)
        [-12.0, 0.0, 12.0]
        >>> ports([-40.0, 40.0], 14.0, -16.0, 10.0)
        [-9.0, 5.0]
    """
    count = len(places)
    if not count:
        return []
    if count > 1:
        pitch = min(pitch, (high - low) / (count - 1))
    i = min(range(count), key=lambda i: abs(places[i]))
    if abs(places[i]) < SNAP and low <= places[i] <= high:
        room = min(
            [
                pitch,
                *([(places[i] - low) / i] if i else []),
                *([(high - places[i]) / (count - 1 - i)] if i < count - 1 else []),
            ]
        )
        if room >= min(pitch, CLOSEST):
            return [places[i] + (k - i) * room for k in range(count)]
        first = places[i] - i * pitch
    else:
        first = -(count - 1) * pitch / 2 - (2.0 if count > 1 else 0.0)
    first = min(max(first, low), high - (count - 1) * pitch)
    return [first + k * pitch for k in range(count)]
