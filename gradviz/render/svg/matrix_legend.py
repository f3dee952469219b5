"""What the colours of a matrix's picture mean."""

from __future__ import annotations

from gradviz.explanation.data import MatrixReport
from gradviz.render.matrix_parts import block_text, whole_picture
from gradviz.render.svg.box import Box, beside
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.legend import flowed
from gradviz.render.svg.matrix_cells import scale_of_picture
from gradviz.render.svg.scales import scale_bar
from gradviz.render.svg.shapes import circle, rectangle

SIZE = 11.5


def legend_boxes(report: MatrixReport, ink: Ink, width: float, *, typeset: bool) -> list[Box]:
    """The legend's rows: one scale, the marks, and what a cell stands for."""
    if report.picture is None or report.rows * report.columns <= 1:
        return []
    whole, scale = report.rows * report.columns, scale_of_picture(report)
    theme = ink.theme
    items: list[Box] = []
    if scale is not None and scale.largest > 0 and not typeset:
        items.append(scale_bar(scale, "", "local", ink))
    elif scale is None and not typeset:
        square = Box(10, 9, 1, rectangle(0, -9, 10, 10, fill=theme["local"]))
        items.append(beside([square, ink.word("can differ from zero", SIZE)], 5))
    if typeset and (report.nonzeros < whole or 0 < len(report.entries) < whole):
        dot = Box(8, 6, 0, circle((4, -4), 1.5, fill=theme["soft"]))
        items.append(beside([dot, ink.word("zero everywhere", SIZE)], 4))
    elif not typeset and _zero_here(report):
        dot = Box(8, 6, 0, rectangle(2.5, -5.5, 3, 3, fill=theme["soft"]))
        items.append(beside([dot, ink.word("zero at this point only", SIZE)], 4))
    rows = flowed(items, width, 18) if items else []
    return rows if whole_picture(report) else [*rows, ink.paragraph(_scaled(report), SIZE, "soft", width)]


def _zero_here(report: MatrixReport) -> bool:
    picture = report.picture
    if picture is None or picture.values is None:
        return False
    pairs = zip(picture.values, picture.shares, strict=True)
    return any(value == 0 and share > 0 for row, shares in pairs for value, share in zip(row, shares, strict=True))


def _scaled(report: MatrixReport) -> str:
    assert report.picture is not None
    shares = report.picture.shares
    block = f"a cell is a block of {block_text(report, len(shares), len(shares[0]))} entries"
    if report.picture.values is not None:
        return f"{block}, in the colour of the largest of them by magnitude"
    return f"{block}; the darker, the more of them can differ from zero"
