"""LaTeX environments: matrices become arrays in brackets, cases become Piecewise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradviz.source import Span
from gradviz.syntax.latex_words import TABLES
from gradviz.syntax.lexeme import Lexeme

if TYPE_CHECKING:
    from gradviz.syntax.scan import Scanner

GROUP = re.compile(r"\s*\{([^{}]*)\}")
"""A group in braces without groups inside."""


@dataclass(slots=True)
class Frame:
    """An open group: what it belongs to, where it opened, and for a table the cells so far."""

    role: str
    start: int
    rows: int = 0
    width: int = 0
    first: int = 0


def in_table(scanner: Scanner) -> bool:
    """Whether an array or cases environment is open."""
    return any(frame.role in ("array", "cases") for frame in scanner.frames)


def put(scanner: Scanner, kind: str, start: int, value: object = None) -> None:
    """Append a piece that LaTeX implies, at the place of the command."""
    scanner.out.append(Lexeme(kind, "", Span(start, scanner.place), value, latex=True))


def environment(scanner: Scanner, start: int, which: str) -> None:
    r"""Read `\begin{…}` or `\end{…}`."""
    found = GROUP.match(scanner.text, scanner.place)
    name = found.group(1).strip().rstrip("*") if found else ""
    if found is None or name not in TABLES:
        if name in ("equation", "align", "aligned", "gather", "displaymath", "split") and found is not None:
            scanner.place = found.end()
            return
        hint = "bmatrix, pmatrix and cases are"
        raise scanner.fail(f"the environment {name} is not in the language", start, hint, end=scanner.place)
    scanner.place = found.end()
    role = "cases" if name == "cases" else "array"
    if which == "begin":
        if name == "array":
            columns = GROUP.match(scanner.text, scanner.place)
            scanner.place = columns.end() if columns else scanner.place
        scanner.frames.append(Frame(role, start, first=len(scanner.out)))
        _begin_table(scanner, role, start)
        return
    if not scanner.frames or scanner.frames[-1].role != role:
        raise scanner.fail(rf"this \end{{{name}}} closes nothing", start, end=scanner.place)
    _end_table(scanner, role, start)


def _begin_table(scanner: Scanner, role: str, start: int) -> None:
    if role == "cases":
        put(scanner, "WORD", start, "Piecewise")
        put(scanner, "LPAR", start)
        put(scanner, "LPAR", start)
    else:
        put(scanner, "LSQB", start)
        put(scanner, "LSQB", start)


def cell(scanner: Scanner, start: int) -> None:
    """Read `&`."""
    frame = scanner.frames[-1]
    if frame.role not in ("array", "cases"):
        raise scanner.fail("this & stands inside a group", start, "close the group first")
    frame.width += frame.rows == 0
    if scanner.out[-1].kind == "COMMA":  # `x, & x > 0`: the comma is the reader's
        scanner.out.pop()
    put(scanner, "COMMA", start)


def row(scanner: Scanner, start: int) -> None:
    r"""Read a table's `\\`."""
    frame = scanner.frames[-1]
    if frame.role not in ("array", "cases"):
        raise scanner.fail(r"this \\ stands inside a group", start, "close the group first", end=start + 2)
    if re.compile(r"\s*\\end\b").match(scanner.text, scanner.place):
        return  # a trailing \\ adds no row
    frame.rows += 1
    pair = ("RPAR", "LPAR") if frame.role == "cases" else ("RSQB", "LSQB")
    put(scanner, pair[0], start)
    put(scanner, "COMMA", start)
    put(scanner, pair[1], start)


def _end_table(scanner: Scanner, role: str, start: int) -> None:
    frame = scanner.frames.pop()
    closing = "RPAR" if role == "cases" else "RSQB"
    put(scanner, closing, start)
    put(scanner, closing, start)
    if role == "array" and frame.width == 0 and frame.rows > 0:
        _make_vector(scanner, frame.first)


def _make_vector(scanner: Scanner, first: int) -> None:
    """A single column is a vector: its rows' own brackets are dropped."""
    table = scanner.out[first:]
    depth, kept = 0, []
    for piece in table:
        opens, closes = piece.kind == "LSQB", piece.kind == "RSQB"
        depth += opens
        if not (depth == 2 and (opens or closes) and not piece.text):
            kept.append(piece)
        depth -= closes
    scanner.out[first:] = kept
