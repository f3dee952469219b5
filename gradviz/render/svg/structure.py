"""The structure of a Jacobian as a small grid whose marks say the kind: what is one, what differs, what repeats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from gradviz.explanation.data import JacobianFacts
from gradviz.render.svg.box import EMPTY, Box, padded
from gradviz.render.svg.ink import Ink
from gradviz.render.svg.shapes import line, rectangle
from gradviz.render.svg.theme import mixed

SIDES = (1.0, 0.5, 0.78, 0.4, 0.9, 0.62)
"""How large marks are drawn that stand for different numbers."""

Marks = tuple[tuple[int, ...], ...]
Drawer = Callable[[Marks, float, Ink], str]
"""Draws the marks of a pattern, cells of a size, its lower left corner at the origin."""


def pattern(facts: JacobianFacts, ink: Ink, cell: float = 5.5) -> Box:
    """A small picture of where a Jacobian can differ from zero, and how.

    Ticks are ones, equal squares one number, squares of different sizes different numbers; blocks are filled, a zero
    has nothing but its 0; of low rank is a column by a row.
    """
    rows = facts.pattern
    if not rows or not rows[0]:
        return EMPTY
    colour = ink.theme["local"]
    width, height = len(rows[0]) * cell, len(rows) * cell
    if facts.structure == "zero":
        width, height = max(width, 1.6 * cell), max(height, 1.8 * cell)
    frame = rectangle(0, -height, width, height, fill=ink.theme["ground"], stroke=colour)
    if facts.structure == "zero":
        sign = ink.math("0", min(13.0, 1.6 * height), "local")
        inside = sign.at((width - sign.width) / 2, -(height + sign.height) / 2)
        return padded(Box(width, height, 0.0, frame + inside), 1, 1)
    body = FACES.get(facts.structure, _dense)(rows, cell, ink)
    if facts.structure == "low rank":
        return _with_factors(Box(width, height, 0.0, frame + body), cell, colour)
    return padded(Box(width, height, 0.0, frame + body), 1, 1)


def _squares(rows: Marks, cell: float, ink: Ink, side: Callable[[int, int], float]) -> str:
    """A square for every mark, its share of the cell by its row and column."""
    height, colour, parts = len(rows) * cell, ink.theme["local"], []
    for i, row in enumerate(rows):
        for j, mark in enumerate(row):
            if mark:
                wide = (cell - 1.4) * side(i, j)
                free = (cell - wide) / 2
                parts.append(rectangle(j * cell + free, i * cell - height + free, wide, wide, fill=colour))
    return "".join(parts)


def _ones(rows: Marks, cell: float, ink: Ink) -> str:
    """A tick for every mark: the digit 1."""
    height, colour = len(rows) * cell, ink.theme["local"]
    return "".join(
        line(
            (j * cell + cell / 2, i * cell - height + 1.0),
            (j * cell + cell / 2, (i + 1) * cell - height - 1.0),
            colour,
            1.4,
        )
        for i, row in enumerate(rows)
        for j, mark in enumerate(row)
        if mark
    )


def _equal(rows: Marks, cell: float, ink: Ink) -> str:
    return _squares(rows, cell, ink, lambda i, j: 0.85)


def _different(rows: Marks, cell: float, ink: Ink) -> str:
    """Every row has a number of its own."""
    return _squares(rows, cell, ink, lambda i, j: SIDES[i % len(SIDES)])


def _dense(rows: Marks, cell: float, ink: Ink) -> str:
    return _squares(rows, cell, ink, lambda i, j: 1.0)


def _repeated(rows: Marks, cell: float, ink: Ink) -> str:
    """The same numbers over and over: a mark's size is that of its place among the marks of its row."""
    return _squares(rows, cell, ink, lambda i, j: SIDES[sum(rows[i][:j]) % len(SIDES)])


def _blocks(rows: Marks, cell: float, ink: Ink) -> str:
    """Blocks without gaps, a hair smaller than their cells so that neighbours stay apart."""
    height, colour, parts = len(rows) * cell, ink.theme["local"], []
    top = 0
    while top < len(rows):
        marked = [j for j, mark in enumerate(rows[top]) if mark]
        bottom = top
        while bottom < len(rows) and rows[bottom] == rows[top]:
            bottom += 1
        if marked:
            wide, high = (marked[-1] - marked[0] + 1) * cell, (bottom - top) * cell
            x, y = marked[0] * cell + 0.4, top * cell - height + 0.4
            parts.append(rectangle(x, y, wide - 0.8, high - 0.8, fill=colour))
        top = bottom
    return "".join(parts)


def _product(rows: Marks, cell: float, ink: Ink) -> str:
    """What a column times a row fills: all of it, but nothing of its own."""
    width, height = len(rows[0]) * cell, len(rows) * cell
    tint = mixed(ink.theme["ground"], ink.theme["local"], 0.28)
    return rectangle(0.7, 0.7 - height, width - 1.4, height - 1.4, fill=tint)


def _with_factors(box: Box, cell: float, colour: str) -> Box:
    """The picture with the column at its left and the row above it whose product it is."""
    bar, gap = cell * 0.55, 2.0
    column = rectangle(1, -box.height, bar, box.height, fill=colour)
    row = rectangle(1 + bar + gap, -box.height - gap - bar, box.width, bar, fill=colour)
    moved = padded(box, 1 + bar + gap, 1, gap + bar)
    return Box(moved.width, moved.ascent, 0.0, column + row + moved.svg)


FACES: Mapping[str, Drawer] = MappingProxyType(
    {
        "identity": _ones,
        "scaled identity": _equal,
        "diagonal": _different,
        "block diagonal": _blocks,
        "Kronecker": _repeated,
        "selection": _ones,
        "scaled selection": _different,
        "low rank": _product,
        "dense": _dense,
    }
)
"""How the marks of each kind of Jacobian look; a kind that is not here has full squares."""
