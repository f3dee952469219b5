"""What the rules of the grammar work on: finished parts, and what is known beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradviz.source import Source, Span
from gradviz.syntax.lexeme import Lexeme
from gradviz.syntax.scope import Scope
from gradviz.syntax.tree import Note

Part = Any
"""A finished part (Expr, Slice, Tuple, Keyword or a list of items), or the lexeme of a terminal."""


@dataclass(slots=True)
class Building:
    """What the rules need beside their parts: the pieces of the text, what is in scope, and where notes go."""

    pieces: Sequence[Lexeme]
    scope: Scope
    notes: list[Note]

    @property
    def source(self) -> Source:
        """The text."""
        return self.scope.source


def expressions(parts: Sequence[Part]) -> list[Any]:
    """The parts that are no signs."""
    return [part for part in parts if not isinstance(part, Lexeme)]


def span_of(parts: Sequence[Part]) -> Span:
    """From the first part to the last."""
    first, last = parts[0].span, parts[-1].span
    return Span(min(first.start, last.start), max(first.end, last.end))
