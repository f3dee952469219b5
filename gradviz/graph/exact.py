"""Exact arithmetic on the numbers that a program writes: folded where it stays exact, refused where it explodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from gradviz.errors import DomainProblem, LimitError
from gradviz.source import Span

Exact = int | Fraction
"""A number that is known exactly."""

MAX_DIGITS = 400
"""Digits that the numerator or the denominator of a folded number may have."""

_MAX_BITS = int(MAX_DIGITS * 3.3219) + 1


def is_exact(value: object) -> bool:
    """Whether a value is an exact number (and no truth value)."""
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool)


def tidy(value: Exact, span: Span | None = None) -> Exact:
    """The number as an int where it is whole.

    Raises:
        LimitError: it has more digits than `MAX_DIGITS`.
    """
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > _MAX_BITS:
        raise LimitError(
            f"this number has more than {MAX_DIGITS} digits", span=span, hint="make it smaller, or give it as a value"
        )
    return value.numerator if value.denominator == 1 else value


def representable(value: Exact, span: Span | None = None) -> Exact:
    """The number, if a float can hold it.

    Raises:
        LimitError: it is beyond about 1.8e308.
    """
    try:
        float(value)
    except OverflowError:
        raise LimitError(
            "this number is too large for floating point", span=span, hint="numbers reach to about 1.8e308"
        ) from None
    return value


def divides_by_zero(span: Span | None) -> DomainProblem:
    """The error at a division by an exact zero."""
    return DomainProblem("this divides by zero", span=span, hint="the divisor is exactly 0")


def _divide(a: Exact, b: Exact, span: Span | None) -> Exact:
    if b == 0:
        raise divides_by_zero(span)
    return Fraction(a) / b


def _power(base: Exact, exponent: Exact, span: Span | None) -> Exact | None:
    if exponent.denominator != 1:
        return None
    number, times = Fraction(base), exponent.numerator
    if number == 0 and times < 0:
        raise divides_by_zero(span)
    if number.denominator == 1 and abs(number) <= 1:
        return Fraction(1) if times == 0 else abs(number) if times % 2 == 0 else number
    # A number of b bits is at least 2^(b-1): its power is refused before it is computed.
    bits = max(number.numerator.bit_length(), number.denominator.bit_length())
    if (bits - 1) * abs(times) > _MAX_BITS:
        raise LimitError(
            f"this power has more than {MAX_DIGITS} digits",
            span=span,
            hint="make the exponent smaller, or give a value",
        )
    return number**times


_FOLDS: Mapping[str, Callable[[Exact, Exact, Span | None], Exact | None]] = {
    "add": lambda a, b, span: a + b,
    "sub": lambda a, b, span: a - b,
    "mul": lambda a, b, span: a * b,
    "juxtapose": lambda a, b, span: a * b,
    "div": _divide,
    "pow": _power,
    "power": _power,
}


def fold(name: str, values: tuple[object, ...], span: Span | None = None) -> Exact | None:
    """The exact result of an operation on exact numbers; None if there is none (`sqrt(2)`, `2^(1/2)`, `2π`).

    Raises:
        DomainProblem: a division by zero.
        LimitError: the result has too many digits.

    Example:
        >>> fold("div", (2, 3)), fold("pow", (2, Fraction(1, 2)))
        (Fraction(2, 3), None)
    """
    numbers = [value for value in values if isinstance(value, (int, Fraction))]
    if len(numbers) != len(values):
        return None
    if name == "neg" and len(numbers) == 1:
        return tidy(-numbers[0], span)
    rule = _FOLDS.get(name)
    result = rule(numbers[0], numbers[1], span) if rule is not None and len(numbers) == 2 else None
    return None if result is None else tidy(result, span)
