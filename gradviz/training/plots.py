"""The plots of a run: losses, learning rates, and what suits the problem: a contour with the path, a fit, regions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradviz.errors import UserError
from gradviz.explanation.data import Note, Plot, PlotSheet, Series
from gradviz.explanation.narration import short
from gradviz.training.contours import contour_plot
from gradviz.training.fits import fit_plot
from gradviz.training.regions import hyperplane_plot, region_plot
from gradviz.training.schedules import parts, rate_function

if TYPE_CHECKING:
    from gradviz.explanation.data import TrainingReport
    from gradviz.training.run import Epoch, Run

DECADES = 30.0
"""From which ratio of the greatest to the least loss the axis is logarithmic."""
RATES = 400
"""Updates up to which the learning rate of each is drawn; of longer runs so many, evenly spread."""
NOISY = 4000
"""Updates up to which the loss of each batch is drawn."""


def plots_of(run: Run) -> tuple[Plot, ...]:
    """The losses, and each other plot that the problem allows; one that cannot be computed is left out."""
    made = [loss_plot(run)]
    for draw in (rate_plot, contour_plot, fit_plot, region_plot, hyperplane_plot):
        try:
            plot = draw(run)
        except UserError:  # a network that does not take other rows than its own has no such plot
            plot = None
        if plot is not None:
            made.append(plot)
    return tuple(made)


def sheet_of(report: TrainingReport) -> PlotSheet:
    """A report's plots as a document of their own."""
    return PlotSheet(report.title, report.plots, columns=min(3, max(1, len(report.plots))))


def loss_plot(run: Run) -> Plot:
    """The losses by epoch; of small batches, that of each one too."""
    epochs = [epoch for epoch in run.epochs if math.isfinite(epoch.train)]
    series = [*_batches(run), _curve("training", epochs, [epoch.train for epoch in epochs], "first")]
    judged = [epoch for epoch in epochs if epoch.validation is not None]
    validation = [epoch.validation for epoch in judged if epoch.validation is not None]
    if validation:
        series.append(_curve("validation", judged, validation, "second"))
    # A batch that happens to fit exactly must not stretch the axis: the epochs decide its scale.
    seen = [value for value in (*(epoch.train for epoch in epochs), *validation) if math.isfinite(value)]
    log = bool(seen) and min(seen) > 0 and max(seen) > DECADES * min(seen)
    return Plot(
        title="loss",
        x_label="epoch",
        y_label=run.problem.built.output_name,
        series=tuple(series),
        notes=_best(judged, validation),
        log_y=log,
        y_range=_range(seen, series, log=log),
        alt=_said(run, epochs),
    )


def rate_plot(run: Run) -> Plot | None:
    """The learning rate of each update, drawn by its schedule; None where it stays the same."""
    count = len(run.losses)
    resolved = run.settings.resolved(len(run.training))
    names = {row.name for row in parts(resolved.schedule)}
    if names <= {"constant"} or not count:
        return None
    rate = rate_function(resolved.schedule, resolved.rate, resolved.options, resolved.batch)
    places = sorted({*range(1, count + 1, -(-count // RATES)), count})
    rates = [rate(place - 1) for place in places]
    top = max(range(len(rates)), key=rates.__getitem__)
    most = rates[top]
    return Plot(
        title="learning rate",
        x_label="update",
        y_label="η",
        series=(Series("", tuple(map(float, places)), tuple(rates), tone="first"),),
        subtitle=resolved.schedule,
        notes=(Note(float(places[top]), most, f"η = {short(most)}", "ink", "dot"),) if top else (),
        y_range=(min(0.0, *rates), 1.12 * most) if most > 0 else None,
        alt=f"The learning rate goes from {short(rates[0])} to {short(rates[-1])} in {count} updates, by the schedule "
        f"{resolved.schedule}",
    )


def _range(seen: Sequence[float], series: Sequence[Series], *, log: bool) -> tuple[float, float] | None:
    """The epochs' losses with some room; single batches may leave the frame."""
    if not seen or not any(one.label == "each batch" for one in series):
        return None
    low, high = min(seen), max(seen)
    if log:
        return low / 3, high * 3
    room = 0.12 * (high - low) or abs(high) or 1.0
    return low - room, high + 3 * room


def _curve(label: str, epochs: Sequence[Epoch], values: Sequence[float], tone: str) -> Series:
    return Series(label, tuple(float(epoch.number) for epoch in epochs), tuple(map(float, values)), tone=tone)  # type: ignore[arg-type]


def _batches(run: Run) -> list[Series]:
    """The loss of each batch before its update, where an epoch has several."""
    epochs = run.epochs[-1].number if run.epochs else 0
    updates = len(run.losses)
    whole = run.settings.resolved(len(run.training)).batch >= len(run.training)
    if not epochs or whole or updates > NOISY:
        return []
    each = updates / epochs
    places = tuple((place + 0.5) / each for place in range(updates))
    values = tuple(float(loss) if np.isfinite(loss) and loss > 0 else math.nan for loss in run.losses)
    return [Series("each batch", places, values, tone="faint")]


def _best(judged: Sequence[Epoch], validation: Sequence[float]) -> tuple[Note, ...]:
    """Where the validation loss was least, if that was before the end."""
    if not validation:
        return ()
    place = min(range(len(validation)), key=lambda at: (math.isnan(validation[at]), validation[at]))
    if place == len(validation) - 1:
        return ()
    epoch = judged[place].number
    return (Note(float(epoch), validation[place], f"best: epoch {epoch}", "soft", "line"),)


def _said(run: Run, epochs: Sequence[Epoch]) -> str:
    if not epochs:
        return "No loss was finite."
    first, last = epochs[0], epochs[-1]
    text = f"The training loss goes from {short(first.train)} to {short(last.train)} in {last.number} epochs"
    if first.validation is not None and last.validation is not None:
        text += f", the validation loss from {short(first.validation)} to {short(last.validation)}"
    return text
