"""A run of training as Markdown with LaTeX mathematics."""

from __future__ import annotations

from gradviz.explanation.data import StepFacts, TrainingReport
from gradviz.render.latex_parts import value_latex
from gradviz.render.markdown_parts import cell, displayed, escaped, fact_table, fenced, notes, section, table
from gradviz.render.options import Options
from gradviz.render.pen import Nib
from gradviz.render.text_lines import capital
from gradviz.render.training_latex import step_equations
from gradviz.render.training_parts import (
    batch_text,
    fold_rows,
    fold_summary,
    outcome,
    step_title,
    table_heads,
    table_rows,
)


def render_training_markdown(report: TrainingReport, options: Options) -> str:
    """A page: the program, what was chosen, the losses, the parameters, and one update where it was asked for."""
    nib = Nib(options=options)
    folds = table(["fold", "training loss", "validation loss"], fold_rows(report, nib))
    parts = [
        f"# {escaped(report.title)}",
        fenced(report.source) if report.source.strip() else "",
        section("## Settings", fact_table(report.settings)),
        section("## Losses", table(table_heads(report), table_rows(report, nib))),
        section("## Folds", f"{folds}\n\n{escaped(fold_summary(report, nib))}" if folds else ""),
        section("## Result", fact_table(outcome(report, nib))),
        section("## Parameters", _parameters(report, nib)),
        "" if report.step is None else _step(report.step, nib),
        escaped(report.ended),
        notes(report.remarks, ()),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _parameters(report: TrainingReport, nib: Nib) -> str:
    rows = [
        [cell(facts.name.latex), cell(value_latex(facts.first, nib)), cell(value_latex(facts.last, nib))]
        for facts in report.parameters
    ]
    return table(["", "before", "after"], rows)


def _step(step: StepFacts, nib: Nib) -> str:
    """Each line: what it is for, then the formula with its numbers."""
    batch = batch_text(step)
    parts = [f"## {escaped(capital(step_title(step, nib)))}", f"On {batch}." if batch else ""]
    for says, equation in step_equations(step, nib):
        parts += [escaped(says), displayed([equation])]
    parts += [f"- {escaped(text)}" for text in step.says]
    return "\n\n".join(part for part in parts if part)
