"""A run as a report: what was chosen, how the losses went, what came out, and what is to be said about it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradviz.errors import UserError
from gradviz.explanation.data import EpochRow, FoldRow, ParameterFacts, Remark, StepFacts, TrainingReport
from gradviz.explanation.mathematics import name_math
from gradviz.explanation.narration import short
from gradviz.explanation.values import to_value
from gradviz.training.classes import accuracy, classes_of
from gradviz.training.optimisers import OPTIMISERS
from gradviz.training.plots import plots_of
from gradviz.training.predicting import data_inputs, predict
from gradviz.training.wording import settings_in_words

if TYPE_CHECKING:
    from gradviz.training.run import Epoch, Run

ROWS = 12
"""Rows of the table, about."""
SETTLED = 1e-6
"""Share of its greatest norm below which a gradient has come down to nothing."""
WORSE = 1.02
"""Times its least that a validation loss may rise before it is called overfitting."""


def report_of(run: Run, step: StepFacts | None = None) -> TrainingReport:
    """Everything that is shown of a run.

    Args:
        run: what training left behind.
        step: one update explained, if that was asked for (`stepping.explained`).
    """
    losses = [fold.validation for fold in _folds(run)]
    return TrainingReport(
        source=run.problem.source,
        title=_title(run),
        settings=settings_in_words(run),
        rows=tuple(_row(epoch) for epoch in chosen_epochs(run.epochs)),
        parameters=tuple(_parameters(run)),
        ended=run.says,
        plots=plots_of(run),
        accuracy=_accuracy(run),
        test=run.test,
        folds=tuple(_folds(run)),
        fold_mean=float(np.mean(losses)) if losses else None,
        fold_deviation=float(np.std(losses, ddof=1)) if len(losses) > 1 else None,
        step=step,
        remarks=tuple(_remarks(run)),
    )


def _title(run: Run) -> str:
    """`L by Adam: 1.21 → 0.003 in 200 epochs`."""
    name = name_math(run.problem.built.output_name).unicode
    title = f"{name} by {OPTIMISERS[run.settings.optimiser].title}"
    if len(run.epochs) < 2:
        return title
    first, last = run.epochs[0], run.epochs[-1]
    count = "1 epoch" if last.number == 1 else f"{last.number} epochs"
    return f"{title}: {short(first.train)} → {short(last.train)} in {count}"


def chosen_epochs(epochs: Sequence[Epoch]) -> list[Epoch]:
    """A dozen epochs or so at round distances, the first and the last among them.

    Where the run diverged, its last rows are shown one by one: that is where it happened.
    """
    if len(epochs) <= ROWS + 2:
        return list(epochs)
    step = _round_step(epochs[-1].number / (ROWS - 2))
    return [epoch for epoch in epochs if epoch.number % step == 0 or epoch is epochs[-1]]


def _round_step(least: float) -> int:
    """The least of 1, 2, 5, 10, 20, 50, … that is not below a number."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power >= least:
                return factor * power
        power *= 10


def _row(epoch: Epoch) -> EpochRow:
    return EpochRow(epoch.number, epoch.step, epoch.train, epoch.validation, epoch.rate, _norm(epoch))


def _norm(epoch: Epoch) -> float:
    """The whole gradient's length."""
    return math.hypot(*epoch.norms.values()) if epoch.norms else math.nan


def _parameters(run: Run) -> Iterator[ParameterFacts]:
    for name in run.problem.parameters:
        first, last = to_value(run.first[name]), to_value(run.last[name])
        yield ParameterFacts(name_math(name), first.shape, first, last)


def _accuracy(run: Run) -> tuple[tuple[str, float], ...]:
    """The share of rows that are said right, by part of the split; nothing for regression."""
    problem = run.problem
    classes = classes_of(problem)
    if classes is None:
        return ()
    rows = {name: np.asarray(problem.data.arrays[name]) for name in data_inputs(problem)}
    try:
        prediction = predict(problem, run.last, rows)
    except UserError:
        return ()
    named = (("training", run.training), ("validation", run.validation), ("test", run.held_out))
    return tuple((name, accuracy(classes, prediction, np.array(part))) for name, part in named if part)


def _folds(run: Run) -> Iterator[FoldRow]:
    for number, fold in enumerate(run.folds, 1):
        if fold.epochs:
            last = fold.epochs[-1]
            yield FoldRow(number, last.train, math.nan if last.validation is None else last.validation)


def _remarks(run: Run) -> Iterator[Remark]:
    for text in run.notes:
        yield Remark("note", text)
    yield from _overfitting(run)
    yield from _settled(run)
    yield from _still_falling(run)


def _overfitting(run: Run) -> Iterator[Remark]:
    """The validation loss rose while the training loss went on falling."""
    judged = [(epoch, epoch.validation) for epoch in run.epochs if epoch.validation is not None]
    finite = [(epoch, loss) for epoch, loss in judged if math.isfinite(loss)]
    if len(finite) < 3:
        return
    best, least = min(finite, key=lambda pair: pair[1])
    last, loss = finite[-1]
    if loss > WORSE * least and last.train < best.train:
        yield Remark(
            "warning",
            f"overfitting from epoch {best.number} on: the training loss went on falling, from {short(best.train)} to "
            f"{short(last.train)}, while the validation loss rose from {short(least)} to {short(loss)}",
        )


def _settled(run: Run) -> Iterator[Remark]:
    """The gradient has come down to nothing: the run is where it will stay, right or wrong."""
    norms = [_norm(epoch) for epoch in run.epochs]
    known = [norm for norm in norms if math.isfinite(norm)]
    if run.ended != "done" or not known or not norms[-1] <= SETTLED * max(known):
        return
    right = dict(_accuracy(run)).get("training", 1.0)
    wrong = f" with {100 * (1 - right):.3g} % of the training rows wrong" if right < 1 else ""
    loss = short(run.epochs[-1].train)
    yield Remark(
        "note",
        f"the gradient has come down to 0: the run has settled at a loss of {loss}{wrong}, and more epochs would "
        "change nothing",
    )


def _still_falling(run: Run) -> Iterator[Remark]:
    """The last tenth of the epochs still brought much: more epochs would bring more."""
    losses = [epoch.train for epoch in run.epochs]
    if run.ended != "done" or len(losses) < 20 or not all(map(math.isfinite, losses)):
        return
    before, now = losses[-1 - len(losses) // 10], losses[-1]
    gained, whole = before - now, losses[0] - now
    if whole > 0 and gained > 0.05 * whole:
        share = f"{100 * gained / whole:.2g} %"
        yield Remark("note", f"the loss was still falling: the last tenth of the epochs made {share} of the whole way")
