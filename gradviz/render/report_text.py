"""Sections that text reports share: what is shown and at which point, facts in two columns, equalities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from gradviz.explanation.data import Math, Value
from gradviz.render.arrays_text import value_lines
from gradviz.render.options import Options
from gradviz.render.pen import Nib
from gradviz.render.terminal_notes import INDENT, hang
from gradviz.render.text_lines import Line, Piece, Role, left, line, painted, plain, to_ascii, width_of, wrap

_SIZES = re.compile(r"(?<=\d)×(?=\d)")


def finished(sections: Iterable[Sequence[Line]], options: Options) -> str:
    """The sections with a blank line after each."""
    lines = [part for section in sections if section for part in (*section, line())]
    if options.ascii:
        lines = [tuple(Piece(to_ascii(piece.text), piece.role) for piece in pieces) for pieces in lines]
    return painted(lines, options.theme) if options.color else plain(lines)


def opening(symbol: Math, title: Math, inputs: Mapping[str, Value | None] | None, nib: Nib) -> list[Line]:
    """What is shown, of which program, and at which point."""
    what, program = nib.math(symbol), nib.math(title)
    width = nib.options.width
    head = [line(Piece(what, "head"), nib.sign("  of  "), Piece(program, "head"))]
    if width_of(what) + 6 + width_of(program) > width:
        head = [line(Piece(what, "head")), *(line("  ", Piece(part, "head")) for part in hang(program, width - 2, 4))]
    return head + point_lines("at", inputs or {}, nib)


def point_lines(word: str, given: Mapping[str, Value | None], nib: Nib) -> list[Line]:
    """`at x = −2, y = 5` on one line, arrays each on lines of its own."""
    known = [(nib.sign(name), value) for name, value in given.items() if value is not None]
    if not known:
        return []
    numbers = ", ".join(f"{name} = {nib.number(value.number)}" for name, value in known if not value.shape)
    margin = " " * (INDENT + len(word) + 1)
    parts = hang(numbers, nib.options.width - len(margin), 2) if numbers else []
    for name, value in known:
        if value.shape:
            found = value_lines(value, nib.options, nib.options.width - len(margin) - width_of(name) - 3)
            parts += [f"{name} = {found[0]}", *(" " * (width_of(name) + 3) + part for part in found[1:])]
    heads = [f"  {word} ", *([margin] * (len(parts) - 1))]
    return [line(head, Piece(part, "value")) for head, part in zip(heads, parts, strict=True)]


def fact_lines(facts: Sequence[tuple[str, str]], nib: Nib) -> list[Line]:
    """Labels, and what is said of each beside them."""
    column = max((len(label) for label, _ in facts), default=0)
    lines: list[Line] = []
    for label, text in facts:
        room = nib.options.width - INDENT - column - 3
        parts = wrap(_spelled(text, nib), room, room)
        heads = [left(label, column), *([" " * column] * (len(parts) - 1))]
        lines += [line("  ", Piece(head, "soft"), f"   {part}") for head, part in zip(heads, parts, strict=True)]
    return lines


def _spelled(text: str, nib: Nib) -> str:
    """Words for people; in ASCII, sizes are written 2x4."""
    return nib.sign(_SIZES.sub("x", text) if nib.options.ascii else text)


def equality(head: str, text: str, role: Role, nib: Nib) -> list[Line]:
    """`head = text`, long texts on lines that hang."""
    room = nib.options.width - INDENT - width_of(head) - 3
    if room < nib.options.width // 3:
        parts = wrap(text, nib.options.width - INDENT - 6, nib.options.width - INDENT - 8)
        lines = [line("  ", part) for part in hang(head, nib.options.width - INDENT, 4)]
        heads = ["      = ", *(["          "] * (len(parts) - 1))]
        return lines + [line(lead, Piece(part, role)) for lead, part in zip(heads, parts, strict=True)]
    parts = wrap(text, room, room - 2)
    heads = [f"{head} = ", *([" " * (width_of(head) + 5)] * (len(parts) - 1))]
    return [line("  ", lead, Piece(part, role)) for lead, part in zip(heads, parts, strict=True)]
