"""Painting: wires with their texts, then nodes with theirs, each in a group that says in words what it shows."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.render.svg.areas import Areas
from gradviz.render.svg.box import Box
from gradviz.render.svg.drawing import Item, Sketch
from gradviz.render.svg.frame import Frame
from gradviz.render.svg.placement import Placement
from gradviz.render.svg.plan import AFTER, BEFORE, DISC, START, NodeStop, Plan, Wire
from gradviz.render.svg.shapes import Point, arrowhead, circle, curve, group, line, moved, rectangle
from gradviz.render.svg.titles import edge_title, node_title
from gradviz.render.svg.view import View
from gradviz.render.svg.wires import FORWARD, Strokes, backward_line, casings, edge_of, paths, record, strokes

SEED = 3.4
"""The radius of the dot from which the backward pass starts."""


class Painter:
    """Paints one placed plan onto a sketch."""

    def __init__(self, view: View, made: Plan, place: Placement, frame: Frame, sketch: Sketch) -> None:
        self.view, self.made, self.place, self.frame, self.sketch = view, made, place, frame, sketch
        self.theme = view.ink.theme
        self.look: Strokes = strokes(made, self.theme)

    def paint(self) -> None:
        """Panels first, then wires, so that glyphs cover their ends."""
        areas = Areas(self.place.areas, self.frame, self.theme)
        found = paths(self.made, self.place, self.frame)
        self.sketch.body += areas.painted(self.sketch, [path.points for path in found.values()])
        widths = {
            wire.index: self.look.width(wire.flow) if wire.flow.kind != "none" else 0.0 for wire in self.made.wires
        }
        ends = {wire.index: (wire.stops[0], wire.stops[-1]) for wire in self.made.wires}
        cleared = casings(found, widths, ends)
        for wire in self.made.wires:
            path = found[wire.index]
            back = (
                []
                if wire.flow.kind == "none"
                else backward_line(wire, path, self.made, self.place, self.frame, self.look)
            )
            gaps = [
                curve(self._page(gap), areas.ground(gap[len(gap) // 2]), widths[wire.index] + 11)
                for gap in cleared.get(wire.index, [])
            ]
            parts = [*gaps, *self._wire(wire, path.points, back), *self._edge_texts(wire)]
            self.sketch.body.append(group(*parts, title=edge_title(self.view.data.edges[wire.index], self.view)))
        for node in self.made.nodes.values():
            parts = [*self._trunk(node), *self._glyph(node), *self._node_texts(node)]
            self.sketch.body.append(group(*parts, title=node_title(node.facts, self.view)))

    def _page(self, points: Sequence[Point]) -> list[Point]:
        return [self.frame.point(point) for point in points]

    def _head(self, tip: Point) -> str:
        return arrowhead(self.frame.point(tip), self.frame.point((1.0, 0.0)), 9, 3.6, fill=self.theme["wire"])

    def _back_head(self, tip: Point, wire: Wire | NodeStop) -> str:
        return self.look.head(self.frame.point(tip), self.frame.point((-1.0, 0.0)), wire.flow)

    def _wire(self, wire: Wire, forward: Sequence[Point], back: list[Point]) -> list[str]:
        record(self.sketch, f"e{wire.index}", forward, back, self.frame)
        parts = []
        if back:
            parts.append(self.look.backward(self._page(back), wire.flow))
        # The line stops inside its head, whose tip is sharper than the line is wide.
        shortened = [*forward[:-1], (max(forward[-1][0] - 5, forward[-2][0]), forward[-1][1])]
        parts += [curve(self._page(shortened), self.theme["wire"], FORWARD), self._head(forward[-1])]
        if back and wire.alone:
            stop = wire.stops[-2]
            spot = (self.place.start[self.place.rank[stop]], self.place.place[stop] + self.look.distance(wire.flow))
            parts.append(self._back_head(spot, wire))
        elif back:
            parts.append(self._back_head(back[0], wire))
        return parts

    def _edge_texts(self, wire: Wire) -> list[str]:
        owner = f"e{wire.index}"
        if wire.alone:
            stop = self.made.branches[wire.stops[-2]]
            u, v = self.place.start[self.place.rank[stop.key]] + 12, self.place.place[stop.key]
            return [
                self._before(stop.texts.local, u, v, owner, "local"),
                self._after(stop.texts.gradient, u, v, owner, "product"),
            ]
        source = self.made.nodes[wire.stops[0]]
        local = source.texts.local
        u = self.place.end[self.place.rank[source.key]] - self.frame.along(local)
        return [self._before(local, u, self.place.place[source.key], owner, "local")]

    def _before(self, box: Box, u: float, v: float, owner: str, role: str) -> str:
        x, y = self.frame.point((u, v - BEFORE - self.frame.across(box)))
        return self.sketch.text(box, x, y, owner, role)

    def _after(self, box: Box, u: float, v: float, owner: str, role: str) -> str:
        x, y = self.frame.point((u, v + AFTER))
        return self.sketch.text(box, x, y, owner, role)

    def _trunk(self, node: NodeStop) -> list[str]:
        """The stretch of wire that ends in a disc or in the output's arrow, or that nothing reads."""
        if self.view.outgoing[node.facts.id] and not node.fan:
            return []
        u, v = self._origin(node)
        start = u + node.thickness
        stop = self.place.end[self.place.rank[node.key]] - DISC if node.fan else start + node.stretch - 4
        forward: list[Point] = [(start, v), (stop, v)]
        back: list[Point] = []
        parts = []
        if node.flow.kind != "none":
            below = v + self.look.distance(node.flow)
            back = [
                (u + node.thickness / 2 + edge_of(node, self.frame, below - v), below),
                (stop - (12 if node.end else 0), below),
            ]
            parts = [self.look.backward(self._page(back), node.flow), self._back_head(back[0], node)]
            if node.end:
                parts.append(circle(self.frame.point(back[-1]), SEED, fill=self.theme["gradient"]))
        record(self.sketch, node.key, forward, back, self.frame)
        parts.append(curve(self._page(forward), self.theme["wire"], FORWARD))
        return [*parts, self._head((stop + 4, v))] if node.end else parts

    def _origin(self, node: NodeStop) -> Point:
        return self.place.start[self.place.rank[node.key]], self.place.place[node.key]

    def _glyph(self, node: NodeStop) -> list[str]:
        u, v = self._origin(node)
        x, y = self.frame.point((u + node.thickness / 2, v))
        half, tall = node.mark.width / 2, node.mark.height / 2
        self.sketch.glyphs.append(Item(node.key, "glyph", (x - half, y - tall, x + half, y + tall)))
        parts = [moved(node.mark.svg, x, y)]
        return [*parts, self._disc(node, v)] if node.fan else parts

    def _disc(self, node: NodeStop, v: float) -> str:
        u = self.place.end[self.place.rank[node.key]] - DISC
        if node.flow.kind == "none":
            return self._dot(node, u, v)
        before, after = self.place.spread[node.key]
        corners = [self.frame.point((u - DISC, v - before)), self.frame.point((u + DISC, v + after))]
        (left, top), (right, bottom) = corners
        self.sketch.glyphs.append(Item(node.key, "disc", (left, top, right, bottom)))
        colour = self.theme["gradient"]
        disc = rectangle(
            left, top, right - left, bottom - top, fill=self.theme["ground"], stroke=colour, line=1.4, radius=DISC
        )
        sign = self.view.ink.math(r"\Sigma", 12, "gradient")
        x, y = self.frame.point((u, v))
        return disc + sign.at(x - sign.width / 2, y - sign.height / 2)

    def _dot(self, node: NodeStop, u: float, v: float) -> str:
        """Where a wire without a gradient forks: a dot, and a bar as long as its branches lie apart."""
        exits = [self.place.exit[wire.index] for wire in self.made.wires if wire.stops[0] == node.key]
        low, high = (self.frame.point((u, v + end)) for end in (min(0.0, *exits), max(0.0, *exits)))
        return line(low, high, self.theme["wire"], FORWARD) + circle(
            self.frame.point((u, v)), SEED, fill=self.theme["wire"]
        )

    def _node_texts(self, node: NodeStop) -> list[str]:
        u, v = self._origin(node)
        texts, begin = node.texts, u + node.thickness + START
        parts = [
            self._before(texts.value, begin + node.push, v, node.key, "value"),
            self._after(texts.gradient, begin + node.lent, v, node.key, "gradient"),
            self._caption(node, u, v),
        ]
        if node.sums:
            parts.append(self._sums(node, v))
        return parts

    def _caption(self, node: NodeStop, u: float, v: float) -> str:
        box = node.texts.caption
        if self.frame.direction == "LR":
            return self.sketch.text(box, u, v - node.mark.height / 2 - 3 - box.height, node.key, "caption")
        x, y = v - node.mark.width / 2 - 8 - box.width, u + node.thickness / 2 - box.height / 2
        return self.sketch.text(box, x, y, node.key, "caption")

    def _sums(self, node: NodeStop, v: float) -> str:
        u, box = self.place.end[self.place.rank[node.key]] - DISC, node.sums
        if self.frame.direction == "LR":
            return self.sketch.text(box, u - DISC - 2 - box.width, v - 3 - box.height, node.key, "caption")
        return self.sketch.text(
            box, v - self.place.spread[node.key][0] - 4 - box.width, u - box.height / 2, node.key, "caption"
        )
