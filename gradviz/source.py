"""Where a piece of text came from, and how to point at a place in it."""

from __future__ import annotations

from dataclasses import dataclass, field

EXCERPT_WIDTH = 76
"""Columns that an excerpt may take, so that it fits an 80-column terminal with its margin."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters, `start` to `end`, in a source's text."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The smallest span that covers both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Source:
    """A program's text and the name under which errors speak of it."""

    text: str
    name: str = field(default="expression", compare=False)

    def line_of(self, position: int) -> tuple[int, int, str]:
        """The 1-based line, the 0-based column and the line's text at a position."""
        position = max(0, min(position, len(self.text)))
        start = self.text.rfind("\n", 0, position) + 1
        end = self.text.find("\n", position)
        line = self.text[start : len(self.text) if end < 0 else end]
        return self.text.count("\n", 0, start) + 1, position - start, line

    def excerpt(self, span: Span) -> str:
        """The line at the span with carets under it; a long line is cut around the place.

        Example:
            >>> print(Source("f = x +* y").excerpt(Span(7, 8)))
              f = x +* y
                     ^
        """
        number, column, line = self.line_of(span.start)
        width = max(1, min(span.end - span.start, len(line) - column))
        line, column = _window(line.replace("\t", " "), column, width)
        width = max(1, min(width, len(line) - column))
        prefix = f"{number:>4} | " if "\n" in self.text.strip() else "  "
        return f"{prefix}{line}\n{' ' * (len(prefix) + column)}{'^' * width}"


def _window(line: str, column: int, width: int) -> tuple[str, int]:
    if len(line) <= EXCERPT_WIDTH:
        return line, column
    start = max(0, min(column - EXCERPT_WIDTH // 3, len(line) - EXCERPT_WIDTH))
    end = min(len(line), start + EXCERPT_WIDTH)
    head, tail = ("…" if start else ""), ("…" if end < len(line) else "")
    cut = head + line[start + len(head) : end - len(tail)] + tail
    return cut, column - start
