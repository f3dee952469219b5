"""A sheet of plots as a matplotlib figure, and the figure as bytes: nothing global, no clock, the same every time."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gradviz.explanation.data import Plot, PlotSheet
from gradviz.render.options import Options
from gradviz.render.plots.frame import Head, head_of, rows_below, write_below, write_head
from gradviz.render.plots.outlines import shortened
from gradviz.render.plots.palette import Palette
from gradviz.render.plots.panel import draw_panel, write_titles
from gradviz.render.plots.placing import settle

PANEL = (4.6, 3.3)
"""A panel's width and height in inches."""
LONE = (5.6, 3.9)
"""The same where there is only one."""

ROW = 0.31
"""Inches for each row below the panels."""

DPI = 192
MOST = 40_000_000
"""Pixels that a picture may have; a larger sheet is scaled down to that."""

SETTINGS: Mapping[str, Any] = MappingProxyType(
    {
        "font.family": ["DejaVu Sans"],
        "font.size": 9.0,
        "mathtext.fontset": "dejavusans",
        "svg.fonttype": "path",
        "svg.hashsalt": "gradviz",
        "pdf.fonttype": 42,
        "pdf.compression": 6,
        "path.simplify": True,
        "axes.unicode_minus": True,
        "axes.formatter.use_mathtext": True,
        "axes.formatter.limits": (-4, 5),
    }
)
"""All that matplotlib is told; a person's own settings play no part."""


def draw(sheet: PlotSheet, options: Options, suffix: str) -> bytes:
    """The panels on one page, in the format of `suffix` ("svg", "png" or "pdf").

    The same sheet and the same options give the same bytes: fonts are matplotlib's own, identifiers are salted with a
    constant, and no date is written.
    """
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(SETTINGS)
        return _WRITERS[suffix](sheet, options)


def _figure(sheet: PlotSheet, options: Options) -> Any:
    """The figure, laid out: every label in its place."""
    from matplotlib.figure import Figure

    palette = Palette(options.theme)
    columns = max(1, min(sheet.columns, len(sheet.plots)))
    rows = math.ceil(len(sheet.plots) / columns)
    wide, high = PANEL if len(sheet.plots) > 1 else LONE
    width = columns * wide
    head = head_of(sheet, width)
    below = rows_below(sheet, width)
    under = ROW * len(below) + (0.25 if below else 0)
    height = rows * high + head.height + under
    figure = Figure(figsize=(width, height), facecolor=palette["ground"], layout="constrained")
    figure.set_layout_engine(
        "constrained", rect=_room(head, under, height), w_pad=0.09, h_pad=0.09, wspace=0.03, hspace=0.05
    )
    shared = [
        draw_panel(figure.add_subplot(rows, columns, at + 1), plot, palette) for at, plot in enumerate(sheet.plots)
    ]
    for first in range(0, len(shared), columns):
        write_titles(shared[first : first + columns], sheet.plots[first : first + columns], palette)
    write_head(figure, head, palette)
    write_below(figure, below, under, palette, options)
    figure.draw_without_rendering()
    # What stands is frozen: writing the file would lay everything out once more.
    figure.set_layout_engine("none")
    for panel in shared:
        settle(panel)
    return figure


def _room(head: Head, under: float, height: float) -> tuple[float, float, float, float]:
    """The part of the page that the panels share: left, bottom, width, height."""
    return 0.0, under / height, 1.0, 1.0 - (head.height + under) / height


def _svg(sheet: PlotSheet, options: Options) -> bytes:
    content = io.StringIO()
    figure = _figure(sheet, options)
    figure.savefig(
        content,
        format="svg",
        facecolor=figure.get_facecolor(),
        metadata={"Date": None, "Creator": None, "Format": None},
    )
    return shortened(_spoken(content.getvalue(), sheet)).encode()


def _spoken(text: str, sheet: PlotSheet) -> str:
    """The SVG with its title, and what it shows in words: outlines are no text."""
    start = text.index("<svg")
    end = text.index(">", start)
    title, said = _safe(_title(sheet)), _safe(described(sheet))
    opened = f'{text[start:end]} role="img" aria-labelledby="title desc">'
    words = f'\n <title id="title">{title}</title>\n <desc id="desc">{said}</desc>'
    body = re.sub(r"\s*<metadata>.*?</metadata>", "", text[end + 1 :], flags=re.DOTALL)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{opened}{words}{body.rstrip()}\n'


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _title(sheet: PlotSheet) -> str:
    return sheet.title or next((plot.title for plot in sheet.plots if plot.title), "plots")


def described(sheet: PlotSheet) -> str:
    """What the sheet shows, in sentences: one for each panel."""
    said = [plot.alt or _guess(plot) for plot in sheet.plots]
    return " ".join(text if text.endswith(".") else f"{text}." for text in said if text)


def _guess(plot: Plot) -> str:
    """What can be said of a plot that says nothing of itself."""
    names = [series.label for series in plot.series if series.label]
    against = f": {plot.y_label} against {plot.x_label}" if plot.x_label and plot.y_label else ""
    return f"{plot.title}{against}{'; ' + ', '.join(names) if names else ''}".strip()


def _png(sheet: PlotSheet, options: Options) -> bytes:
    content = io.BytesIO()
    figure = _figure(sheet, options)
    area = figure.get_figwidth() * figure.get_figheight()
    dpi = min(DPI, math.floor(math.sqrt(MOST / area)))
    figure.savefig(
        content,
        format="png",
        dpi=dpi,
        facecolor=figure.get_facecolor(),
        metadata={"Software": None, "Title": _title(sheet)},
    )
    return content.getvalue()


def _pdf(sheet: PlotSheet, options: Options) -> bytes:
    content = io.BytesIO()
    figure = _figure(sheet, options)
    about = {"CreationDate": None, "Creator": None, "Producer": "gradviz", "Title": _title(sheet)}
    figure.savefig(content, format="pdf", facecolor=figure.get_facecolor(), metadata=about)
    return content.getvalue()


_WRITERS = MappingProxyType({"svg": _svg, "png": _png, "pdf": _pdf})
