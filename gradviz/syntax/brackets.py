"""Which bracket closes which, and which side of its operand a bar `|` stands on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradviz.errors import LimitError, ParseError
from gradviz.source import Source, Span
from gradviz.syntax.lexeme import OPENING, OPERAND_ENDS, Lexeme
from gradviz.syntax.limits import MAX_DEPTH, too_deep

CLOSING = frozenset(OPENING.values())
_SIGN = {"LPAR": "(", "LSQB": "[", "LFENCE": "⌊", "RPAR": ")", "RSQB": "]", "RFENCE": "⌋"}
_BARS = {"LABS": "|", "RABS": "|", "LNORM": "||", "RNORM": "||"}
_BARRED = frozenset({"BAR", "DBAR", *_BARS})
_DIVIDING = frozenset({"COMMA", "SEP", "EQUALS", "COLON"})
MAX_BARS = 500
_WAYS = 32
"""How many readings of bars are followed at once; nobody writes an expression with more."""


def match_brackets(lexemes: list[Lexeme], source: Source) -> list[Lexeme]:
    """Check that brackets match, drop newlines inside them, and tell bars apart.

    Raises:
        ParseError: a bracket or bar is not closed (at the opening one) or closes nothing.
        LimitError: they are nested more than 200 deep.
    """
    kept: list[Lexeme] = []
    stack: list[Lexeme] = []
    for piece in lexemes:
        if piece.kind in OPENING:
            stack.append(piece)
            if len(stack) > MAX_DEPTH:
                raise too_deep(piece.span, source)
        elif piece.kind in CLOSING:
            _close(stack, piece, source)
        if piece.kind != "SEP" or not stack:
            kept.append(piece)
        elif piece.text == ";":
            raise ParseError("a ; stands inside a bracket", span=stack[-1].span, hint="close this first", source=source)
    if stack:
        raise _unclosed(stack[-1], source)
    return _sides(kept, source) if any(piece.kind in _BARRED for piece in kept) else kept


def _close(stack: list[Lexeme], piece: Lexeme, source: Source) -> None:
    shown = piece.text or _SIGN[piece.kind]
    if not stack:
        raise ParseError(
            f"this {shown} closes nothing", span=piece.span, hint="delete it, or open the bracket before", source=source
        )
    if OPENING[stack[-1].kind] != piece.kind:
        opened = stack[-1]
        raise ParseError(
            f"this {opened.text or _SIGN[opened.kind]} is closed by {shown}",
            span=opened.span,
            hint=f"close it with {_SIGN[OPENING[opened.kind]]}",
            source=source,
        )
    stack.pop()


def _unclosed(opened: Lexeme, source: Source) -> ParseError:
    shown = opened.text or _SIGN.get(opened.kind, "|")
    closing = _SIGN.get(OPENING.get(opened.kind, ""), shown)
    return ParseError(
        f"this {shown} is never closed", span=opened.span, hint=f"put {closing} where it ends", source=source
    )


@dataclass(frozen=True, slots=True)
class _Open:
    """An open bracket or bar, and those around it (a linked list, so that readings share their beginnings)."""

    kind: str
    span: Span
    outer: _Open | None
    signature: str


def _opened(kind: str, span: Span, outer: _Open | None) -> _Open:
    letter = {"LABS": "a", "LNORM": "n"}.get(kind, "b")
    return _Open(kind, span, outer, (outer.signature if outer else "") + letter)


@dataclass(frozen=True, slots=True)
class _Side:
    """A bar that has been read: its place, its kind, how many pieces it took, and the one before it."""

    place: int
    kind: str
    width: int
    before: _Side | None


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read the bars so far.

    Args:
        stack: what is open.
        ended: whether an operand has just ended.
        sides: the bars read so far, last first.
    """

    stack: _Open | None
    ended: bool
    sides: _Side | None


def _sides(lexemes: list[Lexeme], source: Source) -> list[Lexeme]:
    """Give every bar its side: readings are followed in order of preference, and the first that works out is taken."""
    bars = [piece for piece in lexemes if piece.kind in _BARRED]
    if len(bars) > MAX_BARS:
        raise LimitError(
            f"more than {MAX_BARS} bars are too many", span=bars[MAX_BARS].span, hint="write abs(x)", source=source
        )
    at: dict[int, dict[tuple[str, bool], _Reading]] = {0: {("", False): _Reading(None, False, None)}}
    pieces, places = _condensed(lexemes)
    for i, piece in enumerate(pieces):
        readings = list(at.pop(i, {}).values())
        for reading in readings:
            pair = piece.kind == "BAR" and i + 1 < len(pieces) and _adjacent(piece, pieces[i + 1])
            for width, new in _steps(reading, piece, places[i], pair):
                following = at.setdefault(i + width, {})
                if len(following) < _WAYS:
                    following.setdefault((new.stack.signature if new.stack else "", new.ended), new)
        if not any(at.values()):
            deepest = max((len(reading.stack.signature) for reading in readings if reading.stack), default=0)
            raise too_deep(piece.span, source) if deepest >= MAX_DEPTH else _stuck(readings, source, piece)
    last = list(at[len(pieces)].values())
    finished = [reading for reading in last if reading.stack is None]
    if not finished:
        raise _stuck(last, source, lexemes[-1])
    return _apply(lexemes, finished[0])


