"""What each part of a matrix formula costs its reader."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from gradviz.passes.matrix.letters import letter_factors

ATOM, OPERATOR, BLANK, PARENTHESES = 1.0, 1.0, 0.25, 1.0
TRANSPOSE, EXPONENT, MINUS, SCALAR = 0.5, 0.5, 0.5, 0.5
CALL, IDENTITY, ONE, CLOSED = 1.5, 3.25, 0.5, 0.75
"""A product of matrices is written as a blank; a scalar factor often stands in a fraction; ONE is the 1 of `1 − h ∘ h`,
CLOSED the parentheses of such a factor."""


@lru_cache(maxsize=4096)
def number_price(value: Fraction) -> float:
    """The price of a number as a factor: ±1 is not written, each letter counts as an atom.

    >>> number_price(Fraction(2, 211))  # 2/N
    2.5
    """
    rest, letters = letter_factors(value)
    total = sum(ATOM + SCALAR + (0.0 if abs(power) == 1 else EXPONENT) for power in letters.values())
    return total + (0.0 if abs(rest) == 1 else ATOM) + (MINUS if rest < 0 else 0.0)


def signs_price(coefficients: Sequence[Fraction]) -> float:
    """The price of a sum's signs and numbers; a minus between terms is as good as a plus."""
    return sum(number_price(abs(k)) for k in coefficients) + OPERATOR * max(0, len(coefficients) - 1)
