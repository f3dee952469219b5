"""Letters for sizes: each is a prime of a table, so that exact fractions carry it through the algebra."""

from __future__ import annotations

from fractions import Fraction

PRIMES = (211, 223, 227, 229, 233, 239, 241, 251, 257, 263, 269, 271)
"""The sizes that stand for letters."""


def letter_factors(value: Fraction) -> tuple[Fraction, dict[int, int]]:
    """Split a number into a plain one and powers of the letters' primes.

    >>> letter_factors(Fraction(2, 211))
    (Fraction(2, 1), {211: -1})
    """
    powers: dict[int, int] = {}
    for prime in PRIMES:
        while value and value.numerator % prime == 0:
            value, powers[prime] = value / prime, powers.get(prime, 0) + 1
        while value.denominator % prime == 0:
            value, powers[prime] = value * prime, powers.get(prime, 0) - 1
    return value, powers
