"""Runs and plots as pictures: the panels on one page, one explained update as formulas under them."""

from __future__ import annotations

from gradviz.explanation.data import Math, PlotSheet, StepFacts, TrainingReport
from gradviz.render.numbers import number_latex, number_text
from gradviz.render.options import Options
from gradviz.render.pen import Nib
from gradviz.render.plots.figure import draw
from gradviz.render.plots.frame import BETWEEN
from gradviz.render.training_parts import batch_text, loss_label, outcome, step_title

COLUMNS = 3
TOLD = ("data", "optimiser", "learning rate", "batch", "epochs")
"""The settings that stand under the title."""


def render_plots_svg(sheet: PlotSheet, options: Options) -> str:
    """The panels as SVG."""
    return draw(sheet, options, "svg").decode()


def render_plots_png(sheet: PlotSheet, options: Options) -> bytes:
    """The panels in pixels."""
    return draw(sheet, options, "png")


def render_plots_pdf(sheet: PlotSheet, options: Options) -> bytes:
    """The panels as vectors on a page."""
    return draw(sheet, options, "pdf")


def render_training_svg(report: TrainingReport, options: Options) -> str:
    """The report's page as SVG."""
    return draw(page(report, options), options, "svg").decode()


def render_training_png(report: TrainingReport, options: Options) -> bytes:
    """The report's page in pixels."""
    return draw(page(report, options), options, "png")


def render_training_pdf(report: TrainingReport, options: Options) -> bytes:
    """The report's page as vectors."""
    return draw(page(report, options), options, "pdf")


def page(report: TrainingReport, options: Options) -> PlotSheet:
    """The report's plots as a sheet, with what was chosen above and one update below."""
    nib = Nib(options=options)
    settings = dict(report.settings)
    chosen = BETWEEN.join(f"{name}: {settings[name]}" for name in TOLD if name in settings)
    came = BETWEEN.join(f"{label} {text}" for label, text in outcome(report, nib))
    many = len(report.plots)
    return PlotSheet(
        title=report.title,
        plots=report.plots,
        columns=many if many <= COLUMNS else 2 if many == 4 else COLUMNS,
        subtitle="\n".join(part for part in (chosen, came) if part),
        below=() if report.step is None else step_rows(report.step, nib),
    )


def step_rows(step: StepFacts, nib: Nib) -> tuple[tuple[Math | str, ...], ...]:
    """An update as rows of three columns: what a line is for, its formula, its numbers and value."""
    heading = step_title(step, nib)
    batch = batch_text(step)
    rows: list[tuple[Math | str, ...]] = [(f"{heading}, on {batch}" if batch else heading,)]
    for line in step.lines:
        value = number_text(line.value.number, nib.options.precision)
        typeset = number_latex(line.value.number, nib.options.precision)
        says = line.numbers.unicode
        numbers = Math(value, value, typeset)
        if says and says != value:
            numbers = Math(f"{says} = {value}", f"{says} = {value}", f"{line.numbers.latex} = {typeset}")
        rows.append((line.says, line.formula, Math(numbers.text, f"= {numbers.unicode}", f"= {numbers.latex}")))
    before, after = (number_text(loss, nib.options.precision) for loss in (step.loss, step.loss_after))
    return (*rows, (f"the {loss_label(step)}", f"{before} → {after}"))
