"""Powers of numbers that are no numbers: one form for each, over the primes."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from gradviz.passes.matrix.leaves import number
from gradviz.passes.matrix.node import Matrix

Roots = dict[int, Fraction]
LARGEST_PRIME = 10_000
"""Roots of numbers are split into primes up to this one."""


def reduced(coefficient: Fraction, roots: Roots) -> tuple[Fraction, dict[Matrix, Fraction]]:
    """Roots of numbers in their one form: powers between −1 and 1, and no root where the number shares its prime.

    Example:
        >>> reduced(Fraction(1, 2), {2: Fraction(3, 2)})  # 2·√2 / 2
        (Fraction(1, 1), {2: Fraction(1, 2)})
    """
    left: dict[Matrix, Fraction] = {}
    for prime, power in roots.items():
        whole = power.numerator // power.denominator
        coefficient *= Fraction(prime) ** whole
        part = power - whole
        if not part:
            continue
        if coefficient.denominator % prime == 0:
            coefficient, part = coefficient * prime, part - 1
        left[number(prime)] = part
    return coefficient, left


@lru_cache(maxsize=1024)
def prime_factors(value: Fraction) -> dict[int, int]:
    """The prime factors of a positive fraction with their powers; one factor above `LARGEST_PRIME`² may be composite.

    Example:
        >>> prime_factors(Fraction(12, 211))
        {2: 2, 3: 1, 211: -1}
    """
    found: dict[int, int] = {}
    for whole, sign in ((value.numerator, 1), (value.denominator, -1)):
        prime = 2
        while prime * prime <= whole and prime <= LARGEST_PRIME:
            while whole % prime == 0:
                whole //= prime
                found[prime] = found.get(prime, 0) + sign
            prime += 1
        if whole > 1:
            found[whole] = found.get(whole, 0) + sign
    return found
