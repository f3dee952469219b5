"""What is refused before it costs time: long texts, deep brackets, huge numbers and powers."""

from __future__ import annotations

import math
from fractions import Fraction

from gradviz.errors import LimitError, ParseError
from gradviz.source import Source, Span
from gradviz.syntax.tree import Call, Expr, Number, postorder

MAX_BYTES = 100_000
MAX_DEPTH = 200
MAX_DIGITS = 1000
MAX_NAME = 100
MAX_EXPONENT = 1_000_000
MAX_NOTES = 100
"""Notes on how a text is read; a person who gets more has stopped reading."""
LONGEST_NOTE = 200
"""Characters of the text that a note quotes."""
LARGEST = math.log10(1.7976931348623157e308)
"""The decimal logarithm of the largest float."""


def measure(source: Source) -> None:
    """Refuse a text that is too long, too deep, empty, or holds control characters.

    Raises:
        LimitError: it is beyond 100 kB or 200 brackets deep.
        ParseError: it is empty or holds a character that no text should.
    """
    text = source.text
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise LimitError(
            f"the text is {size / 1000:.0f} kB long; the limit is {MAX_BYTES // 1000} kB",
            hint="build larger graphs in Python with gradviz.Graph",
        )
    _depth(source)
    for place, sign in enumerate(text):
        if (sign < " " and sign not in "\n\r\t") or sign == "\x7f" or "\ud800" <= sign <= "\udfff":
            raise ParseError(
                f"the text holds the control character U+{ord(sign):04X}",
                span=Span(place, place + 1),
                hint="delete it",
                source=Source(text.replace(sign, "\ufffd"), source.name),
            )
    if not text.strip():
        raise ParseError(f"the {source.name} is empty", hint="write something like f = (x + y)*z")


def _depth(source: Source) -> None:
    depth = 0
    for place, sign in enumerate(source.text):
        if sign in "([{":
            depth += 1
            if depth > MAX_DEPTH:
                raise too_deep(Span(place, place + 1), source)
        elif sign in ")]}":
            depth = max(0, depth - 1)


def too_deep(span: Span, source: Source) -> LimitError:
    """The error for brackets (or functions) nested beyond the limit."""
    return LimitError(
        f"the expression is nested more than {MAX_DEPTH} deep",
        span=span,
        hint="name the inner parts: q = …; f = … q …",
        source=source,
    )


def limit_name(name: str, span: Span) -> None:
    """Refuse a name of more than a hundred characters.

    Raises:
        LimitError: it is longer.
    """
    if len(name) > MAX_NAME:
        raise LimitError(f"a name of more than {MAX_NAME} characters is too long", span=span, hint="use a shorter one")


def exact(digits: str, span: Span) -> Fraction:
    """A literal as an exact number.

    Raises:
        LimitError: it has more than 1000 digits, or no float is as large.

    Example:
        >>> exact("0.1", Span(0, 3))
        Fraction(1, 10)
    """
    mantissa, _, exponent = digits.lower().partition("e")
    if len(mantissa) > MAX_DIGITS:
        raise LimitError(f"a number of more than {MAX_DIGITS} digits is too long", span=span, hint="round it")
    if len(exponent) > 6 or abs(int(exponent or 0)) > MAX_DIGITS:
        raise _out_of_range(span)
    value = Fraction(f"{mantissa}e{exponent}" if exponent else mantissa)
    if value and magnitude(value) >= LARGEST:
        raise _out_of_range(span)
    return value


def _out_of_range(span: Span) -> LimitError:
    return LimitError(
        "this number is out of range: floats reach from about 5e-324 to 1.8e308",
        span=span,
        hint="use a smaller exponent",
    )


def magnitude(value: Fraction) -> float:
    """The decimal logarithm of a non-zero number's size; exact integers of any length are fine."""
    return math.log10(abs(value.numerator)) - math.log10(value.denominator)


def limit_powers(expr: Expr) -> None:
    """Refuse constant powers beyond any float (`9**9**9**9`) and exponents beyond a million.

    Raises:
        LimitError: there is one.
    """
    sizes: dict[int, float] = {}
    for node in postorder(expr):
        if isinstance(node, Number):
            sizes[id(node)] = float(node.value)
        elif isinstance(node, Call) and node.function in ("power", "mul", "neg"):
            known = [sizes.get(id(operand)) for operand in node.operands]
            if node.function == "power":
                _limit_power(node, known)
            value = _size(node.function, known)
            if value is not None:
                sizes[id(node)] = value


def _size(function: str, known: list[float | None]) -> float | None:
    """A constant product's value, or a power's size; None if it is not constant. At most infinite."""
    values = [value for value in known if value is not None]
    if len(values) != len(known):
        return None
    if function == "neg":
        return -values[0]
    try:
        return float(abs(values[0]) ** values[1]) if function == "power" else math.prod(values)
    except OverflowError:
        return math.inf
    except ZeroDivisionError:
        return None


def _limit_power(node: Call, known: list[float | None]) -> None:
    base, exponent = known
    if exponent is not None and abs(exponent) > MAX_EXPONENT:
        raise LimitError(
            f"an exponent beyond {MAX_EXPONENT:,} is out of range",
            span=node.operands[1].span,
            hint="use exp and log for growth as fast as that",
        )
    if base is not None and exponent is not None and math.isinf(_size("power", known) or 0.0):
        raise LimitError(
            "this power is out of range: no float is larger than about 1.8e308",
            span=node.span,
            hint="use a smaller one",
        )
