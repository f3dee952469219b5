"""The pieces that a program's text is cut into before it is parsed."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.source import Span


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One piece of text.

    Args:
        kind: a terminal of the grammar, or one of the raw kinds that later passes replace (BAR, WORD, LSQB).
        text: as the user wrote it; empty for pieces that the reader supplies (implicit products, parentheses).
        value: a word's canonical name, a number's digits, a shape.
        latex: whether it was written in LaTeX.
    """

    kind: str
    text: str
    span: Span
    value: object = None
    latex: bool = False

    @property
    def word(self) -> str:
        """The canonical name of a word."""
        return str(self.value)


OPENING = {"LPAR": "RPAR", "LSQB": "RSQB", "LINDEX": "RSQB", "LFENCE": "RFENCE"}
"""Each opening bracket's kind and the kind that closes it."""

OPERAND_ENDS = frozenset({"NUMBER", "NAME", "WORD", "STRING", "RPAR", "RSQB", "RABS", "RNORM", "RFENCE", "TRANSPOSE"})
"""What may end an operand."""

OPERAND_STARTS = frozenset({"NUMBER", "NAME", "WORD", "FUNC", "LPAR", "LABS", "LNORM", "LFENCE"})
"""What may begin an operand directly behind another one, and so makes an implicit product."""


def supplied(kind: str, position: int, value: object = None) -> Lexeme:
    """A piece that the reader supplies at a place in the text."""
    return Lexeme(kind, "", Span(position, position), value)
