"""A run of training in words and columns, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.explanation.data import StepFacts, TrainingReport, UpdateLine, Value
from gradviz.render.arrays_text import shape_text, value_lines
from gradviz.render.options import Options
from gradviz.render.pen import Nib
from gradviz.render.report_text import equality, fact_lines, finished
from gradviz.render.terminal_notes import hang, note_lines
from gradviz.render.text_lines import Line, Piece, left, line, right, width_of
from gradviz.render.training_parts import (
    batch_text,
    definitions,
    fold_rows,
    fold_summary,
    loss_label,
    losses_of,
    members,
    outcome,
    sparkline,
    step_title,
    table_heads,
    table_rows,
)

EQUALS = "      = "
SMALL = 12
"""Entries of a parameter up to which its values are written out, before and after."""


def render_training_text(report: TrainingReport, options: Options) -> str:
    """The whole report as text, ending in a newline; `width` columns are filled at most."""
    nib = Nib(options=options)
    sections = [
        [line(Piece(part, "head")) for part in hang(nib.sign(report.title), options.width, 4)],
        _headed("settings", fact_lines([(label, text) for label, text in report.settings], nib), nib),
        _losses(report, nib),
        _folds(report, nib),
        _headed("result", fact_lines(outcome(report, nib), nib), nib),
        _parameters(report, nib),
        [] if report.step is None else step_lines(report.step, nib),
        [line(part) for part in hang(nib.sign(report.ended), options.width, 2)] if report.ended else [],
        note_lines([(remark.kind, nib.sign(remark.text)) for remark in report.remarks], nib),
    ]
    return finished(sections, options)


def _headed(title: str, lines: list[Line], nib: Nib) -> list[Line]:
    return [line(Piece(nib.sign(title), "head")), *lines] if lines else []


def _losses(report: TrainingReport, nib: Nib) -> list[Line]:
    """The table, under a small picture of the loss."""
    if not report.rows:
        return []
    bars = sparkline(losses_of(report), ascii=nib.options.ascii)
    head = [Piece("losses", "head"), *([Piece(f"  {bars}", "value")] if bars else [])]
    heads = [nib.sign(text) for text in table_heads(report)]
    return [line(*head), *_table(heads, table_rows(report, nib))]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Line]:
    """Columns of numbers, each under its head."""
    columns = [[head, *(row[place] for row in rows)] for place, head in enumerate(heads)]
    widths = [max(map(width_of, column)) for column in columns]
    top = "  " + "   ".join(right(head, width) for head, width in zip(heads, widths, strict=True))
    lines = [line(Piece(top, "soft"))]
    for row in rows:
        lines.append(line("  " + "   ".join(right(cell, width) for cell, width in zip(row, widths, strict=True))))
    return lines


def _folds(report: TrainingReport, nib: Nib) -> list[Line]:
    if not report.folds:
        return []
    lines = [line(Piece("folds", "head"))]
    lines += _table(["fold", "training loss", "validation loss"], fold_rows(report, nib))
    return [*lines, *(line("  ", part) for part in hang(fold_summary(report, nib), nib.options.width - 2, 2))]


def _parameters(report: TrainingReport, nib: Nib) -> list[Line]:
    """Each parameter, before and after: numbers on one line, small arrays below each other."""
    if not report.parameters:
        return []
    names = [nib.math(facts.name) for facts in report.parameters]
    column = max(map(width_of, names))
    lines = [line(Piece("parameters", "head"), Piece(nib.sign("  before → after"), "soft"))]
    for name, facts in zip(names, report.parameters, strict=True):
        head = f"  {left(name, column)}   "
        if not facts.shape:
            arrow = nib.sign(" → ")
            first, last = nib.number(facts.first.number), nib.number(facts.last.number)
            lines.append(line(head, first, arrow, Piece(last, "value")))
        elif len(facts.first.entries) <= SMALL:
            lines += _arrays(head, facts.first, facts.last, nib)
        else:
            size = shape_text(facts.shape, ascii=nib.options.ascii)
            span = f"{size}: length {nib.number(facts.first.magnitude)}"
            lines.append(line(head, span, nib.sign(" → "), Piece(nib.number(facts.last.magnitude), "value")))
    return lines


def _arrays(head: str, first: Value, last: Value, nib: Nib) -> list[Line]:
    """Two small arrays side by side where they fit, else one under the other."""
    room = nib.options.width - width_of(head)
    before, after = (value_lines(value, nib.options, room) for value in (first, last))
    wide, arrow = max(map(width_of, before)), nib.sign(" → ")
    margin = " " * width_of(head)
    if len(before) == len(after) and wide + width_of(arrow) + max(map(width_of, after)) <= room:
        between = [arrow, *([" " * width_of(arrow)] * (len(after) - 1))]
        heads = [head, *([margin] * (len(after) - 1))]
        rows = zip(heads, before, between, after, strict=True)
        return [line(start, left(old, wide), gap, Piece(new, "value")) for start, old, gap, new in rows]
    gaps = [*([""] * len(before)), arrow.strip() + " ", *([" " * len(arrow.strip() + " ")] * (len(after) - 1))]
    heads = [head, *([margin] * (len(gaps) - 1))]
    parts = [*(Piece(part) for part in before), *(Piece(part, "value") for part in after)]
    return [line(start, gap, part) for start, gap, part in zip(heads, gaps, parts, strict=True)]


def step_lines(step: StepFacts, nib: Nib) -> list[Line]:
    """One update in full: what it looked at, the gradient, the optimiser's lines, and what came of it."""
    lines = [line(Piece(step_title(step, nib), "head"))]
    facts = [("batch", batch_text(step)), ("loss", nib.number(step.loss))]
    lines += fact_lines([(label, text) for label, text in facts if text], nib)
    lines += _gradient(step, nib)
    for update in step.lines:
        lines += [line(), *_update(update, nib)]
    lines.append(line())
    arrow = nib.sign(" → ")
    lines += fact_lines([(loss_label(step), f"{nib.number(step.loss)}{arrow}{nib.number(step.loss_after)}")], nib)
    for text in step.says:
        lines += [line("  ", part) for part in hang(nib.sign(text), nib.options.width - 2, 2)]
    return lines


