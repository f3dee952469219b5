"""A forward or reverse sweep in words and columns, for a terminal."""

from __future__ import annotations

from gradviz.explanation.data import Math, SweepReport, SweepStep, Value
from gradviz.render.arrays_text import value_lines
from gradviz.render.options import Options
from gradviz.render.pen import Nib, ends
from gradviz.render.report_text import equality, finished, opening, point_lines
from gradviz.render.sweep_parts import carried_name, cost_rows, given_name, heading, result_name, sweep_name
from gradviz.render.terminal_notes import hang, missing_lines, note_lines
from gradviz.render.text_lines import Line, Piece, Role, left, line, right, width_of

LABEL = 12
"""The column of the labels below a step."""


def render_sweep_text(report: SweepReport, options: Options) -> str:
    """The whole report as text, ending in a newline; `width` columns are filled at most."""
    nib = Nib(options=options)
    what = heading(report)
    sections = [
        [
            *opening(Math(what, what, what), report.title, report.labels.spelled(report.inputs), nib),
            *point_lines(given_name(report), report.labels.spelled(report.given), nib),
        ],
        _table(report, nib) or _blocks(report, nib),
        _results(report, nib),
        _cost(report, nib),
        note_lines([(remark.kind, nib.sign(remark.text)) for remark in report.remarks], nib),
        missing_lines(report.missing, nib),
    ]
    return finished(sections, options)


def _step(step: SweepStep, nib: Nib) -> str:
    name = nib.math(step.name)
    return name if step.expression is None else f"{name} = {nib.math(step.expression)}"


def _table(report: SweepReport, nib: Nib) -> list[Line]:
    """A line for each step, if all are numbers and short enough."""
    cut = ends(report.steps, nib.options)
    steps = [*cut.first, *cut.last]
    if any(value is not None and value.shape for step in steps for value in (step.value, step.carried)):
        return []
    heads = [_step(step, nib) for step in steps]
    values = [_number(step.value, nib) for step in steps]
    carried = [_carried(step, nib) for step in steps]
    first = max(map(width_of, [sweep_name(report), *(f"  {head}" for head in heads)]))
    second = max(map(width_of, ["value" if any(values) else "", *values]))
    gap = 3 if second else 0
    if first + gap + second + 3 + max(map(width_of, carried)) > nib.options.width:
        return []
    top = f"{' ' * gap}{right('value' if second else '', second)}   {carried_name(report)}"
    lines = [line(Piece(left(sweep_name(report), first), "head"), Piece(top, "soft"))]
    for head, value, rule in zip(heads, values, carried, strict=True):
        number = Piece(f"{' ' * gap}{right(value, second)}", "value")
        lines.append(line(left(f"  {head}", first), number, "   ", Piece(rule, "gradient")))
    return _with_gap(lines, 1 + len(cut.first), cut.hidden, nib)


def _with_gap(lines: list[Line], place: int, hidden: int, nib: Nib) -> list[Line]:
    if not hidden:
        return lines
    return [*lines[:place], line("  ", Piece(nib.sign(f"… {hidden} steps more"), "soft")), *lines[place:]]


def _number(value: Value | None, nib: Nib) -> str:
    return "" if value is None else nib.number(value.number)


def _carried(step: SweepStep, nib: Nib) -> str:
    """`z·q̇ + q·ż = −2.5`, as far as there is each."""
    parts = [nib.math(step.rule)] if step.rule is not None else []
    if step.carried is not None:
        parts.append(nib.number(step.carried.number))
    return " = ".join(dict.fromkeys(parts))


def _blocks(report: SweepReport, nib: Nib) -> list[Line]:
    """Each step on lines of its own."""
    lines = [line(Piece(sweep_name(report), "head"))]
    cut = ends(report.steps, nib.options)
    for place, step in enumerate([*cut.first, *cut.last]):
        if place == len(cut.first):
            lines += [line("  ", Piece(nib.sign(f"… {cut.hidden} steps more"), "soft"))]
        lines += [line("  ", part) for part in hang(_step(step, nib), nib.options.width - 2, 4)]
        if step.value is not None:
            lines += _labelled("value", step.value, "value", nib)
        name = carried_name(report)
        if step.rule is not None:
            lines += equality(left(f"  {name}", LABEL), nib.math(step.rule), "local", nib)
            name = ""
        if step.carried is not None:
            lines += _labelled(name, step.carried, "gradient", nib)
    return lines


def _labelled(label: str, value: Value, role: Role, nib: Nib) -> list[Line]:
    parts = value_lines(value, nib.options, nib.options.width - LABEL - 5)
    heads = [f"  {left(f'  {label}', LABEL)} = ", *([" " * (LABEL + 5)] * (len(parts) - 1))]
    return [line(head, Piece(part, role)) for head, part in zip(heads, parts, strict=True)]


def _results(report: SweepReport, nib: Nib) -> list[Line]:
    if not report.results:
        return []
    lines = [line(Piece("results" if len(report.results) > 1 else "result", "head"))]
    names = [nib.sign(result_name(report, name)) for name in report.results]
    column = min(max(map(width_of, names)), 30)
    for said, (name, value) in zip(names, report.results.items(), strict=True):
        head, formula = left(said, column), report.formulas.get(name)
        text = "" if formula is None else nib.math(formula)
        if value is not None and not value.shape:
            number = nib.number(value.number)
            whole = f"{text} = {number}" if text and text != number else number
            lines += equality(head, whole, "gradient", nib)
            continue
        if text:
            lines += equality(head, text, "plain", nib)
            head = " " * width_of(head)
        if value is not None:
            parts = value_lines(value, nib.options, nib.options.width - 5 - width_of(head))
            lines.append(line("  ", head, " = ", Piece(parts[0], "gradient")))
            lines += [line(" " * (width_of(head) + 5), Piece(part, "gradient")) for part in parts[1:]]
        elif not text:
            lines.append(line("  ", said))
    return lines


def _cost(report: SweepReport, nib: Nib) -> list[Line]:
    rows = cost_rows(report.cost)
    first = max(width_of(what) for what, _ in rows)
    second = max([len("operations"), *(width_of(count) for _, count in rows)])
    lines = [line(Piece(left("cost", first + 2), "head"), Piece(right("operations", second + 3), "soft"))]
    for what, count in rows:
        said = nib.sign(what.replace("×", "x") if nib.options.ascii else what)
        lines.append(line("  ", left(said, first), right(count, second + 3)))
    for text in report.cost.says:
        lines += [line("  ", part) for part in hang(nib.sign(text), nib.options.width - 2, 2)]
    return lines
