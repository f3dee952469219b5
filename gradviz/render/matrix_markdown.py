"""A Jacobian or a Hessian as Markdown with LaTeX mathematics."""

from __future__ import annotations

from gradviz.explanation.data import MatrixReport
from gradviz.render.markdown_parts import displayed, fact_table, fenced, given, notes, section
from gradviz.render.matrix_formulas import entries_equations, formula_equations, value_equations
from gradviz.render.matrix_parts import curvature_facts, facts
from gradviz.render.options import Options
from gradviz.render.pen import Nib


def render_matrix_markdown(report: MatrixReport, options: Options) -> str:
    """A page: the program, what is known of the matrix, its formula, entries and values."""
    nib = Nib(options=options)
    parts = [
        f"# {report.kind} ${report.symbol.latex}$",
        fenced(report.source),
        f"$${report.title.latex}$$",
        given("at", report.labels.typeset(report.inputs), nib),
        matrix_body_markdown(report, nib, "##"),
        notes(report.remarks, report.labels.unicode(report.missing)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def matrix_body_markdown(report: MatrixReport, nib: Nib, level: str) -> str:
    """What is said of the matrix itself, under headings of a level."""
    parts = [
        fact_table(facts(report)),
        section(f"{level} Formula", displayed(formula_equations(report))),
        section(f"{level} Entries", displayed(entries_equations(report))),
        section(f"{level} Values", displayed(value_equations(report, nib))),
        section(f"{level} Curvature", fact_table(curvature_facts(report, nib.options.precision))),
    ]
    return "\n\n".join(part for part in parts if part)
