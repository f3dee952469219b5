"""What an answer's left side says, held against the question: by what, how often, of what, and where."""

from __future__ import annotations

from typing import Any

from gradviz.checking.reading.exact import exact
from gradviz.checking.reading.heading import Heading
from gradviz.checking.reading.pinning import is_rounded
from gradviz.checking.reading.question import Question
from gradviz.errors import ParseError, UserError
from gradviz.graph.build import Built
from gradviz.graph.given import evaluated
from gradviz.source import Source, Span
from gradviz.syntax.parser import parse_expression
from gradviz.syntax.tree import Expr


def check_heading(asked: Question, heading: Heading, span: Span, source: Source) -> str:
    """A note on what was taken for the function; "" if there is none.

    Raises:
        ParseError: the left side speaks of another derivative than the one that is asked for.
    """
    if heading.by and sorted(heading.by) != sorted(asked.wrt) and not _each_once(asked, heading):
        raise _contradicts(asked, heading, span, source)
    if heading.order and heading.order != asked.order:
        raise _contradicts(asked, heading, span, source)
    if heading.point and asked.graph.nodes[asked.built.graph.names[asked.wrt[0]]].shape:
        raise ParseError("a point such as f'(2) is for numbers", span=span, hint="give it with --at", source=source)
    return _function(asked, heading, span, source)


def _each_once(asked: Question, heading: Heading) -> bool:
    """`∇_W²`: said by one input, asked by the same as often."""
    return set(heading.by) == set(asked.wrt) and len(heading.by) == asked.order == 1


def _contradicts(asked: Question, heading: Heading, span: Span, source: Source) -> ParseError:
    said = said_by(span, source)
    names = list(dict.fromkeys(heading.by)) or list(dict.fromkeys(asked.wrt))
    count = len(heading.by) or heading.order
    options = f"--wrt {','.join(names if len(names) == 1 else heading.by)}" + (f" --order {count}" if count > 1 else "")
    return ParseError(
        f"the answer says {said}, and {asked.symbol.unicode} is asked for",
        span=_tight(span, source),
        hint=f"leave out what stands before the =, or ask for that: {options}",
        source=source,
    )


def _tight(span: Span, source: Source) -> Span:
    text = source.text[span.start : span.end]
    start = span.start + len(text) - len(text.lstrip())
    return Span(start, max(start + 1, span.start + len(text.rstrip())))


def _function(asked: Question, heading: Heading, span: Span, source: Source) -> str:
    """The name of what is differentiated: the output's, or one that the problem does not use."""
    built, of = asked.built, heading.of
    wanted = asked.of or built.output_name
    if not of or of == wanted:
        return ""
    # An input is nothing that is differentiated: dy/dx is a habit then.
    if (of in built.graph.names and of not in built.inputs) or asked.of:
        raise ParseError(
            f"the answer is of {of}, and {asked.symbol.unicode} is asked for",
            span=_tight(span, source),
            hint=f"ask for it with --of {of}",
            source=source,
        )
    if of in built.inputs:
        return f"{said_by(span, source)} is read as {asked.symbol.unicode}"
    return f"{of} is taken for {wanted}" if named_by_person(built) else ""


def said_by(span: Span, source: Source) -> str:
    """What stands at a place, without the spaces around it."""
    return source.text[span.start : span.end].strip()


def named_by_person(built: Built) -> bool:
    """Whether the program names its output, rather than being an expression alone."""
    for one in built.program.statements:
        if one.name == built.output_name:
            written = built.program.source.text[one.name_span.start : one.name_span.end]
            return built.program.source.text[one.name_span.end :].lstrip()[:1] in ("=", "(", ":") and bool(written)
    return False


def point_value(heading: Heading, span: Span, source: Source) -> tuple[Any, Expr]:
    """The value in `f'(3)`, and how it is written.

    Raises:
        ParseError: it is no constant.
    """
    try:
        tree = parse_expression(heading.point)
        value = evaluated("x", tree)
        return (value if is_rounded(value) else exact(value)), tree
    except UserError as error:
        raise ParseError(
            f"{heading.point} is no value to take the derivative at",
            span=_tight(span, source),
            hint="write f'(2) = …, or f'(x) = …",
            source=source,
        ) from error
