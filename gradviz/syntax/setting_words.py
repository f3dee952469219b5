"""Words that stand for themselves among a layer's arguments: `tanh` in `dense(x, 8, tanh)`, `init=normal(0.5)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradviz.errors import ParseError
from gradviz.ops.op import Parameter
from gradviz.syntax import words
from gradviz.syntax.lexeme import OPENING, Lexeme
from gradviz.syntax.scope import Scope

if TYPE_CHECKING:
    from gradviz.networks.block import Block

TRUTH: Mapping[str, str] = {"true": "1", "false": "0"}
NOTHING = frozenset({"none", "None"})
_CLOSERS = frozenset(OPENING.values())
_NUMERIC: Mapping[str, str] = {"NUMBER": "", "MINUS": "-", "PLUS": "+", "COMMA": " "}
"""What may stand in an initialiser's parentheses, and how its spec says it; a number says itself."""


@dataclass(slots=True)
class _Open:
    """A bracket that is open, and how far its arguments have been read."""

    block: Block | None = None
    argument: int = 0
    keyword: str = ""


def setting_words(body: Sequence[Lexeme], scope: Scope) -> dict[int, Lexeme | None]:
    """The words that are settings of layers and losses, by place, as the pieces that they mean (None: as no piece).

    A word that stands alone as an argument is one if it stands where the layer takes a word, or if it is the name of a
    function that nothing in the program hides. An initialiser may have its numbers in parentheses behind it.

    Raises:
        ParseError: it is a function that the program defines; or an initialiser's number is none.
    """
    if not any(piece.kind == "WORD" and words.is_block(piece.word) for piece in body):
        return {}
    found: dict[int, Lexeme | None] = {}
    stack = [_Open()]
    for i, piece in enumerate(body):
        inner = stack[-1]
        if i in found:
            continue
        if piece.kind in OPENING:
            stack.append(_Open(_called(body, i, scope) if piece.kind == "LPAR" else None))
        elif piece.kind in _CLOSERS:
            if len(stack) > 1:
                stack.pop()
        elif inner.block is None:
            continue
        elif piece.kind == "COMMA":
            inner.argument, inner.keyword = inner.argument + 1, ""
        elif piece.kind == "EQUALS" and body[i - 1].kind == "WORD":
            inner.keyword = body[i - 1].word
        elif piece.kind == "WORD" and _alone(body, i):
            made = _meant(piece, inner, scope)
            if made is not None:
                found[i] = made
        elif piece.kind == "WORD" and _is_init(inner):
            found |= _with_numbers(body, i, scope)
    return found


def _called(body: Sequence[Lexeme], i: int, scope: Scope) -> Block | None:
    """The block whose arguments a parenthesis opens."""
    word = body[i - 1].word if i and body[i - 1].kind == "WORD" else ""
    if not words.is_block(word) or scope.is_value(word) or scope.is_function(word):
        return None
    depth, arguments, keywords = 0, 1, list[str]()
    for k in range(i + 1, len(body)):
        kind = body[k].kind
        if kind in _CLOSERS and not depth:
            break
        depth += (kind in OPENING) - (kind in _CLOSERS)
        arguments += kind == "COMMA" and not depth
        if kind == "EQUALS" and not depth and body[k - 1].kind == "WORD":
            keywords.append(body[k - 1].word)
    return words.block(word, arguments - len(keywords), keywords)


def _alone(body: Sequence[Lexeme], i: int) -> bool:
    before, behind = body[i - 1].kind, body[i + 1].kind if i + 1 < len(body) else ""
    return before in ("LPAR", "COMMA", "EQUALS") and behind in ("COMMA", "RPAR")


def _meant(piece: Lexeme, place: _Open, scope: Scope) -> Lexeme | None:
    """The piece that a word alone in its place is; None where it is a name like any other.

    Raises:
        ParseError: it is a function that the program defines.
    """
    word, kind, block = piece.word, _kind(place), place.block
    assert block is not None
    text = replace(piece, kind="STRING", value="none" if word in NOTHING else word)
    if kind == "text" and scope.is_function(word):
        raise ParseError(
            f"{piece.text} is a function of this program, and {block.name} takes one of the language here",
            span=piece.span,
            hint=f"write {piece.text}({block.name}(…))",
            source=scope.source,
        )
    if kind == "text":
        return text
    if kind == "flag" and word in TRUTH:
        return replace(piece, kind="NUMBER", value=TRUTH[word])
    if place.keyword or scope.is_value(word) or scope.is_function(word):
        return None
    # By position a word is for the first setting that takes one: `mse(p, t, sum)`.
    known = word in NOTHING or words.function(word, piece.text) is not None
    behind = bool(kind) or place.argument >= block.least + block.leads
    return text if known and behind and any(p.kind == "text" for p in block.parameters) else None


def _is_init(place: _Open) -> bool:
    parameter = _parameter(place)
    return parameter is not None and parameter.name == "init"


def _with_numbers(body: Sequence[Lexeme], i: int, scope: Scope) -> dict[int, Lexeme | None]:
    """`normal(0.5)` from its word on as one text; nothing where no parentheses stand behind the word.

    Raises:
        ParseError: there is something else than numbers in the parentheses.
    """
    end = next((k for k in range(i, len(body)) if body[k].kind == "RPAR"), 0)
    if not end or body[i + 1].kind != "LPAR" or body[i - 1].kind not in ("LPAR", "COMMA", "EQUALS"):
        return {}
    inside, word = body[i + 2 : end], body[i].text or body[i].word
    wrong = next((piece for piece in inside if piece.kind not in _NUMERIC), None)
    if wrong is not None:
        raise ParseError(
            f"an initialiser has numbers in its parentheses, and here stands {wrong.text}",
            span=wrong.span,
            hint=f"write {word}(0.5)",
            source=scope.source,
        )
    numbers = "".join(_NUMERIC[piece.kind] or piece.word for piece in inside)
    text = replace(body[i], kind="STRING", value=f"{word} {numbers}".strip(), span=body[i].span.to(body[end].span))
    return {i: text, **dict.fromkeys(range(i + 1, end + 1))}


def _kind(place: _Open) -> str:
    """The kind of setting that an argument is by its keyword or its place; "" where it may be an operand."""
    parameter = _parameter(place)
    return parameter.kind if parameter is not None else ""


def _parameter(place: _Open) -> Parameter | None:
    """The setting that an argument is by its keyword or its place; None where it may be an operand."""
    block = place.block
    assert block is not None
    if place.keyword:
        return next((p for p in block.parameters if p.name == place.keyword), None)
    leads = block.leads
    if leads and not place.argument:
        return block.parameters[0]
    if block.most is None or place.argument - leads < block.most:
        return None
    number = place.argument - block.most
    return block.parameters[number] if number < len(block.parameters) else None
