"""The chart of the gradient's flow: its norm by layer, relative to the last, and what the slopes allow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from gradviz.explanation.data import GradientFlow
from gradviz.render.flow_text import flow_label, step_sentence
from gradviz.render.numbers import number_latex
from gradviz.render.svg.box import Box
from gradviz.render.svg.drawing import Rectangle, Sketch
from gradviz.render.svg.flow_places import AXIS, Places
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.shapes import Point, circle, curve, group, line, rectangle

CHART = 300.0
"""The height of the chart."""
RADIUS = 5.0
LINES = 9
"""Lines of the scale, at most."""
LEAST_POWERS = 1
"""Powers of ten that the scale spans at least."""


def chart(flow: GradientFlow, ink: Ink, sketch: Sketch, places: Places, top: float) -> list[str]:
    """Grid, bound, line and points, and the words beside them."""
    theme = ink.theme
    shown = [flow.steps[i].relative for i in places.steps]
    bound = [flow.bound[i] for i in places.steps] if flow.bound else []
    low, high = _powers([*shown, *bound])
    scale = _Scale(low, high, top)
    parts = _grid(scale, ink, sketch, places)
    dashed = [(x, scale.y(value)) for x, value in zip(places.xs, bound, strict=False)]
    points = [(x, scale.y(value)) for x, value in zip(places.xs, shown, strict=True)]
    if dashed:
        parts.append(group(curve(dashed, theme["local"], 1.6, dash="6 4"), title=flow.bound_says))
    parts.append(curve(points, theme["gradient"], 2.2))
    for place, point in zip(places.steps, points, strict=True):
        step = flow.steps[place]
        known = 0 < step.relative < math.inf
        fill = theme["gradient"] if known else theme["ground"]
        mark = circle(point, RADIUS, fill=fill, stroke=theme["ground" if known else "gradient"], line=1.5)
        parts.append(group(mark, title=step_sentence(step, flow, ink.precision)))
    words = [(ink.word(flow_label(flow), 13, "gradient"), points)]
    words += [(ink.word(flow.bound_says, 13, "local"), dashed)] if dashed else []
    taken: list[Rectangle] = []
    for text, along in words:
        spot = _free(text, along, [points, dashed], taken, places, top)
        if spot is not None:
            left, above = spot
            taken.append((left, above, left + text.width, above + text.height))
            parts.append(_over(text, left, above, ink, sketch))
    return parts


class _Scale:
    """Powers of ten from `low` at the bottom to `high` at the top."""

    def __init__(self, low: int, high: int, top: float) -> None:
        self.low, self.high, self.top = low, high, top

    def y(self, value: float) -> float:
        """Where a norm lies; zero at the bottom, infinity at the top."""
        power = self.low if value <= 0 else self.high if not value < math.inf else math.log10(value)
        share = (power - self.low) / (self.high - self.low)
        return self.top + CHART * (1 - min(1.0, max(0.0, share)))


def _powers(values: Sequence[float]) -> tuple[int, int]:
    known = [math.log10(value) for value in values if 0 < value < math.inf] or [0.0]
    low, high = math.floor(min(known) + 1e-9), math.ceil(max(known) - 0.02)
    while high - low < LEAST_POWERS:
        low -= 1
    return low, high


def _grid(scale: _Scale, ink: Ink, sketch: Sketch, places: Places) -> list[str]:
    step = max(1, math.ceil((scale.high - scale.low) / (LINES - 1)))
    parts = []
    if scale.high - scale.low == 1:
        parts += [_between(digit, scale, ink, sketch, places) for digit in (2, 5)]
    for power in range(scale.low, scale.high + 1):
        if power % step:
            continue
        y = scale.y(10.0**power) if abs(power) < 300 else scale.top
        parts.append(line((AXIS, y), (places.width, y), ink.theme["hair"]))
        box = ink.math("1" if power == 0 else f"10^{{{power}}}", 14, "soft")
        parts.append(sketch.text(box, AXIS - 12 - box.width, y - box.height / 2, "", "scale"))
    return parts


def _between(digit: int, scale: _Scale, ink: Ink, sketch: Sketch, places: Places) -> str:
    """A line between two powers of ten, where the scale has no more than these."""
    value = digit * 10.0**scale.low
    y, box = scale.y(value), ink.math(number_latex(value, 1), 14, "soft")
    ruled = line((AXIS, y), (places.width, y), ink.theme["hair"])
    return ruled + sketch.text(box, AXIS - 12 - box.width, y - box.height / 2, "", "scale")


def _over(text: Box, x: float, y: float, ink: Ink, sketch: Sketch) -> str:
    """Words over the grid's lines: the lines end beside them."""
    ground = rectangle(x - 4, y - 1, text.width + 8, text.height + 2, fill=ink.theme["ground"])
    return ground + sketch.text(text, x, y, "", "words")


def _free(
    text: Box,
    along: Sequence[Point],
    lines: Sequence[Sequence[Point]],
    taken: Sequence[Rectangle],
    places: Places,
    top: float,
) -> Point | None:
    """Where words lie near their line, but on none; None where there is no such place."""
    anchors = [along[i] for i in sorted({0, len(along) // 4, len(along) // 2, 3 * len(along) // 4})]
    tried: list[tuple[float, Point]] = []
    for number, (x, y) in enumerate(anchors):
        for dx in (0.0, 14.0, -text.width - 14.0, -text.width / 2, 40.0):
            for dy in (-text.height - 12, 12.0, -text.height - 28, 28.0, -text.height / 2, -text.height - 52, 52.0):
                left, above = x + dx, y + dy
                box = (left - 8, above - 5, left + text.width + 8, above + text.height + 5)
                if box[0] < AXIS + 4 or box[2] > places.width or box[1] < top - 26 or box[3] > top + CHART + 26:
                    continue
                if any(_meet(box, other) for other in taken) or any(_crosses(box, points) for points in lines):
                    continue
                away = 200.0 * _apart((left + text.width / 2, above + text.height / 2), along, lines)
                tried.append((abs(dx) / 4 + abs(dy + text.height / 2) + 10 * number + away, (left, above)))
    return min(tried)[1] if tried else None


def _apart(middle: Point, along: Sequence[Point], lines: Sequence[Sequence[Point]]) -> int:
    """How many other lines lie between words and their own."""
    own = _height(along, middle[0])
    others = [_height(points, middle[0]) for points in lines if points and points != along]
    return sum(min(own, middle[1]) < other < max(own, middle[1]) for other in others)


def _height(points: Sequence[Point], x: float) -> float:
    """Where a line is at x."""
    for (x1, y1), (x2, y2) in pairwise(points):
        if x1 <= x <= x2:
            return y1 + (y2 - y1) * (x - x1) / (x2 - x1)
    return points[0][1] if x < points[0][0] else points[-1][1]


def _meet(first: Rectangle, second: Rectangle) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def _crosses(box: Rectangle, points: Sequence[Point]) -> bool:
    """Whether a line through points passes a box; looked at every few pixels."""
    for (x1, y1), (x2, y2) in pairwise(points):
        if max(x1, x2) < box[0] or min(x1, x2) > box[2]:
            continue
        steps = max(2, int(math.hypot(x2 - x1, y2 - y1) / 3))
        for i in range(steps + 1):
            x, y = x1 + (x2 - x1) * i / steps, y1 + (y2 - y1) * i / steps
            if box[0] < x < box[2] and box[1] < y < box[3]:
                return True
    return False
