"""Shapes as people write them after a colon: `2x3`, `N x d`, `(2, 3)`, `3`, `scalar`."""

from __future__ import annotations

import re

from gradviz.errors import LimitError, ParseError
from gradviz.syntax.lexeme import Lexeme
from gradviz.syntax.names import canonical, is_plain

MAX_SIZE = 100_000_000
SYMMETRIC, STOCHASTIC, PARAMETER = "symmetric", "stochastic", "parameter"
DECLARED = frozenset([SYMMETRIC, STOCHASTIC, PARAMETER])
"""Words behind the sizes: a matrix that equals its transpose; a vector, or rows, whose entries sum to one; what is
trained."""
_PART = re.compile(r"\s*(?:(?P<number>[0-9]+)|(?P<word>[^\W\d]\w*)|(?P<sign>[×*,]|\\times))\s*")


def declared_word(piece: Lexeme) -> str:
    """What an input is declared to be behind its shape: `S : n x n symmetric`, `W : 2x3 parameter`; "" if nothing.

    Raises:
        ParseError: an array of that shape cannot be so.
    """
    words = piece.text.split()
    if words == [PARAMETER]:
        return PARAMETER
    if len(words) < 2 or words[-1] not in DECLARED:
        return ""
    shape = read_shape(piece)
    if words[-1] == SYMMETRIC and (len(shape) != 2 or shape[0] != shape[1]):
        raise ParseError("only a square matrix is symmetric", span=piece.span, hint="write S : n x n symmetric")
    if words[-1] == STOCHASTIC and len(shape) not in (1, 2):
        raise ParseError(
            "only a vector or a matrix is stochastic: its entries, or those of each row, sum to one",
            span=piece.span,
            hint="write y : n stochastic, or Y : N x k stochastic",
        )
    return words[-1]


def read_shape(piece: Lexeme) -> tuple[int | str, ...]:
    """The sizes in a shape; letters stand for sizes that values decide.

    Raises:
        ParseError: it is no shape.
        LimitError: a size is beyond a hundred million.

    Example:
        >>> from gradviz.source import Span
        >>> [read_shape(Lexeme("SHAPE", text, Span(0, 1))) for text in ("2x3", "N x d", "(4,)", "scalar")]
        [(2, 3), ('N', 'd'), (4,), ()]
    """
    if len(piece.text) > 200:
        raise _no_shape(piece)
    rest = piece.text.strip().strip("$").strip()
    for word in DECLARED:
        if rest.endswith(f" {word}"):
            rest = rest.removesuffix(word).rstrip()
            break
    if rest in ("scalar", "number", "()", "real", PARAMETER):
        return ()
    if rest[:1] + rest[-1:] in ("()", "[]"):
        rest = rest[1:-1].rstrip().removesuffix(",")
    sizes: list[int | str] = []
    expects_size = True
    while rest or expects_size:
        found = _PART.match(rest)
        if found is None:
            raise _no_shape(piece)
        part, rest = found.group().strip(), rest[found.end() :]
        if not expects_size:
            rest = _separator(part, rest, piece)
            expects_size = True
            continue
        if found.group("sign") or part == "x":
            raise _no_shape(piece)
        if found.group("word") and "x" in part:
            part, _, cut = part.partition("x")
            rest = f"x{cut}{rest}"
        sizes.append(_size(part, piece))
        expects_size = False
    return tuple(sizes)


def _separator(part: str, rest: str, piece: Lexeme) -> str:
    """What follows the sign between two sizes."""
    if part in ("×", "*", ",", "by", r"\times"):
        return rest
    if part.startswith("x"):
        return part[1:] + " " + rest if part[1:] else rest
    raise _no_shape(piece)


def _size(part: str, piece: Lexeme) -> int | str:
    if not part.isdecimal():
        if not part or not is_plain(part):
            raise _no_shape(piece)
        return canonical(part)
    if len(part) > 9 or int(part) > MAX_SIZE:
        raise LimitError(f"a size of {part[:12]} is too large", span=piece.span, hint="use a smaller array")
    return int(part)


def _no_shape(piece: Lexeme) -> ParseError:
    return ParseError(
        "this is not a shape", span=piece.span, hint="write sizes with x between them: W : 2x3, X : N x d, v : 3"
    )
