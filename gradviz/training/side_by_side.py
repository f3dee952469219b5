"""A comparison drawn: losses together, paths on one contour, fits over one set of points, and a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gradviz.errors import UserError
from gradviz.explanation.data import Plot, PlotSheet, Series
from gradviz.explanation.data.plots import Tone
from gradviz.explanation.mathematics import name_math
from gradviz.explanation.narration import short
from gradviz.training.classes import accuracy, classes_of
from gradviz.training.comparing import Comparison
from gradviz.training.contours import Box, contour_plot, path_of, plane_plot, spans, trained_pair
from gradviz.training.fits import fit_plot
from gradviz.training.plots import loss_plot
from gradviz.training.predicting import data_inputs, predict
from gradviz.training.regions import region_plot

if TYPE_CHECKING:
    from gradviz.training.run import Array, Run

TONES: tuple[Tone, ...] = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
DECADES = 30.0
"""From which ratio of the greatest to the least loss the axis is logarithmic."""


def sheet_of(comparison: Comparison) -> PlotSheet:
    """The comparison as panels and a table."""
    runs = comparison.runs
    name = name_math(runs[0].problem.built.output_name).unicode
    what = name_math(comparison.what).unicode if comparison.given else comparison.what.replace("_", " ")
    return PlotSheet(
        f"{name} compared by {what}",
        (_losses(comparison), *_pictures(comparison)),
        columns=3 if len(runs) == 2 else 2,
        table=tuple(_table(comparison)),
        remarks=tuple(_remarks(comparison)),
    )


def _losses(comparison: Comparison) -> Plot:
    """The training losses of all runs by epoch; the validation losses dashed."""
    series = []
    for label, tone, run in zip(comparison.labels, TONES, comparison.runs, strict=False):
        made = loss_plot(run).series
        series += [replace(one, label=label, tone=tone) for one in made if one.label == "training"]
        series += [replace(one, label="", tone=tone, style="dashed") for one in made if one.label == "validation"]
    seen = [y for one in series for y in one.y if math.isfinite(y)]
    log = bool(seen) and min(seen) > 0 and max(seen) > DECADES * min(seen)
    dashed = any(one.style == "dashed" for one in series)
    return Plot(
        title="loss",
        x_label="epoch",
        y_label=comparison.runs[0].problem.built.output_name,
        series=tuple(series),
        subtitle="training; dashed: validation" if dashed else "",
        log_y=log,
        alt=f"the losses by epoch of {', '.join(comparison.labels)}",
    )


def _pictures(comparison: Comparison) -> Iterator[Plot]:
    """The paths on one contour, or the fits over one set of points; else a panel for each run."""
    runs = comparison.runs
    if all(trained_pair(run) is not None and run.path for run in runs):
        yield from _each(comparison, contour_plot) if comparison.given else [_paths(comparison)]
    elif (fits := _drawn(runs, fit_plot)) is not None:
        yield _fits(comparison, fits)
    else:
        yield from _each(comparison, region_plot)


def _drawn(runs: Sequence[Run], draw: Callable[[Run], Plot | None]) -> list[Plot] | None:
    """The plot of each run; None where one has none."""
    try:
        found = [plot for run in runs if (plot := draw(run)) is not None]
    except UserError:  # a network that does not take other rows than its own has no such plot
        return None
    return found if len(found) == len(runs) else None


def _each(comparison: Comparison, draw: Callable[[Run], Plot | None]) -> Iterator[Plot]:
    for label, plot in zip(comparison.labels, _drawn(comparison.runs, draw) or (), strict=False):
        yield replace(plot, title=label)


def _paths(comparison: Comparison) -> Plot:
    """All paths over the contour of the loss that they share."""
    axes = trained_pair(comparison.runs[0])
    assert axes is not None
    paths = [path_of(run, axes) for run in comparison.runs]
    # A run that went away must not make the others too small to be seen: its path leaves the picture.
    settled = [path for run, path in zip(comparison.runs, paths, strict=True) if not _rose(run)] or [paths[0][:3]]
    box = spans(np.concatenate(settled))
    series = [
        Series(label, tuple(path[:, 0].tolist()), tuple(path[:, 1].tolist()), "path", tone)
        for label, tone, path in zip(comparison.labels, TONES, (_inside(path, box) for path in paths), strict=False)
    ]
    plane = plane_plot(comparison.runs[0], axes, box)
    return replace(plane, title="paths on the loss", series=tuple(series), x_range=box[0], y_range=box[1])


def _rose(run: Run) -> bool:
    """Whether a run ended with a greater loss than it began with."""
    return run.ended == "diverged" or not run.epochs[-1].train <= run.epochs[0].train


def _inside(path: Array, box: Box) -> Array:
    """A path up to the first point outside of the picture, that point included."""
    low, high = np.array(box).T
    outside = ((path < low) | (path > high)).any(axis=1)
    return path[: int(outside.argmax()) + 1] if outside.any() else path


def _fits(comparison: Comparison, fits: Sequence[Plot]) -> Plot:
    data = [one for one in fits[0].series if one.style == "points"]
    curves = [
        replace(one, label=label, tone=tone)
        for label, tone, plot in zip(comparison.labels, TONES, fits, strict=False)
        for one in plot.series
        if one.label == "after training"
    ]
    return replace(fits[0], title="fits", series=(*data, *curves))


def _table(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    """A row of names, and one for each run: updates, rows of each, losses, the share that is right, how it ended."""
    runs = comparison.runs
    validated = any(run.epochs[-1].validation is not None for run in runs)
    right = [_accuracy(run) for run in runs]
    learned = any(run.training for run in runs)  # a function alone has no rows
    head = [
        "",
        "updates",
        *(["rows each"] if learned else []),
        "training loss" if learned else "loss",
        *(["validation"] if validated else []),
    ]
    yield (*head, *(["right"] if any(right) else []), "ended")
    for label, run, share in zip(comparison.labels, runs, right, strict=True):
        last = run.epochs[-1]
        rows = len(run.training) or 1
        batch = [f"{run.settings.resolved(rows).batch:,}"] if learned else []
        row = [label, f"{last.step:,}", *batch, short(last.train)]
        if validated:
            row.append("" if last.validation is None else short(last.validation))
        ended = "rising" if run.ended == "done" and _rose(run) else run.ended
        yield (*row, *([share] if any(right) else []), ended)


def _accuracy(run: Run) -> str:
    """The share of training rows that are said right; "" for regression."""
    classes = classes_of(run.problem)
    if classes is None or not run.training:
        return ""
    try:
        rows = {name: np.asarray(run.problem.data.arrays[name]) for name in data_inputs(run.problem)}
        said = predict(run.problem, run.last, rows)
    except UserError:
        return ""
    return f"{100 * accuracy(classes, said, np.array(run.training)):.0f} %"


def _remarks(comparison: Comparison) -> Iterator[str]:
    """How each run that did not end well ended, and which did best."""
    sound = [
        (run.epochs[-1].train, label)
        for label, run in zip(comparison.labels, comparison.runs, strict=True)
        if run.ended != "diverged"
    ]
    # Where what differs enters the loss, as λ does, the losses are not comparable.
    if len(sound) > 1 and comparison.what not in comparison.runs[0].problem.built.graph.inputs:
        best, worst = min(sound), max(sound)
        text = f"the least loss: {best[1]}, {short(best[0])}; the greatest: {worst[1]}, {short(worst[0])}"
        yield text
    for label, run in zip(comparison.labels, comparison.runs, strict=True):
        if _rose(run):
            yield f"{label}: {run.says}"
