"""Numbers and points in words: exact ones as they are, balls with as many digits as are worth reading."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from typing import Any

import numpy as np
from flint import fmpq

from gradviz.checking.equality.program import Point, precision
from gradviz.checking.equality.slots import Slot
from gradviz.checking.equality.values import Value, ball, number
from gradviz.explanation.data.checks import Enclosure
from gradviz.syntax.names import RAISED

LONGEST, SMALL = 24, 100
"""How many characters an exact fraction may have to be shown as it is; up to which denominator it stays one where a
decimal would do."""
DIGITS, MOST_DIGITS = 10, 60
"""Significant digits of a ball's centre, and how many at most where two numbers only differ after that."""
END_DIGITS = 20
LONGEST_PLACE, SHORT_PART, MOST_PARTS = 60, 16, 3
"""How long a point in a sentence may be; of a longer one, how long the inputs are that are said, and how many."""
BITS = 512
"""The precision at which numbers are written."""


def enclosure(value: Value, digits: int = DIGITS) -> Enclosure:
    """A value for people and as an interval.

    Example:
        >>> from flint import arb, fmpq
        >>> enclosure(fmpq(-3, 4)).text, enclosure(arb(1).cos()).text
        ('−3/4', '0.5403023059 ± 1×10⁻¹⁰')
    """
    low, high = _ends(value, max(digits, END_DIGITS))
    return Enclosure(shown(value, digits), low, high)


def telling(expected: Value, found: Value, least: int) -> int:
    """How many significant digits tell two different values apart, at least so many."""
    with precision(BITS):
        size = abs(ball(expected)).max(abs(ball(found)))
        gap = abs(ball(expected) - ball(found)) / size
    middle, _, exponent = (int(part) for part in gap.mid_rad_10exp(3))
    return min(MOST_DIGITS, max(least, 3 - exponent - len(str(middle))))


def apart(expected: Value, found: Value) -> tuple[Enclosure, Enclosure]:
    """Two different values, with enough digits to tell them apart."""
    digits = telling(expected, found, DIGITS)
    return enclosure(expected, digits), enclosure(found, digits)


def shown(value: Value, digits: int = DIGITS) -> str:
    """A value for people; a minus sign is one."""
    plain = number(value)
    if type(plain) is fmpq:
        decimal = _decimal(plain) if plain.q > SMALL else ""
        text = decimal if decimal and len(decimal) <= digits + 3 else str(plain)
        if len(text) <= LONGEST:
            return text.replace("-", "−")
    middle, radius, exponent = _scaled(plain, digits)
    if not radius:
        return _written(middle, exponent, "−")
    if radius > 10 ** (digits - 2):
        if abs(middle) <= radius:
            return f"0 ± {_bound(radius + abs(middle), exponent)}"
        low, high = (_written(end, exponent, "−") for end in _outwards(middle, radius, 3))
        return f"between {low} and {high}"
    centre = _rounded(middle, exponent) if exponent > 0 else _written(middle, exponent, "−")
    return f"{centre} ± {_bound(radius, exponent)}"


def _rounded(middle: int, exponent: int) -> str:
    """A number rounded before its point: 2.6×10¹⁷, as zeros would look exact."""
    digits = str(abs(middle))
    lead = digits[0] + ("." + digits[1:] if digits[1:] else "")
    return ("−" if middle < 0 else "") + _scientific(lead, exponent + len(digits) - 1, "−")


