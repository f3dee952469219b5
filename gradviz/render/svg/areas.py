"""Painting panels: rounded areas with their titles, beneath everything else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gradviz.render.svg.box import EMPTY, Box
from gradviz.render.svg.drawing import Item, Sketch
from gradviz.render.svg.frame import Frame
from gradviz.render.svg.panels import BORDER, HEAD, Area, free_start
from gradviz.render.svg.paths import dense
from gradviz.render.svg.shapes import Point, group, rectangle
from gradviz.render.svg.theme import Theme

RADIUS = 8.0
"""Of a panel's corners."""

WIRE = (-2.0, 7.0)
"""How far a wire's two halves reach to either side."""


@dataclass(frozen=True, slots=True)
class Areas:
    """The panels of one picture; an outer one comes before those inside it."""

    areas: Sequence[Area]
    frame: Frame
    theme: Theme

    def painted(self, sketch: Sketch, wires: Iterable[Sequence[Point]]) -> list[str]:
        """All of them, entered in the record; titles stand between the wires, given in the frame's coordinates."""
        if not self.areas:
            return []
        spots = [self.frame.point(spot) for wire in wires for spot in dense(wire)]
        return [self._painted(area, sketch, spots) for area in self.areas]

    def ground(self, spot: Point) -> str:
        """The colour beneath a spot, in the frame's coordinates."""
        u, v = spot
        around = [area for area in self.areas if area.start <= u <= area.end and area.top <= v <= area.bottom]
        return self._fill(around[-1]) if around else self.theme["ground"]

    def _fill(self, area: Area) -> str:
        return self.theme["ground" if area.panel.level % 2 else "panel"]

    def _painted(self, area: Area, sketch: Sketch, spots: Sequence[Point]) -> str:
        (left, top), (right, bottom) = (
            self.frame.point(spot) for spot in ((area.start, area.top), (area.end, area.bottom))
        )
        sketch.panels.append(Item(area.panel.group, "panel", (left, top, right, bottom)))
        body = rectangle(
            left, top, right - left, bottom - top, fill=self._fill(area), stroke=self.theme["hair"], radius=RADIUS
        )
        begun = any(other.panel.key == area.panel.key and other.top < area.top for other in self.areas)
        titles = (area.panel.again, EMPTY) if begun else (area.panel.title, area.panel.short)
        title, x = _title(titles, left, right, [x for x, y in spots if top - 2 < y < top + HEAD])
        words = sketch.text(title, x, top + (HEAD - 6 - title.height) / 2 + 2, area.panel.key, "panel") if title else ""
        return group(body, words, title=area.panel.group)


def _title(titles: Sequence[Box], left: float, right: float, crossed: Sequence[float]) -> tuple[Box, float]:
    """The first of some titles that has room, and where it starts, between the wires that cross its band."""
    taken = [x + aside for x in crossed for aside in WIRE]
    for title in titles:
        x = free_start(title, left + BORDER - 8, right, taken)
        if x is not None:
            return title, x
    return EMPTY, left
