"""A forward or reverse sweep as Markdown with LaTeX mathematics."""

from __future__ import annotations

from gradviz.explanation.data import SweepReport, SweepStep
from gradviz.render.latex_parts import value_latex
from gradviz.render.markdown_parts import cell, displayed, escaped, fenced, given, notes, section, table
from gradviz.render.options import Options
from gradviz.render.pen import Nib, ends
from gradviz.render.sweep_latex import carried_latex, result_equations
from gradviz.render.sweep_parts import carried_name, cost_rows, given_name, heading, sweep_name
from gradviz.render.text_lines import capital


def render_sweep_markdown(report: SweepReport, options: Options) -> str:
    """A page: the program, a table of the sweep, the result, and what each way costs."""
    nib = Nib(options=options)
    costs = table(["way", "operations"], [[escaped(what), count] for what, count in cost_rows(report.cost)])
    says = "\n".join(f"- {escaped(text)}" for text in report.cost.says)
    parts = [
        f"# {escaped(capital(heading(report)))}",
        fenced(report.source),
        f"$${report.title.latex}$$",
        given("at", report.labels.typeset(report.inputs), nib),
        given(given_name(report), report.labels.typeset(report.given), nib),
        section(f"## {capital(sweep_name(report))}", _steps(report, nib)),
        section("## Result", displayed(result_equations(report, nib))),
        section("## Cost", f"{costs}\n\n{says}".strip()),
        notes(report.remarks, report.labels.unicode(report.missing)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _steps(report: SweepReport, nib: Nib) -> str:
    cut = ends(report.steps, nib.options)
    rows = [_row(step, nib) for step in cut.first]
    rows += [[f"{cut.hidden} steps more", "", ""]] if cut.hidden else []
    rows += [_row(step, nib) for step in cut.last]
    return table(["node", "value", carried_name(report)], rows)


def _row(step: SweepStep, nib: Nib) -> list[str]:
    name = f"{step.name.latex} = {step.expression.latex}" if step.expression else step.name.latex
    value = "" if step.value is None else value_latex(step.value, nib)
    return [cell(name), cell(value), cell(carried_latex(step, nib))]
