"""What stands around a matrix in cells: names of rows and columns, or brackets over each input's stretch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gradviz.explanation.data import MatrixReport
from gradviz.render.arrays_text import shape_text
from gradviz.render.matrix_parts import labelled, output_of
from gradviz.render.svg.box import Box, beside
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.shapes import curve
from gradviz.render.svg.typeset import formula

NAMED = 11.0
"""The size of a cell from which each row and column bears its name."""


@dataclass(frozen=True, slots=True)
class Axes:
    """What is drawn around the cells, whose top left corner is at (left, top); `reach` is how far right it goes."""

    left: float
    top: float
    reach: float
    svg: str


def axes(report: MatrixReport, ink: Ink, width: float, height: float) -> Axes:
    """Names where there is room for each, otherwise brackets."""
    if labelled(report) and min(width / report.columns, height / report.rows) >= NAMED:
        return _names(report, ink, width, height)
    return _brackets(report, ink, width, height)


def _names(report: MatrixReport, ink: Ink, width: float, height: float) -> Axes:
    heads = [ink.math(label.latex, 11, "soft") for label in report.column_labels]
    sides = [ink.math(label.latex, 11, "soft") for label in report.row_labels]
    left = max(box.width for box in sides) + 7
    step, rise = width / report.columns, height / report.rows
    upright = max(box.width for box in heads) <= step - 2
    top = max(box.height if upright else box.width for box in heads) + 6
    parts = [box.at(left - 7 - box.width, top + (i + 0.5) * rise - box.height / 2) for i, box in enumerate(sides)]
    for j, box in enumerate(heads):
        middle = left + (j + 0.5) * step
        if upright:
            parts.append(box.at(middle - box.width / 2, top - 6 - box.height))
        else:
            parts.append(_turned(box, middle, top - 5))
    return Axes(left, top, 0.0, "".join(parts))


def _turned(box: Box, x: float, y: float) -> str:
    """A box that reads upwards from a point."""
    shift = (box.ascent - box.descent) / 2
    return f'<g transform="translate({x + shift:.2f} {y:.2f}) rotate(-90)">{box.svg}</g>'


def _brackets(report: MatrixReport, ink: Ink, width: float, height: float) -> Axes:
    """A bracket over each input's columns, and one beside the rows (of a Hessian, one for each input)."""
    columns = _stretches([math.prod(shape) for shape in report.column_shapes], width)
    heads = [_said(name, shape, ink) for name, shape in zip(report.wrt, report.column_shapes, strict=True)]
    if report.kind == "Hessian":
        rows, sides = _stretches([math.prod(shape) for shape in report.column_shapes], height), heads
    else:
        rows, sides = [(0.0, height)], [_said(output_of(report).latex, report.row_shape, ink)]
    left = max(box.width for box in sides) + 22
    top = max(box.height for box in heads) + 16
    parts, reach = [], 0.0
    colour = ink.theme["soft"]
    free = -math.inf
    for (start, stop), box in zip(columns, heads, strict=True):
        a, b, y = left + start + 1, left + stop - 1, top - 5
        x = max(left, (a + b) / 2 - box.width / 2)
        parts.append(curve([(a, y), (a, y - 4), (b, y - 4), (b, y)], colour, 1))
        if x > free:
            parts.append(box.at(x, y - 9 - box.height))
            free, reach = x + box.width + 6, max(reach, x + box.width)
    free = -math.inf
    for (start, stop), box in zip(rows, sides, strict=True):
        a, b, x = top + start + 1, top + stop - 1, left - 5
        y = (a + b) / 2 - box.height / 2
        parts.append(curve([(x, a), (x - 4, a), (x - 4, b), (x, b)], colour, 1))
        if y > free:
            parts.append(box.at(x - 10 - box.width, y))
            free = y + box.height
    return Axes(left, top, reach, "".join(parts))


def _said(latex: str, shape: Sequence[int], ink: Ink) -> Box:
    """A name with its shape."""
    name = formula(latex, 15, ink.theme["ink"])
    return beside([name, ink.word(shape_text(tuple(shape)), 11, "soft")], 5) if shape else name


def _stretches(sizes: Sequence[int], length: float) -> list[tuple[float, float]]:
    whole, place, found = max(1, sum(sizes)), 0, []
    for size in sizes:
        found.append((length * place / whole, length * (place + size) / whole))
        place += size
    return found
