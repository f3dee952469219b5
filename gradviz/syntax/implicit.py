"""What people leave out: products between operands side by side, and parentheses after `sin` in `sin x`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from gradviz.errors import ParseError
from gradviz.source import Source, Span
from gradviz.syntax.lexeme import OPENING, OPERAND_ENDS, OPERAND_STARTS, Lexeme, supplied
from gradviz.syntax.limits import LONGEST_NOTE, MAX_DEPTH, too_deep
from gradviz.syntax.tree import Note

_OPENS = frozenset({*OPENING, "LABS", "LNORM"})
_CLOSES = frozenset({*OPENING.values(), "RABS", "RNORM"})


def multiply(pieces: list[Lexeme], source: Source) -> list[Lexeme]:
    """Put a product sign between operands side by side, and tell an index's `[` from an array's.

    Raises:
        ParseError: a number stands directly behind a number or a name.
    """
    made: list[Lexeme] = []
    for _i, (piece, bare) in enumerate(zip(pieces, _exponent_ends(pieces), strict=True)):
        last = made[-1] if made else None
        if last is None or bare or (last.kind not in OPERAND_ENDS and last.kind != "NORMSUB"):
            made.append(piece)
        elif piece.kind == "LSQB":
            made += (
                [supplied("JUXT", piece.span.start), piece]
                if last.kind == "NUMBER"
                else [replace(piece, kind="LINDEX")]
            )
        elif piece.kind in OPERAND_STARTS:
            if piece.kind == "NUMBER" and last.kind in ("NUMBER", "NAME"):
                raise _number_behind(last, piece, source)
            made += [supplied("JUXT", piece.span.start), piece]
        else:
            made.append(piece)
    return made


def _number_behind(last: Lexeme, piece: Lexeme, source: Source) -> ParseError:
    if last.kind == "NUMBER":
        message, hint = "two numbers stand side by side", "write * between them, or a point inside one number"
    else:
        message = f"a number stands directly behind {last.text or last.word}"
        hint = f"write {last.word}*{piece.text}, {last.word}^{piece.text} or {last.word}_{piece.text}"
    return ParseError(message, span=last.span.to(piece.span), hint=hint, source=source)


def _exponent_ends(pieces: list[Lexeme]) -> list[bool]:
    """For every piece, whether it stands directly behind a function's exponent (`(` in `sin^2(x)`)."""
    found = [False] * len(pieces)
    for i, piece in enumerate(pieces):
        if piece.kind == "FCARET":
            end = exponent_end(pieces, i + 1)
            if end < len(pieces):
                found[end] = True
    return found


def exponent_end(pieces: list[Lexeme], i: int) -> int:
    """The place behind a function's exponent: a sign, then a number, a name or a bracket."""
    while i < len(pieces) and pieces[i].kind in ("MINUS", "PLUS"):
        i += 1
    if i >= len(pieces) or pieces[i].kind not in _OPENS:
        return i + 1
    depth = 0
    while i < len(pieces):
        depth += (pieces[i].kind in _OPENS) - (pieces[i].kind in _CLOSES)
        i += 1
        if not depth:
            break
    return i


def apply_bare(pieces: list[Lexeme], source: Source, notes: list[Note]) -> list[Lexeme]:
    """Put parentheses around the operand of each function that has none.

    The operand is one factor; if it is a number or a name, the numbers and names directly behind it belong to it:
    `sin 2x` is sin(2x), `sin x cos y` is sin(x)·cos(y), `sin x/2` is sin(x)/2.

    Raises:
        ParseError: a function has no operand.
        LimitError: functions are nested more than 200 deep.
    """
    if not any(piece.kind == "FUNC" for piece in pieces):
        return pieces
    closing = _matches(pieces)
    ends: dict[int, int] = {}
    opens: Counter[int] = Counter()
    closes: Counter[int] = Counter()
    for i in range(len(pieces) - 1, -1, -1):
        if pieces[i].kind != "FUNC":
            continue
        power = i + 1 < len(pieces) and pieces[i + 1].kind == "FCARET"
        start = exponent_end(pieces, i + 2) if power else i + 1
        if start < len(pieces) and pieces[start].kind == "LPAR":
            ends[i] = closing[start] + 1
            continue
        ends[i] = _operand_end(pieces, i, start, closing, ends, source, notes)
        opens[start] += 1
        closes[ends[i]] += 1
    return _parenthesise(pieces, opens, closes, source) if opens else pieces


