"""A problem trained as its settings say: rows divided, the run itself, the test rows, and the folds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gradviz.training.data import Array, Rows
from gradviz.training.loop import Loop, Watch
from gradviz.training.problem import Problem
from gradviz.training.run import Run
from gradviz.training.scaling import standardised
from gradviz.training.settings import Settings
from gradviz.training.splitting import Split, folds, labels_of, splits

if TYPE_CHECKING:
    from gradviz.training.snapshot import Snapshot

SILENT = Watch()


def fit(problem: Problem, settings: Settings, watch: Watch = SILENT, start: Snapshot | None = None) -> Run:
    """Train a problem.

    Args:
        problem: the network and its data.
        settings: what was chosen.
        watch: who is told of epochs, and is given snapshots to keep.
        start: a snapshot to go on from; the run is then, bit for bit, what it would have been without the pause.

    Returns:
        The run; with folds, that of all rows that are not for the test, and in `folds` that of each fold.

    Raises:
        OptionProblem: the settings do not fit the number of rows.
        ShapeError: the output is no single number, or the program cannot take a part of the rows.

    Example:
        >>> from gradviz.training.problem import problem_of
        >>> problem = problem_of("f = (x - 3)^2 + 1; x = 0")
        >>> run = fit(problem, Settings("gd", rate=0.1, epochs=50))
        >>> run.ended, round(float(run.last["x"]), 3)
        ('done', 3.0)
    """
    split = divided(problem, settings)
    run = _one(problem, settings, split.training, split.validation, watch, start)
    run = replace(run, held_out=_positions(split.test), test=_loss_over(run, settings, split.test))
    if settings.folds is None or run.ended in ("interrupted", "diverged"):
        return run
    return _with_folds(run, problem, settings, split, watch)


def divided(problem: Problem, settings: Settings) -> Split:
    """The rows for training, validation and test; the folds' are among those for training."""
    rows = problem.data.rows
    return splits(rows, settings.split, settings.seed, _labels(problem)) if rows else _nothing()


def _nothing() -> Split:
    import numpy as np

    return Split(np.arange(0), np.arange(0), np.arange(0))


def with_scaling(problem: Problem, settings: Settings) -> Problem:
    """The problem with its rows as they are, and beside them how training scales them: what a checkpoint holds."""
    scaled = standardised(problem.data, divided(problem, settings).training)
    return replace(problem, data=replace(problem.data, scaling=scaled.scaling))


def _labels(problem: Problem) -> Array | None:
    return labels_of(problem.data.arrays[problem.target]) if problem.target else None


def _one(
    problem: Problem, settings: Settings, training: Rows, validation: Rows, watch: Watch, start: Snapshot | None
) -> Run:
    scaled = replace(problem, data=standardised(problem.data, training))
    run = Loop(scaled, settings, training, validation, watch).run(start)
    return replace(run, training=_positions(training), validation=_positions(validation))


def _positions(rows: Rows) -> tuple[int, ...]:
    return tuple(rows.tolist())


def _loss_over(run: Run, settings: Settings, rows: Rows) -> float | None:
    """The loss over other rows by the run's last parameters, as in evaluation."""
    if not len(rows):
        return None
    import numpy as np

    loop = Loop(run.problem, settings, np.array(run.training), rows)
    for name, view in (loop.network.values | loop.network.buffers).items():
        view[...] = run.last[name]
    return loop.network.evaluate({name: array[rows] for name, array in run.problem.data.arrays.items()})


def _with_folds(run: Run, problem: Problem, settings: Settings, split: Split, watch: Watch) -> Run:
    """The run of each fold, trained on the others; Ctrl-C leaves the folds that are whole."""
    labels = _labels(problem)
    own = None if labels is None else labels[split.training]
    found: list[Run] = []
    for training, validation in folds(len(split.training), settings.folds or 2, settings.seed, own):
        told = Watch(epoch=watch.epoch)
        made = _one(problem, settings, split.training[training], split.training[validation], told, None)
        if made.ended == "interrupted":
            said = f"interrupted after {len(found)} of {settings.folds} folds"
            return replace(run, folds=tuple(found), ended="interrupted", says=said)
        found.append(made)
    return replace(run, folds=tuple(found))
