"""The page: title and notes, the graph, table, footnotes and legend, and words for those who cannot see it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from gradviz.explanation.data import ExplanationData, Math
from gradviz.render.options import Direction
from gradviz.render.svg import typeset
from gradviz.render.svg.box import Box, beside
from gradviz.render.svg.drawing import Drawing, Item, Sketch, Strand
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.legend import legend
from gradviz.render.svg.matrix import second_boxes
from gradviz.render.svg.shapes import line, moved, rectangle
from gradviz.render.svg.sheet import document
from gradviz.render.svg.table import draw_table
from gradviz.render.svg.theme import Role
from gradviz.render.svg.titles import said
from gradviz.render.svg.view import View, footnote_mark

MARGIN, LEAST = 14.0, 560.0
"""The margin; notes and legends may be this wide even if the graph is narrower."""


REMARKS = 6
"""Remarks above a picture; further ones are counted."""


def page(
    seen: View, graph: Sketch, width: float, height: float, direction: Direction, notes: Sequence[str] = ()
) -> Drawing:
    """The whole drawing around a painted graph of some size."""
    sketch = Sketch()
    wide = max(width, LEAST)
    parts, bottom = [], MARGIN
    for box in _head(seen, wide, notes):
        parts.append(sketch.text(box, MARGIN, bottom, "", "title"))
        bottom += box.height + 9
        width = max(width, box.width)
    parts.append(moved("".join(graph.body), MARGIN, bottom))
    _adopt(sketch, graph, MARGIN, bottom)
    bottom += height
    feet = [
        *_footnotes(seen, wide),
        *(legend(seen, wide, direction) if seen.level != "values" or seen.scales[0] else []),
    ]
    if seen.level == "table" or feet:
        rule = bottom + 14
        bottom += 26
        if seen.level == "table":
            drawn, taken, tall = draw_table(seen, wide, sketch, MARGIN, bottom)
            parts.append(drawn)
            width, bottom = max(width, taken), bottom + tall + (8 if tall else 0)
        for box in [*_gradients(seen, wide), *feet]:
            parts.append(sketch.text(box, MARGIN, bottom, "", "legend"))
            width, bottom = max(width, box.width), bottom + box.height + 7
        parts.append(line((MARGIN, rule), (MARGIN + width, rule), seen.ink.theme["hair"]))
        bottom -= 7
    second, reach, bottom = _second(seen, sketch, width, bottom)
    parts += second
    width = max(width, reach)
    total, tall = math.ceil(width + 2 * MARGIN), math.ceil(bottom + MARGIN)
    body = rectangle(0, 0, total, tall, fill=seen.ink.theme["ground"]) + "".join(parts)
    svg = _svg(seen, total, tall, body)
    texts, glyphs, panels = (tuple(items) for items in (sketch.texts, sketch.glyphs, sketch.panels))
    return Drawing(total, tall, svg, texts, glyphs, tuple(sketch.strands), panels)


def _second(seen: View, sketch: Sketch, width: float, bottom: float) -> tuple[list[str], float, float]:
    """The second derivatives below a rule, where they were asked for; how wide they are, and where they end."""
    if seen.data.second is None or seen.level == "values":
        return [], 0.0, bottom
    rule, y, parts = bottom + 14, bottom + 30, []
    for box in second_boxes(seen.data.second, seen.ink):
        parts.append(sketch.text(box, MARGIN, y, "", "second"))
        width, y = max(width, box.width), y + box.height + 10
    parts.append(line((MARGIN, rule), (MARGIN + width, rule), seen.ink.theme["hair"]))
    return parts, width, y - 10


def _adopt(page: Sketch, graph: Sketch, x: float, y: float) -> None:
    """Enter the graph's record in the page's, moved to its place."""

    def item(found: Item) -> Item:
        left, top, right, bottom = found.extent
        return replace(found, extent=(left + x, top + y, right + x, bottom + y))

    page.texts += map(item, graph.texts)
    page.glyphs += map(item, graph.glyphs)
    page.panels += map(item, graph.panels)
    page.strands += [Strand(s.owner, s.role, tuple((u + x, v + y) for u, v in s.points)) for s in graph.strands]


def _head(seen: View, width: float, notes: Sequence[str]) -> list[Box]:
    """The title, and what is to be said about the whole."""
    boxes = [title(seen.data.title, seen.ink, width)]
    at_nodes = (
        {remark.text for node in seen.data.nodes for remark in node.remarks}
        if seen.level in ("full", "table", "network", "layers")
        else set()
    )
    sentences: list[tuple[str, Role]] = [
        (remark.text, "warn" if remark.kind in ("kink", "warning") else "soft")
        for remark in seen.data.remarks
        if remark.text not in at_nodes
    ]
    if seen.data.missing:
        names = ", ".join(_label(name, seen.data) for name in seen.data.missing)
        sentences.append((f"no value for {names}: formulas only", "soft"))
    if len(sentences) > REMARKS:
        sentences = [*sentences[: REMARKS - 1], (f"and {len(sentences) - REMARKS + 1} remarks more", "soft")]
    sentences += [(note, "soft") for note in notes]
    boxes += [seen.ink.paragraph(text, 12, role, width) for text, role in sentences]
    return [box for box in boxes if box]


def _label(name: str, data: ExplanationData) -> str:
    return next((node.label.unicode for node in data.nodes if node.is_input and node.name == name), _within(name, data))


def _within(name: str, data: ExplanationData) -> str:
    return data.hidden[name].unicode if name in data.hidden else name


def title(formula: Math, ink: Ink, width: float) -> Box:
    """A formula as a heading: smaller where it is wide, in plain type and several lines where it is very wide."""
    wide = max(width, 700.0)
    box = ink.math(formula.latex, 17, "ink")
    if len(formula.latex) <= typeset.LONGEST and box.width <= wide:
        return box
    if len(formula.latex) <= typeset.LONGEST and box.width * 12 / 17 <= wide:
        return ink.math(formula.latex, 17 * wide / box.width, "ink")
    return ink.paragraph(cropped(formula.unicode), 13, "ink", wide)


def cropped(text: str, longest: int = 1200) -> str:
    """A text that is not longer than anyone reads."""
    return text if len(text) <= longest else text[:longest] + " …"


def _gradients(seen: View, width: float) -> list[Box]:
    """Below a table, the gradients by arrays in matrix form, by names and in the inputs alone."""
    boxes: list[Box] = []
    for facts in seen.data.gradients.values() if seen.level == "table" else ():
        if not facts.shape or facts.formula is None or facts.by_index:
            continue
        members = [facts.symbol, *([facts.named] if facts.named else []), facts.formula]
        while len(members) > 2 and seen.ink.math(_equal(members), 13.5, "gradient").width > max(width, 700.0):
            members.pop()
        box = seen.ink.math(_equal(members), 13.5, "gradient")
        if box.width <= max(width, 700.0):
            boxes.append(box)
    return boxes


def _equal(members: Sequence[Math]) -> str:
    return " = ".join(f"{{{m.latex}}}" if m.latex.startswith("-") else m.latex for m in members)


def _footnotes(seen: View, width: float) -> list[Box]:
    """The formulas that were too long for their places."""
    formulas = {formula.latex: formula for formula in seen.long}
    boxes = []
    for latex, number in seen.footnotes.items():
        mark = seen.ink.math(f"{footnote_mark(number)}=", 13, "ink")
        body = seen.ink.math(latex, 13, "ink")
        if len(latex) > typeset.LONGEST or body.width > max(width, 700.0):
            body = seen.ink.paragraph(cropped(formulas[latex].unicode), 12, "ink", max(width, 700.0) - 40)
        boxes.append(beside([mark, body], 2))
    for made in seen.definitions():
        boxes.append(seen.ink.math(f"{made.name.latex}={made.expression.latex}", 13, "ink"))
    return boxes


def _svg(seen: View, width: int, height: int, body: str) -> str:
    name = f"Computation graph of {seen.data.title.unicode}"
    return document(width, height, body, name, _description(seen))


def _description(seen: View) -> str:
    """The whole picture in a few sentences."""
    data = seen.data
    given = [f"{_label(name, data)} = {said(value, seen)}" for name, value in data.inputs.items() if value is not None]
    output = seen.nodes[data.output_id]
    parts = [f"Inputs: {', '.join(given)}." if given else f"Inputs without values: {', '.join(data.inputs)}."]
    parts.append(f"Output {output.label.unicode} = {said(output.value, seen)}." if output.value is not None else "")
    if seen.level != "values":
        for facts in data.gradients.values():
            formula = f" = {facts.formula.unicode}" if facts.formula else ""
            value = f" = {said(facts.value, seen)}" if facts.value is not None else ""
            parts.append(f"{facts.symbol.unicode}{cropped(formula, 300)}{value}.")
    return " ".join(part for part in parts if part)