def _matches(pieces: list[Lexeme]) -> dict[int, int]:
    found: dict[int, int] = {}
    stack: list[int] = []
    for i, piece in enumerate(pieces):
        if piece.kind in _OPENS:
            stack.append(i)
        elif piece.kind in _CLOSES:
            found[stack.pop()] = i
    return found


def _operand_end(
    pieces: list[Lexeme],
    function: int,
    start: int,
    closing: dict[int, int],
    ends: dict[int, int],
    source: Source,
    notes: list[Note],
) -> int:
    """The place behind the operand that a function without parentheses takes."""
    end = _factor_end(pieces, start, closing, ends)
    if end is None:
        shown = pieces[function].text or pieces[function].word
        raise ParseError(f"{shown} has no operand", span=pieces[function].span, hint=f"write {shown}(x)", source=source)
    names = 0
    if pieces[start].kind in ("NUMBER", "NAME") and pieces[function].text not in ("√", "∛"):
        names = pieces[start].kind == "NAME" and pieces[start].word != "pi"
        while end + 1 < len(pieces) and pieces[end].kind == "JUXT" and pieces[end + 1].kind in ("NUMBER", "NAME"):
            names += pieces[end + 1].word != "pi"
            following = _factor_end(pieces, end + 1, closing, ends)
            if following is None:
                break
            end = following
    slash = end < len(pieces) and pieces[end].kind == "SLASH"
    if names > 1 or slash:
        _say(pieces[function], pieces[start], pieces[end - 1], pieces[end : end + 2], source, notes)
    return end


def _say(
    function: Lexeme, first: Lexeme, last: Lexeme, behind: list[Lexeme], source: Source, notes: list[Note]
) -> None:
    if not source.text or function.latex:
        return
    span = Span(function.span.start, last.span.end)
    if span.end - span.start > LONGEST_NOTE:
        return
    operand = source.text[first.span.start : last.span.end]
    name, rest = function.text or function.word, ""
    if len(behind) == 2 and behind[0].kind == "SLASH":
        span = span.to(behind[1].span)
        rest = "/" + behind[1].text
    notes.append(Note(f"{source.text[span.start : span.end]} is read as {name}({operand}){rest}", span))


def _factor_end(pieces: list[Lexeme], i: int, closing: dict[int, int], ends: dict[int, int]) -> int | None:
    """The place behind one factor: an operand with its indices, transposes and powers; None if there is none."""
    count = len(pieces)
    while True:
        while i < count and pieces[i].kind in ("MINUS", "PLUS"):
            i += 1
        if i >= count:
            return None
        kind = pieces[i].kind
        if kind in _OPENS:
            i = closing[i] + 1
        elif kind == "FUNC":
            i = ends[i]
        elif kind in ("NUMBER", "NAME", "STRING"):
            i += 1
        else:
            return None
        while i < count and pieces[i].kind in ("TRANSPOSE", "LINDEX", "NORMSUB"):
            i = closing[i] + 1 if pieces[i].kind == "LINDEX" else i + 1
        if i >= count or pieces[i].kind != "CARET":
            return i
        i += 1


def _parenthesise(pieces: list[Lexeme], opens: Counter[int], closes: Counter[int], source: Source) -> list[Lexeme]:
    made: list[Lexeme] = []
    depth = 0
    for i, piece in enumerate(pieces):
        made += [supplied("RPAR", pieces[i - 1].span.end)] * closes[i]
        made += [supplied("LPAR", piece.span.start)] * opens[i]
        depth += opens[i] - closes[i]
        if depth > MAX_DEPTH:
            raise too_deep(piece.span, source)
        made.append(piece)
    made += [supplied("RPAR", pieces[-1].span.end)] * closes[len(pieces)]
    return made
