"""Lexemes to terminals: names told from functions, implicit products and parentheses put in."""

from __future__ import annotations

import itertools
from dataclasses import replace

from gradviz.errors import NameProblem, ParseError, nearest
from gradviz.source import Span
from gradviz.syntax import words
from gradviz.syntax.implicit import apply_bare, multiply
from gradviz.syntax.lexeme import OPENING, Lexeme
from gradviz.syntax.names import is_single_letter
from gradviz.syntax.scope import Scope
from gradviz.syntax.setting_words import setting_words
from gradviz.syntax.tree import Note

_ROOTS = {"√": "sqrt", "∛": "cbrt"}
_BEGIN_BARE = frozenset({"NUMBER", "WORD", "NAME", "FUNC", "ROOT", "LABS", "LNORM", "LFENCE", "LSQB"})


def read_body(body: list[Lexeme], scope: Scope, notes: list[Note]) -> list[Lexeme]:
    """The terminals of one statement's body.

    Raises:
        NameProblem: a word before `(` is no function and cannot be a product.
        ParseError: a function has no operand.
    """
    latex = any(piece.latex for piece in body)
    named: list[Lexeme] = []
    texts = setting_words(body, scope)
    for i, piece in enumerate(body):
        if i in texts:
            text = texts[i]
            named += [] if text is None else [text]
        elif piece.kind == "WORD":
            named += _word(body, i, scope, notes, latex=latex)
        elif piece.kind == "ROOT":
            named.append(replace(piece, kind="FUNC", value=_ROOTS[piece.text]))
        else:
            named.append(piece)
    return apply_bare(multiply(_mark_calls(named), scope.source), scope.source, notes)


def _word(body: list[Lexeme], i: int, scope: Scope, notes: list[Note], *, latex: bool) -> list[Lexeme]:
    """One word: a name, a function, or several names run together."""
    piece = body[i]
    following = body[i + 1] if i + 1 < len(body) else None
    called = following is not None and following.kind == "LPAR"
    if _primed(body, i) and not scope.is_value(piece.word):
        raise ParseError(
            f"{piece.text}'(…) asks for a derivative, and here stands the function itself",
            span=piece.span.to(body[i + 1].span),
            hint="write the function: its gradients are what gradviz works out",
            source=scope.source,
        )
    if following is not None and following.kind == "EQUALS" and i and body[i - 1].kind in ("COMMA", "LPAR"):
        return [replace(piece, kind="KEYWORD")]
    if scope.is_value(piece.word):
        return [replace(piece, kind="NAME")]
    if scope.is_function(piece.word):
        if not called:
            raise _not_called(piece, scope)
        return [replace(piece, kind="FUNC")]
    if words.function(piece.word, piece.text) and (called or _applied(body, i, scope)):
        return [replace(piece, kind="FUNC")]
    return _variable(piece, scope, notes, called=called, latex=latex)


def _primed(body: list[Lexeme], i: int) -> bool:
    """Whether a word reads `f'(`: the prime of a derivative, not of a transposed array, whose name has a value."""
    kinds = [piece.kind for piece in body[i + 1 : i + 3]]
    return kinds == ["TRANSPOSE", "LPAR"] and body[i + 1].text in ("'", "′")


def _not_called(piece: Lexeme, scope: Scope) -> ParseError:
    return ParseError(
        f"{piece.text} is a function of this program, and here it has no argument",
        span=piece.span,
        hint=f"write {piece.text}(…)",
        source=scope.source,
    )


def _applied(body: list[Lexeme], i: int, scope: Scope) -> bool:
    """Whether a function word that is not before `(` still means the function."""
    word = body[i].word
    if not words.applies_bare(word):
        return False
    following = body[i + 1].kind if i + 1 < len(body) else ""
    if following in _BEGIN_BARE:
        return following != "LSQB" or words.is_elementary(word)
    if following == "CARET" and _after_exponent(body, i + 2) in (*_BEGIN_BARE, "LPAR"):
        return True
    if not words.is_elementary(word):
        return False
    if following == "MINUS":
        return True
    text = body[i].text or word
    raise ParseError(
        f"{text} is a function, and here it has no operand",
        span=body[i].span,
        hint=f"write {text}(x)",
        source=scope.source,
    )


def _after_exponent(body: list[Lexeme], i: int) -> str:
    """The kind of the piece behind an exponent that begins at `i`."""
    while i < len(body) and body[i].kind in ("MINUS", "PLUS"):
        i += 1
    if i < len(body) and body[i].kind == "LPAR":
        depth = 0
        while i < len(body):
            depth += (body[i].kind in OPENING) - (body[i].kind in OPENING.values())
            i += 1
            if not depth:
                break
    else:
        i += 1
    return body[i].kind if i < len(body) else ""


def _variable(piece: Lexeme, scope: Scope, notes: list[Note], *, called: bool, latex: bool) -> list[Lexeme]:
    word = piece.word
    if word == "pi" or is_single_letter(word):
        if called and word in ("f", "g", "h", "F", "G", "H"):
            notes.append(
                Note(f"{word}(…) is read as a product: no function {word} is defined in this program", piece.span)
            )
        return [replace(piece, kind="NAME")]
    parts = words.split(word, scope, latex=latex) if len(piece.text) == len(word) else []
    if not parts and called:
        parts = words.split_call(word, scope, latex=latex)
    if parts:
        return _parts(piece, parts, notes, scope, called=called)
    if called:
        raise _no_function(piece, scope)
    return [replace(piece, kind="NAME")]


def _parts(piece: Lexeme, parts: list[str], notes: list[Note], scope: Scope, *, called: bool) -> list[Lexeme]:
    if not piece.latex:
        notes.append(Note(f"{piece.text} is read as the product {'·'.join(parts)}", piece.span))
    ends_in_call = called and not is_single_letter(parts[-1])
    made = [
        Lexeme("NAME", part, Span(start, end), part, piece.latex)
        for part, (start, end) in zip(parts, words.spans_of(parts, piece.span.start), strict=True)
    ]
    if ends_in_call or (called and scope.is_function(parts[-1])):
        made[-1] = replace(made[-1], kind="FUNC")
    return made


def _no_function(piece: Lexeme, scope: Scope) -> NameProblem:
    text = piece.text or piece.word
    close = nearest(piece.word, [*words.vocabulary(), *scope.functions])
    base, _, method = piece.word.rpartition(".")
    if base and words.function(method):
        hint = f"write {method}({base}, …)"
    elif close:
        hint = f"did you mean {close}(…)? For a product write {text}*(…)"
    else:
        hint = f"for a product write {text}*(…); `gradviz ops` lists the functions"
    return NameProblem(f"{text} is not a function", span=piece.span, hint=hint, source=scope.source)


def _mark_calls(pieces: list[Lexeme]) -> list[Lexeme]:
    """Powers of functions get a sign of their own: in `sin^2(x)` the exponent belongs to the name."""
    marked = list(pieces)
    for i, (piece, following) in enumerate(itertools.pairwise(pieces)):
        if piece.kind == "FUNC" and following.kind == "CARET":
            marked[i + 1] = replace(following, kind="FCARET")
    return marked
