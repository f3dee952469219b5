"""A program's outputs drawn over one input or two: values and derivatives, or level lines with gradients."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.explanation.data import Field, Note, Plot, PlotSheet, Series
from gradviz.explanation.data.plots import Tone
from gradviz.explanation.mathematics import name_math, partial_math
from gradviz.explanation.narration import short
from gradviz.graph.graph import Graph
from gradviz.passes.compile import compile_graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINTS, GRID, LEVELS = 241, (81, 65), 9
"""Points of a curve; columns and rows of level lines, and how many there are."""
TONES: tuple[Tone, ...] = ("first", "second", "third", "fourth")
ARROWS = (7, 5)
"""Columns and rows of arrows where no point is given."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An input that varies, and from where to where."""

    name: str
    low: float
    high: float

    def points(self, count: int) -> NDArray[np.float64]:
        """Evenly spaced values."""
        return np.linspace(self.low, self.high, count)


@dataclass(frozen=True, slots=True)
class Output:
    """One output: its graph, its node and its name."""

    graph: Graph
    node: int
    name: str


def curves(outputs: Sequence[Output], over: Axis, point: Mapping[str, Any]) -> PlotSheet:
    """Outputs over one input, and their derivatives by it beside them.

    Args:
        outputs: numbers, or arrays, which are drawn entry by entry.
        over: what varies.
        point: the values of all other inputs; that of `over` is marked, if there is one.
    """
    values, slopes = list[Series](), list[Series]()
    marked = point.get(over.name)
    for place, output in enumerate(outputs):
        xs = over.points(POINTS)
        ys, ds = _along(output, over, xs, point)
        label = name_math(output.name).unicode
        tone = TONES[place % len(TONES)]
        by = partial_math(output.name, over.name).unicode
        values.append(Series(label, tuple(xs), tuple(ys), tone=tone))
        slopes.append(Series(by, tuple(xs), tuple(ds), "dashed" if len(outputs) == 1 else "line", tone))
        if marked is not None:
            at = np.array([float(marked)])
            y, d = _along(output, over, at, point)
            values.append(Series("", (at[0],), (float(y[0]),), "points", tone))
            slopes.append(Series("", (at[0],), (float(d[0]),), "points", tone))
    names = ", ".join(name_math(output.name).unicode for output in outputs)
    x = name_math(over.name).unicode
    plots = (
        Plot(names, x, "", tuple(values), alt=_told(values, names, over)),
        Plot(f"derivative by {x}", x, "", tuple(slopes), alt=_told(slopes, f"the derivative of {names}", over)),
    )
    return PlotSheet(f"{names} over {x}", plots)


def _along(
    output: Output, over: Axis, xs: NDArray[np.float64], point: Mapping[str, Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Values and derivatives; NaN outside the domain."""
    wrt = [over.name] if over.name in output.graph.inputs else []
    function = compile_graph(output.graph, output.node, wrt=wrt)
    ys, ds = np.full(len(xs), math.nan), np.full(len(xs), math.nan)
    with np.errstate(all="ignore"):
        for i, x in enumerate(xs):
            value, gradients = function(*(float(x) if n == over.name else point[n] for n in function.inputs))
            ys[i] = _finite(value)
            ds[i] = _finite(gradients[0]) if gradients else 0.0
    return ys, ds


def _finite(value: Any) -> float:
    number = float(value)
    return number if math.isfinite(number) else math.nan


def _told(series: Sequence[Series], what: str, over: Axis) -> str:
    found = [y for one in series for y in one.y if math.isfinite(y)]
    between = f" between {short(min(found))} and {short(max(found))}" if found else ""
    return f"{what} for {over.name} from {short(over.low)} to {short(over.high)}{between}"


def contours(output: Output, across: Axis, up: Axis, point: Mapping[str, Any]) -> PlotSheet:
    """The level lines of one output over two inputs, with its gradient: at the point, or here and there.

    The gradient points uphill steepest, at a right angle to the level line (both axes have one scale).
    """
    function = compile_graph(output.graph, output.node, wrt=[across.name, up.name])

    def at(x: float, y: float) -> tuple[float, float, float]:
        known = {**point, across.name: x, up.name: y}
        with np.errstate(all="ignore"):
            value, (dx, dy) = function(*(known[name] for name in function.inputs))
        return _finite(value), _finite(dx), _finite(dy)

    xs, ys = across.points(GRID[0]), up.points(GRID[1])
    rows = tuple(tuple(at(float(x), float(y))[0] for x in xs) for y in ys)
    given = across.name in point and up.name in point
    places = [(float(point[across.name]), float(point[up.name]))] if given else _spread(across, up)
    arrows, notes = _arrows(at, places, across, up, told=given)
    label = name_math(output.name).unicode
    x, y = name_math(across.name).unicode, name_math(up.name).unicode
    plot = Plot(
        label,
        x,
        y,
        arrows,
        Field(tuple(xs), tuple(ys), rows, "contours", _levels(rows, at(*places[0])[0] if given else None)),
        "the gradient points uphill steepest, at a right angle to the level line",
        notes,
        equal=True,
        alt=f"level lines of {label} over {x} and {y}, with the gradient as an arrow",
    )
    return PlotSheet(f"{label} over {x} and {y}", (plot,), columns=1)


def _levels(rows: Sequence[Sequence[float]], through: float | None) -> tuple[float, ...]:
    """Levels with about as much of the picture between any two of them; one goes through the given point."""
    found = np.sort([value for row in rows for value in row if math.isfinite(value)])
    if not len(found) or found[0] == found[-1]:
        return ()
    shares = np.linspace(0, 1, LEVELS + 2)[1:-1]
    levels = [float(level) for level in np.quantile(found, shares)]
    if through is not None and math.isfinite(through):
        nearest = min(range(LEVELS), key=lambda place: abs(levels[place] - through))
        levels[nearest] = through
    return tuple(sorted(set(levels)))


def _spread(across: Axis, up: Axis) -> list[tuple[float, float]]:
    xs, ys = across.points(ARROWS[0] + 2)[1:-1], up.points(ARROWS[1] + 2)[1:-1]
    return [(float(x), float(y)) for y in ys for x in xs]


def _arrows(
    at: Any, places: Sequence[tuple[float, float]], across: Axis, up: Axis, *, told: bool
) -> tuple[tuple[Series, ...], tuple[Note, ...]]:
    """Arrows whose longest is a share of the picture; one given point is marked and its gradient said in numbers."""
    slopes = [(x, y, *at(x, y)[1:]) for x, y in places]
    longest = max((math.hypot(dx, dy) for *_, dx, dy in slopes if math.isfinite(dx + dy)), default=0.0)
    reach = (0.25 if told else 0.1) * min(across.high - across.low, up.high - up.low)
    scale = reach / longest if longest else 0.0
    made = [
        Series("", (x, x + scale * dx), (y, y + scale * dy), "arrow", "gradient")
        for x, y, dx, dy in slopes
        if math.isfinite(dx + dy)
    ]
    if not told:
        return tuple(made), ()
    x, y, dx, dy = slopes[0]
    said = Note(x + scale * dx, y + scale * dy, f"∇ = ({short(dx)}, {short(dy)})", "gradient")
    return (*made, Series("", (x,), (y,), "points", "ink")), (said,)
