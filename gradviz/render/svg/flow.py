"""The picture of the gradient's flow: its norm by layer on a logarithmic scale, and the layers with what comes back."""

from __future__ import annotations

from gradviz.errors import OptionProblem
from gradviz.explanation.data import ExplanationData, GradientFlow
from gradviz.render.flow_text import flow_sentence, step_sentence
from gradviz.render.options import Options
from gradviz.render.svg.box import Box, beside
from gradviz.render.svg.drawing import Drawing, Sketch
from gradviz.render.svg.flow_chart import CHART, chart
from gradviz.render.svg.flow_places import places_of
from gradviz.render.svg.flow_strip import strip
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.page import title
from gradviz.render.svg.shapes import rectangle
from gradviz.render.svg.sheet import document
from gradviz.render.svg.theme import THEMES, Role

MARGIN = 18.0
HEADS = {
    "healthy": "Gradient flow",
    "vanishing": "Vanishing gradient",
    "exploding": "Exploding gradient",
    "dead": "Dead units",
    "saturated": "Saturated units",
}
"""What stands above the picture, by the verdict."""


def compose_flow(data: ExplanationData, options: Options) -> Drawing:
    """The picture of the gradient's flow.

    Raises:
        OptionProblem: there are fewer than two layers, or no numbers.
    """
    flow, ink = data.flow, Ink(THEMES[options.theme], options.precision)
    if flow is None:
        raise OptionProblem(
            "there is no flow of the gradient to draw",
            hint="it needs two layers or more, one after the other, and a value for every input (--at, --seed)",
        )
    places, sketch = places_of(flow, ink), Sketch()
    parts, y = [], MARGIN
    for box in _head(data, flow, ink, places.width):
        parts.append(sketch.text(box, MARGIN, y, "", "title"))
        y += box.height + 9
    y += 14
    parts += chart(flow, ink, sketch, places, y)
    y += CHART + 44
    drawn, height = strip(flow, ink, sketch, places, y)
    width, tall = round(places.width + 2 * MARGIN), round(y + height + MARGIN)
    body = rectangle(0, 0, width, tall, fill=ink.theme["ground"]) + "".join([*parts, *drawn])
    name = f"{HEADS[flow.kind]} through the layers of {data.title.unicode}"
    told = " ".join([*flow.says, *(step_sentence(step, flow, options.precision) for step in flow.steps)])
    svg = document(width, tall, body, name, told)
    return Drawing(width, tall, svg, tuple(sketch.texts), tuple(sketch.glyphs), tuple(sketch.strands))


def _head(data: ExplanationData, flow: GradientFlow, ink: Ink, width: float) -> list[Box]:
    """What it is, the formula, the sentences, and what is on the axis."""
    tone: Role = "ink" if flow.kind == "healthy" else "warn"
    boxes = [ink.word(f"{HEADS[flow.kind]}: {flow_sentence(flow)}", 19, "ink")]
    formula = title(data.title, ink, width)
    boxes += [formula] if formula.width <= width else []
    boxes += [ink.paragraph(text, 13, tone if number == 0 else "soft", width) for number, text in enumerate(flow.says)]
    axis = [
        ink.math(rf"\left\| \partial {flow.numerator.latex} / \partial a_k \right\|", 14, "soft"),
        ink.word(f"by {'step' if flow.recurrent else 'layer'} k, relative to {flow.steps[-1].title} (log scale)", 13),
    ]
    return [*boxes, beside(axis, 6)]
