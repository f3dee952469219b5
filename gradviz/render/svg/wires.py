"""Wires: their paths through the placement, their two halves, and the casings where they cross."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gradviz.render.svg.drawing import Sketch, Strand
from gradviz.render.svg.frame import Frame
from gradviz.render.svg.glyphs import RADIUS as ROUND
from gradviz.render.svg.paths import Path, bend, crossing, near, quarter
from gradviz.render.svg.placement import LANE, Placement
from gradviz.render.svg.plan import DISC, NodeStop, Plan, Wire
from gradviz.render.svg.shapes import Point, arrowhead, curve
from gradviz.render.svg.theme import Theme
from gradviz.render.svg.view import Flow

FORWARD, SYMBOLIC, CORNER, MARGIN = 1.5, 2.0, 14.0, 6.0
"""The forward stroke; a gradient's stroke without a number; corners and left margin of a wire that returns."""


@dataclass(frozen=True, slots=True)
class Strokes:
    """How the wires of one figure are drawn: its theme, and the largest gradient."""

    theme: Theme
    largest: float

    def width(self, flow: Flow) -> float:
        """The stroke of what comes back."""
        if flow.kind == "zero":
            return 1.3
        if math.isnan(flow.magnitude):
            return SYMBOLIC
        share = min(1.0, flow.magnitude / self.largest) if self.largest > 0 and math.isfinite(flow.magnitude) else 1.0
        return 1.0 + 1.9 * math.sqrt(share)

    def distance(self, flow: Flow) -> float:
        """Of the backward line's middle from the forward line's: its edge is 4 below the wire."""
        return 4.0 + self.width(flow) / 2

    def backward(self, points: Sequence[Point], flow: Flow) -> str:
        """The backward line."""
        if flow.kind == "zero":
            return curve(points, self.theme["soft"], 1.3, dash="1.5 3.5")
        return curve(points, self.theme["gradient"], self.width(flow), dash=self.theme.backward_dash)

    def head(self, tip: Point, direction: Point, flow: Flow) -> str:
        """The head of the backward line; a zero has none."""
        if flow.kind != "gradient":
            return ""
        half, colour = 2.9 + self.width(flow) / 2, self.theme["gradient"]
        if self.theme.heads == "hollow":
            return arrowhead(tip, direction, 9.5, half, fill=self.theme["ground"], stroke=colour, line=1.2)
        return arrowhead(tip, direction, 9.5, half, fill=colour)


def strokes(made: Plan, theme: Theme) -> Strokes:
    """The strokes for all wires of a plan."""
    flows = [wire.flow for wire in made.wires] + [node.flow for node in made.nodes.values()]
    return Strokes(theme, max((flow.magnitude for flow in flows if math.isfinite(flow.magnitude)), default=0.0))


def edge_of(node: NodeStop, frame: Frame, offset: float) -> float:
    """Half the glyph's extent along the flow, at some distance across it from its middle."""
    half = node.thickness / 2
    breadth = node.mark.height if frame.direction == "LR" else node.mark.width
    beyond = abs(offset) - (breadth / 2 - ROUND)
    if not node.mark.round or beyond <= 0:
        return half
    return half - ROUND + math.sqrt(max(0.0, ROUND * ROUND - beyond * beyond))


def paths(made: Plan, place: Placement, frame: Frame) -> dict[int, Path]:
    """Every wire's path in the frame's coordinates, by its edge."""
    return {wire.index: _path(wire, made, place, frame) for wire in made.wires}


def _path(wire: Wire, made: Plan, place: Placement, frame: Frame) -> Path:
    source, target = made.nodes[wire.stops[0]], made.nodes[wire.stops[-1]]
    column = place.rank[source.key]
    v = place.place[source.key] + place.exit[wire.index]
    u = place.end[column] - DISC if wire.alone else place.start[column] + source.thickness
    points: list[Point] = [(u, v)]
    back: list[tuple[int, int]] = []
    gutters: list[tuple[int, int, int]] = []
    for i, (tail, head) in enumerate(pairwise(wire.stops)):
        before, after = place.rank[tail], place.rank[head]
        first = len(points) - 1
        goal = place.place[head] + (place.entry[wire.index] if i == len(wire.stops) - 2 else 0.0)
        if place.row[before] != place.row[after]:
            points.append((place.end[before], v))
            way = _return(wire.index, before, (v, goal), place)
            back.append((len(points), len(points) + len(way)))
            points += way
        elif (before, wire.index) in place.track:
            points += [(max(place.end[before], points[-1][0]), v), *bend(place.track[before, wire.index], v, goal)]
        points.append((place.start[after], goal))
        gutters.append((before, first, len(points)))
        v = goal
    offset = place.entry[wire.index]
    end = place.start[place.rank[target.key]] + target.thickness / 2 - edge_of(target, frame, offset)
    return Path(tuple([*points, (end, v)] if end > points[-1][0] + 0.01 else points), tuple(back), tuple(gutters))


