"""The fit of a regression on one number: the data as points, the network as a curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradviz.explanation.data import Plot, Series
from gradviz.explanation.mathematics import name_math
from gradviz.training.classes import classes_of
from gradviz.training.pieces import piece_series
from gradviz.training.predicting import data_inputs, predict

if TYPE_CHECKING:
    from gradviz.training.problem import Problem
    from gradviz.training.run import Run

POINTS = 241
DOTS = 250
"""Rows of data that are drawn, at most: more would be one blot."""
MARGIN = 0.06
"""How far the curve goes beyond the data, in parts of their range."""


def fit_plot(run: Run) -> Plot | None:
    """The prediction over the one column of data, before training and after; None for other problems.

    Of a maxout network the pieces are drawn too, within the frame that the rest needs.
    """
    problem = run.problem
    name = single_column(problem)
    target = problem.data.arrays.get(problem.target)
    if name is None or target is None or classes_of(problem) is not None:
        return None
    data = np.asarray(problem.data.arrays[name], dtype=np.float64)
    if np.size(target) != len(data):
        return None
    column = data.reshape(-1)
    low, high = float(column.min()), float(column.max())
    room = MARGIN * (high - low) or 1.0
    line = np.linspace(low - room, high + room, POINTS)
    rows = {name: line.reshape((-1, *data.shape[1:]))}
    found = [np.asarray(predict(problem, values, rows)).reshape(POINTS, -1) for values in (run.first, run.last)]
    if found[1].shape[1] != 1:
        return None
    x = tuple(line.tolist())
    curves = [_curve("before", x, found[0], "dashed"), _curve("after training", x, found[1], "line")]
    pieces = piece_series(problem, run.last, rows)
    return Plot(
        title="fit",
        x_label=name_math(name).unicode,
        y_label=name_math(problem.target).unicode,
        series=(*_data(run, column, np.ravel(np.asarray(target, dtype=np.float64))), *pieces, *curves),
        subtitle="the curve is the greatest of its pieces" if pieces else "",
        y_range=_frame(np.ravel(target), found[1]) if pieces else None,
        alt=f"{len(column)} rows of data as points, and the curve of the network before and after training"
        + (f", the greatest of {len(pieces)} straight lines" if pieces else ""),
    )


def _data(run: Run, column: np.ndarray, target: np.ndarray) -> list[Series]:
    """The rows as points: of a split, those that were learned from and the others apart."""
    split = (
        ("training", run.training, "ink"),
        ("validation", run.validation, "second"),
        ("test", run.held_out, "soft"),
    )
    parts = [(name, list(rows), tone) for name, rows, tone in split if rows]
    if len(parts) < 2:
        parts = [("data", list(range(len(column))), "ink")]
    return [_points(name, column[rows], target[rows], tone) for name, rows, tone in parts]


def _points(name: str, x: np.ndarray, y: np.ndarray, tone: str) -> Series:
    """Rows as points; of very many only some, evenly spread."""
    step = -(-len(x) // DOTS)
    label = name if step == 1 else f"{name} (1 row in {step})"
    return Series(label, tuple(x[::step].tolist()), tuple(y[::step].tolist()), "points", tone)  # type: ignore[arg-type]


def single_column(problem: Problem) -> str | None:
    """The one input of data, where it has one number for each row."""
    names = data_inputs(problem)
    if len(names) != 1:
        return None
    array = np.asarray(problem.data.arrays[names[0]])
    return names[0] if array.ndim and array.size == len(array) else None


def _frame(target: np.ndarray, curve: np.ndarray) -> tuple[float, float]:
    """What holds the data and the trained curve, with room for the lines that run on below it."""
    low, high = float(min(target.min(), curve.min())), float(max(target.max(), curve.max()))
    span = high - low or 1.0
    return low - 0.35 * span, high + 0.1 * span


def _curve(label: str, x: tuple[float, ...], values: np.ndarray, style: str) -> Series:
    tone = "soft" if style == "dashed" else "gradient"
    return Series(label, x, tuple(values[:, 0].tolist()), style, tone)  # type: ignore[arg-type]
