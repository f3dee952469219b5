"""A run of training as a LaTeX article that compiles as it is."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.explanation.data import StepFacts, TrainingReport, UpdateLine
from gradviz.render.latex_article import article, described, fitted, notes, program, section
from gradviz.render.latex_parts import text_latex, value_latex
from gradviz.render.options import Options
from gradviz.render.pen import Nib
from gradviz.render.text_lines import capital
from gradviz.render.training_parts import (
    batch_text,
    definitions,
    fold_rows,
    fold_summary,
    loss_label,
    outcome,
    step_title,
    table_heads,
    table_rows,
)


def render_training_latex(report: TrainingReport, options: Options) -> str:
    """A complete document in ASCII; needs amsmath, amssymb and geometry, nothing else."""
    nib = Nib(options=options)
    folds = ruled(["fold", "training loss", "validation loss"], fold_rows(report, nib))
    return article(
        [
            rf"\section*{{{text_latex(report.title)}}}",
            program(report.source),
            section("Settings", described(report.settings)),
            section("Losses", ruled(table_heads(report), table_rows(report, nib))),
            section("Folds", f"{folds}\n\n{text_latex(fold_summary(report, nib))}" if folds else ""),
            section("Result", described(outcome(report, nib))),
            section("Parameters", _parameters(report, nib)),
            "" if report.step is None else _step(report.step, nib),
            text_latex(report.ended),
            notes(report.remarks, ()),
        ]
    )


def ruled(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of words, its names over a line; nothing where it has no rows."""
    if not rows:
        return ""
    lines = [" & ".join(map(text_latex, row)) + r" \\" for row in (heads, *rows)]
    body = "\n".join([lines[0], r"\hline", *lines[1:]])
    return rf"\begin{{tabular}}{{@{{}}{'r' * len(heads)}@{{}}}}" + f"\n{body}\n" + r"\end{tabular}"


def _parameters(report: TrainingReport, nib: Nib) -> str:
    rows = []
    for facts in report.parameters:
        change = rf"{facts.name.latex} = {value_latex(facts.first, nib)} \to {value_latex(facts.last, nib)}"
        rows.append(rf"\[ {fitted(change)} \]")
    return "\n".join(rows)


def _step(step: StepFacts, nib: Nib) -> str:
    batch = batch_text(step)
    lines = [text_latex(f"On {batch}.")] if batch else []
    for says, equation in step_equations(step, nib):
        lines += ["", text_latex(says), rf"\[ {fitted(equation)} \]"]
    lines += [rf"{text_latex(text)}\par" for text in step.says]
    return section(text_latex(capital(step_title(step, nib))), "\n".join(lines))


def step_equations(step: StepFacts, nib: Nib) -> list[tuple[str, str]]:
    """What each line of an update is for, and its equation with numbers and value."""
    found = []
    facts = step.explanation.gradients.get(step.parameter.text)
    if step.index and step.gradient is not None and facts is not None:
        value = "" if facts.value is None else f" = {value_latex(facts.value, nib)}"
        found.append(("the gradient by the whole parameter", f"{facts.symbol.latex} = {step.gradient.latex}{value}"))
    found += [("where", f"{name.latex} = {made.latex}") for name, made in definitions(step)]
    found += [(line.says, _equation(line, nib)) for line in step.lines]
    losses = rf"{value_of(step.loss, nib)} \to {value_of(step.loss_after, nib)}"
    return [*found, (f"the {loss_label(step)}", losses)]


def value_of(number: float, nib: Nib) -> str:
    """A number in LaTeX."""
    from gradviz.render.numbers import number_latex

    return number_latex(number, nib.options.precision)


def _equation(line: UpdateLine, nib: Nib) -> str:
    value = value_latex(line.value, nib)
    bare = line.numbers.latex.strip("{}").strip()
    told = [line.formula.latex]
    told += [line.numbers.latex] if bare and bare != value.strip("{}") else []
    return " = ".join([*told, value])
