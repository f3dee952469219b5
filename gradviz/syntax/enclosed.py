"""The rules for what brackets, bars and commas enclose: arrays, norms, indices, settings."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gradviz.errors import ParseError
from gradviz.syntax.calls import Keyword, Tuple
from gradviz.syntax.grammar import Tree
from gradviz.syntax.lexeme import Lexeme
from gradviz.syntax.part import Building, Part, expressions, span_of
from gradviz.syntax.tree import Array, Call, Expr, Index, Number, Slice, Text


def keyword(b: Building, node: Tree, parts: list[Part]) -> Keyword:
    """`axis=0`."""
    return Keyword(parts[0].word, parts[2], span_of(parts))


def tuple_of(b: Building, node: Tree, parts: list[Part]) -> Tuple:
    """`(a, b)`."""
    return Tuple(tuple(expressions(parts)), span_of(parts))


def array(b: Building, node: Tree, parts: list[Part]) -> Expr:
    """`[a, b]`."""
    items = tuple(expressions(parts))
    if not items:
        raise ParseError("an array needs at least one entry", span=span_of(parts), hint="write [1, 2]")
    return Array(items, span_of(parts))


def fenced(function: str) -> Callable[[Building, Tree, list[Part]], Expr]:
    """The rule for an operation whose signs enclose its operand."""
    return lambda b, node, parts: Call(function, (parts[1],), (), span_of(parts))


def norm(b: Building, node: Tree, parts: list[Part]) -> Expr:
    """`||x||`, with or without its order."""
    kind = str(parts[3].value) if len(parts) > 3 else ""
    keywords: tuple[tuple[str, Expr], ...] = ()
    if kind:
        order = Number(Fraction(kind), parts[3].span) if kind.isdecimal() else Text(kind, parts[3].span)
        keywords = (("ord", order),)
    return Call("norm", (parts[1],), keywords, span_of(parts))


def fence(b: Building, node: Tree, parts: list[Part]) -> Expr:
    """`⌊x⌋` and `⌈x⌉`."""
    opened, operand, closed = parts
    floor = {"⌊": "⌋", r"\lfloor": r"\rfloor"}.get(opened.text)
    ceiling = {"⌈": "⌉", r"\lceil": r"\rceil"}.get(opened.text)
    if closed.text != (floor or ceiling):
        raise ParseError(
            f"this {opened.text} is closed by {closed.text}", span=opened.span, hint=f"use {floor or ceiling}"
        )
    return Call("floor" if floor else "ceil", (operand,), (), span_of(parts))


def transpose(b: Building, node: Tree, parts: list[Part]) -> Expr:
    """`A'`."""
    return Call("transpose", (parts[0],), (), span_of(parts))


def items(b: Building, node: Tree, parts: list[Part]) -> list[Any]:
    """What stands in an index."""
    return expressions(parts)


def slice_of(b: Building, node: Tree, parts: list[Part]) -> Slice:
    """`1:3`."""
    places: list[Expr | None] = [None, None, None]
    place = 0
    for part in parts:
        if isinstance(part, Lexeme):
            place += 1
        else:
            places[place] = part
    return Slice(places[0], places[1], places[2], span_of(parts))


def index(b: Building, node: Tree, parts: list[Part]) -> Expr:
    """`x[0, 1:]`."""
    items = parts[2] if isinstance(parts[2], list) else [parts[2]]
    return Index(parts[0], tuple(items), span_of([parts[0], parts[-1]]))
