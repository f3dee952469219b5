"""A small matrix with its entries typeset: formula and number in each cell, names of rows and columns around them."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.explanation.data import Math, MatrixReport
from gradviz.render.matrix_parts import labelled, nonzero, whole_picture
from gradviz.render.svg.box import EMPTY, Box, stacked
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.matrix_cells import scale_of_picture
from gradviz.render.svg.scales import Scale
from gradviz.render.svg.shapes import circle, curve, line, rectangle
from gradviz.render.svg.theme import mixed

MOST = 8
"""Rows and columns up to which entries are typeset."""

WIDEST, PAGE = 190.0, 640.0
"""How wide one formula may be, and all columns together."""

TINT = 0.3
"""How strong the colour behind a text may be, so that the text stays readable."""

LEAST, TALL, PAD = 40.0, 32.0, 9.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the cells are."""

    widths: tuple[float, ...]
    heights: tuple[float, ...]
    left: float
    top: float

    def corner(self, row: int, column: int) -> tuple[float, float]:
        """A cell's top left corner."""
        return self.left + sum(self.widths[:column]), self.top + sum(self.heights[:row])


def entries_box(report: MatrixReport, ink: Ink) -> Box:
    """The matrix, or nothing where it is too large for that; its top is its baseline."""
    if not labelled(report) or max(report.rows, report.columns) > MOST or not (report.entries or report.value):
        return EMPTY
    cells = _cells(report, ink)
    if cells is None:
        return EMPTY
    heads = [ink.math(label.latex, 13, "soft") for label in report.column_labels]
    sides = [ink.math(label.latex, 13, "soft") for label in report.row_labels]
    widths = [max(LEAST, heads[j].width + 8, *(row[j].width + 2 * PAD for row in cells)) for j in range(report.columns)]
    if sum(widths) > PAGE:
        return EMPTY
    heights = [max(TALL, *(cell.height + 2 * PAD - 4 for cell in row)) for row in cells]
    grid = Grid(
        tuple(widths),
        tuple(heights),
        max(side.width for side in sides) + 14,
        max(head.height for head in heads) + 7,
    )
    parts = [*_backs(report, grid, ink), *_names(heads, sides, grid), *_rules(report, grid, ink)]
    for i, row in enumerate(cells):
        for j, cell in enumerate(row):
            x, y = grid.corner(i, j)
            parts.append(cell.at(x + (widths[j] - cell.width) / 2, y + (heights[i] - cell.height) / 2))
    return Box(grid.left + sum(widths) + 8, 0.0, grid.top + sum(heights) + 2, "".join(parts))


def _cells(report: MatrixReport, ink: Ink) -> list[list[Box]] | None:
    formulas = {entry.index: entry.formula for entry in report.entries}
    rows = [[_cell(report, i, j, formulas, ink) for j in range(report.columns)] for i in range(report.rows)]
    return None if any(cell.width > WIDEST for row in rows for cell in row) else rows


def _cell(report: MatrixReport, i: int, j: int, formulas: dict[tuple[int, ...], Math], ink: Ink) -> Box:
    """The formula over the number; nothing where the entry is zero everywhere."""
    if whole_picture(report) and not nonzero(report, i, j):
        return EMPTY
    formula = formulas.get((i, j))
    parts = [] if formula is None else [ink.math(formula.latex, 14, "local")]
    if report.value is not None:
        number = ink.number(report.value.entries[i * report.columns + j], 13 if parts else 14.5, "ink")
        said = formula is not None and _same(formula, report.value.entries[i * report.columns + j])
        parts += [] if said else [number]
    return stacked(parts, 5, "centre")


def _same(formula: Math, value: float) -> bool:
    """Whether the formula is that number already."""
    try:
        return float(formula.text) == value
    except ValueError:
        return False


def _backs(report: MatrixReport, grid: Grid, ink: Ink) -> list[str]:
    """The ground of every cell: the heat map's colour, thinned; a dot where the entry is zero everywhere."""
    parts = []
    scale = scale_of_picture(report)
    for i, height in enumerate(grid.heights):
        for j, width in enumerate(grid.widths):
            x, y = grid.corner(i, j)
            if whole_picture(report) and not nonzero(report, i, j):
                parts.append(circle((x + width / 2, y + height / 2), 1.3, fill=ink.theme["hair"]))
                continue
            fill = _tint(report, i, j, ink, scale)
            parts.append(rectangle(x + 1.5, y + 1.5, width - 3, height - 3, fill=fill, radius=3))
    return parts


def _tint(report: MatrixReport, i: int, j: int, ink: Ink, scale: Scale | None) -> str:
    theme = ink.theme
    if report.value is None or scale is None or theme.cells == "area":
        return theme["panel"]
    value = report.value.entries[i * report.columns + j]
    if value != value:
        return theme["panel"]
    return mixed(theme["ground"], theme.positive if value > 0 else theme.negative, TINT * scale.share(value))


def _names(heads: list[Box], sides: list[Box], grid: Grid) -> list[str]:
    parts = []
    for j, head in enumerate(heads):
        x, _ = grid.corner(0, j)
        parts.append(head.at(x + (grid.widths[j] - head.width) / 2, grid.top - 7 - head.height))
    for i, side in enumerate(sides):
        _, y = grid.corner(i, 0)
        parts.append(side.at(grid.left - 14 - side.width, y + (grid.heights[i] - side.height) / 2))
    return parts


def _rules(report: MatrixReport, grid: Grid, ink: Ink) -> list[str]:
    """The matrix's brackets, and hairlines where one input ends and the next begins."""
    right, bottom = grid.left + sum(grid.widths), grid.top + sum(grid.heights)
    ink_line = ink.theme["local"]
    parts = []
    for edge, turn in ((grid.left - 5, 5.0), (right + 5, -5.0)):
        corners = [(edge + turn, grid.top - 1), (edge, grid.top - 1), (edge, bottom + 1), (edge + turn, bottom + 1)]
        parts.append(curve(corners, ink_line, 1.4))
    if len(report.column_shapes) > 1 and report.columns > len(report.column_shapes):
        place = 0
        for shape in report.column_shapes[:-1]:
            count = 1
            for axis in shape:
                count *= axis
            place += count
            if not 0 < place < report.columns:
                continue
            x, _ = grid.corner(0, place)
            parts.append(line((x, grid.top - 2), (x, bottom + 2), ink.theme["soft"], 0.8, dash="3 3"))
            if report.kind == "Hessian":
                _, y = grid.corner(place, 0)
                parts.append(line((grid.left - 2, y), (right + 2, y), ink.theme["soft"], 0.8, dash="3 3"))
    return parts
