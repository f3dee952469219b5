"""Plots in words, for a terminal: what each panel shows, and the table under them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gradviz.explanation.data import Plot, PlotSheet
from gradviz.render.options import Options
from gradviz.render.pen import Nib
from gradviz.render.report_text import finished
from gradviz.render.terminal_notes import hang, note_lines
from gradviz.render.text_lines import Line, Piece, left, line, right, width_of
from gradviz.render.training_parts import is_flat, sparkline

BARS = 40
"""Columns of a small curve."""


def render_plots_text(sheet: PlotSheet, options: Options) -> str:
    """The sheet as text, ending in a newline; `width` columns are filled at most."""
    nib = Nib(options=options)
    sections = [
        [line(Piece(part, "head")) for part in hang(nib.sign(sheet.title), options.width, 4)],
        *([] if sheet.table else [_panel(plot, nib) for plot in sheet.plots]),
        _table(sheet.table, nib),
        note_lines([("note", nib.sign(text)) for text in sheet.remarks], nib),
    ]
    return finished(sections, options)


def panel_text(plot: Plot) -> str:
    """What a panel shows, in words."""
    return plot.alt or plot.title


def _panel(plot: Plot, nib: Nib) -> list[Line]:
    """A panel in a sentence, and each of its curves as a row of bars."""
    lines = [line(part) for part in hang(nib.sign(panel_text(plot)), nib.options.width, 2)]
    curves = [one for one in plot.series if one.label and one.style in ("line", "dashed") and len(one.x) > 1]
    wide = max((width_of(nib.sign(one.label)) for one in curves), default=0)
    for one in curves:
        step = max(1, math.ceil(len(one.y) / BARS))
        shown = list(one.y[::step])
        bars = sparkline(shown, ascii=nib.options.ascii)
        if not bars and all(map(math.isfinite, shown)) and is_flat(shown):
            bars = f"{nib.number(shown[0])} everywhere"
        if bars:
            lines.append(line("  ", left(nib.sign(one.label), wide), "  ", bars))
    return lines


def _table(rows: Sequence[Sequence[str]], nib: Nib) -> list[Line]:
    """The table: the first column to the left, the others to the right."""
    signed = [[nib.sign(cell) for cell in row] for row in rows]
    widths = [max(width_of(row[place]) for row in signed) for place in range(len(signed[0]))] if signed else []
    made = []
    for number, row in enumerate(signed):
        cells = [left(row[0], widths[0]), *(right(cell, wide) for cell, wide in zip(row[1:], widths[1:], strict=True))]
        text = "  " + "   ".join(cells).rstrip()
        made.append(line(Piece(text, "soft" if number == 0 else "plain")))
    return made
