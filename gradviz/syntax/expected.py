"""What the grammar would have taken, in the words of the field."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.errors import ParseError
from gradviz.source import Source, Span
from gradviz.syntax.lexeme import Lexeme

_CLOSERS = {
    "RPAR": ("LPAR", ")"),
    "RSQB": ("LSQB", "]"),
    "RABS": ("LABS", "|"),
    "RNORM": ("LNORM", "||"),
    "RFENCE": ("LFENCE", "⌋"),
}


def explain(pieces: Sequence[Lexeme], place: int, wanted: frozenset[str], source: Source) -> ParseError:
    """The error for a piece that does not fit, or for an end that comes too early."""
    before = pieces[place - 1] if place else None
    if place < len(pieces):
        message, hint = _piece(pieces[place], before, wanted, pieces[0].kind == "TARGET")
        span = pieces[place].span
        if span.end == span.start and before is not None:
            span = before.span
        return ParseError(message, span=span, hint=hint, source=source)
    end = before.span.end if before is not None else len(source.text)
    after = f" after {_show(before, source)}" if before is not None else ""
    if _wants_operand(wanted):
        message, hint = f"something is missing{after}", "a number, a name or a bracket is expected there"
    else:
        message, hint = f"the expression is not finished{after}", None
    return ParseError(message, span=_at_end(end, source), hint=hint, source=source)


def _at_end(end: int, source: Source) -> Span:
    return Span(end, end + 1)


def _show(piece: Lexeme, source: Source) -> str:
    return piece.text.strip() or source.text[piece.span.start : piece.span.end].strip() or "this"


def _wants_operand(wanted: frozenset[str]) -> bool:
    return "NUMBER" in wanted or "NAME" in wanted


def _piece(piece: Lexeme, before: Lexeme | None, wanted: frozenset[str], headed: bool) -> tuple[str, str | None]:
    text = piece.text.strip() or str(piece.value or "") or "this"
    if piece.kind == "EQUALS" and not _wants_operand(wanted) and not headed:
        return "only a name can stand on the left of =", "write f = … or f(x, y) = …; compare with =="
    if piece.kind == "EQUALS" and not _wants_operand(wanted):
        return "a second = stands in this statement", "compare with ==; put a new statement on a new line or after ;"
    if _wants_operand(wanted):
        if before is None:
            return f"a statement cannot begin with {text}", "a number, a name or a bracket is expected"
        last = before.text.strip() or "the bracket"
        if piece.kind in _CLOSERS:
            return f"something is missing between {last} and {text}", "a number, a name or a bracket is expected there"
        return f"{text} cannot stand directly after {last}", "a number, a name or a bracket is expected between them"
    return _operator(piece, text, before)


def _operator(piece: Lexeme, text: str, before: Lexeme | None) -> tuple[str, str | None]:
    """Messages where an operand has ended and an operator or the end was expected."""
    match piece.kind:
        case "COMMA":
            return "a comma separates the entries of [ ] and the operands of a function", "use ; between statements"
        case "COLON":
            return "a colon stands after a name, before its shape, or in an index", "write W : 2x3, or x[1:3]"
        case "STRING":
            return "text in quotes is only for settings such as einsum's equation", "delete it"
        case "LSQB":
            return "an index belongs to a name or a bracket", "write * before an array"
        case _:
            last = f" after {before.text}" if before is not None and before.text.strip() else ""
            return f"an operator is expected{last}, not {text}", "write +, -, *, / or ^ between operands"
