"""What stands for a node: pins, circles with a sign, squares with a curve, boxes with a formula."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from gradviz.explanation.data import Curve, Glyph
from gradviz.render.svg.box import Box
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.shapes import Point, circle, curve, line, rectangle

RADIUS = 19.0
PIN = 30.0
WIDEST = 230.0
"""A name or formula in a glyph is set smaller rather than wider than this."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawn glyph, its centre at the origin.

    Args:
        width, height: of its outline.
        round: whether its corners are circles, so that wires end on a curve.
        svg: the drawing.
    """

    width: float
    height: float
    round: bool
    svg: str


def mark(glyph: Glyph, ink: Ink, spread: float, axis: Literal["height", "width"]) -> Mark:
    """The glyph; `spread` is the room that its wires' ends need along `axis`."""
    wide, high = (spread, 0.0) if axis == "width" else (0.0, spread)
    if glyph.kind == "curve" and glyph.curve is not None:
        return _square(glyph.curve, ink)
    if glyph.kind == "pin":
        return _framed(_fitted(glyph.latex, 18, ink), ink, PIN, wide, 4, high, pin=True)
    if glyph.kind == "circle":
        return _circle(glyph.latex, ink, wide, high)
    return _framed(_fitted(glyph.latex, 15, ink), ink, 2 * RADIUS, wide, 5, high)


def _fitted(latex: str, size: float, ink: Ink) -> Box:
    text = ink.math(latex, size, "ink")
    return text if text.width <= WIDEST else ink.math(latex, max(7.0, size * WIDEST / text.width), "ink")


def _middle(text: Box) -> str:
    return text.at(-text.width / 2, -text.height / 2)


def _circle(latex: str, ink: Ink, wide: float, high: float) -> Mark:
    text = ink.math(latex, 23, "ink")
    if text.width > 20:
        text = ink.math(latex, 13, "ink")
    if text.width > 2 * RADIUS - 6:
        return _framed(ink.math(latex, 13, "ink"), ink, 2 * RADIUS, wide, RADIUS, high)
    width, height = max(2 * RADIUS, wide), max(2 * RADIUS, high)
    body = rectangle(
        -width / 2,
        -height / 2,
        width,
        height,
        fill=ink.theme["ground"],
        stroke=ink.theme["wire"],
        line=1.5,
        radius=RADIUS,
    )
    if width == height:
        body = circle((0, 0), RADIUS, fill=ink.theme["ground"], stroke=ink.theme["wire"], line=1.5)
    return Mark(width, height, True, body + _middle(text))


def _framed(text: Box, ink: Ink, least: float, wide: float, radius: float, high: float, *, pin: bool = False) -> Mark:
    width = max(28.0 if pin else least, text.width + (14 if pin else 16), wide)
    height = max(least, text.height + 8, high)
    fill = ink.theme["panel" if pin else "ground"]
    body = rectangle(
        -width / 2,
        -height / 2,
        width,
        height,
        fill=fill,
        stroke=ink.theme["wire"],
        line=1.2 if pin else 1.5,
        radius=radius,
    )
    return Mark(width, height, radius == RADIUS, body + _middle(text))


def _square(drawn: Curve, ink: Ink) -> Mark:
    theme, half = ink.theme, RADIUS - 4

    def spot(point: Point) -> Point:
        return (2 * point[0] - 1) * half, (1 - 2 * point[1]) * half

    parts = [
        rectangle(
            -RADIUS, -RADIUS, 2 * RADIUS, 2 * RADIUS, fill=theme["ground"], stroke=theme["wire"], line=1.5, radius=5
        )
    ]
    if drawn.axis_x is not None:
        parts.append(line(spot((0, drawn.axis_x)), spot((1, drawn.axis_x)), theme["hair"], 0.8))
    if drawn.axis_y is not None:
        parts.append(line(spot((drawn.axis_y, 0)), spot((drawn.axis_y, 1)), theme["hair"], 0.8))
    parts += [curve([spot(point) for point in run], theme["soft"], 1.4) for run in drawn.points if len(run) > 1]
    if drawn.point is not None:
        centre = spot(drawn.point)
        if drawn.kink:
            parts.append(circle(centre, 4.2, stroke=theme["warn"], line=1.6))
        elif drawn.slope is not None:
            parts.append(_tangent(centre, drawn.slope, half, theme["local"]))
        parts.append(circle(centre, 2.6, fill=theme["value"]))
    return Mark(2 * RADIUS, 2 * RADIUS, False, "".join(parts))


def _tangent(centre: Point, slope: float, half: float, colour: str) -> str:
    """A stretch of the tangent that stays in the square."""
    size = math.hypot(1.0, slope)
    step = (1 / size, -slope / size) if math.isfinite(slope) else (0.0, -1.0)
    ends = []
    for sign in (-1.0, 1.0):
        reach = 10.0
        for place, along in zip(centre, step, strict=True):
            if abs(along) > 1e-9:
                edge = half if sign * along > 0 else -half
                reach = min(reach, max(0.0, (edge - place) / (sign * along)))
        ends.append((centre[0] + sign * step[0] * reach, centre[1] + sign * step[1] * reach))
    return line(ends[0], ends[1], colour, 2.2, cap="round")
