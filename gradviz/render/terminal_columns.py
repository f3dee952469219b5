"""Rows in columns: the edges between scalars, laid out so that they fit."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.render.pen import Pen
from gradviz.render.text_lines import Line, Piece, left, line, right, width_of, wrap

FULL, SHORT, NONE = "local derivative", "derivative", ""
"""How the local derivative is said in its column: `∂f/∂q = z`, or `z`, or not at all but below. The head's words."""

LAYOUTS = (
    (22, 34, FULL),
    (22, 34, SHORT),
    (22, 24, FULL),
    (22, 24, SHORT),
    (16, 16, SHORT),
    (16, 10, SHORT),
    (16, 0, NONE),
    (6, 0, NONE),
)
"""Columns beyond which an edge's name or a local derivative gets a line of its own: tried until all fits."""


@dataclass(frozen=True, slots=True)
class Row:
    """One edge between scalars, cell by cell; numbers are empty where there are no values."""

    edge: str
    verb: str
    local: str
    formula: str
    upstream: str
    factor: str
    contribution: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns' widths, and how the local derivative is said."""

    edge: int
    verb: int
    local: int
    upstream: int
    factor: int
    contribution: int
    says: str

    @property
    def total(self) -> int:
        """All of them with what stands between."""
        gaps = 2 + 2 + 2 + 2 * bool(self.local) + 3 + 3
        last = max(self.contribution, len("contribution"))
        return gaps + self.edge + self.verb + self.local + self.upstream + self.factor + last


def columns_for(rows: list[Row], pen: Pen) -> Columns | None:
    """The first layout that fits; None if the numbers alone are too wide."""
    plain = pen.options.detail == "gradients"
    for edge_limit, local_limit, says in LAYOUTS:
        columns = _limited(rows, edge_limit, 0 if plain else local_limit, NONE if plain else says)
        if columns.total <= pen.options.width:
            return columns
    return None


def _limited(rows: list[Row], edge_limit: int, local_limit: int, says: str) -> Columns:
    def widest(cells: list[str], least: int, limit: int = 1000) -> int:
        return max([least, *(width_of(cell) for cell in cells if width_of(cell) <= limit)])

    return Columns(
        widest([row.edge for row in rows], 6, edge_limit),
        widest([row.verb for row in rows], 0),
        widest([row.local if says == FULL else row.formula for row in rows], len(says), local_limit) if says else 0,
        widest([row.upstream for row in rows], 8),
        widest([row.factor for row in rows], 5),
        widest([row.contribution for row in rows], 0),
        says,
    )


def heading(columns: Columns | None, pen: Pen) -> list[Line]:
    """The line above the edges, which says what the columns are."""
    if columns is None:
        return [line(Piece("backward", "head"))]
    start = left("backward", 2 + columns.edge + 2 + columns.verb + 2)
    local = left(columns.says, columns.local) + "  " if columns.says else ""
    product = f"{right('upstream', columns.upstream)}{pen.sign(' × ')}{left('local', columns.factor)}"
    tail = " = contribution" if columns.contribution else ""
    return [line(Piece(start, "head"), Piece(f"{local}{product}{tail}", "soft"))]


def row_lines(row: Row, columns: Columns, pen: Pen) -> list[Line]:
    """One edge; what does not fit its column stands above or below."""
    lines: list[Line] = []
    edge, local = row.edge, row.local if columns.says == FULL else row.formula
    if width_of(edge) > columns.edge:
        lines, edge = [line("  ", edge)], ""
    if width_of(local) > columns.local:
        local = ""
    pieces: list[str | Piece] = [f"  {left(edge, columns.edge)}  ", Piece(left(row.verb, columns.verb), "soft"), "  "]
    if columns.local:
        pieces += [Piece(left(local, columns.local), "local"), "  "]
    if row.upstream:
        pieces += [Piece(right(row.upstream, columns.upstream), "gradient"), pen.sign(" × ")]
        pieces += [Piece(left(row.factor, columns.factor), "local")]
    if row.contribution:
        pieces += [" = ", Piece(right(row.contribution, columns.contribution), "gradient")]
    lines.append(line(*pieces))
    return lines + own_line(row.local, pen) if row.local and not local else lines


def own_line(text: str, pen: Pen) -> list[Line]:
    """A formula on lines of its own."""
    room = pen.options.width - 6
    parts = wrap(text, room, room - 2)
    return [line("      " if number == 0 else "        ", Piece(part, "local")) for number, part in enumerate(parts)]
