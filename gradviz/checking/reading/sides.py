"""An answer cut at its equals signs before it is parsed; what is cut away becomes spaces, so that carets stay."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradviz.errors import ParseError
from gradviz.source import Source, Span

_OPEN, _CLOSE = "([{", ")]}"
_WRAP = re.compile(r"\s*(\$\$?|\\\(|\\\[)(.*?)(\$\$?|\\\)|\\\])\s*\.?\s*\Z", re.DOTALL)
_NOT_EQUALS = frozenset("=<>!")


@dataclass(frozen=True, slots=True)
class Side:
    """What stands between two equals signs, and where."""

    text: str
    span: Span

    @property
    def empty(self) -> bool:
        """Whether nothing stands there."""
        return not self.text.strip()


def unwrapped(text: str) -> str:
    r"""The text with the signs around a whole formula (`$…$`, `\[…\]`) made spaces.

    Example:
        >>> unwrapped("$2x$"), unwrapped("$x$ + $y$")
        (' 2x ', '$x$ + $y$')
    """
    found = _WRAP.match(text)
    if found is None or "$" in found[2]:
        return text
    start, end = found.start(2), found.end(2)
    return " " * start + text[start:end] + " " * (len(text) - end)


def sides(text: str) -> list[Side]:
    """The parts between equals signs (`=` or `==`) that stand outside brackets; other comparisons cut nothing.

    Example:
        >>> [side.text for side in sides("dy/dx = sum(x, axis=0)")]
        ['dy/dx ', ' sum(x, axis=0)']
    """
    found, depth, start = list[Side](), 0, 0
    for i, sign in enumerate(text):
        if sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            depth = max(0, depth - 1)
        elif sign == "=" and not depth and (i == 0 or text[i - 1] not in _NOT_EQUALS):
            found.append(Side(text[start:i], Span(start, i)))
            start = i + 1 + (text[i + 1 : i + 2] == "=")
    return [*found, Side(text[start:], Span(start, len(text)))]


def alone(text: str, span: Span) -> str:
    """The text with everything outside a place made spaces.

    Example:
        >>> alone("y = 2x", Span(3, 6))
        '    2x'
    """
    return " " * span.start + text[span.start : span.end]


def refuse_several(source: Source) -> None:
    """Refuse an answer of more than one expression.

    Raises:
        ParseError: there are several, separated by `;` or new lines.
    """
    parts = [found for found in re.finditer(r"[^;\n]+", source.text) if found.group().strip()]
    if len(parts) > 1:
        second = parts[1]
        start = second.start() + len(second.group()) - len(second.group().lstrip())
        raise ParseError(
            "an answer is one expression, and here are several",
            span=Span(start, second.start() + len(second.group().rstrip())),
            hint="give each answer on its own: --answer … --answer …",
            source=source,
        )
