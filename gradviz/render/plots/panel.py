"""One plot in its axes: frame, bands, field, series, notes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gradviz.explanation.data import Band, Plot
from gradviz.render.plots.fields import draw_field
from gradviz.render.plots.frame import halo, plain
from gradviz.render.plots.palette import Palette
from gradviz.render.plots.placing import Panel, Tag
from gradviz.render.plots.series import draw_series, is_line

DIRECT = 4
"""As many lines are labelled where they end; more get a legend."""
LEGEND_ROW = 13.5
"""Points that a row of a legend takes."""


def draw_panel(axes: Any, plot: Plot, palette: Palette) -> Panel:
    """Draw a plot; its title comes later (`write_titles`), and what needs to know the sizes of words (`settle`)."""
    _frame(axes, plot, palette)
    bands = [tag for band in plot.bands for tag in _band(axes, band, plot, palette)]
    if plot.field is not None:
        draw_field(axes, plot.field, palette, _classes(plot))
    drawn = draw_series(axes, plot, palette)
    _limits(axes, plot)
    tags = [*bands, *_ends(axes, plot, palette), *_notes(axes, plot, palette)]
    shown = [] if _direct(plot) else drawn
    _legend(axes, shown, palette)
    return Panel(axes, tuple(tags), math.ceil(len(shown) / DIRECT))


def _frame(axes: Any, plot: Plot, palette: Palette) -> None:
    axes.set_facecolor(palette["ground"])
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(palette["hair"])
        spine.set_linewidth(0.8)
    axes.tick_params(colors=palette["soft"], labelsize=8, length=3, width=0.7, which="major")
    axes.tick_params(length=0, which="minor", labelsize=0)
    if plot.log_x:
        axes.set_xscale("log")
    if plot.log_y:
        axes.set_yscale("log")
    if plot.ticks:
        axes.set_xticks([place for place, _ in plot.ticks], [plain(text) for _, text in plot.ticks])
    axes.set_xlabel(plain(plot.x_label), color=palette["soft"], size=9)
    axes.set_ylabel(plain(plot.y_label), color=palette["soft"], size=9)


def write_titles(panels: Sequence[Panel], plots: Sequence[Plot], palette: Palette) -> None:
    """The titles of panels side by side and what stands below them, over their legends: all at one height."""
    base = 6.0 + LEGEND_ROW * max((panel.legend for panel in panels), default=0)
    offset = base + (12.5 if any(plot.subtitle for plot in plots) else 0.0)
    for panel, plot in zip(panels, plots, strict=True):
        _title(panel.axes, plot, base, offset, palette)


def _title(axes: Any, plot: Plot, base: float, offset: float, palette: Palette) -> None:
    """A title and what stands below it, so many points over the frame."""
    if plot.title:
        axes.set_title(plain(plot.title), loc="left", size=10.5, weight="bold", color=palette["ink"], pad=offset)
    if plot.subtitle:
        axes.annotate(
            plain(plot.subtitle), (0, 1), (0, base - 1.5), xycoords="axes fraction", textcoords="offset points",
            size=8.5, color=palette["soft"], va="bottom", annotation_clip=False,
        )  # fmt: skip


def _direct(plot: Plot) -> bool:
    """Whether labels stand at the ends of their lines: on a field, or beside points, they have a legend."""
    named = [series for series in plot.series if series.label]
    if not named:
        return True
    return plot.field is None and len(named) <= DIRECT and all(is_line(series) for series in named)


def _band(axes: Any, band: Band, plot: Plot, palette: Palette) -> list[Tag]:
    """A shaded stretch with its words."""
    low, high = band.low, band.high
    across = axes.axvspan if band.axis == "x" else axes.axhspan
    ends = _values(plot, band.axis)
    low = low if math.isfinite(low) else min(ends, default=0.0)
    high = high if math.isfinite(high) else max(ends, default=1.0)
    across(low, high, color=palette.thin(band.tone, 0.10), linewidth=0, zorder=0)
    if not band.text:
        return []
    place = {"x": ((low + high) / 2, 0.985), "y": (0.985, (low + high) / 2)}[band.axis]
    transform = axes.get_xaxis_transform() if band.axis == "x" else axes.get_yaxis_transform()
    align = {"x": ("center", "top"), "y": ("right", "center")}[band.axis]
    text = axes.text(
        *place, plain(band.text), transform=transform, size=8, color=palette.tone(band.tone), ha=align[0], va=align[1],
        zorder=1, path_effects=halo(palette.thin(band.tone, 0.10)),
    )  # fmt: skip
    return [Tag(text, "band", (low, high))] if band.axis == "x" else []


def _values(plot: Plot, axis: str) -> list[float]:
    chosen = plot.x_range if axis == "x" else plot.y_range
    if chosen is not None:
        return list(chosen)
    found = [value for series in plot.series for value in getattr(series, axis) if math.isfinite(value)]
    return found + (list(getattr(plot.field, axis)) if plot.field is not None else [])


def _limits(axes: Any, plot: Plot) -> None:
    """The ranges asked for; a field fills its frame."""
    if plot.equal:
        axes.set_aspect("equal", adjustable="box")
    x_range, y_range = plot.x_range, plot.y_range
    if plot.field is not None:
        x_range = x_range or (plot.field.x[0], plot.field.x[-1])
        y_range = y_range or (plot.field.y[0], plot.field.y[-1])
    if x_range is not None:
        axes.set_xlim(*x_range)
    if y_range is not None:
        axes.set_ylim(*y_range)
    elif plot.log_y:
        axes.margins(y=0.08)
    if plot.field is None and plot.x_range is None and all(is_line(series) for series in plot.series):
        axes.margins(x=0.01)


def _classes(plot: Plot) -> int:
    return 1 + max((number for series in plot.series for number in series.classes), default=1)


def _ends(axes: Any, plot: Plot, palette: Palette) -> list[Tag]:
    """Each line's label at its right end, outside the frame."""
    if not _direct(plot):
        return []
    tags = []
    for series in plot.series:
        finite = [(x, y) for x, y in zip(series.x, series.y, strict=True) if math.isfinite(x) and math.isfinite(y)]
        if not series.label or not finite:
            continue
        low, high = sorted(axes.get_ylim())
        y = min(max(max(finite)[1], low), high)
        text = axes.annotate(
            plain(series.label), (1, y), (5, 0), xycoords=("axes fraction", "data"), textcoords="offset points", size=9,
            color=palette.tone(series.tone), va="center", ha="left", annotation_clip=False,
        )  # fmt: skip
        tags.append(Tag(text, "end"))
    return tags


