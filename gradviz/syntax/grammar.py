"""The compiled grammar, made once per process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Literal

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedToken

from gradviz.syntax.lexeme import Lexeme

Start = Literal["statement", "expression"]


@cache
def compiled() -> Lark:
    """The LALR parser for `grammar.lark`."""
    text = resources.files("gradviz.syntax").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", start=["statement", "expression"], maybe_placeholders=False)


class Refused(Exception):
    """The grammar does not go on: the place among the pieces, and what it would have taken."""

    def __init__(self, place: int, wanted: frozenset[str]) -> None:
        super().__init__(place)
        self.place = place
        self.wanted = wanted


def derive(pieces: Sequence[Lexeme], start: Start) -> Tree[Token]:
    """The parse tree; its tokens hold the places of the pieces as text.

    The pieces are fed one by one, so depth costs no stack.

    Raises:
        Refused: a piece does not fit, or the end comes too early.
    """
    feed = compiled().parse_interactive(start=start)
    try:
        for place, piece in enumerate(pieces):
            feed.feed_token(Token(piece.kind, str(place)))
        made: Tree[Token] = feed.feed_eof()  # type: ignore[no-untyped-call]
    except UnexpectedToken as error:
        place = len(pieces) if error.token.type == "$END" else int(error.token)
        raise Refused(place, frozenset(error.expected)) from None
    return made