def _scaled(value: Value, digits: int) -> tuple[int, int, int]:
    """A ball as middle, radius and a power of ten."""
    with precision(BITS):
        middle, radius, exponent = (int(part) for part in ball(value).mid_rad_10exp(digits))
    surplus = len(str(abs(middle))) - digits
    if surplus <= 0:
        return middle, radius, exponent
    unit = 10**surplus
    kept = (2 * middle + unit) // (2 * unit)
    return kept, -(-(radius + abs(middle - kept * unit)) // unit), exponent + surplus


def _outwards(middle: int, radius: int, digits: int) -> tuple[int, int]:
    """The ends of an interval with few digits, rounded outwards."""
    step = 10 ** max(0, len(str(abs(middle) + radius)) - digits)
    return (middle - radius) // step * step, -(-(middle + radius) // step) * step


def _written(digits: int, exponent: int, minus: str) -> str:
    """A whole number times a power of ten as a decimal, plain where that is short."""
    while digits and digits % 10 == 0:
        digits, exponent = digits // 10, exponent + 1
    sign, text = minus if digits < 0 else "", str(abs(digits))
    power = exponent + len(text) - 1
    if not digits or (exponent >= 0 and power < LONGEST):
        return sign + text + "0" * exponent if digits else "0"
    if -5 <= power < 0 or (power >= 0 and exponent < 0):
        padded = text.rjust(1 - exponent, "0")
        return f"{sign}{padded[:exponent]}.{padded[exponent:]}"
    return _scientific(f"{sign}{text[0]}{'.' + text[1:] if text[1:] else ''}", power, minus)


def _scientific(digits: str, power: int, minus: str) -> str:
    """For people 3.06×10⁻⁷, for machines 3.06e-7."""
    return f"{digits}e{power}" if minus == "-" else f"{digits}×{power_of_ten(power)}"


def _bound(radius: int, exponent: int) -> str:
    """A radius with one digit, rounded up."""
    digits = str(radius)
    lead = int(digits[0]) + (1 if digits[1:].strip("0") else 0)
    power = exponent + len(digits) - 1
    return _scientific(str(lead), power, "−") if lead < 10 else _scientific("1", power + 1, "−")


def _ends(value: Value, digits: int) -> tuple[str, str]:
    """The ends of an interval as decimals, rounded outwards."""
    plain = number(value)
    if type(plain) is fmpq and _decimal(plain):
        return _decimal(plain), _decimal(plain)
    middle, radius, exponent = _scaled(plain, digits)
    return _written(middle - radius, exponent, "-"), _written(middle + radius, exponent, "-")


def _decimal(value: Value) -> str:
    """An exact number as a decimal, if it is a short one; else ""."""
    if value.height_bits() > 100:
        return ""
    rest, places = int(value.q), 0
    while rest != 1 and places <= 40:
        rest, places = rest // gcd(rest, 10), places + 1
    return _written(int((value * fmpq(10) ** places).p), -places, "-") if rest == 1 else ""


def point_text(point: Point, slots: Sequence[Slot]) -> tuple[tuple[str, str], ...]:
    """A point's inputs as exact text, arrays in brackets."""
    return tuple((slot.name, _text(point[slot.name])) for slot in slots)


def _text(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"[{', '.join(_text(part) for part in value)}]"
    plain = number(value)
    return str(plain) if type(plain) is fmpq else shown(plain)


def place_text(point: Point, slots: Sequence[Slot]) -> str:
    """A point in a sentence: "x = −1, y = 2"; where that would be long, its short parts: "y = 2 and the x given"."""
    parts = [(name, f"{name} = {text}".replace("-", "−")) for name, text in point_text(point, slots)]
    said = ", ".join(text for _, text in parts)
    if len(said) <= LONGEST_PLACE:
        return said
    short = [text for _, text in parts if len(text) <= SHORT_PART][:MOST_PARTS]
    return f"the point below ({', '.join(short)}, …)" if short else "the point below"


def entry_text(entry: tuple[int, ...]) -> str:
    """Which entry: "[0, 2]"; nothing for a number."""
    return f"[{', '.join(map(str, entry))}]" if entry else ""


def power_of_ten(power: int) -> str:
    """10⁻⁹, as it stands in a sentence.

    Example:
        >>> power_of_ten(-9), power_of_ten(20)
        ('10⁻⁹', '10²⁰')
    """
    return "10" + str(power).translate(RAISED)
