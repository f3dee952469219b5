"""The legend: what the two halves of a wire and the three colours mean, and the scales of arrays."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gradviz.explanation.data import JacobianFacts
from gradviz.render.options import Direction
from gradviz.render.svg.box import Box, beside
from gradviz.render.svg.ink import fraction
from gradviz.render.svg.scales import scale_bar
from gradviz.render.svg.shapes import arrowhead, line
from gradviz.render.svg.structure import pattern
from gradviz.render.svg.view import Flow, View
from gradviz.render.svg.wires import Strokes

SIZE = 12.0


SIDES: Mapping[Direction, tuple[str, str]] = {"LR": ("above", "below"), "TB": ("left", "right")}
"""Where values and gradients stand."""


def legend(view: View, width: float, direction: Direction) -> list[Box]:
    """The rows of the legend, each at most `width` wide if it can be."""
    ink, theme = view.ink, view.ink.theme
    gradients = any(view.trunk(node).kind != "none" for node in view.data.nodes)
    wire = line((0, -3), (38, -3), theme["wire"], 1.5) + arrowhead((42, -3), (1, 0), 8, 3.2, fill=theme["wire"])
    above, below = SIDES[direction]
    items = [beside([Box(46, 10, 5, wire), ink.word(f"value ({above})", SIZE, "value")], 6)]
    edges = any(edge.active for edge in view.data.edges)
    if view.level == "full" and gradients and edges:
        symbol = ink.math(fraction("q", "x"), 11, "local")
        items.append(beside([symbol, ink.word("local derivative (at its gate)", SIZE, "local")], 6))
    if gradients:
        look, flow = Strokes(theme, 1.0), Flow("gradient", 0.55)
        arrow = look.backward([(4, -3), (44, -3)], flow) + look.head((0, -3), (-1, 0), flow)
        items.append(beside([Box(46, 10, 5, arrow), *_gradient_words(view, below, edges)], 6))
    if view.level in ("network", "layers"):
        return flowed([*_network_items(view), *_scales(view)], width, 26)
    rules = [edge.rule.text for edge in view.data.edges if edge.active and edge.rule is not None and edge.contribution]
    if view.level in ("full", "table") and any(re.search(r"\bg\b", rule) for rule in rules):
        items.append(beside([ink.math("g", 13, "local"), ink.word("the upstream gradient", SIZE, "local")], 6))
    return flowed([*items, *_scales(view)], width, 26)


def _scales(view: View) -> list[Box]:
    """The scales of cells."""
    return [
        scale_bar(scale, said, said, view.ink)  # type: ignore[arg-type]
        for scale, said in zip(view.scales, ("value", "gradient"), strict=True)
        if scale is not None and scale.largest > 0
    ]


def _network_items(view: View) -> list[Box]:
    """What the bar and the small patterns mean."""
    ink, top = view.ink, view.data.numerator or view.nodes[view.data.output_id].label
    symbol = ink.math(rf"\overline{{x}}={fraction(top.latex, 'x')}", SIZE, "gradient")
    items = [beside([symbol, ink.word("the gradient of the output by x", SIZE, "gradient")], 6)]
    shown = next((e.jacobian for e in view.data.edges if e.active and e.jacobian and e.jacobian.pattern), None)
    if view.level == "network" and shown is not None:
        marks = pattern(JacobianFacts("diagonal", 3, 3, 3, ((1, 0, 0), (0, 1, 0), (0, 0, 1))), ink, 4.5)
        items.append(beside([marks, ink.word("structure of the Jacobian, and shape", SIZE, "local")], 6))
    return items


def _gradient_words(view: View, below: str, edges: bool) -> list[Box]:
    ink = view.ink
    if view.level != "full" or view.data.value is None or not edges:
        return [ink.word(f"gradient ({below})", SIZE, "gradient")]
    return [
        ink.word(f"gradient ({below}): upstream", SIZE, "gradient"),
        ink.math(r"\times", SIZE, "soft"),
        ink.word("local", SIZE, "local"),
        ink.math("=", SIZE, "soft"),
        ink.word("contribution", SIZE, "gradient"),
    ]


def flowed(items: list[Box], width: float, gap: float) -> list[Box]:
    """Boxes in as many rows as they need."""
    rows: list[list[Box]] = []
    for item in items:
        if rows and sum(box.width + gap for box in rows[-1]) + item.width <= width:
            rows[-1].append(item)
        else:
            rows.append([item])
    return [beside(row, gap) for row in rows]
