"""KEYS: what a file of problems may say. The one list: validation, `gradviz grade --help` and the errors read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Table = Literal["class", "problem", "credit"]
Shape = Literal["text", "texts", "whole", "number", "table", "texts or table", "number or table", "problems"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key.

    Args:
        name: as it is written.
        table: where it stands: at the top of the file, in a `[[problem]]`, or in its `[problem.credit]`.
        shape: what its value is.
        says: what it is for, in a line of help.
    """

    name: str
    table: Table
    shape: Shape
    says: str


ANY_MISTAKE, FOLLOWS, AGREEMENT = "any single mistake", "follows", "agreement"

_LIST = (
    Key("title", "class", "text", "what the report is called"),
    Key("seed", "class", "whole", "of the variants; default 0"),
    Key("problem", "class", "problems", "[[problem]], one for each"),
    Key("id", "problem", "text", "short and unique: columns of submissions are named by it"),
    Key("title", "problem", "text", "for people; default: the id"),
    Key("source", "problem", "text", 'an expression, a program, or "FILE.grad" beside this file'),
    Key("kind", "problem", "text", '"answer" (default), or "steps": a backward pass, line by line'),
    Key(
        "wrt", "problem", "texts", 'by what: "x", or ["x", "y"] for an answer each; default: the inputs without a value'
    ),
    Key("order", "problem", "whole", "how often: 2 asks for second derivatives; default 1"),
    Key("of", "problem", "text", "the output, where it is not the last statement"),
    Key("at", "problem", "texts or table", 'at a point: "x=1,y=2" or {x = 1, y = 2}'),
    Key("points", "problem", "number or table", "for the problem, or by answer: {x = 1, y = 2}; default 1"),
    Key("lines", "problem", "table", "of steps, points by gradient: {q = 1, x = 2}"),
    Key("digits", "problem", "whole", "decimal answers are judged by so many digits at most"),
    Key("credit", "problem", "table", "partial credit: shares of the points, from 0 to 1"),
    Key("vary", "problem", "table", 'numbers that differ by student: {a = "2..9", b = [2, 3, "1/2"]}'),
    Key("such_that", "problem", "texts", 'what they obey: ["a != b", "a + b < 10"]'),
    Key(ANY_MISTAKE, "credit", "number", "for an answer that one known mistake explains"),
    Key(FOLLOWS, "credit", "number", "for a line that is right given a wrong one; default 1"),
    Key(AGREEMENT, "credit", "number", "for an answer that agrees at all points but is not proved; default 0"),
)

KEYS: Mapping[Table, Mapping[str, Key]] = MappingProxyType(
    {
        table: MappingProxyType({key.name: key for key in _LIST if key.table == table})
        for table in ("class", "problem", "credit")
    }
)


def described(table: Table) -> list[tuple[str, str]]:
    """The keys of a table with what they are for, as help prints them."""
    return [(key.name, key.says) for key in KEYS[table].values()]
