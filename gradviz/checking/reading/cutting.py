"""An answer's text cut at its equals signs: what its left side says, and the side (or both sides) that is read."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.checking.reading.heading import Heading, read_heading
from gradviz.checking.reading.question import Question
from gradviz.checking.reading.sides import Side, refuse_several, sides, unwrapped
from gradviz.checking.reading.slopes import Slopes, named_slopes
from gradviz.errors import ParseError
from gradviz.source import Source, Span


@dataclass(frozen=True, slots=True)
class Cut:
    """An answer's text, cut.

    Args:
        source: as written.
        slopes: the text with names for dy/dx and y′, where the problem is implicit.
        parts: the side that is read, or both sides of a relation.
        headings: what stands left of it, with what it says.
    """

    source: Source
    slopes: Slopes
    parts: tuple[Side, ...]
    headings: tuple[tuple[Heading, Side], ...]


def cut_answer(asked: Question, text: str, name: str = "answer") -> Cut:
    """An answer's text, cut at its equals signs.

    Raises:
        ParseError: it is empty, several expressions, or has an equals sign where none belongs.
    """
    source = Source(text, name)
    if not text.strip():
        raise ParseError(f"the {name} is empty", hint="write something like 2*x")
    refuse_several(source)
    parts = sides(unwrapped(text))
    if parts[-1].empty:
        end = len(text.rstrip())
        raise ParseError("nothing stands behind the =", span=Span(end - 1, end), hint="write 2*x", source=source)
    headings: list[tuple[Heading, Side]] = []
    inputs, names = asked.built.inputs, asked.built.graph.names
    while len(parts) > 1:
        heading = Heading() if parts[0].empty and not headings else read_heading(parts[0].text, inputs, names)
        # Only the first may be a bare name, which says by what: in dy/dx = x = 2 the x is an expression.
        if heading is None or (headings and parts[0].text.strip() in inputs):
            break
        headings.append((heading, parts.pop(0)))
    slopes = named_slopes(asked, unwrapped(text))
    if len(parts) == 1 and headings and asked.order in _orders_in(slopes, parts[0]):
        parts.insert(0, headings.pop()[1])  # y' = x*y' - y says something of y', but not what it is
    _check_parts(asked, source, slopes, parts, headed=bool(headings))
    return Cut(source, slopes, tuple(parts), tuple(headings))


def _check_parts(asked: Question, source: Source, slopes: Slopes, parts: list[Side], *, headed: bool) -> None:
    """Refuse what is neither one expression nor an equation for the derivative."""
    if len(parts) == 1 and asked.order in _orders_in(slopes, parts[0]):
        raise ParseError(
            f"the answer names {asked.symbol.unicode}, which it should give",
            span=_tight(parts[0]),
            hint="write what it is, or an equation for it",
            source=source,
        )
    if len(parts) > 1 and (len(parts) > 2 or headed or max(slopes.orders, default=0) != asked.order):
        raise ParseError(
            "what stands before this = is no derivative",
            span=_tight(parts[0]),
            hint=f"write {asked.symbol.text} = …, or the derivative alone",
            source=source,
        )


def _orders_in(slopes: Slopes, part: Side) -> set[int]:
    inside = slopes.text[part.span.start : part.span.end]
    return {order for order in slopes.orders if slopes.names[order] in inside}


def _tight(part: Side) -> Span:
    start = part.span.start + len(part.text) - len(part.text.lstrip())
    return Span(start, max(start + 1, part.span.start + len(part.text.rstrip())))
