"""Where in a TOML file a key stands: `tomllib` reads values and forgets the places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradviz.source import Source, Span

_TABLE = re.compile(r"\s*(\[\[?)\s*([^\[\]]*?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_QUOTES = ('"""', "'''")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


@dataclass(frozen=True, slots=True)
class Located:
    r"""A file of TOML in which keys can be found.

    Example:
        >>> found = Located(Source("title = 'a'\n[[problem]]\nid = 'b'\n[problem.credit]\nsign = 1", "p.toml"))
        >>> [found.line(path) for path in (("title",), ("problem", 0), ("problem", 0, "credit", "sign"))]
        [1, 2, 5]
    """

    source: Source

    def span(self, path: tuple[str | int, ...]) -> Span:
        """Where the key at a path stands; that of the nearest table around it where the key itself is not found.

        Args:
            path: keys from the top; behind the name of an array of tables, its index from 0.
        """
        best, length = Span(0, 0), -1
        for known, span in self._places():
            if known == path[: len(known)] and len(known) > length:
                best, length = span, len(known)
        return best

    def line(self, path: tuple[str | int, ...]) -> int:
        """The line of a key, from 1."""
        return self.source.line_of(self.span(path).start)[0]

    def _places(self) -> Iterator[tuple[tuple[str | int, ...], Span]]:
        """Every key and table header, with its path."""
        table: tuple[str | int, ...] = ()
        counts: dict[str, int] = {}
        position, inside = 0, ""
        for line in self.source.text.splitlines(keepends=True):
            start, position = position, position + len(line)
            if not inside:
                header, key = _TABLE.match(line), _KEY.match(line)
                if key:
                    yield (*table, *_parts(key[1])), Span(start + key.start(1), start + key.end(1))
                elif header:
                    table = _path(header[2], header[1] == "[[", counts)
                    yield table, Span(start + header.start(1), start + len(line.rstrip()))
            inside = _still_inside(line, inside)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(text))


def _path(text: str, array: bool, counts: dict[str, int]) -> tuple[str | int, ...]:
    """The path of a table's header; arrays of tables stand at the top only."""
    parts = _parts(text)
    if not parts:
        return ()
    if array:
        counts[parts[0]] = counts.get(parts[0], -1) + 1
    if parts[0] in counts:
        return (parts[0], counts[parts[0]], *parts[1:])
    return parts


def _still_inside(line: str, inside: str) -> str:
    """The quotes of a text of several lines that is still open behind a line."""
    place = 0
    while True:
        if inside:
            end = line.find(inside, place)
            if end < 0:
                return inside
            place, inside = end + 3, ""
        found = [(line.find(quotes, place), quotes) for quotes in _QUOTES if line.find(quotes, place) >= 0]
        if not found:
            return ""
        start, inside = min(found)
        place = start + 3
