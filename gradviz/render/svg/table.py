"""The detail table: every edge by its number, with the four facts aligned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradviz.explanation.data import EdgeFacts, Value
from gradviz.render.svg.arrays import array, grid, kind, picture
from gradviz.render.svg.blocks import said_caption, tag
from gradviz.render.svg.box import EMPTY, Box, beside, centred, strut
from gradviz.render.svg.drawing import Sketch
from gradviz.render.svg.local import local_said
from gradviz.render.svg.structure import pattern
from gradviz.render.svg.theme import Role
from gradviz.render.svg.view import View

ROLES = ("tag", "edge", "verb", "upstream", "sign", "local", "sign", "contribution")
"""What the cells of a row say, in order."""

GAPS = (10.0, 10.0, 10.0, 5.0, 5.0, 5.0, 5.0)
RIGHT = frozenset({3, 7})
"""Numbers are aligned at their right ends."""

TALLEST = 64.0
"""Cells are made smaller where a picture of them would be taller than this."""

SPACE = 40.0
"""Between the columns of rows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One edge's cells; they share a baseline."""

    owner: str
    cells: tuple[Box, ...]

    @property
    def ascent(self) -> float:
        """Above the common baseline."""
        return max(box.ascent for box in self.cells)

    @property
    def height(self) -> float:
        """With the room between rows."""
        return self.ascent + max(box.descent for box in self.cells) + 7.0


def table_rows(view: View) -> list[Row]:
    """A row for every edge along which a gradient comes back."""
    return [Row(f"e{i}", _cells(i, view)) for i, edge in enumerate(view.data.edges) if edge.active]


def _cells(index: int, view: View) -> tuple[Box, ...]:
    edge, ink = view.data.edges[index], view.ink
    source, target = view.nodes[edge.source], view.nodes[edge.target]
    copy = f"^{{({edge.copy})}}" if edge.copy else ""
    ends = ink.math(rf"{source.label.latex}{copy}\leftarrow {target.label.latex}", 13.5, "ink")
    verb = ink.word(said_caption(edge.verb or target.caption), 11.5, "gradient" if edge.verb else "soft")
    local = local_said(edge, view, "", 13.5, parentheses=edge.contribution is not None)
    if not local and edge.local_value is not None:
        local = _number(edge.local_value, "local", view)
    if edge.jacobian is not None:
        size = f"{edge.jacobian.size} {edge.jacobian.structure}"
        local = beside([local, centred(pattern(edge.jacobian, view.ink, 4.0)), ink.word(size, 11, "local")], 6)
    if edge.contribution is None:
        cells = [tag(view.number_of(index), view), ends, verb, EMPTY, EMPTY, local, EMPTY, EMPTY]
    else:
        up = _number(edge.upstream, "gradient", view)
        signs = (ink.math(r"\times", 12, "soft"), ink.math("=", 12, "soft"))
        numbers = [up, signs[0], local, signs[1], _contribution(edge, view)]
        cells = [tag(view.number_of(index), view), ends, verb, *numbers]
    return tuple(strut(cell, 12.0, 4.0) for cell in cells)


def _contribution(edge: EdgeFacts, view: View) -> Box:
    """What comes back; between arrays by its formula first, `g wᵀ`."""
    number = _number(edge.contribution, "gradient", view)
    if edge.rule is None:
        return number
    said = view.ink.math(view.noted(edge.rule), 13.5, "local")
    return beside([said, view.ink.math("=", 12, "soft"), number], 5)


def _number(value: Value | None, role: Role, view: View) -> Box:
    if value is None:
        return EMPTY
    if kind(value) == "strip":
        shape = "×".join(map(str, value.shape))
        return view.ink.word(f"{shape} numbers", 11, role)
    if kind(value) == "number":
        return view.ink.number(value.number, 13.5, role)
    scale = view.scales[0 if role == "value" else 1]
    if kind(value) == "cells":
        return centred(picture(value, role, view.ink, scale, max(4.0, min(11.0, TALLEST / grid(value)[0]))))
    return array(value, role, view.ink, scale, 11)


def draw_table(view: View, width: float, sketch: Sketch, x: float, y: float) -> tuple[str, float, float]:
    """The table in as many columns as fit, painted at a place: its SVG, width and height."""
    rows = table_rows(view)
    if not rows:
        return "", 0.0, 0.0
    count = _columns(rows, width)
    each = -(-len(rows) // count)
    parts: list[str] = []
    left, tallest = x, 0.0
    for start in range(0, len(rows), each):
        column = rows[start : start + each]
        drawn, taken, height = _column(column, sketch, left, y)
        parts.append(drawn)
        tallest = max(tallest, height)
        left += taken + SPACE
    return "".join(parts), left - SPACE - x, tallest


def _widths(rows: Sequence[Row]) -> list[float]:
    return [max(row.cells[i].width for row in rows) for i in range(len(ROLES))]


def _columns(rows: Sequence[Row], width: float) -> int:
    """The most columns that fit and hold a few rows each."""
    for count in range(min(12, len(rows) // 3), 1, -1):
        each = -(-len(rows) // count)
        groups = [rows[i : i + each] for i in range(0, len(rows), each)]
        if sum(sum(_widths(group)) + sum(GAPS) + SPACE for group in groups) - SPACE <= width:
            return count
    return 1


def _column(rows: Sequence[Row], sketch: Sketch, x: float, y: float) -> tuple[str, float, float]:
    widths = _widths(rows)
    parts: list[str] = []
    top = y
    for row in rows:
        left = x
        for i, (box, role) in enumerate(zip(row.cells, ROLES, strict=True)):
            free = widths[i] - box.width if i in RIGHT else 0.0
            parts.append(sketch.text(box, left + free, top + row.ascent - box.ascent, row.owner, role))
            left += widths[i] + (GAPS[i] if i < len(GAPS) else 0.0)
        top += row.height
    return "".join(parts), sum(widths) + sum(GAPS), top - y
