"""A spy plot for a terminal: four rows and two columns of cells in each character."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.explanation.data import MatrixReport
from gradviz.render.arrays_text import shape_text
from gradviz.render.matrix_parts import block_text
from gradviz.render.pen import Nib
from gradviz.render.text_lines import Line, Piece, left, line, width_of, wrap

TALL, WIDE = 4, 2
"""Cells in one character."""

BITS = ((0, 3), (1, 4), (2, 5), (6, 7))
"""The bit of each dot in a Braille sign, row by row."""

SHADES = " .:#"
"""In ASCII: no cell, up to a third of them, up to two thirds, more."""

FRAME = ("┌", "─", "┐", "│", "└", "┘", "┬")
PLAIN = ("+", "-", "+", "|", "+", "+", "+")


def grid_lines(report: MatrixReport, nib: Nib) -> list[Line]:
    """The picture in a frame, with the names of its rows and columns."""
    shares = report.picture.shares if report.picture else ()
    if not shares or not shares[0]:
        return []
    corner, bar, end, side, foot, last, fork = PLAIN if nib.options.ascii else FRAME
    name = nib.sign(", ".join(report.wrt) if report.kind == "Hessian" else report.of)
    size = shape_text(report.row_shape, ascii=nib.options.ascii)
    margin = min(max(width_of(name), width_of(size)), 20)
    room = max(4, nib.options.width - margin - 6)
    cells = _thinned(shares, room * WIDE)
    rows = _characters(cells, ascii=nib.options.ascii)
    names, rule = _above(report, len(rows[0]), bar, fork, nib)
    lines = [line(Piece("picture", "head"))]
    if names:
        lines.append(line("  ", " " * (margin + 2), Piece(names, "soft")))
    lines.append(line("  ", " " * (margin + 1), f"{corner}{rule}{end}"))
    beside = {(len(rows) - 1) // 2: name, (len(rows) - 1) // 2 + 1: size if len(rows) > 2 else ""}
    for place, row in enumerate(rows):
        said = beside.get(place, "")
        said = said if width_of(said) <= margin else ""
        lines.append(line("  ", Piece(left(said, margin), "soft"), f" {side}", Piece(row, "local"), side))
    lines.append(line("  ", " " * (margin + 1), f"{foot}{bar * len(rows[0])}{last}"))
    says = nib.sign(_scale(report, cells, nib))
    return [
        *lines,
        *(line("  ", Piece(part, "soft")) for part in wrap(says, nib.options.width - 2, nib.options.width - 2)),
    ]


def _characters(shares: Sequence[Sequence[float]], *, ascii: bool) -> list[str]:
    lines = []
    for top in range(0, len(shares), TALL):
        signs = []
        for start in range(0, len(shares[0]), WIDE):
            marks = [[share > 0 for share in row[start : start + WIDE]] for row in shares[top : top + TALL]]
            signs.append(_shade(marks) if ascii else _braille(marks))
        lines.append("".join(signs))
    return lines


def _thinned(shares: Sequence[Sequence[float]], room: int) -> Sequence[Sequence[float]]:
    """Blocks of cells as one cell each, where there are more columns than there is room for."""
    step = -(-len(shares[0]) // room)
    if step <= 1:
        return shares
    return [
        [
            max(share for row in shares[top : top + step] for share in row[start : start + step])
            for start in range(0, len(shares[0]), step)
        ]
        for top in range(0, len(shares), step)
    ]


def _braille(marks: list[list[bool]]) -> str:
    code = sum(1 << BITS[i][j] for i, row in enumerate(marks) for j, mark in enumerate(row) if mark)
    return chr(0x2800 + code) if code else " "


def _shade(marks: list[list[bool]]) -> str:
    count, whole = sum(map(sum, marks)), sum(map(len, marks))
    return SHADES[-(-3 * count // whole)]


def _above(report: MatrixReport, width: int, bar: str, fork: str, nib: Nib) -> tuple[str, str]:
    """The inputs' names over their columns, and the upper edge with a fork where one input ends and the next begins."""
    starts, place = [], 0
    for shape in report.column_shapes:
        starts.append(min(width, round(place * width / max(1, report.columns))))
        place += _size(shape)
    rule = [bar] * width
    names = ""
    for number, (start, name) in enumerate(zip(starts, report.wrt, strict=True)):
        if 0 < start < width:
            rule[start] = fork
        stop = starts[number + 1] if number + 1 < len(starts) else width
        room = stop - start - 1 if number + 1 < len(starts) else nib.options.width
        shape = report.column_shapes[number]
        full = f"{nib.sign(name)} {shape_text(shape, ascii=nib.options.ascii)}" if shape else nib.sign(name)
        text = next((text for text in (full, nib.sign(name)) if width_of(text) <= room), "")
        if text and width_of(names) <= start:
            names = left(names, start) + text
    return names, "".join(rule)


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for axis in shape:
        size *= axis
    return size


def _scale(report: MatrixReport, cells: Sequence[Sequence[float]], nib: Nib) -> str:
    if len(cells) == report.rows and len(cells[0]) == report.columns:
        what = "each dot is one entry that can differ from zero"
    else:
        block = block_text(report, len(cells), len(cells[0]))
        block = block.replace("×", "x") if nib.options.ascii else block
        what = f"each dot stands for a block of {block} entries, some of which can differ from zero"
    return what if not nib.options.ascii else f"a sign stands for {TALL} rows and {WIDE} columns of dots; {what}"
