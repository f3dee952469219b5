"""Channels: in the gutter between two columns every bending wire gets a track of its own, nested so that few cross."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TRACK = 17.0
"""The distance between neighbouring tracks."""

CLEAR = 9.0
"""Wires whose vertical runs are at least this far apart may share a track."""


@dataclass(frozen=True, slots=True)
class Hop:
    """A wire's way through one gutter: from its place at the left column to its place at the right one."""

    wire: int
    start: float
    end: float

    @property
    def low(self) -> float:
        """Where its run begins, smaller end first."""
        return min(self.start, self.end)

    @property
    def high(self) -> float:
        """Where its run ends."""
        return max(self.start, self.end)

    @property
    def straight(self) -> bool:
        """Whether it needs no track."""
        return abs(self.end - self.start) < 0.5


def tracks(hops: Sequence[Hop]) -> tuple[Mapping[int, int], int]:
    """The track of every bending wire, counted along the flow, and how many tracks there are."""
    order = _ordered([hop for hop in hops if not hop.straight])
    placed: dict[int, int] = {}
    for i, hop in enumerate(order):
        earlier = [placed[other.wire] for other in order[:i] if _overlap(hop, other)]
        placed[hop.wire] = max(earlier) + 1 if earlier else 0
    return placed, max(placed.values(), default=-1) + 1


def _ordered(hops: list[Hop]) -> list[Hop]:
    """The hops along the flow, neighbours swapped while that saves crossings."""
    order = sorted(
        hops, key=lambda hop: (hop.start < hop.end, -hop.start if hop.start < hop.end else hop.start, hop.wire)
    )
    for _ in range(len(order)):
        swapped = False
        for i in range(len(order) - 1):
            first, second = order[i], order[i + 1]
            if _crossings(second, first) < _crossings(first, second):
                order[i], order[i + 1] = second, first
                swapped = True
        if not swapped:
            break
    return order


def _crossings(first: Hop, second: Hop) -> float:
    """How often two wires cross if `first` has the earlier track; touching counts half."""
    return _meets(second.start, first) + _meets(first.end, second)


def _meets(place: float, run: Hop) -> float:
    if run.low + 1 < place < run.high - 1:
        return 1.0
    return 0.5 if run.low - 9 < place < run.high + 9 else 0.0


def _overlap(first: Hop, second: Hop) -> bool:
    return first.low - CLEAR < second.high and second.low - CLEAR < first.high
