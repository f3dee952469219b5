"""Classification of points in the plane: which class the network says where, and the lines of its first layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.explanation.data import Field, Plot, Series
from gradviz.explanation.mathematics import name_math
from gradviz.ops.op import INPUT
from gradviz.training.classes import ROUNDING, Classes, classes_of
from gradviz.training.predicting import data_inputs, predict

if TYPE_CHECKING:
    from gradviz.graph.graph import Graph
    from gradviz.training.data import Array
    from gradviz.training.problem import Problem
    from gradviz.training.run import Run

GRID = {True: 101, False: 161}
"""Points of the grid along each axis: a smooth score needs fewer than a class, whose borders jump."""
MARGIN = 0.15
UNITS = 16
"""Units of a layer whose lines are drawn, at most."""

Range = tuple[float, float]


def region_plot(run: Run) -> Plot | None:
    """The class that the network says at each place, with the rows; None unless rows are points in the plane."""
    problem = run.problem
    name, classes = plane_input(problem), classes_of(problem)
    if name is None or classes is None:
        return None
    across, up = ranges(problem, name)
    count = GRID[classes.two_sided]
    x, y = np.linspace(*across, count), np.linspace(*up, count)
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    found = np.asarray(predict(problem, run.last, {name: points}))
    smooth = classes.two_sided
    values = (classes.margin(found) if smooth else classes.said(found)).reshape(count, count)
    grid = tuple(map(tuple, values.astype(float).tolist()))
    undecided = smooth and not values.any()
    return Plot(
        title="decision regions",
        subtitle="there are none: the answer is the same everywhere" if undecided else "",
        x_label=_axis(problem, name, 0),
        y_label=_axis(problem, name, 1),
        series=point_series(problem, name, classes),
        field=Field(tuple(x.tolist()), tuple(y.tolist()), grid, "shaded" if smooth else "regions"),
        alt=f"The plane divided among {classes.count} classes as the network says them, with the rows as points",
    )


def plane_input(problem: Problem) -> str | None:
    """The one input of data, where its rows are points in the plane."""
    names = data_inputs(problem)
    if len(names) != 1:
        return None
    shape = np.shape(problem.data.arrays[names[0]])
    return names[0] if len(shape) == 2 and shape[1] == 2 else None


def ranges(problem: Problem, name: str) -> tuple[Range, Range]:
    """Both axes' ranges: the data with room around them."""
    rows = np.asarray(problem.data.arrays[name], dtype=np.float64)
    low, high = rows.min(axis=0), rows.max(axis=0)
    room = np.where(high > low, MARGIN * (high - low), 1.0)
    low, high = low - room, high + room
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))


def point_series(problem: Problem, name: str, classes: Classes) -> tuple[Series, ...]:
    """The rows as points, a series for each class, so that each has its name in the legend."""
    rows = np.asarray(problem.data.arrays[name], dtype=np.float64)
    labels = np.asarray(classes.labels)
    found = []
    for number in range(classes.count):
        chosen = rows[labels == number]
        if len(chosen):
            x, y = tuple(chosen[:, 0].tolist()), tuple(chosen[:, 1].tolist())
            told = classes.names[number]
            label = told if not told.lstrip("−").isdigit() else f"{name_math(problem.target).unicode} = {told}"
            found.append(Series(label, x, y, "points", classes=(number,) * len(chosen)))
    return tuple(found)


def _axis(problem: Problem, name: str, place: int) -> str:
    columns = problem.data.columns.get(name, ())
    return columns[place] if len(columns) == 2 else name_math(f"{name.lower()}{place + 1}").unicode


def hyperplane_plot(run: Run) -> Plot | None:
    """The line w·x + b = 0 of each unit of the first layer over the data; None unless rows are points in the plane."""
    problem = run.problem
    name, classes = plane_input(problem), classes_of(problem)
    layer = first_layer(problem, run.last, name) if name is not None else None
    if name is None or layer is None:
        return None
    weights, biases = layer
    box = ranges(problem, name)
    lines = list(_lines(weights, biases, box))
    if not lines or weights.shape[1] > UNITS:
        return None
    units = weights.shape[1]
    return Plot(
        title="hyperplanes of the first layer" if units > 1 else "hyperplane of the unit",
        x_label=_axis(problem, name, 0),
        y_label=_axis(problem, name, 1),
        series=(*lines, *(point_series(problem, name, classes) if classes else ())),
        subtitle="each unit cuts the plane where w·x + b = 0",
        x_range=box[0],
        y_range=box[1],
        alt=f"The rows as points, and the {len(lines)} lines at which the units of the first layer change sign",
    )


def first_layer(problem: Problem, values: Any, name: str) -> tuple[Array, Array] | None:
    """Weights (2 × units) and biases (units) of the product of the data with a parameter; None where there is none."""
    graph = problem.built.graph
    data = graph.names[name]
    for place, node in enumerate(graph.nodes):
        if node.op.name != "matmul" or node.operands[0] != data:
            continue
        other = graph.nodes[node.operands[1]]
        if other.op is INPUT and other.name in problem.parameters:
            weights = np.asarray(values[other.name], dtype=np.float64).reshape(2, -1)
            return weights, _biases(graph, place, problem, values, weights.shape[1])
    return None


def _biases(graph: Graph, product: int, problem: Problem, values: Any, units: int) -> Array:
    """What is added to a product, where that is a parameter; else zeros."""
    for node in graph.nodes:
        if node.op.name == "add" and product in node.operands:
            for operand in node.operands:
                name = graph.nodes[operand].name
                if operand != product and name in problem.parameters:
                    return np.broadcast_to(np.asarray(values[name], dtype=np.float64).reshape(-1), (units,))
    return np.zeros(units)


def _lines(weights: Array, biases: Array, box: tuple[Range, Range]) -> Iterator[Series]:
    """Each unit's line, between the sides of the box; none for a unit whose weights are all 0."""
    tones = ("first", "second", "third", "fourth")
    few = weights.shape[1] <= len(tones)
    for unit in range(weights.shape[1]):
        idle = np.abs(weights[:, unit]).max() < ROUNDING
        ends = None if idle else _crossing(weights[:, unit], float(biases[unit]), box)
        if ends is not None:
            (x0, y0), (x1, y1) = ends
            tone = tones[unit] if few else "soft"
            yield Series(f"unit {unit + 1}" if few else "", (x0, x1), (y0, y1), "line", tone)  # type: ignore[arg-type]


def _crossing(w: Array, b: float, box: tuple[Range, Range]) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Where a line enters and leaves a box; None where it misses it."""
    (left, right), (bottom, top) = box
    found: list[tuple[float, float]] = []
    if w[1] != 0:
        found += [(x, float(-(b + w[0] * x) / w[1])) for x in (left, right)]
    if w[0] != 0:
        found += [(float(-(b + w[1] * y) / w[0]), y) for y in (bottom, top)]
    slack = 1e-9
    inside = sorted(
        {(x, y) for x, y in found if left - slack <= x <= right + slack and bottom - slack <= y <= top + slack}
    )
    return (inside[0], inside[-1]) if len(inside) >= 2 else None
