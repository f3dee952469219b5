"""Painting panels: rounded areas with their titles, beneath everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradviz.render.svg.box import EMPTY, Box
from gradviz.render.svg.drawing import Item, Sketch
from gradviz.render.svg.frame import Frame
from gradviz.render.svg.panels import BORDER, HEAD, Area, free_start
from gradviz.render.svg.placement import Placement
from gradviz.render.svg.plan import Plan
from gradviz.render.svg.shapes import Point, group, rectangle
from gradviz.render.svg.theme import Theme

RADIUS = 8.0
"""Of a panel's corners."""


@dataclass(frozen=True, slots=True)
class Areas:
    """The panels of one picture; an outer one comes before those inside it."""

    areas: Sequence[Area]
    frame: Frame
    theme: Theme

    def painted(self, sketch: Sketch, place: Placement, made: Plan) -> list[str]:
        """All of them, entered in the record."""
        return [self._painted(area, sketch, place, made) for area in self.areas]

    def ground(self, spot: Point) -> str:
        """The colour beneath a spot, in the frame's coordinates."""
        u, v = spot
        around = [area for area in self.areas if area.start <= u <= area.end and area.top <= v <= area.bottom]
        return self._fill(around[-1]) if around else self.theme["ground"]

    def _fill(self, area: Area) -> str:
        return self.theme["ground" if area.panel.level % 2 else "panel"]

    def _painted(self, area: Area, sketch: Sketch, place: Placement, made: Plan) -> str:
        (left, top), (right, bottom) = (
            self.frame.point(spot) for spot in ((area.start, area.top), (area.end, area.bottom))
        )
        sketch.panels.append(Item(area.panel.group, "panel", (left, top, right, bottom)))
        body = rectangle(
            left, top, right - left, bottom - top, fill=self._fill(area), stroke=self.theme["hair"], radius=RADIUS
        )
        title, x = self._title(area, left, right, place, made)
        words = sketch.text(title, x, top + (HEAD - 6 - title.height) / 2 + 2, area.panel.key, "panel") if title else ""
        return group(body, words, title=area.panel.group)

    def _title(self, area: Area, left: float, right: float, place: Placement, made: Plan) -> tuple[Box, float]:
        """The title and where it starts: at the left, or downwards between the wires that enter at the top."""
        taken = [] if self.frame.direction == "LR" else _entering(area, place, made)
        for title in (area.panel.title, area.panel.short):
            x = free_start(title, left + BORDER - 8, right, taken)
            if x is not None:
                return title, x
        return EMPTY, left


def _entering(area: Area, place: Placement, made: Plan) -> list[float]:
    """Where wires cross the first border of an area, both halves of each."""
    found = []
    for wire in made.wires:
        for key in wire.stops[1:]:
            u, v = place.start[place.rank[key]], place.place[key]
            if area.start < u < area.end and area.top < v < area.bottom and u - area.start < HEAD * 3:
                v += place.entry[wire.index] if key == wire.stops[-1] else 0.0
                found += [v - 2.0, v + 7.0]
    return found