def _gradient(step: StepFacts, nib: Nib) -> list[Line]:
    """The gradient's formula, and what its names stand for."""
    facts = step.explanation.gradients.get(step.parameter.text)
    if facts is None or step.gradient is None or not step.index:
        return _where(step, nib)
    lines = [line(), *equality(nib.math(facts.symbol), nib.math(step.gradient), "plain", nib)]
    if facts.value is not None:
        margin = " " * width_of(nib.math(facts.symbol))
        room = nib.options.width - width_of(margin) - 5
        parts = value_lines(facts.value, nib.options, room)
        signs = [" = ", *(["   "] * (len(parts) - 1))]
        lines += [line("  ", margin, sign, Piece(part, "gradient")) for sign, part in zip(signs, parts, strict=True)]
    return lines + _where(step, nib)


def _where(step: StepFacts, nib: Nib) -> list[Line]:
    lines: list[Line] = []
    for place, (name, expression) in enumerate(definitions(step)):
        word = "where" if not place else "     "
        lines += equality(f"{word} {nib.math(name)}", nib.math(expression), "plain", nib)
    return lines


def _update(update: UpdateLine, nib: Nib) -> list[Line]:
    """What a line is for; the formula; below it the numbers and the value."""
    formula, *rest = members(update, nib)
    says = hang(nib.sign(update.says), nib.options.width - 2, 2)
    lines = [line("  ", Piece(part, "soft")) for part in says]
    lines += [line("    ", part) for part in hang(formula, nib.options.width - 4, 4)]
    *numbers, value = rest
    joined = " = ".join([*numbers, value])
    if width_of(joined) + len(EQUALS) <= nib.options.width:
        pieces = [f"{number} = " for number in numbers]
        return [*lines, line(EQUALS, *pieces, Piece(value, "value"))]
    for number in numbers:
        parts = hang(number, nib.options.width - len(EQUALS), 2)
        heads = [EQUALS, *([" " * len(EQUALS)] * (len(parts) - 1))]
        lines += [line(head, part) for head, part in zip(heads, parts, strict=True)]
    return [*lines, line(EQUALS, Piece(value, "value"))]
