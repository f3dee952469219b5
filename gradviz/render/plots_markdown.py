"""Plots in words as Markdown: what each panel shows, and the table and the formulas under them."""

from __future__ import annotations

from gradviz.explanation.data import Math, PlotSheet
from gradviz.render.markdown_parts import cell, displayed, escaped, section, table
from gradviz.render.options import Options
from gradviz.render.plots_text import panel_text


def render_plots_markdown(sheet: PlotSheet, options: Options) -> str:
    """A page: the panels in sentences or, where there is one, the table; formulas; remarks."""
    rows = [[escaped(text) for text in row] for row in sheet.table]
    parts = [
        f"# {escaped(sheet.title)}" if sheet.title else "",
        "\n\n".join(escaped(row) for row in sheet.subtitle.split("\n") if row),
        displayed([formula.latex for formula in sheet.formulas]),
        table(rows[0], rows[1:]) if rows else "\n".join(f"- {escaped(panel_text(plot))}" for plot in sheet.plots),
        "\n".join(f"- {' '.join(map(_shown, row))}" for row in sheet.below),
        section("## Notes", "\n".join(f"- {escaped(text)}" for text in sheet.remarks)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _shown(found: Math | str) -> str:
    return escaped(found) if isinstance(found, str) else cell(found.latex)
