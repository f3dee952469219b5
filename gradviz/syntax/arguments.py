"""What stands in a call's parentheses: expressions, lists in parentheses, settings by keyword."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.errors import ParseError
from gradviz.source import Span
from gradviz.syntax.lexeme import Lexeme
from gradviz.syntax.tree import Expr, Text


@dataclass(frozen=True, slots=True)
class Tuple:
    """`(a, b)`: not an expression, but what a shape or a case of `Piecewise` is written as."""

    items: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Keyword:
    """`axis=0` among a call's arguments."""

    name: str
    value: Expr | Tuple
    span: Span


Argument = Expr | Tuple | Keyword


def operand(argument: Argument) -> Expr:
    """An argument that must be an expression.

    Raises:
        ParseError: it is a list in parentheses or a setting.
    """
    if isinstance(argument, Tuple):
        raise ParseError("a list of values stands in square brackets", span=argument.span, hint="write [a, b]")
    if isinstance(argument, Text):
        raise ParseError(
            "text in quotes is only for settings such as einsum's equation",
            span=argument.span,
            hint="give a number, a name or an array",
        )
    if isinstance(argument, Keyword):
        raise ParseError(f"there is no setting {argument.name} here", span=argument.span, hint="give operands only")
    return argument


def shown(function: Lexeme) -> str:
    """A function word as the user wrote it."""
    return function.text or function.word


def wrong_count(function: Lexeme, given: int, arity: tuple[int, int | None]) -> ParseError:
    """The error for a number of operands that a function does not take."""
    least, most = arity
    wanted = f"{least}" if least == most else f"{least} or more" if most is None else f"{least} to {most}"
    noun = "operand" if wanted == "1" else "operands"
    names = ", ".join("abcdefgh"[: max(least, 1)]) if least > 1 else "x"
    return ParseError(
        f"{shown(function)} takes {wanted} {noun}, not {given}",
        span=function.span,
        hint=f"write {shown(function)}({names})",
    )
