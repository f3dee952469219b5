"""The loss over the plane of two trained numbers, with the path that training took over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.explanation.data import Field, Note, Plot, Series
from gradviz.explanation.mathematics import name_math
from gradviz.training.predicting import loss_over_all

if TYPE_CHECKING:
    from gradviz.training.data import Array
    from gradviz.training.run import Run

GRID = 61
"""Points of the grid along each axis."""
LEVELS = 9
SQUARE = 6.0
"""Up to which ratio of the two ranges both axes have one scale, so that right angles look right."""
FAR = 40.0
"""Times its first step that a path may go away before the plot leaves it."""


def contour_plot(run: Run) -> Plot | None:
    """The loss over all rows as level lines, and the path; None unless two numbers are trained.

    The arrow at the start is the gradient: it stands at right angles on the level line, and points uphill.
    """
    axes = trained_pair(run)
    if axes is None or not run.path:
        return None
    path = path_of(run, axes)
    plane = plane_plot(run, axes, spans(path))
    series = [Series("path", tuple(path[:, 0].tolist()), tuple(path[:, 1].tolist()), "path", "first")]
    if plane.equal and plane.field is not None:
        size = min(side[-1] - side[0] for side in (plane.field.x, plane.field.y))
        arrow = _gradient(run, _on_plane(run, axes), path[0], size)
        series += [arrow] if arrow else []
    began = "start" if len(run.path[axes[0][0]]) > len(run.losses) else ""
    return replace(
        plane,
        title="path on the loss",
        series=tuple(series),
        notes=(Note(float(path[0, 0]), float(path[0, 1]), began, "ink"),),
        alt=f"{plane.alt}, and the path of {len(path) - 1} updates",
    )


Axis = tuple[str, tuple[int, ...]]
"""A trained number: its parameter, and its place in it."""


Box = tuple[tuple[float, float], tuple[float, float]]
"""The ranges of both axes."""


def plane_plot(run: Run, axes: tuple[Axis, Axis], box: Box) -> Plot:
    """The loss over all rows as level lines over two trained numbers; nothing else."""
    (x_low, x_high), (y_low, y_high) = box
    loss = _on_plane(run, axes)
    x, y = np.linspace(x_low, x_high, GRID), np.linspace(y_low, y_high, GRID)
    values = np.array([[loss(a, b) for a in x] for b in y])
    grid = tuple(map(tuple, values.tolist()))
    names = tuple(_label(name, index) for name, index in axes)
    return Plot(
        title="loss",
        x_label=names[0],
        y_label=names[1],
        field=Field(tuple(x.tolist()), tuple(y.tolist()), grid, "contours", levels(values)),
        subtitle="levels of the loss over all rows" if run.problem.data.rows else "levels of the loss",
        equal=max(x_high - x_low, y_high - y_low) <= SQUARE * min(x_high - x_low, y_high - y_low),
        alt=f"Level lines of the loss over {names[0]} and {names[1]}",
    )


def trained_pair(run: Run) -> tuple[Axis, Axis] | None:
    """The two numbers that are trained; None where there are more or fewer."""
    found = [
        (name, tuple(map(int, index)))
        for name in run.problem.parameters
        for index in np.ndindex(np.shape(run.first[name]))
    ]
    return (found[0], found[1]) if len(found) == 2 else None


def path_of(run: Run, axes: tuple[Axis, Axis]) -> Array:
    """The points of the path, one row each, up to where it goes far away or is no longer finite."""
    columns = []
    for name, index in axes:
        steps = np.asarray(run.path[name], dtype=np.float64)
        columns.append(
            steps.reshape(len(steps), -1)[:, int(np.ravel_multi_index(index, steps.shape[1:])) if index else 0]
        )
    path = np.stack(columns, axis=1)
    finite = np.isfinite(path).all(axis=1)
    path = path[: len(path) if finite.all() else max(1, int(finite.argmin()))]
    if run.ended != "diverged" or len(path) < 3:
        return path
    distance = np.linalg.norm(path - path[0], axis=1)
    near = distance <= FAR * max(float(distance[1]), 1e-12)
    return path[: len(path) if near.all() else max(3, int(near.argmin()))]


def spans(path: Array) -> tuple[tuple[float, float], tuple[float, float]]:
    """Ranges of both axes that hold the path with room around it, not too unlike each other."""
    low, high = path.min(axis=0), path.max(axis=0)
    size = high - low
    least = max(float(size.max()), 1e-3 * float(np.abs(path).max()), 1e-6)
    size = np.maximum(size, 0.6 * least if float(size.min()) * SQUARE >= least else 0.25 * least)
    middle = (low + high) / 2
    half = 0.5 * size * 1.5
    return (
        (float(middle[0] - half[0]), float(middle[0] + half[0])),
        (float(middle[1] - half[1]), float(middle[1] + half[1])),
    )


def levels(values: Array) -> tuple[float, ...]:
    """Levels whose distances from the least value double from one to the next."""
    finite = values[np.isfinite(values)]
    if not finite.size or finite.max() <= finite.min():
        return ()
    low, high = float(finite.min()), float(np.quantile(finite, 0.97))
    return tuple(low + (high - low) * 2.0 ** (place - LEVELS + 1) for place in range(LEVELS))


def _label(name: str, index: tuple[int, ...]) -> str:
    told = name_math(name).unicode
    return f"{told}[{', '.join(map(str, index))}]" if any(index) or len(index) > 1 else told


def _on_plane(run: Run, axes: tuple[Axis, Axis]) -> Callable[[float, float], float]:
    loss = loss_over_all(run.problem, run.last)

    def at(a: float, b: float) -> float:
        chosen: dict[str, Any] = {name: np.array(run.last[name], dtype=np.float64) for name, _ in axes}
        for (name, index), value in zip(axes, (a, b), strict=True):
            chosen[name][index] = value
        return loss({name: array if array.ndim else float(array) for name, array in chosen.items()})

    return at


def _gradient(run: Run, loss: Callable[[float, float], float], start: Array, size: float) -> Series | None:
    """The direction of steepest ascent at the start, by central differences; its length is for the eye alone."""
    step = 1e-5 * size
    a, b = float(start[0]), float(start[1])
    slope = np.array([loss(a + step, b) - loss(a - step, b), loss(a, b + step) - loss(a, b - step)])
    length = float(np.linalg.norm(slope))
    if not np.isfinite(length) or length == 0:
        return None
    tip = start + 0.17 * size * slope / length
    return Series("gradient", (a, float(tip[0])), (b, float(tip[1])), "arrow", "gradient")
