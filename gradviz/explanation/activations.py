"""Curve and derivative of operations side by side, from their own rows: where they saturate, where they have kinks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradviz.errors import NameProblem, OptionProblem, nearest
from gradviz.explanation.catalogue import facts_of
from gradviz.explanation.data import Band, Note, Plot, PlotSheet, Series
from gradviz.explanation.figures import figure, fraction_text
from gradviz.explanation.slopes import Settings, Slopes, sampled, slopes_of
from gradviz.graph.graph import Graph, Term
from gradviz.ops.op import REQUIRED, Op
from gradviz.ops.table import FUNCTIONS
from gradviz.passes.evaluate import evaluate

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLES = 801
JUMP = 0.25
"""A step of a derivative by more than this share of its range, between neighbours, is a jump: the line is broken."""


def plots_of(names: Sequence[str]) -> PlotSheet:
    """Two panels for each operation: the function, and its local derivative.

    Raises:
        NameProblem: there is no such operation.
        OptionProblem: one is no function of one number.

    Example:
        >>> sheet = plots_of(["sigmoid"])
        >>> [plot.title for plot in sheet.plots]
        ['sigmoid', 'its derivative']
        >>> sheet.plots[1].subtitle
        'at most 1/4, at x = 0'
    """
    panels = [panel for name in names for panel in _panels(_op(name))]
    title = f"{names[0]} and its derivative" if len(names) == 1 else "Functions and their derivatives"
    return PlotSheet(title=title, plots=tuple(panels), columns=2)


def _op(name: str) -> Op:
    op = FUNCTIONS.get(name)
    if op is None:
        close = nearest(name, FUNCTIONS)
        raise NameProblem(
            f"there is no operation {name!r}", hint=f"did you mean {close!r}?" if close else "gradviz ops lists them"
        )
    if op.arity != 1 or not op.elementwise or not op.differentiable:
        raise OptionProblem(
            f"{op.name} is no function of one number with a slope, so that there is nothing to draw side by side",
            hint="such as sigmoid, tanh, relu, softplus, exp, sin; gradviz plot draws any expression",
        )
    return op


def _settings(op: Op) -> Settings:
    """The defaults; where there is none, those of the first sample that has them."""
    given = next((dict(sample.attributes) for sample in op.samples if sample.attributes), {})
    return tuple((p.name, given.get(p.name, p.default) if p.default == REQUIRED else p.default) for p in op.parameters)


def _panels(op: Op) -> tuple[Plot, Plot]:
    settings = _settings(op)
    slopes, kinks = slopes_of(op.name, settings), _kinks(op, settings)
    low, high = _range(op, slopes, kinks)
    xs = np.linspace(low, high, SAMPLES)
    xs = np.unique(np.append(xs, [k for k in kinks if low < k < high]))
    values, steep = sampled(op, settings, xs)
    bands = _bands(op, slopes, low, high)
    curve = Plot(
        title=op.name + _told(settings),
        subtitle=f"f = {facts_of(op).formula.unicode}{'; ring: a kink' if kinks else ''}",
        x_label="x",
        y_label="f",
        series=(_series(xs, values, "value", kinks=()),),
        bands=bands,
        notes=_marks(op, settings, kinks, low, high, derivative=False),
        x_range=(low, high),
        y_range=_frame(values),
        alt=_alt(op, slopes, kinks),
    )
    local = next((local.partial for local in facts_of(op).locals if local.partial is not None), None)
    derivative = Plot(
        title="its derivative",
        subtitle=_greatest(slopes),
        x_label="x",
        y_label="f′" if local is None or len(local.unicode) > 24 else f"f′ = {local.unicode}",
        series=(_series(xs, steep, "local", kinks=kinks), *(() if kinks else _tenth(slopes, low, high))),
        bands=bands,
        notes=_marks(op, settings, kinks, low, high, derivative=True),
        x_range=(low, high),
        y_range=_frame(steep),
        alt=f"The derivative of {op.name}: {_greatest(slopes)}.",
    )
    return curve, derivative


def _told(settings: Settings) -> str:
    return (
        f" ({', '.join(f'{name} = {figure(float(str(_number(v))), 3)}' for name, v in settings)})" if settings else ""
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) or hasattr(value, "__float__") else math.nan


def _range(op: Op, slopes: Slopes, kinks: Sequence[float]) -> tuple[float, float]:
    """The row's range, and as much more as shows where it saturates, and both sides of its kinks."""
    low, high = map(float, op.plot_range)
    ends = [edge for edge in (slopes.left, slopes.right, *kinks) if math.isfinite(edge) and abs(edge) < 10]
    wide = high - low
    return min([low, *(edge - 0.12 * wide for edge in ends)]), max([high, *(edge + 0.12 * wide for edge in ends)])


