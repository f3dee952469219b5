"""Plots as plain data: what the one renderer of plots draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gradviz.explanation.data.values import Math

Numbers = tuple[float, ...]
Tone = Literal[
    "ink", "soft", "faint", "value", "gradient", "local", "warn",
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
]  # fmt: skip
"""Colours by what they mean; "first" to "eighth" tell several alike apart, and "faint" is for what stands behind."""


@dataclass(frozen=True, slots=True)
class Series:
    """Points joined by a line, or standing alone.

    Args:
        label: in the legend; "" for none.
        x, y: of equal length; NaN breaks the line.
        style: how it is drawn; "path" is a line with its points, a ring where it starts and a dot where it ends;
            "arrow" goes from the first point to the last; "bars" stand side by side with those of other series.
        tone: its colour.
        classes: for points, the class of each (their colours and marks); empty where they are all alike.
    """

    label: str
    x: Numbers
    y: Numbers
    style: Literal["line", "dashed", "points", "path", "bars", "arrow"] = "line"
    tone: Tone = "ink"
    classes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A function over the plane, on a grid.

    Args:
        x, y: the grid's coordinates.
        values: rows by y of columns by x.
        style: contour lines with their levels written, regions of classes, or a shaded field with the line at 0.
        levels: of contours; empty: chosen by the renderer.
    """

    x: Numbers
    y: Numbers
    values: tuple[Numbers, ...]
    style: Literal["contours", "regions", "shaded"]
    levels: Numbers = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Words at a point of a plot.

    Args:
        x, y: the point.
        text: the words; they stand beside the point, on the side where there is room.
        tone: their colour.
        mark: what marks the point itself: nothing, a dot, a ring, or a thin line through the plot at that x.
    """

    x: float
    y: float
    text: str
    tone: Tone = "soft"
    mark: Literal["", "dot", "ring", "line"] = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of an axis, shaded through the whole plot: where a function is saturated, which layers are dead.

    Args:
        low, high: its ends; infinite ones reach to the frame.
        text: written in it, at its top (x) or its right end (y).
        axis: which axis the stretch is of.
        tone: its colour, which is thinned.
    """

    low: float
    high: float
    text: str = ""
    axis: Literal["x", "y"] = "x"
    tone: Tone = "soft"


@dataclass(frozen=True, slots=True)
class Plot:
    """One panel.

    Args:
        title: above it; `subtitle` below that, in smaller type.
        x_label, y_label: of the axes.
        series: drawn in order, over `field`.
        field: behind the series.
        notes: words in the plot.
        log_x, log_y: logarithmic axes.
        equal: whether both axes have one scale.
        alt: the plot in a sentence, for those who cannot see it.
        bands: shaded stretches, behind everything.
        ticks: words at places of the x axis, instead of numbers: what bars stand for.
        x_range, y_range: of the axes; None: what holds everything.
    """

    title: str
    x_label: str = ""
    y_label: str = ""
    series: tuple[Series, ...] = ()
    field: Field | None = None
    subtitle: str = ""
    notes: tuple[Note, ...] = ()
    log_x: bool = False
    log_y: bool = False
    equal: bool = False
    alt: str = ""
    bands: tuple[Band, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PlotSheet:
    """Panels side by side: a document of its own.

    Args:
        title: of the whole.
        plots: the panels, left to right and then down.
        columns: how many stand side by side.
        formulas: shown under the title.
        subtitle: below the title, in smaller type.
        below: rows under the panels, whose cells (formulas or words) stand in columns.
        table: rows of words under the panels, the first one their heads.
        remarks: what is to be said, under everything.
    """

    title: str
    plots: tuple[Plot, ...]
    columns: int = 2
    formulas: tuple[Math, ...] = ()
    subtitle: str = ""
    below: tuple[tuple[Math | str, ...], ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    remarks: tuple[str, ...] = ()
