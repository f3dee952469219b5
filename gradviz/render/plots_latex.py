"""Plots in words as a LaTeX article: what each panel shows, and the table and the formulas under them."""

from __future__ import annotations

from gradviz.explanation.data import Math, PlotSheet
from gradviz.render.latex_article import article, displayed, section
from gradviz.render.latex_parts import text_latex
from gradviz.render.options import Options
from gradviz.render.plots_text import panel_text
from gradviz.render.training_latex import ruled


def render_plots_latex(sheet: PlotSheet, options: Options) -> str:
    """A complete document in ASCII: the panels in sentences or, where there is one, the table; formulas; remarks."""
    panels = [] if sheet.table else [text_latex(panel_text(plot)) for plot in sheet.plots]
    return article(
        [
            rf"\section*{{{text_latex(sheet.title)}}}" if sheet.title else "",
            "\n\n".join(text_latex(row) for row in sheet.subtitle.split("\n") if row),
            displayed([formula.latex for formula in sheet.formulas]),
            ruled(sheet.table[0], sheet.table[1:]) if sheet.table else _listed(panels),
            _listed([" ".join(map(_shown, row)) for row in sheet.below]),
            section("Notes", _listed([text_latex(text) for text in sheet.remarks])),
        ]
    )


def _listed(texts: list[str]) -> str:
    items = "\n".join(rf"\item {text}" for text in texts)
    return f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}" if texts else ""


def _shown(found: Math | str) -> str:
    return text_latex(found) if isinstance(found, str) else f"${found.latex}$"
