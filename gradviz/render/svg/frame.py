"""The frame: layout happens along the flow (u) and across it (v); the frame says where that is on the page."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.render.options import Direction
from gradviz.render.svg.box import Box
from gradviz.render.svg.shapes import Point


@dataclass(frozen=True, slots=True)
class Frame:
    """A direction of flow: left to right (u = x, v = y) or top to bottom (u = y, v = x)."""

    direction: Direction

    def point(self, spot: Point) -> Point:
        """The place on the page; also turns a direction."""
        u, v = spot
        return (u, v) if self.direction == "LR" else (v, u)

    def along(self, box: Box) -> float:
        """A box's extent along the flow."""
        return box.width if self.direction == "LR" else box.height

    def across(self, box: Box) -> float:
        """A box's extent across the flow."""
        return box.height if self.direction == "LR" else box.width


def bounds(points: list[Point]) -> tuple[float, float, float, float]:
    """The smallest rectangle around points: left, top, right, bottom."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)
