"""A Jacobian or a Hessian as a LaTeX article that compiles as it is."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz.explanation.data import MatrixReport, Value
from gradviz.render.latex_article import article, described, displayed, fitted, notes, program, section
from gradviz.render.latex_parts import value_latex
from gradviz.render.matrix_formulas import entries_equations, formula_equations, value_equations
from gradviz.render.matrix_parts import curvature_facts, facts
from gradviz.render.options import Options
from gradviz.render.pen import Nib


def render_matrix_latex(report: MatrixReport, options: Options) -> str:
    """A complete document in ASCII; needs amsmath, amssymb and geometry, nothing else."""
    nib = Nib(options=options)
    opening = [
        rf"\section*{{{report.kind} ${report.symbol.latex}$}}",
        program(report.source),
        rf"\[ {fitted(report.title.latex)} \]",
        given("at", report.labels.typeset(report.inputs), nib),
    ]
    return article(
        [*opening, matrix_body_latex(report, nib), notes(report.remarks, report.labels.unicode(report.missing))]
    )


def matrix_body_latex(report: MatrixReport, nib: Nib) -> str:
    """What is said of the matrix itself."""
    parts = [
        described(facts(report)),
        section("Formula", displayed(formula_equations(report))),
        section("Entries", displayed(entries_equations(report))),
        section("Values", displayed(value_equations(report, nib))),
        section("Curvature", described(curvature_facts(report, nib.options.precision))),
    ]
    return "\n".join(part for part in parts if part)


def given(word: str, values: Mapping[str, Value | None], nib: Nib) -> str:
    """The point: numbers in a line, arrays each on its own."""
    known = [(name, value) for name, value in values.items() if value is not None]
    numbers = [f"${name} = {value_latex(value, nib)}$" for name, value in known if not value.shape]
    arrays = [rf"\[ {fitted(f'{name} = {value_latex(value, nib)}')} \]" for name, value in known if value.shape]
    line = [rf"{word} {', '.join(numbers)}\par"] if numbers else [word] if arrays else []
    return "\n".join([*line, *arrays])
