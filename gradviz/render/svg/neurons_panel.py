"""One panel of the neurons' picture: its lines, circles and numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from gradviz.explanation.data import NeuronLayer, Neurons, Weights
from gradviz.render.numbers import number_latex, number_text
from gradviz.render.svg.box import Box
from gradviz.render.svg.drawing import Item, Sketch
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.neurons_labels import Edge, Label, labelled
from gradviz.render.svg.neurons_places import HEAD, Places
from gradviz.render.svg.shapes import Point, circle, group, line, moved, rectangle
from gradviz.render.svg.theme import Role

LINES = 60
"""Lines between two columns; of more, those of the largest magnitude are drawn."""
THIN, THICK = 0.9, 7.5
"""How wide a line is, from next to nothing to the largest of the panel."""
DASH = "7 4"


@dataclass(frozen=True, slots=True)
class Panel:
    """What a panel shows."""

    kind: Literal["weights", "gradients"]
    title: str
    one: str
    role: Role


WEIGHTS = Panel("weights", "weights (bias below each neuron)", "weight", "value")
GRADIENTS = Panel("gradients", "gradients of the same weights", "gradient", "gradient")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel drawn: where it ends, and what is to be said of it."""

    svg: str
    bottom: float
    notes: tuple[str, ...]


def widest(found: Neurons, kind: Panel) -> float:
    """The magnitude of the widest line of a panel: its largest weight or gradient that is shown."""
    return max((abs(value) for weights in found.weights for row in _matrix(weights, kind) for value in row
                if math.isfinite(value)), default=0.0)  # fmt: skip


def panel(found: Neurons, kind: Panel, places: Places, ink: Ink, sketch: Sketch, corner: Point) -> Drawn:
    """Lines first, largest last; then circles, then numbers, each on a clearing along its line."""
    x, y = corner
    largest, notes, edges, pairs = widest(found, kind), [], [], []
    for weights in found.weights:
        made = _edges(found, weights, kind, places, corner, largest)
        kept = sorted(made, key=lambda edge: -abs(edge.value))[:LINES]
        if len(kept) < len(made):
            source, target = found.layers[weights.source].title, found.layers[weights.target].title
            notes.append(f"Between {source} and {target} the {LINES} largest of {len(made)} lines are drawn.")
        edges += kept
        pairs.append(kept)
    circles = [(_shift(spot, corner), places.radius) for column in places.units for spot in column]
    boxes, extras = _units(found, kind, places, ink, sketch, corner)
    head = sketch.text(ink.word(kind.title, 14.5, kind.role), x, y, "", "panel")
    labels: list[Label] = []
    missing, taken = 0, [item.extent for item in extras]
    for between in pairs:
        placed, left_out = labelled(between, circles, taken, ink)
        labels, missing = labels + placed, missing + left_out
    if missing:
        notes.append("Numbers stand on the largest lines where there is room; point at any line to read its own.")
    parts = [head, *(_line(edge, ink, largest) for edge in sorted(edges, key=lambda edge: abs(edge.value)))]
    for text, left, top in labels:
        parts.append(rectangle(left, top, text.width, text.height, fill=ink.theme["ground"], radius=3))
        parts.append(sketch.text(text, left, top, "", "number"))
    return Drawn("".join([*parts, *boxes]), y + places.height, tuple(notes))


def _matrix(weights: Weights, kind: Panel) -> tuple[tuple[float, ...], ...]:
    return weights.values if kind.kind == "weights" else weights.gradients or ()


def _shift(spot: Point, corner: Point) -> Point:
    return spot[0] + corner[0], spot[1] + corner[1]


def _edges(found: Neurons, weights: Weights, kind: Panel, places: Places, corner: Point, largest: float) -> list[Edge]:
    """The lines between two columns, from rim to rim."""
    sources, targets = places.units[weights.source], places.units[weights.target]
    first, second = found.layers[weights.source], found.layers[weights.target]
    made = []
    for i, row in enumerate(_matrix(weights, kind)):
        for j, value in enumerate(row):
            start, end = _shift(sources[i], corner), _shift(targets[j], corner)
            length = math.hypot(end[0] - start[0], end[1] - start[1])
            c, s = (end[0] - start[0]) / length, (end[1] - start[1]) / length
            r = places.radius
            ends = (start[0] + r * c, start[1] + r * s), (end[0] - r * c, end[1] - r * s)
            said = f"{kind.one} from {_unit(first, i)} to {_unit(second, j)}: {number_text(value)}"
            made.append(Edge(ends[0], ends[1], value, _width(value, largest), said))
    return made


def _unit(layer: NeuronLayer, i: int) -> str:
    return layer.label.unicode if layer.size == 1 else f"{layer.label.unicode}[{layer.shown[i] + 1}]"


