"""Decimals in an answer: how many digits it gives, should it not be meant exactly."""

from __future__ import annotations

import re
from fractions import Fraction

FEWEST = 2
"""Significant digits that a decimal must have to be taken for a rounded number: 0.5 is one half."""
MOST = 15

_DECIMAL = re.compile(r"(?<![\w.])(\d*)\.(\d*)(?:[eE][+-]?\d+)?")


def written_digits(text: str) -> int | None:
    """The significant digits of the decimal that gives the fewest; None if there is none that could be rounded.

    Zeros before the first other digit do not count, zeros behind the last one do.

    Example:
        >>> written_digits("0.333*x + 12.50"), written_digits("0.5*x"), written_digits("x/3"), written_digits("1.20e-3")
        (3, None, None, 3)
    """
    counted = [len((whole + part).lstrip("0")) for whole, part in _DECIMAL.findall(text) if part]
    rounded = [count for count in counted if count >= FEWEST]
    return min(min(rounded), MOST) if rounded else None


def written_decimals(text: str) -> tuple[Fraction, ...]:
    """The decimals in a text, exactly; those of an endless exponent are left out.

    Example:
        >>> written_decimals("0.333*x + 12.50 - 2")
        (Fraction(333, 1000), Fraction(25, 2))
    """
    found = [match.group() for match in _DECIMAL.finditer(text) if match.group().strip(".")]
    return tuple(Fraction(one) for one in found if len(one.lower().partition("e")[2]) < 5)
