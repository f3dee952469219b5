"""The picture of a Jacobian or a Hessian: its entries, a heat map or a spy plot, and what is known of it."""

from __future__ import annotations

from gradviz.explanation.data import MatrixReport
from gradviz.render.matrix_parts import curvature_facts, facts, size_text
from gradviz.render.options import Options
from gradviz.render.svg.box import EMPTY, Box, beside
from gradviz.render.svg.drawing import Drawing
from gradviz.render.svg.facts import fact_table
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.matrix_cells import cells_box
from gradviz.render.svg.matrix_entries import entries_box
from gradviz.render.svg.matrix_legend import legend_boxes
from gradviz.render.svg.point import given_box
from gradviz.render.svg.shapes import moved
from gradviz.render.svg.sheet import equation_box, remark_boxes, sheet
from gradviz.render.svg.theme import THEMES

WIDE, BESIDE = 860.0, 330.0
"""How wide formulas may be, and the facts beside the picture."""

SPACE = 34.0


def render_matrix_svg(report: MatrixReport, options: Options) -> str:
    """The picture of a matrix."""
    return compose_matrix(report, options).svg


def compose_matrix(report: MatrixReport, options: Options) -> Drawing:
    """The picture, with the record of its parts."""
    ink = Ink(THEMES[options.theme], options.precision)
    name = f"{report.kind} {report.symbol.unicode} of {report.title.unicode}"
    boxes = [
        *matrix_boxes(report, ink),
        *remark_boxes(report.remarks, report.labels.unicode(report.missing), ink, WIDE),
    ]
    return sheet(boxes, ink, name, description(report, options.precision))


def matrix_boxes(report: MatrixReport, ink: Ink) -> list[Box]:
    """Title, formula, picture and facts."""
    formula = [report.symbol, report.formula] if report.formula else [report.symbol]
    boxes = [
        equation_box([report.title], 17, "ink", ink, WIDE),
        given_box("at", report.labels.spelled(report.inputs), ink),
        equation_box(formula, 17, "local", ink, WIDE),
    ]
    boxes += [
        beside([ink.word("where", 12), equation_box([d.name, d.expression], 14, "local", ink, WIDE - 50)], 6)
        for d in report.where
    ]
    return [*boxes, _body(report, ink)]


def second_boxes(report: MatrixReport, ink: Ink) -> list[Box]:
    """The second derivatives below the picture of an explanation."""
    formula = [report.symbol, report.formula] if report.formula else [report.symbol]
    head = beside([ink.word("second derivatives", 13), equation_box(formula, 16, "local", ink, WIDE - 150)], 12)
    return [head, _body(report, ink), *remark_boxes(report.remarks, (), ink, WIDE)]


def _body(report: MatrixReport, ink: Ink) -> Box:
    """The picture with its legend below it, and the facts beside it."""
    entries = entries_box(report, ink)
    picture = entries or cells_box(report, ink)
    legend = legend_boxes(report, ink, max(picture.width, 300.0), typeset=bool(entries))
    told = facts(report) + curvature_facts(report, ink.precision)
    table = fact_table(told, ink, BESIDE)
    left = _column([picture, *legend])
    return _row(left, table) if left else table


def _column(boxes: list[Box]) -> Box:
    y, parts, width = 0.0, [], 0.0
    for place, box in enumerate(box for box in boxes if box):
        y += 9 if place else 0
        parts.append(box.at(0, y))
        y, width = y + box.height, max(width, box.width)
    return Box(width, 0.0, y, "".join(parts)) if parts else EMPTY


def _row(left: Box, right: Box) -> Box:
    """Two boxes with their tops on one line."""
    x = left.width + SPACE
    height = max(left.height, right.height)
    return Box(x + right.width, 0.0, height, left.at(0, 0) + moved(right.at(0, 0), x, 0))


def description(report: MatrixReport, precision: int) -> str:
    """The whole picture in a few sentences."""
    told = [f"{report.kind} of {size_text(report)}."]
    if report.formula is not None:
        told.append(f"{report.symbol.unicode} = {report.formula.unicode}.")
    told += [
        f"{label}: {text}." for label, text in facts(report) + curvature_facts(report, precision) if label != "size"
    ]
    return " ".join(told)
