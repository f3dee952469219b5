"""Arrays as pictures: typeset to 4×4, cells to 16×16, beyond that bins with a histogram, the range and the zeros."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from gradviz.explanation.data import Summary, Value
from gradviz.render.numbers import number_text
from gradviz.render.svg.box import Box, beside, centred, stacked
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.shapes import line, rectangle
from gradviz.render.svg.theme import Role, Theme, mixed

TYPESET, CELLS, BINS, CLASSES = 4, 16, 64, 24
"""Sizes up to which an array is typeset, and drawn cell by cell; the bins of a strip, the classes of a histogram."""

MOST = 12
"""Entries that are typeset."""

Kind = Literal["number", "typeset", "cells", "strip", "empty"]


def kind(value: Value) -> Kind:
    """How a value is drawn."""
    if not value.shape:
        return "number"
    if not value.entries:
        return "empty"
    rows, columns = grid(value)
    if max(rows, columns) <= TYPESET and rows * columns <= MOST and len(value.shape) <= 2:
        return "typeset"
    return "cells" if rows <= CELLS and columns <= CELLS and value.summary is None else "strip"


def grid(value: Value) -> tuple[int, int]:
    """Rows and columns: a short vector stands, a longer one lies, leading axes are stacked."""
    *leading, last = value.shape
    if leading:
        return math.prod(leading), last
    return (last, 1) if last <= TYPESET else (1, last)


@dataclass(frozen=True, slots=True)
class Scale:
    """The magnitude at which a cell has its full colour: one for all values of a figure, one for all gradients."""

    largest: float

    def share(self, entry: float) -> float:
        """How strong a cell is, 0 to 1: nothing but zero is drawn as zero, and a hundredth still shows."""
        if entry == 0 or self.largest == 0:
            return 0.0
        return 0.1 + 0.9 * float(min(1.0, abs(entry) / self.largest) ** 0.7)


def scale_of(values: Iterable[Value | None]) -> Scale | None:
    """The scale for what is drawn in cells or bins among the values; None where nothing is."""
    drawn = [value for value in values if value is not None and kind(value) in ("cells", "strip")]
    if not drawn:
        return None
    largest = max((abs(entry) for value in drawn for entry in _entries(value) if math.isfinite(entry)), default=0.0)
    return Scale(_rounded_up(largest))


def _entries(value: Value) -> Sequence[float]:
    return value.entries if kind(value) == "cells" else _summary(value).bins


def _rounded_up(largest: float) -> float:
    if largest == 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(largest)) - 1)
    return math.ceil(largest / step - 1e-9) * step if step else largest


def array(value: Value, role: Role, ink: Ink, scale: Scale | None, size: float = 12.5, cell: float = 13.0) -> Box:
    """A number or an array, centred on the axis of the formulas beside it."""
    match kind(value):
        case "number":
            return ink.number(value.number, size + 2, role)
        case "empty":
            return ink.math(r"[\,]", size, role)
        case "typeset":
            return centred(ink.math(matrix(value, ink), size, role))
        case "cells":
            return centred(_noted(_cells(value, role, ink, scale or Scale(0.0), cell), value, role, ink, scale))
        case _:
            return centred(_strip(_summary(value), value, role, ink, scale or Scale(0.0)))


def matrix(value: Value, ink: Ink) -> str:
    """A small array in LaTeX."""
    rows, columns = grid(value)
    digits = [ink.digits(entry) for entry in value.entries]
    body = r"\\".join("&".join(digits[row * columns : (row + 1) * columns]) for row in range(rows))
    return rf"\begin{{bmatrix}}{body}\end{{bmatrix}}"


def _noted(box: Box, value: Value, role: Role, ink: Ink, scale: Scale | None) -> Box:
    """Arrays far below the common scale say how large they are."""
    largest = max((abs(entry) for entry in value.entries if math.isfinite(entry)), default=0.0)
    if scale is None or largest == 0 or largest * 20 > scale.largest:
        return box
    return stacked([box, ink.word(f"at most {number_text(largest, 2)}", 10, role)], 2.0)


def _cells(value: Value, role: Role, ink: Ink, scale: Scale, cell: float) -> Box:
    rows, columns = grid(value)
    width, height = columns * cell, rows * cell
    parts = [
        _cell(value.entries[row * columns + column], column * cell, row * cell - height, cell, ink.theme, scale)
        for row in range(rows)
        for column in range(columns)
    ]
    depth = value.shape[-2] if len(value.shape) > 2 else rows
    frame = ink.theme[role]
    parts += [
        line((0, row * cell - height), (width, row * cell - height), frame, 1) for row in range(depth, rows, depth)
    ]
    return Box(width, height, 0.0, "".join(parts) + rectangle(0, -height, width, height, stroke=frame, line=1.2))


def _cell(entry: float, x: float, y: float, size: float, theme: Theme, scale: Scale) -> str:
    if not math.isfinite(entry):
        colour = theme["warn"]
        corners = ((x + 3, y + 3), (x + size - 3, y + size - 3), (x + 3, y + size - 3), (x + size - 3, y + 3))
        return line(corners[0], corners[1], colour, 1.3) + line(corners[2], corners[3], colour, 1.3)
    share = scale.share(entry)
    if share == 0:
        return ""
    if theme.cells == "area":
        side = (size - 2) * math.sqrt(share)
        gap = (size - side) / 2
        fill = theme["ink"] if entry > 0 else theme["ground"]
        return rectangle(x + gap, y + gap, side, side, fill=fill, stroke=theme["ink"])
    colour = mixed(theme["ground"], theme.positive if entry > 0 else theme.negative, share)
    # A hair more than the cell, so that no seam of the ground shows between neighbours.
    square = rectangle(x, y, size + 0.05, size + 0.05, fill=colour)
    if entry > 0:
        return square
    dash = theme["ground"] if share > 0.55 else theme["ink"]
    return square + line((x + size * 0.3, y + size / 2), (x + size * 0.7, y + size / 2), dash, min(1.3, size / 7))


def _summary(value: Value) -> Summary:
    """The summary that comes with the value, or one made here where a short array is too wide for cells."""
    if value.summary is not None:
        return value.summary
    entries = value.entries
    count = min(BINS, len(entries))
    cuts = [round(i * len(entries) / count) for i in range(count + 1)]
    finite = [entry for entry in entries if math.isfinite(entry)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    histogram = [0] * CLASSES
    for entry in finite:
        histogram[min(CLASSES - 1, int((entry - low) / (high - low) * CLASSES)) if high > low else CLASSES // 2] += 1
    bins = tuple(sum(entries[a:b]) / (b - a) for a, b in pairwise(cuts))
    zeros = sum(entry == 0 for entry in entries) / len(entries)
    return Summary(bins, tuple(histogram), low, high, zeros, len(finite) / len(entries))


def _strip(summary: Summary, value: Value, role: Role, ink: Ink, scale: Scale) -> Box:
    bins = stacked([beside([_bins(summary, role, ink.theme, scale), _histogram(summary, role, ink.theme)], 8)])
    low, high = (number_text(end, 2) for end in (summary.low, summary.high))
    said = f"range {low} … {high}   zeros {summary.zeros * 100:.0f}%" if summary.high > summary.low else f"all {low}"
    if summary.finite < 1:
        said += f"   not finite {(1 - summary.finite) * 100:.2g}%"
    shape = "×".join(map(str, value.shape))
    return stacked([bins, ink.word(said, 11.5, role), ink.word(f"{shape} numbers", 10.5, "soft")], 4)


def _bins(summary: Summary, role: Role, theme: Theme, scale: Scale, width: float = 128.0, height: float = 16.0) -> Box:
    step = width / len(summary.bins)
    parts = []
    for i, entry in enumerate(summary.bins):
        share = scale.share(entry) if math.isfinite(entry) else 1.0
        if theme.cells == "area":
            tall = (height - 2) / 2 * share
            top = -height / 2 - (tall if entry > 0 else 0.0)
            parts.append(rectangle(i * step, top, step - 0.4, tall, fill=theme["ink" if entry > 0 else "soft"]))
        elif share:
            full = theme["warn"] if not math.isfinite(entry) else theme.positive if entry > 0 else theme.negative
            parts.append(rectangle(i * step, -height, step + 0.05, height, fill=mixed(theme["ground"], full, share)))
    return Box(width, height, 0.0, "".join(parts) + rectangle(0, -height, width, height, stroke=theme[role], line=1.2))


def _histogram(summary: Summary, role: Role, theme: Theme, width: float = 64.0, height: float = 22.0) -> Box:
    counts: Sequence[int] = summary.histogram
    if len(counts) < 2:
        counts = [0] * (CLASSES // 2) + [1] + [0] * (CLASSES // 2)
    largest = max(*counts, 1)
    step = width / len(counts)
    parts = [
        rectangle(
            i * step,
            -height * math.sqrt(count / largest),
            step - 0.6,
            height * math.sqrt(count / largest),
            fill=theme[role],
        )
        for i, count in enumerate(counts)
        if count
    ]
    return Box(width, height, 0.0, "".join(parts) + line((0, 0), (width, 0), theme[role]))


def scale_bar(scale: Scale, said: str, role: Role, ink: Ink, width: float = 120.0) -> Box:
    """The legend of a scale."""
    theme = ink.theme
    steps = 41
    parts = []
    for i in range(steps):
        entry = (2 * i / (steps - 1) - 1) or 1e-9
        colour = mixed(
            theme["ground"], theme.positive if entry > 0 else theme.negative, Scale(1.0).share(entry) if i != 20 else 0
        )
        parts.append(rectangle(i * width / steps, -11, width / steps + 0.3, 11, fill=colour))
    bar = Box(width, 11, 0, "".join(parts) + rectangle(0, -11, width, 11, stroke=theme[role]))
    if theme.cells == "area":
        hollow, solid = theme["ground"], theme["ink"]
        sides = ((0, 11, hollow), (1, 6, hollow), (3, 6, solid), (4, 11, solid))
        squares = [
            rectangle(i * 13 + (11 - side) / 2, -(11 + side) / 2, side, side, fill=fill, stroke=solid)
            for i, side, fill in sides
        ]
        bar = Box(64, 11, 0, "".join(squares) + rectangle(31, -6.3, 1.6, 1.6, fill=theme["ink"]))
    ends = (ink.number(-scale.largest, 12, "soft"), ink.number(scale.largest, 12, "soft"))
    return beside([ink.word(said, 12, role), ends[0], bar, ends[1]], 6)
