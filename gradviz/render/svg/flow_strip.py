"""The strip of layers below the chart: boxes, what goes forward and what comes back, and the units that are stuck."""

from __future__ import annotations

import math

from gradviz.explanation.data import FlowStep, GradientFlow
from gradviz.render.flow_text import step_sentence, stuck_counts
from gradviz.render.svg.box import Box
from gradviz.render.svg.drawing import Item, Sketch
from gradviz.render.svg.flow_places import BOX, Places
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.shapes import Point, arrowhead, curve, group, rectangle

TALL = 40.0
"""The height of a layer's box."""
DOTTED = 1e-3
"""Relative norms below this are drawn dotted."""
LEAST, MOST = 1.0, 7.0
"""The widths of the way back."""


def strip(flow: GradientFlow, ink: Ink, sketch: Sketch, places: Places, top: float) -> tuple[list[str], float]:
    """The boxes with arrows between them and words below; and how tall all that is."""
    largest = max((s.relative for s in flow.steps if math.isfinite(s.relative)), default=1.0)
    halves = [max(BOX, label.width + 14) / 2 for label in places.labels]
    parts = []
    for place in range(len(places.steps) - 1):
        start, end = places.xs[place] + halves[place], places.xs[place + 1] - halves[place + 1]
        if places.hidden and places.steps[place + 1] - places.steps[place] > 1:
            dots = ink.math(r"\cdots", 18, "soft")
            parts.append(sketch.text(dots, (start + end - dots.width) / 2, top + TALL / 2 - dots.height, "", "gap"))
            continue
        step = flow.steps[places.steps[place]]
        parts += _ways(step, flow, largest, ink, sketch, (start, end), top)
    bottom = top + TALL
    for place, number in enumerate(places.steps):
        step, x, half = flow.steps[number], places.xs[place], halves[place]
        colour = ink.theme["warn" if step.saturated or (step.dead and not step.off) else "wire"]
        shape = rectangle(x - half, top, 2 * half, TALL, fill=ink.theme["panel"], stroke=colour, line=1.6, radius=6)
        sketch.glyphs.append(Item(step.title, "glyph", (x - half, top, x + half, top + TALL)))
        label = places.labels[place]
        drawn = label.at(x - label.width / 2, top + (TALL - label.height) / 2)
        parts.append(group(shape, drawn, title=step_sentence(step, flow, ink.precision)))
        y = top + TALL + 6
        for box in _below(step, ink, _room(places)):
            parts.append(sketch.text(box, x - box.width / 2, y, step.title, "stuck"))
            y += box.height + 3
        bottom = max(bottom, y)
    legend = _legend(flow, ink, places)
    parts.append(sketch.text(legend, places.xs[0] - halves[0], bottom + 12, "", "legend"))
    return parts, bottom + 12 + legend.height - top


def _room(places: Places) -> float:
    return places.xs[1] - places.xs[0] - 6 if len(places.xs) > 1 else 200.0


def _below(step: FlowStep, ink: Ink, room: float) -> list[Box]:
    """Under a box: its function, and how many of its units are stuck."""
    boxes = [ink.word(step.activation or "linear", 11.5, "soft")]
    boxes += [
        ink.word(text, 11.5, "soft" if step.off and not step.saturated else "warn") for text in stuck_counts(step)
    ]
    return [box if box.width <= room else Box(0.0, 0.0, 0.0, "") for box in boxes]


def _ways(
    step: FlowStep, flow: GradientFlow, largest: float, ink: Ink, sketch: Sketch, ends: tuple[float, float], top: float
) -> list[str]:
    """Forward above, backward below: as wide as the norm that arrives, dotted where it is tiny, absent where zero."""
    theme, (start, end) = ink.theme, ends
    forward: list[Point] = [(start, top + TALL / 2 - 6), (end - 6, top + TALL / 2 - 6)]
    parts = [curve(forward, theme["wire"], 1.5), arrowhead((end, forward[0][1]), (1, 0), 9, 3.6, fill=theme["wire"])]
    y = top + TALL / 2 + 6
    share = step.relative / largest if math.isfinite(step.relative) and largest > 0 else 1.0
    width = LEAST + (MOST - LEAST) * math.sqrt(share)
    if step.relative == 0:
        parts.append(curve([(start, y), (end, y)], theme["soft"], 1.0, dash="1.5 3.5"))
        return parts
    tiny = step.relative < DOTTED
    length, half = 9.5, 2.9 + width / 2
    dash = "1.5 3.5" if tiny else theme.backward_dash
    fill = theme["gradient"] if theme.heads == "filled" else theme["ground"]
    back: list[Point] = [(end, y), (start + length - 1, y)]
    parts.append(curve(back, theme["gradient"], 1.2 if tiny else width, dash=dash))
    parts.append(arrowhead((start, y), (-1, 0), length, half, fill=fill, stroke=theme["gradient"], line=1))
    return parts


def _legend(flow: GradientFlow, ink: Ink, places: Places) -> Box:
    said = "← the backward pass runs this way; width: the norm of the gradient that arrives"
    if any(0 < flow.steps[i].relative < DOTTED for i in places.steps[:-1]):
        said += "; dotted: below 1/1000"
    if any(flow.steps[i].relative == 0 for i in places.steps[:-1]):
        said += "; dotted without an arrow: zero"
    if places.hidden:
        said += f"; {places.hidden} layers in the middle are left out"
    return ink.word(said, 13, "gradient")
