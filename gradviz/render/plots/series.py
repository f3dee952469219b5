"""Series as marks on axes: lines, points by class, paths, bars, arrows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from gradviz.explanation.data import Plot, Series
from gradviz.render.plots.palette import DASHED, MARKS, Palette

MANY = 60
"""A path of more points is drawn without a mark at each."""

Drawn = list[tuple[Any, str]]
"""What stands in a legend, and its words."""


@dataclass(frozen=True, slots=True)
class Place:
    """A series among the others: which of the plot's series of bars it is, and how many those are."""

    bar: int
    bars: int


def is_line(series: Series) -> bool:
    """Whether it runs from left to right, so that a label can stand at its end."""
    return series.style in ("line", "dashed")


def draw_series(axes: Any, plot: Plot, palette: Palette) -> Drawn:
    """Draw all series in order; gives what a legend needs."""
    bars = [series for series in plot.series if series.style == "bars"]
    drawn: Drawn = []
    for series in plot.series:
        place = Place(bars.index(series) if series in bars else 0, len(bars))
        drawn += _STYLES[series.style](axes, series, palette, place)
    return drawn


def _named(handle: Any, label: str) -> Drawn:
    return [(handle, label)] if label else []


def _line(axes: Any, series: Series, palette: Palette, place: Place) -> Drawn:
    (handle,) = axes.plot(
        series.x, series.y, color=palette.tone(series.tone), linestyle=palette.dash(series.tone),
        linewidth=0.8 if series.tone == "faint" else 1.6,
        solid_capstyle="round", solid_joinstyle="round", zorder=3,
    )  # fmt: skip
    return _named(handle, series.label)


def _dashed(axes: Any, series: Series, palette: Palette, place: Place) -> Drawn:
    (handle,) = axes.plot(
        series.x, series.y, color=palette.tone(series.tone), linewidth=1.2, linestyle=DASHED, zorder=2.8
    )
    return _named(handle, series.label)


def _points(axes: Any, series: Series, palette: Palette, place: Place) -> Drawn:
    size = 5.0 if len(series.x) <= 150 else 3.4
    look = {"linestyle": "none", "markersize": size, "markeredgecolor": palette["ground"], "markeredgewidth": 0.5}
    if not series.classes:
        (handle,) = axes.plot(series.x, series.y, marker="o", color=palette.tone(series.tone), zorder=4, **look)
        return _named(handle, series.label)
    drawn: Drawn = []
    numbers = sorted(set(series.classes))
    for number in numbers:
        chosen = [at for at, found in enumerate(series.classes) if found == number]
        face = palette["ground"] if palette.name == "print" and number % 2 else palette.group(number)
        edge = palette["ink"] if palette.name == "print" else palette["ground"]
        (handle,) = axes.plot(
            [series.x[at] for at in chosen], [series.y[at] for at in chosen], marker=MARKS[number % len(MARKS)],
            color=face, zorder=4, **{**look, "markeredgecolor": edge, "markersize": size + 0.6},
        )  # fmt: skip
        drawn += _named(handle, f"{series.label} {number}" if series.label and len(numbers) > 1 else series.label)
    return drawn


def _path(axes: Any, series: Series, palette: Palette, place: Place) -> Drawn:
    """A line through its points, a ring at the start, a dot at the end."""
    colour = palette.tone(series.tone)
    x, y = _finite(series)
    marks = {"marker": "o", "markersize": 2.6} if len(x) <= MANY else {}
    (handle,) = axes.plot(
        x, y, color=colour, linewidth=1.3, linestyle=palette.dash(series.tone), zorder=3.5, solid_joinstyle="round",
        markeredgewidth=0, **marks,
    )  # fmt: skip
    if x:
        ring = {"markeredgecolor": colour, "markeredgewidth": 1.4, "zorder": 4.5, "linestyle": "none"}
        axes.plot(x[:1], y[:1], marker="o", markersize=6.5, markerfacecolor=palette["ground"], **ring)
        axes.plot(x[-1:], y[-1:], marker="o", markersize=6.5, markerfacecolor=colour, **ring)
    return _named(handle, series.label)


def _finite(series: Series) -> tuple[list[float], list[float]]:
    pairs = [(x, y) for x, y in zip(series.x, series.y, strict=True) if math.isfinite(x) and math.isfinite(y)]
    return [x for x, _ in pairs], [y for _, y in pairs]


def _bars(axes: Any, series: Series, palette: Palette, place: Place) -> Drawn:
    step = min((high - low for low, high in pairwise(series.x)), default=1.0)
    width = 0.72 * step / max(place.bars, 1)
    shift = (place.bar - (place.bars - 1) / 2) * width
    hatch = ("", "////", "....", "xxxx")[place.bar % 4] if palette.name == "print" else ""
    colour = palette.tone(series.tone)
    handle = axes.bar(
        [x + shift for x in series.x], series.y, width * 0.94, color=palette["ground"] if hatch else colour,
        edgecolor=colour, linewidth=0.8, hatch=hatch or None, zorder=3,
    )  # fmt: skip
    if min(series.y, default=0.0) < 0:
        axes.axhline(0, color=palette["hair"], linewidth=0.8, zorder=2)
    return _named(handle, series.label)


def _arrow(axes: Any, series: Series, palette: Palette, place: Place) -> Drawn:
    from matplotlib.patches import FancyArrowPatch

    colour = palette.tone(series.tone)
    made = FancyArrowPatch(
        (series.x[0], series.y[0]), (series.x[-1], series.y[-1]), arrowstyle="-|>", mutation_scale=12, linewidth=1.8,
        color=colour, shrinkA=0, shrinkB=0, zorder=4.8,
    )  # fmt: skip
    axes.add_patch(made)
    axes.update_datalim([(series.x[0], series.y[0]), (series.x[-1], series.y[-1])])
    (handle,) = axes.plot([], [], color=colour, linewidth=1.8, marker=">", markersize=5, markevery=[-1])
    return _named(handle, series.label)


_STYLES: Mapping[str, Callable[[Any, Series, Palette, Place], Drawn]] = MappingProxyType(
    {"line": _line, "dashed": _dashed, "points": _points, "path": _path, "bars": _bars, "arrow": _arrow}
)
