"""Rows whose values at special points are not those of their symbol form, comparisons, and the plainest rows."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from gradviz.checking.equality.prove.field import Field
from gradviz.checking.equality.prove.fractions import UNDEFINED, GiveUp
from gradviz.checking.equality.prove.powers import logarithm, root

THIRD = Fraction(1, 3)


def cube_root(field: Field, x: Any) -> Any:
    """The real cube root, of negative numbers too."""
    if x is UNDEFINED or x.zero():
        return x
    sign = field.weak_sign(x)
    return root(x * sign, THIRD) * sign


def quotient(field: Field, a: Any, c: Any) -> Any:
    """a/c, and 0 where both are zero: two cases."""
    if a is UNDEFINED or c is UNDEFINED:
        return UNDEFINED
    if c.zero() or field.sign(c) == 0:
        return field.zero
    return a / c


def _xlogy(field: Field, a: Any, x: Any) -> Any:
    """a·ln x, and 0 where both are 0."""
    if a is UNDEFINED or x is UNDEFINED:
        return UNDEFINED
    if a.zero():
        return field.zero
    recording, field.recording = field.recording, False  # where a is zero, x need not be positive
    try:
        made = logarithm(x)
    finally:
        field.recording = recording
    if made is UNDEFINED:
        return field.zero if field.sign(a) == 0 else UNDEFINED
    return a * made


def _where(field: Field, condition: Any, a: Any, b: Any) -> Any:
    if condition is UNDEFINED:
        return UNDEFINED
    if field.whole and condition.constant() is None:
        return _mixed(condition, a, b)
    number = condition.constant()
    holds = number != 0 if number is not None else not condition.zero() and field.sign(condition) != 0
    return a if holds else b


def _mixed(condition: Any, a: Any, b: Any) -> Any:
    """c·a + (1 − c)·b for a condition that is 0 or 1, of polynomials: they have values wherever c leaves them out."""
    if UNDEFINED in (a, b) or not (a.bottom.is_constant() and b.bottom.is_constant()):
        raise GiveUp("a branch may have no value where it is left out")
    if not condition.bottom.is_constant() or not (condition * condition).same(condition):
        raise GiveUp("a condition is no truth value")
    return condition * (a - b) + b


def _compared(at_zero: int, above: int, below: int) -> Any:
    """A comparison by the sign of the difference: what it is where that is 0, 1 and −1."""

    def rule(field: Field, a: Any, b: Any) -> Any:
        gap = a - b
        if gap is UNDEFINED:
            return gap
        sign = field.zero if gap.zero() else field.sign_of(gap)
        square = sign * sign
        return at_zero * (1 - square) + (square + sign) * above / 2 + (square - sign) * below / 2

    return rule


def _and(field: Field, a: Any, b: Any) -> Any:
    return _truth(field, a) * _truth(field, b)


def _or(field: Field, a: Any, b: Any) -> Any:
    return 1 - (1 - _truth(field, a)) * (1 - _truth(field, b))


def _not(field: Field, a: Any) -> Any:
    return 1 - _truth(field, a)


def _truth(field: Field, a: Any) -> Any:
    """1 where it is not zero, else 0."""
    if a is UNDEFINED or (a * a).same(a):
        return a
    sign = field.sign_of(a)
    return sign * sign


RULES: Mapping[str, Any] = {
    "where": _where,
    "greater": _compared(0, 1, 0),
    "less": _compared(0, 0, 1),
    "greater_equal": _compared(1, 1, 0),
    "less_equal": _compared(1, 0, 1),
    "equal": _compared(1, 0, 0),
    "not_equal": _compared(0, 1, 1),
    "logical_and": _and,
    "logical_or": _or,
    "logical_not": _not,
    "xlogy": _xlogy,
    "ratio": quotient,
    "cbrt": cube_root,
    "add": lambda field, a, b: a + b,
    "sub": lambda field, a, b: a - b,
    "mul": lambda field, a, b: a * b,
    "div": lambda field, a, b: a / b,
    "neg": lambda field, a: -a,
}
"""By row: `(field, *operands) -> fraction`."""