def _return(index: int, before: int, ends: Point, place: Placement) -> list[Point]:
    """From the end of a row back to the start of the next, beside the other wires that return there."""
    lane = place.lane[before, index] * LANE
    v, goal = ends
    c, far, home = CORNER, place.end[before] + place.closing[before] + 18.0 + lane, MARGIN + lane
    level = place.returns[place.row[before]] + lane
    return [
        *quarter((far - c, v), (far, v), (far, v + c)),
        *quarter((far, level - c), (far, level), (far - c, level)),
        *quarter((home + c, level), (home, level), (home, level + c)),
        *quarter((home, goal - c), (home, goal), (home + c, goal)),
    ]


def backward_line(wire: Wire, path: Path, made: Plan, place: Placement, frame: Frame, look: Strokes) -> list[Point]:
    """The backward half: beside the forward one, and ending on the outlines of the glyphs."""
    distance = look.distance(wire.flow)
    points = list(path.beside(distance))
    source, target = made.nodes[wire.stops[0]], made.nodes[wire.stops[-1]]
    middle = place.start[place.rank[target.key]] + target.thickness / 2
    points[-1] = (middle - edge_of(target, frame, place.entry[wire.index] + distance), points[-1][1])
    if not wire.alone:
        start = place.start[place.rank[source.key]] + source.thickness / 2
        points[0] = (start + edge_of(source, frame, distance), points[0][1])
    return points


def casings(
    found: Mapping[int, Path], widths: Mapping[int, float], shared: Mapping[int, tuple[str, str]]
) -> dict[int, list[list[Point]]]:
    """Where a wire crosses earlier ones: stretches of it that are cleared before it is drawn, by edge."""
    cleared: dict[int, list[list[Point]]] = {}
    gutters: dict[int, list[Way]] = {}
    for index, path in found.items():
        for column, first, last in path.gutters:
            points = path.points[first:last]
            reach = min(v for _, v in points), max(v for _, v in points)
            gutters.setdefault(column, []).append((index, points, *reach))
    for wires in gutters.values():
        for (later, way, *_), others in zip(wires, _met(wires), strict=True):
            beside: Sequence[Point] = ()
            for earlier, other, *_ in others:
                spot = crossing(way, other)
                if spot is None or _at_common_end(spot, found[later], found[earlier], shared[later], shared[earlier]):
                    continue
                if not beside:
                    middle = (3.25 + widths[later]) / 2 if widths[later] else 0.0
                    beside = Path(tuple(way)).beside(middle)
                cleared.setdefault(later, []).append(near(beside, spot, 11.0))
    return cleared


Way = tuple[int, Sequence[Point], float, float]
"""A wire, its points in a gutter, and how far they reach across the flow."""


def _met(wires: Sequence[Way]) -> list[list[Way]]:
    """For each way the earlier ones that do not keep on one side of it all along."""
    return [
        [other for other in wires[:j] if other[2] <= high and low <= other[3]]
        for j, (_, _, low, high) in enumerate(wires)
    ]


def _at_common_end(spot: Point, first: Path, second: Path, ends: tuple[str, str], others: tuple[str, str]) -> bool:
    """Whether wires only meet at the disc that they leave or the glyph that they enter."""
    start = ends[0] == others[0] and math.dist(spot, first.points[0]) < 20
    return start or (ends[1] == others[1] and math.dist(spot, first.points[-1]) < 14)


def record(sketch: Sketch, owner: str, forward: Sequence[Point], backward: Sequence[Point], frame: Frame) -> None:
    """Enter a wire's halves in the drawing's record."""
    sketch.strands.append(Strand(owner, "forward", tuple(map(frame.point, forward))))
    if backward:
        sketch.strands.append(Strand(owner, "backward", tuple(map(frame.point, backward))))
