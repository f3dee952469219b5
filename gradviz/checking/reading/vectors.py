"""A gradient by several numbers written as one list, `∇f = [2xy, x²]`: its entries as answers of their own."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.checking.reading.notation import plain
from gradviz.checking.reading.sides import Side, alone, sides, unwrapped
from gradviz.errors import ParseError
from gradviz.graph.build import Built
from gradviz.source import Source, Span

_OPEN, _CLOSE = "([{", ")]}"


def asks_for_all(text: str, built: Built) -> bool:
    """Whether an answer is a gradient by all inputs: it says `∇f`, and they are several numbers."""
    parts = sides(unwrapped(text))
    if len(parts) != 2 or len(built.inputs) < 2:
        return False
    left = plain(parts[0].text)
    said = (left.startswith("∇") and "_" not in left and "^" not in left) or left in (
        "grad",
        f"grad{built.output_name}",
    )
    return said and not any(built.graph.nodes[built.graph.names[name]].shape for name in built.inputs)


def entries(text: str, names: Sequence[str], *, name: str = "answer") -> list[str]:
    """The entries of an answer that is a list, each as a text in which it stands at its own place.

    Raises:
        ParseError: it is no list, or has another number of entries.

    Example:
        >>> entries("∇f = [2x, y]", ["x", "y"])
        ['      2x', '          y']
    """
    source = Source(text, name)
    side = sides(unwrapped(text))[-1]
    inside = _inside(side)
    found = [] if inside is None else _at_commas(text, inside)
    if len(found) != len(names):
        listed = ", ".join(names)
        raise ParseError(
            f"a gradient by {listed} has {len(names)} entries, and here "
            + ("is one expression" if inside is None else f"{'is' if len(found) == 1 else 'are'} {len(found)}"),
            span=Span(side.span.start, max(side.span.end, side.span.start + 1)),
            hint=f"write [{', '.join('…' for _ in names)}], or answer each: {', '.join(f'{one}=…' for one in names)}",
            source=source,
        )
    return [alone(text, span) for span in found]


def rows(text: str, names: Sequence[str]) -> list[list[str]] | None:
    """The entries of a list of lists, one row for each name, as in a Hessian; None if it is none.

    Example:
        >>> rows("[[2, x], [x, 0]]", ["x", "y"])
        [['  2', '     x'], ['          x', '             0']]
    """
    side = sides(unwrapped(text))[-1]
    inside = _inside(side)
    if inside is None or not text[inside.start : inside.end].lstrip().startswith(("[", "(")):
        return None
    lines = [alone(text, span) for span in _at_commas(text, inside)]
    within = [_inside(Side(line, Span(0, len(line)))) for line in lines]
    found = [_at_commas(line, span) for line, span in zip(lines, within, strict=True) if span is not None]
    if len(found) != len(lines) or [len(row) for row in found] != [len(names)] * len(names):
        return None
    return [[alone(text, span) for span in row] for row in found]


def _inside(side: Side) -> Span | None:
    """The place within the brackets, if there are some around the whole."""
    text = side.text.rstrip()
    start = len(text) - len(text.lstrip())
    if not text or (text[start], text[-1]) not in (("[", "]"), ("(", ")")):
        return None
    depth = 0
    for i, sign in enumerate(text[start:], start):
        depth += (sign in _OPEN) - (sign in _CLOSE)
        if depth == 0 and i < len(text) - 1:
            return None
    return Span(side.span.start + start + 1, side.span.start + len(text) - 1)


def _at_commas(text: str, inside: Span) -> list[Span]:
    found, depth, start = list[Span](), 0, inside.start
    for i in range(inside.start, inside.end):
        depth += (text[i] in _OPEN) - (text[i] in _CLOSE)
        if text[i] == "," and depth == 0:
            found.append(Span(start, i))
            start = i + 1
    return [*found, Span(start, inside.end)]
