"""Where a piece of text came from, and how to point at a place in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

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


Place = tuple[Span, str]
"""A place in a text, and what is to be said of it there."""


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

    def marked(self, places: Sequence[Place]) -> str:
        """The line with several places underlined, and what is said of each hung below it.

        Places on different lines, or too far apart for one excerpt, are shown one after the other.

        Example:
            >>> print(Source("f = W @ x").marked([(Span(4, 5), "W is 2×3"), (Span(8, 9), "x is 2")]))
              f = W @ x
                  ^   ^ x is 2
                  |
                  W is 2×3
        """
        ordered = sorted(places, key=lambda place: (place[0].start, place[0].end))
        (number, first, line), *others = [self.line_of(span.start) for span, _ in ordered]
        reach = max(span.end for span, _ in ordered) - ordered[0][0].start
        if any(other[0] != number for other in others) or reach > EXCERPT_WIDTH * 2 // 3 or _meet(ordered):
            return "\n".join(f"{self.excerpt(span)} {says}" for span, says in ordered)
        cut, column = _window(line.replace("\t", " "), first, 1)
        prefix = f"{number:>4} | " if "\n" in self.text.strip() else "  "
        starts = [len(prefix) + column + span.start - ordered[0][0].start for span, _ in ordered]
        under = ""
        for start, (span, _) in zip(starts, ordered, strict=True):
            under = under.ljust(start) + "^" * max(1, span.end - span.start)
        said = [says for _, says in ordered]
        return "\n".join([prefix + cut, f"{under} {said[-1]}", *_hung(starts[:-1], said[:-1])])


def _meet(ordered: Sequence[Place]) -> bool:
    return any(first.end > second.start for (first, _), (second, _) in pairwise(ordered))


def _hung(starts: Sequence[int], said: Sequence[str]) -> list[str]:
    """What is said, each below its place: the last first, so that no line crosses a text."""
    lines = []
    for count in range(len(starts), 0, -1):
        bars = ""
        for start in starts[: count - 1]:
            bars = bars.ljust(start) + "|"
        full = bars.ljust(starts[count - 1])
        lines += [f"{full}|", f"{full}{said[count - 1]}"]
    return lines


def _window(line: str, column: int, width: int) -> tuple[str, int]:
    if len(line) <= EXCERPT_WIDTH:
        return line, column
    start = max(0, min(column - EXCERPT_WIDTH // 3, len(line) - EXCERPT_WIDTH))
    end = min(len(line), start + EXCERPT_WIDTH)
    head, tail = ("…" if start else ""), ("…" if end < len(line) else "")
    cut = head + line[start + len(head) : end - len(tail)] + tail
    return cut, column - start
