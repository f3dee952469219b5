"""What a node can be at a point: an exact fraction, a ball, or one of three words for what no ball says.

- `fmpq`: exactly that number. Fractions stay exact as long as they are short, so that a zero denominator is certain.
- `arb`: somewhere in that finite ball.
- `VANISHING`: exactly 0, and so all around the point, because a condition does not hold there. Such a zero wins over
  what is not defined (Iverson's bracket: [x > 0]·log x is 0 at x = −1). The derivative of `where(x > 0, sqrt(x), 0)` is
  made with such masks, and must be defined where the function is.
- `UNDEFINED`: certainly no real number.
- `UNDECIDED`: it may be either, at this precision.
"""

from __future__ import annotations

from typing import Any

from flint import arb, fmpq

Value = Any
"""An `fmpq`, an `arb`, or a `Word`."""

EXACT_BITS = 768
"""How long an exact fraction may be; beyond that it becomes a ball."""
EXACT_EXPONENT = 600
"""Up to which power of 2 an exact ball is made a fraction again."""

ZERO, ONE = fmpq(0), fmpq(1)


class Word:
    """One of the three words. It joins in arithmetic, so that NumPy's sums and products of objects carry it."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def __add__(self, other: Value) -> Value:
        if self is VANISHING:
            return other
        return UNDEFINED if self is UNDEFINED or other is UNDEFINED else UNDECIDED

    __radd__ = __add__

    def __sub__(self, other: Value) -> Value:
        return self + (-other)

    def __rsub__(self, other: Value) -> Value:
        return (-self) + other

    def __neg__(self) -> Value:
        return self

    def __mul__(self, other: Value) -> Value:
        if self is VANISHING or other is VANISHING:
            return VANISHING
        return UNDEFINED if self is UNDEFINED or other is UNDEFINED else UNDECIDED

    __rmul__ = __mul__

    def __truediv__(self, other: Value) -> Value:
        """By a whole number, as NumPy's means divide."""
        return self if self is VANISHING and not isinstance(other, Word) else self * other


VANISHING, UNDEFINED, UNDECIDED = Word("VANISHING"), Word("UNDEFINED"), Word("UNDECIDED")


def settled(value: Value) -> Value:
    """A result as it may be passed on: no infinite balls, no endless fractions, exact balls as fractions."""
    kind = type(value)
    if kind is arb:
        if not value.is_finite():
            return UNDECIDED
        return _as_fraction(value) if value.is_exact() else value
    if kind is fmpq:
        return value if value.height_bits() <= EXACT_BITS else arb(value)
    return value if kind is Word else fmpq(value)


def _as_fraction(value: Any) -> Value:
    man, exp = value.man_exp()
    if abs(int(exp)) > EXACT_EXPONENT or man.bit_length() > EXACT_EXPONENT:
        return value
    power = fmpq(2) ** int(exp)
    return fmpq(man) * power


def known(value: Value) -> bool:
    """Whether it is certainly a real number."""
    return type(value) is not Word or value is VANISHING


def number(value: Value) -> Value:
    """The number itself: a vanishing one is 0."""
    return ZERO if value is VANISHING else value


def unknown_truth() -> Value:
    """A condition of which nothing is known: somewhere from 0 to 1. A new ball each time: two need not agree."""
    return arb(0.5, 0.5)


def surely_zero(value: Value) -> bool:
    """Whether it is certainly 0."""
    return value is VANISHING or (type(value) is fmpq and not value) or (type(value) is arb and value.is_zero())


def surely_not_zero(value: Value) -> bool:
    """Whether it is certainly a number other than 0."""
    return bool(value) if type(value) is fmpq else type(value) is arb and not value.contains(0)


def joined(first: Value, second: Value) -> Value:
    """What is known of a number that is one of two: their hull."""
    if first is second:
        return first
    if not (known(first) and known(second)):
        return UNDEFINED if first is UNDEFINED and second is UNDEFINED else UNDECIDED
    return arb(number(first)).union(arb(number(second)))


def ball(value: Value) -> Any:
    """A number as a ball."""
    return value if type(value) is arb else arb(number(value))
