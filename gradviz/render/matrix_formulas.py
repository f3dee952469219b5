"""A Jacobian or a Hessian in LaTeX: its formula, its entries and its values, for articles and for Markdown."""

from __future__ import annotations

from gradviz.explanation.data import MatrixReport
from gradviz.render.latex_parts import value_latex
from gradviz.render.matrix_parts import entry_symbol, labelled, nonzero, whole_picture
from gradviz.render.numbers import number_latex
from gradviz.render.pen import Nib

COLUMNS, ROWS = 8, 20
"""Columns and rows up to which a matrix is typeset with the names of its rows and columns."""

LONG = 240
"""Letters of LaTeX up to which a row of formulas fits a page."""


def formula_equations(report: MatrixReport) -> list[str]:
    """`∂q/∂W = I ⊗ xᵀ`, and what its names stand for."""
    if report.formula is None:
        return []
    where = [rf"\text{{where }} {d.name.latex} = {d.expression.latex}" for d in report.where]
    return [f"{report.symbol.latex} = {report.formula.latex}", *where]


def entries_equations(report: MatrixReport) -> list[str]:
    """The entries' formulas in one bordered matrix, or one equation each; nothing where there are none."""
    if not report.entries or not labelled(report) or (report.formula and report.rows * report.columns == 1):
        return []
    texts = {(entry.index[0], entry.index[1]): entry.formula.latex for entry in report.entries}
    cells = [[texts.get((i, j), "0") for j in range(report.columns)] for i in range(report.rows)]
    if _fits(report) and sum(max(map(len, column)) for column in zip(*cells, strict=True)) <= LONG:
        return [_bordered(report, cells)]
    return [f"{entry_symbol(report, *entry.index).latex} = {entry.formula.latex}" for entry in report.entries]


def value_equations(report: MatrixReport, nib: Nib) -> list[str]:
    """The numbers in a bordered matrix, or in a plain one where that is too wide."""
    value = report.value
    if value is None or not value.entries:
        return []
    if len(value.entries) == 1:
        return [f"{report.symbol.latex} = {number_latex(value.number, nib.options.precision)}"]
    if not labelled(report) or not _fits(report):
        return [value_latex(value, nib)]
    known = whole_picture(report)
    cells = [
        [
            number_latex(value.entries[i * report.columns + j], nib.options.precision)
            if not known or nonzero(report, i, j)
            else r"\cdot"
            for j in range(report.columns)
        ]
        for i in range(report.rows)
    ]
    return [_bordered(report, cells)]


def _fits(report: MatrixReport) -> bool:
    return report.columns <= COLUMNS and report.rows <= ROWS


def _bordered(report: MatrixReport, cells: list[list[str]]) -> str:
    """A matrix with the names of its columns above it and of its rows beside it."""
    heads = " & ".join(["", *(label.latex for label in report.column_labels)])
    rows = [" & ".join([label.latex, *row]) for label, row in zip(report.row_labels, cells, strict=True)]
    body = " \\\\ ".join(rows)
    return rf"\begin{{array}}{{r|{'c' * report.columns}}} {heads} \\ \hline {body} \end{{array}}"
