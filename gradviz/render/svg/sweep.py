"""The picture of a forward or reverse sweep: a ledger, a line for each step, and what each way costs."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.explanation.data import CostFacts, SweepReport, SweepStep, Value
from gradviz.render.options import Options
from gradviz.render.pen import Nib, ends
from gradviz.render.svg.arrays import array, kind, scale_of
from gradviz.render.svg.box import EMPTY, Box, beside, stacked, strut
from gradviz.render.svg.drawing import Drawing
from gradviz.render.svg.ink import Ink, plain_number
from gradviz.render.svg.point import given_box
from gradviz.render.svg.shapes import line, rectangle
from gradviz.render.svg.sheet import equation_box, remark_boxes, sheet
from gradviz.render.svg.theme import THEMES, Role
from gradviz.render.sweep_parts import carried_name, cost_rows, given_name, heading, result_name, sweep_name

WIDE, FORMULA = 860.0, 330.0
"""How wide the page's formulas may be, and those in the ledger."""

SIZE, GAP = 14.0, 26.0
BAR = 190.0


def render_sweep_svg(report: SweepReport, options: Options) -> str:
    """The picture of a sweep."""
    return compose_sweep(report, options).svg


def compose_sweep(report: SweepReport, options: Options) -> Drawing:
    """The picture, with the record of its parts."""
    ink = Ink(THEMES[options.theme], options.precision)
    boxes = [
        equation_box([report.title], 17, "ink", ink, WIDE),
        ink.word(heading(report), 13, "soft"),
        given_box("at", report.labels.spelled(report.inputs), ink),
        given_box(given_name(report), report.labels.spelled(report.given), ink, "gradient"),
        _ledger(report, ink, options),
        *_results(report, ink),
        _costs(report.cost, ink),
        stacked([ink.paragraph(text, 12, "soft", 560) for text in report.cost.says], 5),
        *remark_boxes(report.remarks, report.labels.unicode(report.missing), ink, WIDE),
    ]
    return sheet(boxes, ink, f"{heading(report)} of {report.title.unicode}", _description(report, options))


def _ledger(report: SweepReport, ink: Ink, options: Options) -> Box:
    """Three columns: the step, its value, what is carried."""
    cut = ends(report.steps, options)
    rows = [(_step(step, ink), _number(step.value, "value", ink), _carried(step, ink)) for step in cut.first]
    if cut.hidden:
        rows.append((ink.word(f"{cut.hidden} steps more", 12), EMPTY, EMPTY))
    rows += [(_step(step, ink), _number(step.value, "value", ink), _carried(step, ink)) for step in cut.last]
    heads = (
        ink.word(sweep_name(report), 12, "soft"),
        ink.word("value", 12, "value") if any(row[1] for row in rows) else EMPTY,
        ink.word(carried_name(report), 12, "gradient"),
    )
    return _table([heads, *rows], ink)


def _table(rows: Sequence[tuple[Box, Box, Box]], ink: Ink) -> Box:
    """Rows on common baselines, a rule below the first; its top is its baseline."""
    widths = [max(row[column].width for row in rows) for column in range(3)]
    starts = [0.0, widths[0] + GAP, widths[0] + GAP + (widths[1] + GAP if widths[1] else 0.0)]
    y, parts = 0.0, []
    for number, row in enumerate(rows):
        cells = [strut(cell, 11.0, 4.0) for cell in row]
        ascent, descent = max(cell.ascent for cell in cells), max(cell.descent for cell in cells)
        parts += [cell.at(start, y + ascent - cell.ascent) for start, cell in zip(starts, cells, strict=True) if cell]
        y += ascent + descent + 8
        if number == 0:
            parts.append(line((0, y - 4), (starts[2] + widths[2], y - 4), ink.theme["hair"]))
            y += 4
    return Box(starts[2] + widths[2], 0.0, y, "".join(parts))


def _step(step: SweepStep, ink: Ink) -> Box:
    if step.expression is None:
        return ink.math(step.name.latex, SIZE, "ink")
    return equation_box([step.name, step.expression], SIZE, "ink", ink, FORMULA)


def _carried(step: SweepStep, ink: Ink) -> Box:
    parts = [] if step.rule is None else [equation_box([step.rule], SIZE, "local", ink, FORMULA)]
    if step.carried is not None:
        if step.rule is not None and not step.carried.shape and plain_number(step.rule):
            return _number(step.carried, "gradient", ink)
        parts += [ink.math("=", SIZE, "soft")] if parts else []
        parts.append(_number(step.carried, "gradient", ink))
    return beside(parts, 5)


def _number(value: Value | None, role: Role, ink: Ink) -> Box:
    if value is None:
        return EMPTY
    if kind(value) == "number":
        return ink.number(value.number, SIZE, role)
    return array(value, role, ink, scale_of([value]), 12)


def _results(report: SweepReport, ink: Ink) -> list[Box]:
    boxes = []
    for name, value in report.results.items():
        formula = report.formulas.get(name)
        parts = [ink.word(result_name(report, name), 13, "ink")]
        if formula is not None:
            parts += [ink.math("=", SIZE, "soft"), equation_box([formula], SIZE, "local", ink, 460)]
        if value is not None:
            parts += [ink.math("=", SIZE, "soft"), _number(value, "gradient", ink)]
        boxes.append(beside(parts, 6))
    return boxes


def _costs(cost: CostFacts, ink: Ink) -> Box:
    """Operations as bars: what one sweep costs, and what the whole Jacobian costs each way."""
    rows = cost_rows(cost)
    counts = (cost.value, cost.tangent, cost.cotangent, cost.forward_mode, cost.reverse_mode, cost.numerical)
    cheapest = {"forward": 3, "reverse": 4}.get(cost.cheapest, -1)
    words = [ink.word(what, 12, "ink" if place != cheapest else "value") for place, (what, _) in enumerate(rows)]
    column = max(box.width for box in words) + 14
    largest = max([1, *counts])
    y, reach, parts = 0.0, 0.0, []
    for place, (word, count, (_, said)) in enumerate(zip(words, counts, rows, strict=True)):
        y += 10 if place == 3 else 0
        length = max(1.0, BAR * count / largest)
        fill = ink.theme["value" if place == cheapest else "local"]
        parts += [word.at(0, y), rectangle(column, y + 2, length, 9, fill=fill, radius=1.5)]
        label = ink.word(f"{said} {'operation' if count == 1 else 'operations'}", 11, "soft")
        parts.append(label.at(column + length + 7, y + 0.5))
        reach = max(reach, column + length + 7 + label.width)
        y += 18
    return Box(reach, 0.0, y, "".join(parts))


def _description(report: SweepReport, options: Options) -> str:
    """The whole picture in a few sentences."""
    nib = Nib(options=options)
    told = [
        f"{result_name(report, name)}"
        + (f" = {report.formulas[name].unicode}" if name in report.formulas else "")
        + (f" = {nib.value(value)}" if value is not None else "")
        for name, value in report.results.items()
    ]
    costs = [f"{what}: {count} operations" for what, count in cost_rows(report.cost)]
    return " ".join(f"{sentence}." for sentence in [*told, *costs, *report.cost.says])
