"""A factor by which a gradient is off, in words: how large, and where it probably comes from."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

CLOSE = 1e-5
"""The relative difference up to which a pattern holds."""
MANY = 100_000
"""A whole factor up to this may be a number of examples."""


def times_of(ratio: float) -> str:
    """A factor in words.

    Example:
        >>> times_of(0.125), times_of(-2.0)
        ('8 times too small', '-2 times the right one')
    """
    simple = Fraction(ratio).limit_denominator(10_000)
    exact = abs(float(simple) - ratio) <= CLOSE * abs(ratio)
    if ratio < 0:
        return f"{_figure(simple, ratio, exact)} times the right one"
    if exact and simple.numerator == 1 and simple.denominator > 1:
        return f"{simple.denominator} times too small"
    return f"{_figure(simple, ratio, exact)} times too large" if ratio > 1 else f"{ratio:.4g} times the right one"


def _figure(simple: Fraction, ratio: float, exact: bool) -> str:
    return str(simple) if exact and simple.denominator <= 12 else f"{ratio:.4g}"


def because(ratio: float, sizes: Mapping[int, str]) -> str:
    """The factor's likely origin: a size, two, a half; a whole number whose origin is unknown is asked about.

    Args:
        ratio: the code's gradient over the right one.
        sizes: the lengths of axes, with where they come from.

    Example:
        >>> because(8.0, {8: "the number of rows of X"})
        ': 1/8 is missing (8 is the number of rows of X)'
        >>> because(8.0, {})
        ': is 1/8 (a mean over 8) missing?'
    """
    for size, where in sizes.items():
        if size > 2 and abs(ratio - size) <= CLOSE * size:
            return f": 1/{size} is missing ({size} is {where})"
        if size > 2 and abs(ratio * size - 1) <= CLOSE:
            return f": 1/{size} is there once too often ({size} is {where})"
    if abs(ratio - 0.5) <= CLOSE:
        return ": the factor 2 of a square is missing, or a ½ is there twice"
    if abs(ratio - 2) <= CLOSE:
        return ": a factor ½ (or a mean over 2) is missing"
    for size, where in sizes.items():
        if size > 2 and abs(ratio - size / 2) <= CLOSE * size:
            return f": 2/{size} is missing ({size} is {where})"
    for times, said in ((ratio, "is 1/{0} (a mean over {0}) missing?"), (1 / ratio, "a mean over {0} for a sum?")):
        if 2.5 < times < MANY and abs(times - round(times)) <= CLOSE * times:
            return f": {said.format(round(times))}"
    return ""
