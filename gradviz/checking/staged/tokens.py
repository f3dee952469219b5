"""Staged work cut into statements and tokens, before anything is parsed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradviz.errors import LimitError, ParseError
from gradviz.source import Source, Span
from gradviz.syntax.limits import measure

MAX_STATEMENTS = 500
MAX_TOKENS = 2_000
"""Of one statement."""

_TOKEN = re.compile(
    r"""(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<name>[^\W\d]\w*)
      | (?P<sign>\*\*=?|//=?|[-+*/@%&|^<>=!]=|[^\s])""",
    re.VERBOSE,
)
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
ASSIGNING = frozenset({"=", "+=", "-=", "*=", "/="})


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a statement.

    Args:
        text: as written, or as it is rewritten.
        start, end: its place in the source; what a rewriting puts in has the place of what it stands for.
        kind: what it is.
        spaced: whether a blank stands before it.
    """

    text: str
    start: int
    end: int
    kind: str
    spaced: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One assignment.

    Args:
        number: of the line on which it starts, from 1.
        text: as written, without the comment.
        span: its place in the source.
        left: the tokens before the sign.
        sign: `=`, `+=`, `-=`, `*=` or `/=`.
        right: the tokens behind it.
    """

    number: int
    text: str
    span: Span
    left: tuple[Token, ...]
    sign: str
    right: tuple[Token, ...]


def statements(source: Source) -> list[Statement]:
    r"""The assignments of a staged pass, in order; `import` lines are passed over.

    Raises:
        ParseError: a line is no assignment, or brackets do not match.
        LimitError: there are too many, or one is too long.

    Example:
        >>> [(s.number, s.text, s.sign) for s in statements(Source("dq = z; dz = q  # (1)\ndx += dq"))]
        [(1, 'dq = z', '='), (1, 'dz = q', '='), (2, 'dx += dq', '+=')]
    """
    measure(source)
    found = [made for tokens in _pieces(source) for made in _assignments(tokens, source)]
    if len(found) > MAX_STATEMENTS:
        raise LimitError(f"there are more than {MAX_STATEMENTS} lines", hint="check the pass in parts", source=source)
    if not found:
        raise ParseError("there is no line to judge", hint="write lines such as dq = z", source=source)
    return found


def _pieces(source: Source) -> list[list[Token]]:
    """The tokens of each statement; a line goes on while a bracket is open."""
    pieces: list[list[Token]] = [[]]
    open_: list[Token] = []
    for token in _tokens(source):
        if token.text in _OPEN and token.kind == "sign":
            open_.append(token)
        elif token.text in _CLOSE and token.kind == "sign":
            if not open_:
                raise ParseError("this bracket closes nothing", span=_span(token), hint="delete it", source=source)
            open_.pop()
        if token.kind == "end" and not open_:
            pieces.append([])
        elif token.kind != "end":
            pieces[-1].append(token)
            if len(pieces[-1]) > MAX_TOKENS:
                raise LimitError("this line is too long", span=_span(token), hint="give parts names", source=source)
    if open_:
        raise ParseError("this bracket is not closed", span=_span(open_[-1]), hint="close it", source=source)
    return [piece for piece in pieces if piece]


def _tokens(source: Source) -> list[Token]:
    text, made, place = source.text, list[Token](), 0
    while place < len(text):
        sign = text[place]
        if sign == "#":
            place = _line_end(text, place)
        elif sign in "\n;":
            made.append(Token(sign, place, place + 1, "end"))
            place += 1
        elif sign.isspace() or (sign == "\\" and text[place + 1 : place + 2] == "\n"):
            place += 2 if sign == "\\" else 1
        else:
            made.append(_token(text, place, made[-1] if made else None))
            place = made[-1].end
    return made


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end


def _token(text: str, place: int, before: Token | None) -> Token:
    spaced = before is not None and before.end < place
    quoted = _QUOTED.match(text, place) if before is not None and before.text == "[" else None
    if quoted is not None:
        return Token(quoted[0], place, quoted.end(), "text", spaced)
    found = _TOKEN.match(text, place)
    assert found is not None
    assert found.lastgroup is not None
    return Token(found[0], place, found.end(), found.lastgroup, spaced)


def _assignments(tokens: list[Token], source: Source) -> list[Statement]:
    if tokens[0].text in ("import", "from"):
        return []
    signs = [i for i, token in enumerate(tokens) if token.text in ASSIGNING and not _depth(tokens[:i])]
    if not signs or signs[0] == 0 or signs[-1] == len(tokens) - 1:
        span = Span(tokens[0].start, tokens[-1].end)
        raise ParseError(
            "this is no assignment", span=span, hint="write name = expression, such as dq = z", source=source
        )
    if len(signs) > 1:
        raise ParseError(
            "there are two signs of assignment in one line",
            span=_span(tokens[signs[1]]),
            hint="write one assignment in each line",
            source=source,
        )
    left, right = tokens[: signs[0]], tokens[signs[0] + 1 :]
    lefts, rights = split(left), split(right)
    if len(lefts) == 1 or len(lefts) != len(rights):
        lefts, rights = [left], [right]
    sign = tokens[signs[0]].text
    return [_statement(one, sign, other, source) for one, other in zip(lefts, rights, strict=True)]


def _statement(left: list[Token], sign: str, right: list[Token], source: Source) -> Statement:
    span = Span(left[0].start, right[-1].end)
    number = source.text.count("\n", 0, left[0].start) + 1
    adjacent = source.text[span.start : span.end]
    text = adjacent if "\n" not in adjacent and "#" not in adjacent else " ".join(adjacent.split())
    return Statement(number, text, span, tuple(left), sign, tuple(right))


def split(tokens: list[Token] | tuple[Token, ...]) -> list[list[Token]]:
    """Tokens cut at the commas outside brackets."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += _step(token)
        if token.text == "," and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts if all(parts) else [list(tokens)]


def _depth(tokens: list[Token]) -> int:
    return sum(map(_step, tokens))


def _step(token: Token) -> int:
    return (token.text in _OPEN) - (token.text in _CLOSE) if token.kind == "sign" else 0


def _span(token: Token) -> Span:
    return Span(token.start, token.end)
