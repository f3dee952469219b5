"""Arrays as pictures: typeset to about 3×3, cells to 16×16, beyond that bins, a histogram, the range and the zeros."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

from gradviz.explanation.data import Summary, Value
from gradviz.render.numbers import number_text
from gradviz.render.svg.box import Box, beside, centred, stacked
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.scales import Scale, rounded_up
from gradviz.render.svg.shapes import group, line, rectangle
from gradviz.render.svg.theme import Role, Theme, mixed

TYPESET, CELLS, BINS, CLASSES = 4, 16, 64, 24
"""Sizes up to which an array is typeset, and drawn cell by cell; the bins of a strip, the classes of a histogram."""

MOST = 9
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


def scale_of(values: Iterable[Value | None]) -> Scale | None:
    """The scale for what is drawn in cells or bins among the values; None where nothing is."""
    drawn = [value for value in values if value is not None and kind(value) in ("cells", "strip")]
    if not drawn:
        return None
    largest = max((abs(entry) for value in drawn for entry in _entries(value) if math.isfinite(entry)), default=0.0)
    return Scale(rounded_up(largest))


def scale_of_all(values: Iterable[Value | None]) -> Scale | None:
    """The scale where every array is drawn in cells or bins; None where there is none."""
    drawn = [value for value in values if value is not None and value.shape and value.entries]
    if not drawn:
        return None
    found = (summary_of(value).bins if kind(value) == "strip" else value.entries for value in drawn)
    return Scale(rounded_up(max((abs(x) for part in found for x in part if math.isfinite(x)), default=0.0)))


def _entries(value: Value) -> Sequence[float]:
    return value.entries if kind(value) == "cells" else summary_of(value).bins


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
            boxes = [picture(value, role, ink, scale, cell), *_range(value, role, ink, scale)]
            return centred(_titled(stacked(boxes, 2.5), value))
        case _:
            return centred(_titled(_strip(value, role, ink, scale or Scale(0.0)), value))


def is_picture(value: Value | None) -> bool:
    """Whether a value is drawn in cells or bins, which stand first, so that a value's and its gradient's align."""
    return value is not None and kind(value) in ("cells", "strip")


def _titled(box: Box, value: Value) -> Box:
    return Box(box.width, box.ascent, box.descent, group(box.svg, title=described(value)))


def described(value: Value) -> str:
    """An array in words: its shape, its range, its zeros.

    Example:
        >>> described(Value((2, 2), (0.0, 1.0, -2.5, 0.0)))
        '2×2 numbers from −2.5 to 1, 50% zeros'
    """
    summary, shape = summary_of(value), "×".join(map(str, value.shape))
    low, high = (number_text(end, 4) for end in (summary.low, summary.high))
    said = f"{shape} numbers, all {low}" if low == high else f"{shape} numbers from {low} to {high}"
    said += f", {summary.zeros * 100:.0f}% zeros" if 0 < summary.zeros < 1 else ""
    return said + (f", {(1 - summary.finite) * 100:.2g}% not finite" if summary.finite < 1 else "")


def _range(value: Value, role: Role, ink: Ink, scale: Scale | None) -> list[Box]:
    """The least and the largest entry, what is not finite, and how much stronger the colours are than the scale."""
    finite = [entry for entry in value.entries if math.isfinite(entry)]
    if not finite:
        return [ink.word("nothing finite", 10, "warn")]
    low, high = (number_text(end, 2) for end in (min(finite), max(finite)))
    said = [ink.word(f"all {low}" if min(finite) == max(finite) else f"{low} … {high}", 10, role)]
    if len(finite) < len(value.entries):
        said.append(ink.word(f"{len(value.entries) - len(finite)} not finite", 10, "warn"))
    return said + _stronger(value.entries, ink, scale)


def _stronger(entries: Sequence[float], ink: Ink, scale: Scale | None) -> list[Box]:
    power = 0 if scale is None else scale.brought_near(entries)[1]
    return [ink.word(f"colours ×{f'10^{power}' if power > 4 else 10**power}", 10, "soft")] if power else []


def matrix(value: Value, ink: Ink) -> str:
    """A small array in LaTeX."""
    rows, columns = grid(value)
    digits = [ink.digits(entry) for entry in value.entries]
    body = r"\\".join("&".join(digits[row * columns : (row + 1) * columns]) for row in range(rows))
    return rf"\begin{{bmatrix}}{body}\end{{bmatrix}}"


def picture(value: Value, role: Role, ink: Ink, scale: Scale | None, cell: float = 13.0) -> Box:
    """The cells alone, framed in the colour of what they are."""
    rows, columns = grid(value)
    width, height = columns * cell, rows * cell
    near = (scale or Scale(0.0)).brought_near(value.entries)[0]
    parts = [
        _cell(value.entries[row * columns + column], column * cell, row * cell - height, cell, ink.theme, near)
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


def summary_of(value: Value) -> Summary:
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


def _strip(value: Value, role: Role, ink: Ink, scale: Scale) -> Box:
    summary = summary_of(value)
    near = scale.brought_near(summary.bins)[0]
    bins = stacked([beside([_bins(summary, role, ink.theme, near), _histogram(summary, role, ink.theme)], 8)])
    low, high = (number_text(end, 2) for end in (summary.low, summary.high))
    said = f"range {low} … {high}   zeros {summary.zeros * 100:.0f}%" if summary.high > summary.low else f"all {low}"
    if summary.finite < 1:
        said += f"   not finite {(1 - summary.finite) * 100:.2g}%"
    count = ink.word(f"{'×'.join(map(str, value.shape))} numbers", 10.5, "soft")
    foot = beside([count, *_stronger(summary.bins, ink, scale)], 9)
    return stacked([bins, ink.word(said, 11.5, role), foot], 4)


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