def _width(value: float, largest: float) -> float:
    share = abs(value) / largest if largest and math.isfinite(value) else 0.0
    return THIN + (THICK - THIN) * min(1.0, share)


def _line(edge: Edge, ink: Ink, largest: float) -> str:
    """A line: solid for positive, dashed for negative, dotted and grey for zero."""
    theme = ink.theme
    if edge.value == 0 or math.isnan(edge.value):
        drawn = line(edge.start, edge.end, theme["hair"], THIN, dash="1.5 3.5")
    else:
        width = edge.width
        dash = f"{max(4.0, 1.6 * width):.1f} {max(3.0, 1.0 * width):.1f}" if edge.value < 0 else ""
        drawn = line(edge.start, edge.end, theme.negative if edge.value < 0 else theme.positive, width, dash=dash)
    return group(drawn, title=edge.said)


def _units(
    found: Neurons, kind: Panel, places: Places, ink: Ink, sketch: Sketch, corner: Point
) -> tuple[list[str], list[Item]]:
    """Circles with names, values above them, biases below; and the columns' heads."""
    parts: list[str] = []
    before = len(sketch.texts)
    for column, layer in enumerate(found.layers):
        spots = [_shift(spot, corner) for spot in places.units[column]]
        parts.append(_column_head(layer, column, spots[0], ink, sketch, corner))
        for place, spot in enumerate(spots):
            parts.append(_circle(layer, place, spot, kind, places.radius, ink, sketch))
        if len(layer.shown) < layer.size:
            (x, y), hidden = spots[-1], layer.size - len(layer.shown)
            dots = ink.math(r"\vdots", 14, "soft")
            top = y + places.radius + 21
            parts.append(sketch.text(dots, x - dots.width / 2, top, "", "gap"))
            more = ink.word(f"{hidden} more", 11.5, "soft")
            parts.append(sketch.text(more, x - more.width / 2, top + dots.height + 2, "", "gap"))
    return parts, sketch.texts[before:]


def _column_head(layer: NeuronLayer, column: int, first: Point, ink: Ink, sketch: Sketch, corner: Point) -> str:
    words = "input" if column == 0 else layer.activation or "linear"
    box = ink.word(words, 12.5, "soft")
    return sketch.text(box, first[0] - box.width / 2, corner[1] + HEAD - box.height - 8, "", "column")


def _circle(layer: NeuronLayer, place: int, spot: Point, kind: Panel, radius: float, ink: Ink, sketch: Sketch) -> str:
    theme, (x, y) = ink.theme, spot
    sketch.glyphs.append(Item(_unit(layer, place), "glyph", (x - radius, y - radius, x + radius, y + radius)))
    drawn = [circle(spot, radius, fill=theme["ground"], stroke=theme["wire"], line=1.6)]
    name = _name(layer, place, 2 * radius - 9, ink)
    drawn.append(moved(name.svg, x - name.width / 2, y + (name.ascent - name.descent) / 2))
    said = [_unit(layer, place)]
    if kind.kind == "weights" and layer.values is not None:
        box = ink.math(_digits(layer.values[place]), 11.5, "value")
        drawn.append(_cleared(box, x, y - radius - box.height - 4, "value", ink, sketch))
        said.append(f"value {number_text(layer.values[place])}")
    biases = layer.biases if kind.kind == "weights" else layer.bias_gradients
    if biases is not None:
        box = ink.math(_digits(biases[place]), 11.5, "soft")
        drawn.append(_cleared(box, x, y + radius + 5, "bias", ink, sketch))
        said.append(f"{'bias' if kind.kind == 'weights' else 'gradient of the bias'} {number_text(biases[place])}")
    return group(*drawn, title="; ".join(said))


def _cleared(box: Box, x: float, top: float, role: str, ink: Ink, sketch: Sketch) -> str:
    """A number on the ground, so that no line runs through it."""
    left = x - box.width / 2
    ground = rectangle(left - 1, top - 1, box.width + 2, box.height + 2, fill=ink.theme["ground"])
    return ground + sketch.text(box, left, top, "", role)


def _digits(value: float) -> str:
    return number_latex(value, 2)


def _name(layer: NeuronLayer, place: int, room: float, ink: Ink) -> Box:
    """`h_1`, made small enough for its circle."""
    latex, number = layer.label.latex, layer.shown[place] + 1
    if layer.size > 1:
        stem, mark, below = latex.partition("_")
        below = below.removeprefix("{").removesuffix("}")
        latex = rf"{stem}_{{{below},{number}}}" if mark and stem and "_" not in below else rf"{{{latex}}}_{{{number}}}"
    box = ink.math(latex, 17, "ink")
    return box if box.width <= room else ink.math(latex, max(7.0, 17 * room / box.width), "ink")
