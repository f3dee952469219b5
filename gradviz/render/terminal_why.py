"""Below an edge between arrays: why its contribution is what it is, by shapes and by indices."""

from __future__ import annotations

import re

from gradviz.explanation.data import EdgeFacts, Math
from gradviz.render.pen import Pen
from gradviz.render.text_lines import Line, Piece, left, line, width_of, wrap

MARGIN = 18
"""Columns before the text."""


def why_lines(edge: EdgeFacts, pen: Pen) -> list[Line]:
    """The reasons, or where the same ones stand already."""
    why = edge.why
    if why is None:
        return []
    room = pen.options.width - MARGIN
    if why.like:
        return _told("why", wrap(pen.sign(why.like), room, room))
    said = [row for sentence in why.says for row in _indented(_sentence(sentence, pen), room)]
    return _told("why", said) + _told("by index", _joined(steps(edge), room, pen))


def steps(edge: EdgeFacts) -> tuple[Math, ...]:
    """The lines of the derivation, without the result that stands as the contribution already."""
    if edge.why is None:
        return ()
    result = ["" if edge.rule is None else edge.rule.text]
    return tuple(step for step in edge.why.indices if step.text.split(" = ")[1:] != result)


def _sentence(text: str, pen: Pen) -> str:
    """A sentence; in ASCII a shape is `2x3` or `m x n`, as programs write it."""
    if not pen.options.ascii:
        return text
    return pen.sign(re.sub(r"(?<=[^\W\d])×|×(?=[^\W\d])", " x ", text).replace("×", "x"))


def _indented(sentence: str, room: int) -> list[str]:
    first, *rest = wrap(sentence, room, room - 2)
    return [first, *(f"  {row}" for row in rest)]


def _joined(parts: tuple[Math, ...], room: int, pen: Pen) -> list[str]:
    """`a, so b, so c`: as many on a line as fit."""
    rows: list[str] = []
    for number, part in enumerate(parts):
        text = pen.math(part) + ("," if number + 1 < len(parts) else "")
        said = f"so {text}" if number else text
        if rows and width_of(f"{rows[-1]} {said}") <= room:
            rows[-1] += f" {said}"
        elif width_of(said) <= room:
            rows.append(said)
        else:
            rows += _members(said, room)
    return rows


def _members(text: str, room: int) -> list[str]:
    """A long equation, cut before its equals signs where that does."""
    rows: list[str] = []
    for number, member in enumerate(text.split(" = ")):
        said = f"= {member}" if number else member
        if rows and width_of(f"{rows[-1]} {said}") <= room:
            rows[-1] += f" {said}"
        else:
            first, *rest = wrap(said, room - 2 * (number > 0), room - 4)
            rows += [f"  {first}" if number else first, *(f"    {row}" for row in rest)]
    return rows


def _told(name: str, rows: list[str]) -> list[Line]:
    heads = [f"    {left(name, 12)}  ", *([" " * MARGIN] * (len(rows) - 1))]
    return [line(head, Piece(row, "soft")) for head, row in zip(heads, rows, strict=False)]
