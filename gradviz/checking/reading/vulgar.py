"""Fractions of one sign, such as ½: each becomes a letter of its own while the text is parsed, so that carets stay."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction

_SIGNS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_LETTERS = "ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿ"
"""Letters that no formula has: one for each sign."""

VALUES: Mapping[str, Fraction] = {
    letter: Fraction(unicodedata.numeric(sign)).limit_denominator(8)
    for letter, sign in zip(_LETTERS, _SIGNS, strict=True)
}
_LETTER_OF = dict(zip(_SIGNS, _LETTERS, strict=True))
_SIGN_OF = dict(zip(_LETTERS, _SIGNS, strict=True))


def lettered(text: str) -> str:
    """The text with a letter for each such fraction; one directly behind a digit (`2½`) stays, and is an error.

    Example:
        >>> [VALUES[letter] for letter in lettered("½ 2½") if letter in VALUES]
        [Fraction(1, 2)]
    """
    return re.sub(rf"(?<![\d.])[{_SIGNS}]", lambda found: _LETTER_OF[found[0]], text)


def unlettered(sentence: str) -> str:
    """A sentence with the signs again.

    Example:
        >>> unlettered(lettered("½x is read as the product"))
        '½x is read as the product'
    """
    return "".join(_SIGN_OF.get(sign, sign) for sign in sentence)
