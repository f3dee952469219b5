"""Exact numbers as text that reads back as the same number."""

from __future__ import annotations

from fractions import Fraction

_PLAIN_ZEROS = 15


def number_text(value: Fraction) -> str:
    """A decimal where one is exact, otherwise a fraction.

    Example:
        >>> number_text(Fraction(-1, 8)), number_text(Fraction(1, 3)), number_text(Fraction(10) ** 20)
        ('-0.125', '1/3', '1e20')
    """
    found = decimal(value)
    if found is None:
        return f"{value.numerator}/{value.denominator}"
    sign = "-" if value < 0 else ""
    digits, exponent = found
    if exponent > _PLAIN_ZEROS or exponent < -_PLAIN_ZEROS - len(digits):
        point = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{point}e{exponent + len(digits) - 1}"
    if exponent >= 0:
        return sign + digits + "0" * exponent
    padded = digits.rjust(1 - exponent, "0")
    return f"{sign}{padded[:exponent]}.{padded[exponent:]}"


def decimal(value: Fraction) -> tuple[str, int] | None:
    """The digits and the power of ten of an exact decimal, without its sign; None if it has none.

    Example:
        >>> decimal(Fraction(5, 4)), decimal(Fraction(1200)), decimal(Fraction(1, 3))
        (('125', -2), ('12', 2), None)
    """
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest != 1 or places > 2000:
        return None
    digits = str(abs(value.numerator) * 2 ** (places - twos) * 5 ** (places - fives))
    kept = digits.rstrip("0") or "0"
    return kept, len(digits) - len(kept) - places if kept != "0" else 0


def is_fraction(value: Fraction) -> bool:
    """Whether a number is written with a fraction's slash."""
    return value.denominator != 1 and decimal(value) is None
