"""Why an operation gives NaN or infinity: the words for each, by operation."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason: whether it holds, given the operands as numbers, and what is said then."""

    holds: Callable[..., bool]
    says: str


def _zero(says: str) -> Cause:
    return Cause(lambda x, *_: x == 0, says)


def _negative(says: str) -> Cause:
    return Cause(lambda x, *_: x < 0, says)


def _too_large(name: str) -> Cause:
    return Cause(lambda *xs: all(map(math.isfinite, xs)), f"overflow: {name} is too large for a number here")


def _outside(name: str, low: float, high: float, says: str) -> Cause:
    return Cause(lambda x, *_: not low <= x <= high, f"{name} {says}")


POLE = Cause(lambda x, *_: x <= 0 and x == math.floor(x), "a pole: zero or a negative whole number")
LOGARITHM = (_negative("log of a negative number"), _zero("log of zero"))

CAUSES: Mapping[str, tuple[Cause, ...]] = MappingProxyType(
    {
        "div": (
            Cause(lambda x, y: x == 0 and y == 0, "zero divided by zero"),
            Cause(lambda x, y: y == 0, "division by zero"),
            _too_large("the quotient"),
        ),
        "ratio": (Cause(lambda x, y: y == 0, "division by zero"), _too_large("the quotient")),
        "pow": (
            Cause(lambda x, n: x < 0 and n != math.floor(n), "a negative number to a power that is no whole number"),
            Cause(lambda x, n: x == 0 and n < 0, "zero to a negative power"),
            _too_large("the power"),
        ),
        "log": LOGARITHM,
        "log2": LOGARITHM,
        "log10": LOGARITHM,
        "log_base": (
            *LOGARITHM,
            Cause(lambda x, b: b <= 0, "a logarithm's base must be positive"),
            Cause(lambda x, b: b == 1, "a logarithm to the base 1"),
        ),
        "xlogy": (Cause(lambda a, x: x < 0, "log of a negative number"), Cause(lambda a, x: x == 0, "log of zero")),
        "log1p": (
            Cause(lambda x: x < -1, "log of a negative number"),
            Cause(lambda x: x == -1, "log of zero"),
        ),
        "exp": (_too_large("exp"),),
        "expm1": (_too_large("exp"),),
        "sqrt": (_negative("square root of a negative number"),),
        "asin": (_outside("asin", -1, 1, "is only defined from −1 to 1"),),
        "acos": (_outside("acos", -1, 1, "is only defined from −1 to 1"),),
        "acosh": (_outside("acosh", 1, math.inf, "is only defined from 1 upwards"),),
        "atanh": (
            _outside("atanh", -1, 1, "is only defined between −1 and 1"),
            Cause(lambda x: abs(x) == 1, "atanh is infinite at −1 and 1"),
        ),
        "asec": (Cause(lambda x: abs(x) < 1, "asec is only defined up to −1 and from 1"),),
        "acsc": (Cause(lambda x: abs(x) < 1, "acsc is only defined up to −1 and from 1"),),
        "asech": (
            _zero("asech is infinite at 0"),
            _outside("asech", 0, 1, "is only defined from 0 to 1"),
        ),
        "acsch": (_zero("acsch is infinite at 0"),),
        "acoth": (
            Cause(lambda x: abs(x) < 1, "acoth is only defined below −1 and above 1"),
            Cause(lambda x: abs(x) == 1, "acoth is infinite at −1 and 1"),
        ),
        "csc": (_zero("division by zero: csc is 1/sin"),),
        "cot": (_zero("division by zero: cot is cos/sin"),),
        "csch": (_zero("division by zero: csch is 1/sinh"),),
        "coth": (_zero("division by zero: coth is cosh/sinh"),),
        "sinh": (_too_large("sinh"),),
        "cosh": (_too_large("cosh"),),
        "gamma": (POLE, _too_large("gamma")),
        "loggamma": (POLE, _too_large("loggamma")),
        "digamma": (POLE,),
        "polygamma": (POLE,),
        "add": (_too_large("the sum"),),
        "sub": (_too_large("the difference"),),
        "mul": (_too_large("the product"),),
    }
)
"""The reasons of operations on numbers, in the order in which they are tried."""

ARRAY_CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "inv": "the matrix is singular, so it has no inverse",
        "solve": "the matrix is singular, so the equations have no single solution",
        "logdet": "the determinant is not positive, so it has no logarithm",
        "mean": "the mean of nothing",
        "var": "the variance of nothing",
    }
)
"""The reasons of operations on whole arrays."""

INDETERMINATE: Mapping[str, str] = MappingProxyType(
    {"add": "∞ − ∞", "sub": "∞ − ∞", "mul": "0·∞", "div": "∞/∞ or 0/0", "pow": "an undetermined power", "sum": "∞ − ∞"}
)
"""What makes NaN of infinities."""


def cause(op: str, operands: tuple[float, ...], result: float) -> str:
    """Why an operation on numbers gives `result`, which is not finite.

    Example:
        >>> cause("log", (-1.0,), float("nan"))
        'log of a negative number'
    """
    for candidate in CAUSES.get(op, ()):
        if candidate.holds(*operands):
            return candidate.says
    return general(op, result)


def general(op: str, result: float) -> str:
    """Why an operation gives NaN or infinity, where nothing closer is known."""
    if op in ARRAY_CAUSES:
        return ARRAY_CAUSES[op]
    if math.isnan(result):
        return f"{op} has no value here"
    return f"{op} is infinite, or too large for a number, here"
