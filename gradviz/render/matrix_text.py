"""A Jacobian or a Hessian in words and columns, for a terminal."""

from __future__ import annotations

from gradviz.explanation.data import MatrixReport
from gradviz.render.matrix_grid import grid_lines
from gradviz.render.matrix_parts import (
    curvature_facts,
    entry_symbol,
    facts,
    labelled,
    nonzero,
    whole_picture,
)
from gradviz.render.options import Options
from gradviz.render.pen import Nib
from gradviz.render.report_text import equality, fact_lines, finished, opening
from gradviz.render.terminal_notes import missing_lines, note_lines
from gradviz.render.text_lines import Line, Piece, Role, left, line, right, width_of

LISTED = 4
"""Entries that are listed one below the other where there is a formula of the whole that says them."""


def render_matrix_text(report: MatrixReport, options: Options) -> str:
    """The whole report as text, ending in a newline; `width` columns are filled at most."""
    nib = Nib(options=options)
    return finished(matrix_sections(report, nib), options)


def matrix_sections(report: MatrixReport, nib: Nib) -> list[list[Line]]:
    """The report, section by section."""
    return [
        opening(report.symbol, report.title, report.labels.spelled(report.inputs), nib),
        *matrix_body(report, nib),
        note_lines([(remark.kind, nib.sign(remark.text)) for remark in report.remarks], nib),
        missing_lines(report.missing, nib),
    ]


def second_sections(report: MatrixReport, nib: Nib) -> list[list[Line]]:
    """The second derivatives at the end of an explanation, which has said the program and the point."""
    notes = [(remark.kind, nib.sign(remark.text)) for remark in report.remarks]
    head = line(Piece("second derivatives", "head"), "   ", nib.math(report.symbol))
    first, *rest = matrix_body(report, nib)
    return [[head, *first], *rest, note_lines(notes, nib)]


def matrix_body(report: MatrixReport, nib: Nib) -> list[list[Line]]:
    """What is said of the matrix itself."""
    entries, values = _entries(report, nib), _values(report, nib)
    return [
        fact_lines(facts(report), nib),
        _formula(report, nib),
        entries or ([] if values else _picture(report, nib)),
        values,
        fact_lines(curvature_facts(report, nib.options.precision), nib),
    ]


def _formula(report: MatrixReport, nib: Nib) -> list[Line]:
    if report.formula is None:
        return []
    lines = [line(Piece("formula", "head"))]
    lines += equality(nib.math(report.symbol), nib.math(report.formula), "local", nib)
    for place, definition in enumerate(report.where):
        lead = "where " if place == 0 else "      "
        lines += equality(f"{lead}{nib.math(definition.name)}", nib.math(definition.expression), "local", nib)
    return lines


def _entries(report: MatrixReport, nib: Nib) -> list[Line]:
    if not report.entries or not labelled(report):
        return []
    if report.rows * report.columns == 1:
        return [] if report.formula else _listed(report, nib)
    texts = {(entry.index[0], entry.index[1]): nib.math(entry.formula) for entry in report.entries}
    cells = [[texts.get((i, j), _nothing(nib)) for j in range(report.columns)] for i in range(report.rows)]
    tabled = _table("entries", cells, "local", report, nib)
    if not tabled and report.formula is not None and len(report.entries) > LISTED and _tabled(report, nib):
        return []
    return tabled or _listed(report, nib)


def _listed(report: MatrixReport, nib: Nib) -> list[Line]:
    lines = [line(Piece("entries", "head"))]
    symbols = [nib.math(entry_symbol(report, *entry.index)) for entry in report.entries]
    column = max(map(width_of, symbols))
    for symbol, entry in zip(symbols, report.entries, strict=True):
        lines += equality(left(symbol, column), nib.math(entry.formula), "local", nib)
        if report.value is not None and report.rows * report.columns > 1 and not _tabled(report, nib):
            number = report.value.entries[entry.index[0] * report.columns + entry.index[1]]
            lines.append(line(" " * (2 + column), " = ", Piece(nib.number(number), "value")))
    return lines


def _values(report: MatrixReport, nib: Nib) -> list[Line]:
    value = report.value
    if value is None or not labelled(report):
        return []
    if len(value.entries) == 1:
        return [
            line(Piece("value", "head")),
            *equality(nib.math(report.symbol), nib.number(value.number), "value", nib),
        ]
    known = whole_picture(report)
    rows = [
        [
            nib.number(value.entries[i * report.columns + j]) if not known or nonzero(report, i, j) else _nothing(nib)
            for j in range(report.columns)
        ]
        for i in range(report.rows)
    ]
    return _table("values", rows, "value", report, nib)


def _nothing(nib: Nib) -> str:
    """What stands where an entry is zero everywhere."""
    return "." if nib.options.ascii else "·"


def _tabled(report: MatrixReport, nib: Nib) -> bool:
    """Whether the numbers stand in a table of their own."""
    return bool(_values(report, nib))


def _table(title: str, cells: list[list[str]], role: Role, report: MatrixReport, nib: Nib) -> list[Line]:
    """Cells under their columns' names and after their rows'; nothing where they do not fit."""
    heads = [nib.math(label) for label in report.column_labels]
    sides = [nib.math(label) for label in report.row_labels]
    widths = [max([width_of(head), *(width_of(row[column]) for row in cells)]) for column, head in enumerate(heads)]
    margin = max([len(title) - 2, *map(width_of, sides)])
    if 2 + margin + sum(width + 3 for width in widths) > nib.options.width:
        return []
    top = "".join(f"   {right(head, width)}" for head, width in zip(heads, widths, strict=True))
    lines = [line(Piece(left(title, 2 + margin), "head"), Piece(top, "soft"))]
    for side, row in zip(sides, cells, strict=True):
        body = "".join(f"   {right(cell, width)}" for cell, width in zip(row, widths, strict=True))
        lines.append(line("  ", Piece(left(side, margin), "soft"), Piece(body, role)))
    return lines


def _picture(report: MatrixReport, nib: Nib) -> list[Line]:
    return [] if report.rows * report.columns <= 1 else grid_lines(report, nib)