def _notes(axes: Any, plot: Plot, palette: Palette) -> list[Tag]:
    tags = []
    for note in plot.notes:
        colour = palette.tone(note.tone)
        if note.mark == "line":
            axes.axvline(note.x, color=colour, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1.5)
        elif note.mark:
            face = colour if note.mark == "dot" else palette["ground"]
            axes.plot([note.x], [note.y], "o", ms=5.5, mfc=face, mec=colour, mew=1.3, zorder=5, clip_on=False)
        if not note.text:
            continue
        text = axes.annotate(
            plain(note.text), (note.x, note.y), (6, 5), textcoords="offset points", size=8.5, color=colour,
            va="bottom", ha="left", annotation_clip=False, zorder=6, path_effects=halo(palette["ground"]),
        )  # fmt: skip
        text.set_in_layout(False)
        tags.append(Tag(text, "line" if note.mark == "line" else "note"))
    return tags


def _legend(axes: Any, drawn: list[tuple[Any, str]], palette: Palette) -> None:
    """A row of labels between title and frame."""
    if not drawn:
        return
    handles, labels = [handle for handle, _ in drawn], [plain(label) for _, label in drawn]
    axes.legend(
        handles, labels, loc="lower left", bbox_to_anchor=(-0.012, 1.0), borderaxespad=0,
        ncols=min(len(labels), DIRECT), frameon=False, fontsize=8.5, labelcolor=palette["ink"], handlelength=1.9,
        columnspacing=1.3, handletextpad=0.5, borderpad=0.25,
    )  # fmt: skip
