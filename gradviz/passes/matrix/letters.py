"""Letters for sizes: each is a prime of a table, so that exact fractions carry it through the algebra.

Products, quotients and roots keep the primes apart. A sum does not: of N − 1 only 210 would be left. Where numbers of
different letters are added, the sum is therefore kept as one, of numbers and of symbols that stand for the letters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from functools import lru_cache

PRIMES = (211, 223, 227, 229, 233, 239, 241, 251, 257, 263, 269, 271)
"""The sizes that stand for letters."""

_IN_FORCE: ContextVar[frozenset[int]] = ContextVar("_IN_FORCE", default=frozenset())


@contextmanager
def lettered(primes: Collection[int]) -> Iterator[None]:
    """A context in which these primes stand for letters: numbers in which they differ are not added up."""
    token = _IN_FORCE.set(frozenset(primes))
    try:
        yield
    finally:
        _IN_FORCE.reset(token)


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


def letters_of(value: Fraction) -> Fraction:
    """The part of a number that letters in force make.

    >>> with lettered([211]):
    ...     print(letters_of(Fraction(2, 211)))
    1/211
    """
    primes = _IN_FORCE.get()
    return _part(value, primes) if primes else Fraction(1)


@lru_cache(maxsize=4096)
def _part(value: Fraction, primes: frozenset[int]) -> Fraction:
    made = Fraction(1)
    for prime, power in letter_factors(value)[1].items():
        if prime in primes:
            made *= Fraction(prime) ** power
    return made


def shared_letters(values: Collection[Fraction]) -> Fraction:
    """What products of letters have in common: of n² and n that is n, of 1 and 1/n it is 1/n.

    >>> shared_letters([Fraction(211), Fraction(211**2)])
    Fraction(211, 1)
    """
    factors = [letter_factors(value)[1] for value in values]
    made = Fraction(1)
    for prime in {prime for powers in factors for prime in powers}:
        made *= Fraction(prime) ** min(powers.get(prime, 0) for powers in factors)
    return made