def _series(xs: NDArray[np.float64], ys: NDArray[np.float64], tone: str, *, kinks: Sequence[float]) -> Series:
    """A line, broken where it jumps."""
    ys = np.where(np.isfinite(ys), ys, np.nan)
    finite = ys[np.isfinite(ys)]
    spread = float(finite.max() - finite.min()) if finite.size else 0.0
    x, y = xs.tolist(), ys.tolist()
    made_x: list[float] = []
    made_y: list[float] = []
    for i, (place, value) in enumerate(zip(x, y, strict=True)):
        if i and spread and abs(value - y[i - 1]) > JUMP * spread:
            made_x.append((place + x[i - 1]) / 2)
            made_y.append(math.nan)
        made_x.append(place)
        made_y.append(value)
    return Series("", tuple(made_x), tuple(made_y), "line", "local" if tone == "local" else "value")


def _tenth(slopes: Slopes, low: float, high: float) -> tuple[Series, ...]:
    """The level under which it is saturated."""
    if not slopes.saturates:
        return ()
    level = slopes.greatest / 10
    return (Series("a tenth", (low, high), (level, level), "dashed", "soft"),)


def _bands(op: Op, slopes: Slopes, low: float, high: float) -> tuple[Band, ...]:
    """Where |f′| is under a tenth of its greatest for good."""
    word = "dead" if slopes.dead else "saturated"
    bands = []
    if not math.isnan(slopes.left) and slopes.left > low:
        bands.append(Band(low, slopes.left, word, tone="warn"))
    if not math.isnan(slopes.right) and slopes.right < high:
        bands.append(Band(slopes.right, high, word, tone="warn"))
    return tuple(bands)


def _kinks(op: Op, settings: Settings) -> tuple[float, ...]:
    """Where the row's kinks are: the places at which their loci change sign or are zero."""
    found: list[float] = []
    low, high = map(float, op.plot_range)
    xs = np.round(
        np.linspace(math.floor(low) - 1, math.ceil(high) + 1, 8 * int(math.ceil(high) - math.floor(low) + 2) + 1), 9
    )
    for kink in op.kinks:
        graph = Graph()
        x = graph.input("x", xs.shape)
        locus = kink.locus(graph, x, **dict(settings))
        if not isinstance(locus, Term) or locus.shape != xs.shape:
            continue
        values = np.asarray(evaluate(graph, {"x": xs}, [locus.id])[0])
        found += xs[values == 0].tolist()
    return tuple(sorted(set(found)))


def _marks(
    op: Op, settings: Settings, kinks: Sequence[float], low: float, high: float, *, derivative: bool
) -> tuple[Note, ...]:
    """The kinks: on the curve a ring, on the derivative the subgradient that is taken."""
    inside = [kink for kink in kinks if low < kink < high]
    if not inside or len(inside) > 4:
        return ()
    values, steep = sampled(op, settings, np.array(inside))
    notes = []
    for place, value, slope in zip(inside, values.tolist(), steep.tolist(), strict=True):
        if not math.isfinite(value + slope):
            continue
        if derivative:
            notes.append(Note(place, slope, f"{figure(slope, 3)} is taken", "warn", mark="dot"))
        else:
            notes.append(Note(place, value, "", "warn", mark="ring"))
    return tuple(notes)


def _greatest(slopes: Slopes) -> str:
    """The greatest slope in words."""
    if not slopes.bounded:
        return "no greatest slope: it grows without bound"
    if slopes.greatest == 0:
        return "0 everywhere: no gradient passes"
    text = fraction_text(slopes.greatest)
    if not math.isfinite(slopes.at):
        return f"below {text}, and near to it for large {'x' if slopes.at > 0 else '−x'}"
    return f"at most {text}, at x = {figure(slopes.at, 3)}" if slopes.single else f"at most {text}"


def _frame(ys: NDArray[np.float64]) -> tuple[float, float] | None:
    """The heights that are shown: the middle of what is finite where a pole would flatten the rest."""
    finite = ys[np.isfinite(ys)]
    if finite.size < 2:
        return None
    low, high = float(finite.min()), float(finite.max())
    inner = np.quantile(finite, [0.1, 0.9])
    spread = float(inner[1] - inner[0])
    if spread > 0 and high - low > 12 * spread:
        low, high = max(low, float(inner[0]) - 2 * spread), min(high, float(inner[1]) + 2 * spread)
    margin = 0.14 * (high - low) or 0.5
    return low - margin / 2, high + margin


def _alt(op: Op, slopes: Slopes, kinks: Sequence[float]) -> str:
    told = [f"The curve of {op.name}"]
    if not math.isnan(slopes.left):
        told.append(f"flat below x = {figure(slopes.left, 3)}")
    if not math.isnan(slopes.right):
        told.append(f"flat above x = {figure(slopes.right, 3)}")
    if kinks:
        told.append(f"with a kink at x = {', '.join(figure(kink, 3) for kink in kinks[:4])}")
    return ", ".join(told) + "."
