"""A larger matrix in cells: a heat map where there are values, a spy plot where there are none."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gradviz.explanation.data import MatrixReport
from gradviz.render.svg.box import EMPTY, Box
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.matrix_axes import axes
from gradviz.render.svg.scales import Scale
from gradviz.render.svg.shapes import element, line, moved, rectangle, short
from gradviz.render.svg.theme import mixed

SIDE, SMALLEST, LARGEST = 384.0, 6.0, 18.0
"""How long a side of the picture may be; how small and large its cells are."""

STEPS = 24
"""Shades of a colour: cells of one shade are one path."""

Tones = dict[str, list[tuple[int, int, float]]]
"""Cells by colour: row, column, and the share of the cell's side that is filled."""


def cells_box(report: MatrixReport, ink: Ink) -> Box:
    """The cells in a frame, with the names of rows and columns; its top is its baseline."""
    if report.picture is None or not report.picture.shares or not report.picture.shares[0]:
        return EMPTY
    rows, columns = len(report.picture.shares), len(report.picture.shares[0])
    wide, tall = _cell(columns), _cell(rows)
    width, height = columns * wide, rows * tall
    parts = _heat(report, ink, wide, tall) if report.picture.values else _spy(report, ink, wide, tall)
    frame = rectangle(0, 0, width, height, stroke=ink.theme["local"], line=1.2)
    lines = [line((x, 0), (x, height), ink.theme["soft"], 0.8, dash="4 3") for x in _borders(report, width)]
    if report.kind == "Hessian":
        lines += [line((0, y), (width, y), ink.theme["soft"], 0.8, dash="4 3") for y in _borders(report, height)]
    around = axes(report, ink, width, height)
    body = moved("".join([*parts, *lines, frame]), around.left, around.top)
    return Box(max(around.left + width + 2, around.reach), 0.0, around.top + height + 2, body + around.svg)


def _cell(count: int) -> float:
    return min(LARGEST, max(SMALLEST, SIDE / count))


def _borders(report: MatrixReport, length: float) -> list[float]:
    """Where one input ends and the next begins."""
    places, place = [], 0
    for shape in report.column_shapes[:-1]:
        place += math.prod(shape)
        if 0 < place < report.columns:
            places.append(length * place / report.columns)
    return places


def scale_of_picture(report: MatrixReport) -> Scale | None:
    """The one scale of the picture's colours; None where there are no values."""
    if report.picture is None or report.picture.values is None:
        return None
    finite = [abs(value) for row in report.picture.values for value in row if math.isfinite(value)]
    return Scale(max(finite, default=0.0))


def _spy(report: MatrixReport, ink: Ink, wide: float, tall: float) -> list[str]:
    """Every cell that holds entries that can differ from zero; the darker, the more of them."""
    assert report.picture is not None
    tones: Tones = {}
    for i, row in enumerate(report.picture.shares):
        for j, share in enumerate(row):
            if share > 0:
                strength = 0.45 + 0.55 * _stepped(math.sqrt(min(share, 1.0)))
                tones.setdefault(mixed(ink.theme["ground"], ink.theme["local"], strength), []).append((i, j, 1.0))
    return _painted(tones, wide, tall)


def _heat(report: MatrixReport, ink: Ink, wide: float, tall: float) -> list[str]:
    """Every cell in the colour of its value; a dot where it is zero here, but not everywhere."""
    assert report.picture is not None
    assert report.picture.values is not None
    scale, theme, tones = scale_of_picture(report) or Scale(0.0), ink.theme, Tones()
    dashes: list[str] = []
    for i, (row, shares) in enumerate(zip(report.picture.values, report.picture.shares, strict=True)):
        for j, (value, share) in enumerate(zip(row, shares, strict=True)):
            x, y = j * wide, i * tall
            if not math.isfinite(value):
                dashes.append(_cross(x, y, wide, tall, theme["warn"]))
            elif value == 0:
                if share > 0:
                    tones.setdefault(theme["soft"], []).append((i, j, 0.16))
            elif theme.cells == "area":
                dashes.append(_square(value, x, y, min(wide, tall), ink, scale))
            else:
                strength = _stepped(scale.share(value))
                full = theme.positive if value > 0 else theme.negative
                tones.setdefault(mixed(theme["ground"], full, strength), []).append((i, j, 1.0))
                if value < 0 and min(wide, tall) >= 9:
                    dash = theme["ground"] if strength > 0.55 else theme["ink"]
                    dashes.append(line((x + wide * 0.3, y + tall / 2), (x + wide * 0.7, y + tall / 2), dash, 1.2))
    return [*_painted(tones, wide, tall), *dashes]


def _stepped(share: float) -> float:
    return math.ceil(share * STEPS) / STEPS


def _painted(tones: Tones, wide: float, tall: float) -> list[str]:
    """One path per colour; neighbours in a row are one rectangle."""
    return [element("path", d="".join(_runs(cells, wide, tall)), fill=colour) for colour, cells in tones.items()]


def _runs(cells: Sequence[tuple[int, int, float]], wide: float, tall: float) -> list[str]:
    parts: list[str] = []
    place = 0
    while place < len(cells):
        row, column, share = cells[place]
        length = 1
        while share == 1.0 and cells[place + length : place + length + 1] == [(row, column + length, 1.0)]:
            length += 1
        place += length
        if share == 1.0:
            # A hair more than the cell, so that no seam of the ground shows between neighbours.
            x, y, w, h = column * wide, row * tall, length * wide + 0.05, tall + 0.05
        else:
            w = h = share * min(wide, tall)
            x, y = (column + 0.5) * wide - w / 2, (row + 0.5) * tall - h / 2
        parts.append(f"M{short(x)} {short(y)}h{short(w)}v{short(h)}h{short(-w)}z")
    return parts


def _square(value: float, x: float, y: float, size: float, ink: Ink, scale: Scale) -> str:
    """A Hinton square: its area the magnitude, solid for positive, hollow for negative."""
    side = max(1.2, (size - 1.5) * math.sqrt(scale.share(value)))
    gap = (size - side) / 2
    fill = ink.theme["ink"] if value > 0 else ink.theme["ground"]
    return rectangle(x + gap, y + gap, side, side, fill=fill, stroke=ink.theme["ink"], line=min(1.0, size / 8))


def _cross(x: float, y: float, wide: float, tall: float, colour: str) -> str:
    w, h = wide * 0.22, tall * 0.22
    return line((x + w, y + h), (x + wide - w, y + tall - h), colour, 1.2) + line(
        (x + wide - w, y + h), (x + w, y + tall - h), colour, 1.2
    )
