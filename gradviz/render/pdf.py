"""The picture as vectors on one page of its own size."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from gradviz.render.documents import Document
from gradviz.render.inert import inert
from gradviz.render.options import Options
from gradviz.render.svg.pictures import composed

LONGEST = 14_000.0
"""Points: pages have a limit of 14,400 in most readers; a longer drawing is made smaller."""

MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""The date in the file: always the same, so that the same input gives the same bytes."""


def render_pdf(data: Document, options: Options) -> bytes:
    """The SVG's outlines and lines as PDF operators; one pixel is one point."""
    from fpdf import FPDF
    from fpdf.svg import SVGObject

    drawing = composed(data, options)
    scale = min(1.0, LONGEST / max(drawing.width, drawing.height))
    page = FPDF(unit="pt", format=(drawing.width * scale, drawing.height * scale))
    page.set_auto_page_break(False)
    page.set_margin(0)
    page.set_creation_date(MADE)
    title = getattr(data, "title", "")
    page.set_title(inert(title if isinstance(title, str) else title.unicode))
    page.set_producer("gradviz")
    page.add_page()
    # Titles have no place in a PDF's graphics, and the reader of SVG warns about each.
    SVGObject(re.sub(r"<(title|desc)>[^<]*</\1>", "", drawing.svg)).draw_to_page(page)
    return bytes(page.output())
