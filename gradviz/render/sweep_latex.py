"""A forward or reverse sweep as a LaTeX article that compiles as it is."""

from __future__ import annotations

from gradviz.explanation.data import SweepReport, SweepStep
from gradviz.render.latex_article import article, described, displayed, fitted, notes, program, section
from gradviz.render.latex_parts import text_latex, value_latex
from gradviz.render.matrix_latex import given
from gradviz.render.options import Options
from gradviz.render.pen import Nib, ends
from gradviz.render.sweep_parts import carried_name, cost_rows, given_name, heading, result_name, sweep_name
from gradviz.render.text_lines import capital

LEFT, RIGHT = 0.42, 0.42
"""How much of the line a node's own equation, and what is carried to it, may take."""


def render_sweep_latex(report: SweepReport, options: Options) -> str:
    """A complete document in ASCII; needs amsmath, amssymb and geometry, nothing else."""
    nib = Nib(options=options)
    costs = [(what, f"{count} operations") for what, count in cost_rows(report.cost)]
    says = "\n\n".join(text_latex(text) for text in report.cost.says)
    opening = [
        rf"\section*{{{text_latex(capital(heading(report)))}}}",
        program(report.source),
        rf"\[ {fitted(report.title.latex)} \]",
        given("at", report.labels.typeset(report.inputs), nib),
        given(given_name(report), report.labels.typeset(report.given), nib),
    ]
    return article(
        [
            *opening,
            section(capital(sweep_name(report)), _steps(report, nib)),
            section("Result", displayed(result_equations(report, nib))),
            section("Cost", f"{described(costs)}\n\n{says}"),
            notes(report.remarks, report.labels.unicode(report.missing)),
        ]
    )


def result_equations(report: SweepReport, nib: Nib) -> list[str]:
    """What came out: words, formula, value."""
    equations = []
    for name, value in report.results.items():
        formula = report.formulas.get(name)
        named = report.labels.of(name)
        words = result_name(report, name).removesuffix(named.unicode)
        members = [rf"\text{{{text_latex(words)}}}{named.latex}"]
        members += [formula.latex] if formula else []
        members += [value_latex(value, nib)] if value is not None else []
        equations.append(" = ".join(members))
    return equations


def _steps(report: SweepReport, nib: Nib) -> str:
    if not report.steps:
        return ""
    cut = ends(report.steps, nib.options)
    rows = [_step(step, nib) for step in cut.first]
    rows += [rf"&\ \text{{{cut.hidden} steps more}}"] if cut.hidden else []
    rows += [_step(step, nib) for step in cut.last]
    intro = f"Each node with its value; then its {carried_name(report)}.\n"
    return intro + "\\begin{align*}\n" + " \\\\[2pt]\n".join(rows) + "\n\\end{align*}"


def _step(step: SweepStep, nib: Nib) -> str:
    members = [part for part in (step.expression.latex if step.expression else "",) if part]
    members += [value_latex(step.value, nib)] if step.value is not None else []
    left, right = fitted(" = ".join(members), LEFT), fitted(carried_latex(step, nib), RIGHT)
    return f"{step.name.latex} &{' = ' if members else ''}{left} && {right}"


def carried_latex(step: SweepStep, nib: Nib) -> str:
    """What is carried to a step: rule and value."""
    members = [step.rule.latex] if step.rule else []
    members += [value_latex(step.carried, nib)] if step.carried is not None else []
    return " = ".join(dict.fromkeys(members))