def _condensed(lexemes: list[Lexeme]) -> tuple[list[Lexeme], list[int]]:
    """The pieces that matter for bars, and their places: of brackets without bars and of plain pieces only the end.

    So the work is counted in bars, not in the length of the text.
    """
    kept: list[Lexeme] = []
    places: list[int] = []
    stack: list[tuple[int, int]] = []
    bars = 0
    for i, piece in enumerate(lexemes):
        new, kind = piece, piece.kind
        bars += kind in _BARRED
        if kind in OPENING:
            stack.append((len(kept), bars))
        elif kind in CLOSING:
            start, before = stack.pop()
            if before == bars:
                del kept[start:], places[start:]
                new = replace(piece, kind="NAME")
        if kept and _is_plain(new) and _is_plain(kept[-1]):
            kept.pop()
            places.pop()
        kept.append(new)
        places.append(i)
    return kept, places


def _is_plain(piece: Lexeme) -> bool:
    return not (piece.kind in _BARRED or piece.kind in OPENING or piece.kind in CLOSING or piece.kind in _DIVIDING)


def _adjacent(piece: Lexeme, following: Lexeme) -> bool:
    return following.kind == "BAR" and piece.span.end == following.span.start


def _steps(reading: _Reading, piece: Lexeme, i: int, pair: bool) -> list[tuple[int, _Reading]]:
    """The readings that one more piece allows, and how many pieces each takes."""
    stack, kind = reading.stack, piece.kind
    if kind in OPENING or kind in ("LABS", "LNORM"):
        return [(1, _Reading(_opened(kind, piece.span, stack), False, reading.sides))]
    if kind in CLOSING or kind in ("RABS", "RNORM"):
        wanted = {"RABS": "LABS", "RNORM": "LNORM"}.get(kind)
        if stack is None or (stack.kind != wanted if wanted else OPENING.get(stack.kind) != kind):
            return []
        return [(1, _Reading(stack.outer, True, reading.sides))]
    if kind in ("BAR", "DBAR"):
        return _bar(reading, piece, i, pair)
    if kind in _DIVIDING and stack is not None and stack.kind not in OPENING:
        return []
    return [(1, _Reading(stack, kind in OPERAND_ENDS or kind == "NORMSUB", reading.sides))]


def _bar(reading: _Reading, piece: Lexeme, i: int, pair: bool) -> list[tuple[int, _Reading]]:
    made: list[tuple[int, _Reading]] = []
    stack = reading.stack
    double = [2] if pair else [1] if piece.kind == "DBAR" else []
    single = [1] if piece.kind == "BAR" else []
    if reading.ended and stack is not None:
        closes = double if stack.kind == "LNORM" else single if stack.kind == "LABS" else []
        kind = "RNORM" if stack.kind == "LNORM" else "RABS"
        made += [(n, _Reading(stack.outer, True, _Side(i, kind, n, reading.sides))) for n in closes]
    if stack is not None and len(stack.signature) >= MAX_DEPTH:
        return made
    for kind, widths in (("LNORM", double), ("LABS", single)):
        made += [
            (n, _Reading(_opened(kind, piece.span, stack), False, _Side(i, kind, n, reading.sides))) for n in widths
        ]
    return made


def _stuck(readings: list[_Reading], source: Source, piece: Lexeme) -> ParseError:
    """The error where no reading goes on: point at the bar that is open in the preferred one."""
    for reading in readings:
        if reading.stack is not None:
            sign = "||" if reading.stack.kind == "LNORM" else "|"
            return ParseError(
                f"this {sign} is never closed", span=reading.stack.span, hint=f"put {sign} where it ends", source=source
            )
    return ParseError(f"this {piece.text} closes nothing", span=piece.span, hint="delete it", source=source)


def _apply(lexemes: list[Lexeme], reading: _Reading) -> list[Lexeme]:
    chosen: dict[int, tuple[str, int]] = {}
    side = reading.sides
    while side is not None:
        chosen[side.place] = (side.kind, side.width)
        side = side.before
    made: list[Lexeme] = []
    i = 0
    while i < len(lexemes):
        piece = lexemes[i]
        kind, width = chosen.get(i, (piece.kind, 1))
        if i in chosen:
            piece = replace(piece, kind=kind, span=piece.span.to(lexemes[i + width - 1].span), text=_BARS[kind])
        made.append(piece)
        i += width
    return made
