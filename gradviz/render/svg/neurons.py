"""The picture of neurons: columns of circles joined by weights, and beside it the same with their gradients."""

from __future__ import annotations

from gradviz.errors import OptionProblem
from gradviz.explanation.data import ExplanationData, Neurons
from gradviz.render.numbers import number_text
from gradviz.render.options import Options
from gradviz.render.svg.box import Box, beside
from gradviz.render.svg.drawing import Drawing, Sketch
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.legend import flowed
from gradviz.render.svg.neurons_panel import DASH, GRADIENTS, WEIGHTS, Panel, panel, widest
from gradviz.render.svg.neurons_places import places_of
from gradviz.render.svg.page import title
from gradviz.render.svg.shapes import line, rectangle
from gradviz.render.svg.sheet import document
from gradviz.render.svg.theme import THEMES

MARGIN, BETWEEN = 18.0, 64.0
ASIDE = 1560.0
"""Up to this width the two panels stand side by side."""


def compose_neurons(data: ExplanationData, options: Options) -> Drawing:
    """The picture of neurons, weights left and their gradients right.

    Raises:
        OptionProblem: there is no chain of dense layers, or a weight has no value.
    """
    found, ink = data.neurons, Ink(THEMES[options.theme], options.precision)
    if found is None:
        raise OptionProblem(
            "there are no neurons to draw",
            hint="it needs dense layers such as tanh(W @ x + b), and values for their weights (--at, --seed)",
        )
    places, sketch = places_of(found), Sketch()
    kinds = [WEIGHTS, GRADIENTS] if any(weights.gradients for weights in found.weights) else [WEIGHTS]
    aside = len(kinds) == 1 or 2 * places.width + BETWEEN <= ASIDE
    across = len(kinds) * places.width + (len(kinds) - 1) * BETWEEN if aside else places.width
    width, parts, y = max(across, 560.0), [], MARGIN
    for box in _head(data, found, ink, width):
        parts.append(sketch.text(box, MARGIN, y, "", "title"))
        y += box.height + 8
    y += 12
    notes, bottom = [], y
    for number, kind in enumerate(kinds):
        x = MARGIN + (places.width + BETWEEN) * number if aside else MARGIN
        made = panel(found, kind, places, ink, sketch, (x, y if aside else bottom))
        parts.append(made.svg)
        notes += [note for note in made.notes if note not in notes]
        bottom = max(bottom, made.bottom) if aside else made.bottom + 26
    y = bottom + 20
    for box in [*_legend(found, kinds, ink, width), *(ink.paragraph(note, 12.5, "soft", width) for note in notes)]:
        parts.append(sketch.text(box, MARGIN, y, "", "legend"))
        y += box.height + 8
    total, tall = round(width + 2 * MARGIN), round(y - 8 + MARGIN)
    body = rectangle(0, 0, total, tall, fill=ink.theme["ground"]) + "".join(parts)
    svg = document(
        total, tall, body, f"Neurons and weights of {data.title.unicode}", described(found, options.precision)
    )
    return Drawing(total, tall, svg, tuple(sketch.texts), tuple(sketch.glyphs), tuple(sketch.strands))


def _head(data: ExplanationData, found: Neurons, ink: Ink, width: float) -> list[Box]:
    formula = title(data.title, ink, width)
    boxes = [ink.word("neurons and weights", 18, "ink")]
    boxes += [formula] if formula.width <= width else []
    return boxes + [ink.paragraph(text, 13, "soft", width) for text in found.says]


def _legend(found: Neurons, kinds: list[Panel], ink: Ink, width: float) -> list[Box]:
    """What lines mean, and how wide the widest of each panel is."""
    theme = ink.theme
    plus, minus = line((0, -4), (40, -4), theme.positive, 4), line((0, -4), (40, -4), theme.negative, 4, dash=DASH)
    items = [
        beside([Box(44, 8, 0, plus), ink.word("positive", 12.5, "soft")], 6),
        beside([Box(44, 8, 0, minus), ink.word("negative (dashed)", 12.5, "soft")], 6),
    ]
    widths = " and ".join(f"the widest {kind.one} is {number_text(widest(found, kind), 3)}" for kind in kinds)
    items.append(ink.word(f"width: magnitude; {widths}", 12.5, "soft"))
    items.append(ink.word("below a unit its bias, above it its value", 12.5, "soft"))
    return flowed(items, width, 24)


def described(found: Neurons, precision: int) -> str:
    """The whole picture in sentences."""
    columns = [
        f"{layer.title} ({layer.size}{', ' + layer.activation if layer.activation else ''})" for layer in found.layers
    ]
    told = [f"Columns: {', '.join(columns)}."]
    for weights in found.weights:
        source, target = found.layers[weights.source].title, found.layers[weights.target].title
        largest = number_text(weights.largest, precision)
        said = f"{weights.name.unicode} from {source} to {target}: largest weight {largest}"
        if weights.gradients is not None:
            said += f", largest gradient {number_text(weights.largest_gradient, precision)}"
        told.append(f"{said}.")
    return " ".join([*told, *found.says])
