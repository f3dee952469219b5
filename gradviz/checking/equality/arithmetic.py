"""Arithmetic, comparisons and choices in balls, over the reals.

Functions take and give values of `values.py`. Unless they say so they are given no words: `strict` sees to that.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from math import isqrt
from typing import Any

from flint import arb, fmpq

from gradviz.checking.equality.values import (
    EXACT_BITS,
    ONE,
    UNDECIDED,
    UNDEFINED,
    VANISHING,
    ZERO,
    Value,
    Word,
    ball,
    joined,
    known,
    number,
    settled,
    surely_not_zero,
    surely_zero,
    unknown_truth,
)

Scalar = Callable[..., Value]


def strict(function: Scalar) -> Scalar:
    """A function of numbers made one of values: what is undefined stays so, what is undecided too."""

    def carried(*xs: Value) -> Value:
        for x in xs:
            if type(x) is Word:
                break
        else:
            return settled(function(*xs))
        if UNDEFINED in xs:
            return UNDEFINED
        return UNDECIDED if UNDECIDED in xs else settled(function(*map(number, xs)))

    return carried


def settling(function: Scalar) -> Scalar:
    """A function that knows what to do with words."""
    return lambda *xs: settled(function(*xs))


# Arithmetic


def quotient(a: Value, b: Value) -> Value:
    """a/b; a vanishing numerator vanishes wherever the quotient is defined, and wins over what is not."""
    if type(a) is Word or type(b) is Word:
        if a is VANISHING:
            return VANISHING
        if b is VANISHING and known(a):
            return UNDEFINED
        return UNDEFINED if a is UNDEFINED or b is UNDEFINED else UNDECIDED
    if type(b) is fmpq:
        return settled(a / b) if b else UNDEFINED
    return UNDEFINED if b.is_zero() else settled(a / b)


def power(x: Value, n: Value) -> Value:
    """x^n over the reals: of a negative number only a whole power, 0⁰ = 1 as in NumPy."""
    if type(n) is fmpq:
        return _whole_power(x, n.p) if n.q == 1 else _broken_power(x, n)
    if type(x) is fmpq and not x:
        return ZERO if n > 0 else UNDEFINED if n < 0 else UNDECIDED
    if x > 0:
        return ball(x) ** n
    return UNDEFINED if x < 0 and not n.contains_integer() else UNDECIDED


def _whole_power(x: Value, n: Any) -> Value:
    if type(x) is fmpq:
        if not x:
            return UNDEFINED if n < 0 else ZERO if n else ONE
        if abs(x) == ONE:
            return x if n % 2 else ONE
        if x.height_bits() * abs(n) <= EXACT_BITS:
            return x ** int(n)
    elif n < 0 and x.is_zero():
        return UNDEFINED
    return ball(x) ** arb(n)


def _broken_power(x: Value, n: Value) -> Value:
    if type(x) is fmpq and not x:
        return ZERO if n > 0 else UNDEFINED
    if n.q == 2:
        root = square_root(x)
        return root if type(root) is Word else _whole_power(root, n.p)
    return ball(x) ** arb(n) if x > 0 else UNDEFINED if x < 0 else UNDECIDED


def ratio(a: Value, b: Value) -> Value:
    """a/b, and 0 where both are 0."""
    return ZERO if surely_zero(a) and surely_zero(b) else UNDECIDED if _may_be_zero(b) else quotient(a, b)


def _may_be_zero(x: Value) -> bool:
    return not surely_not_zero(x) and not surely_zero(x)


def square_root(x: Value) -> Value:
    """√x; of square fractions exactly."""
    if x < 0:
        return UNDEFINED
    if type(x) is fmpq:
        above, below = isqrt(int(x.p)), isqrt(int(x.q))
        return fmpq(above, below) if above * above == x.p and below * below == x.q else arb(x).sqrt()
    return x.sqrt() if x >= 0 else UNDECIDED


# Comparisons: 1, 0 at equality, VANISHING where it certainly does not hold around the point


def compared(holds: Scalar, fails: Scalar, at_equality: Value) -> Scalar:
    """A comparison: by when it holds, when it certainly fails, and what it is at equality."""

    def compare(a: Value, b: Value) -> Value:
        if a is b or (type(a) is fmpq and type(b) is fmpq and a == b):
            return at_equality
        return ONE if holds(a, b) else VANISHING if fails(a, b) else unknown_truth()

    return compare


def below(a: Value, b: Value) -> bool:
    """Whether a < b for certain."""
    return bool(a < b)


def above(a: Value, b: Value) -> bool:
    """Whether a > b for certain."""
    return bool(a > b)


def apart(a: Value, b: Value) -> bool:
    """Whether they differ for certain."""
    return bool(a < b or a > b)


def never(a: Value, b: Value) -> bool:
    """Never: no ball proves two numbers equal."""
    return False


def both(a: Value, b: Value) -> Value:
    """1 where neither is 0."""
    if a is VANISHING or b is VANISHING:
        return VANISHING
    if surely_zero(a) or surely_zero(b):
        return ZERO
    return ONE if surely_not_zero(a) and surely_not_zero(b) else _unclear(a, b)


def either(a: Value, b: Value) -> Value:
    """1 where one is not 0."""
    if a is VANISHING and b is VANISHING:
        return VANISHING
    if surely_zero(a) and surely_zero(b):
        return ZERO
    return ONE if (surely_not_zero(a) or surely_not_zero(b)) and known(a) and known(b) else _unclear(a, b)


def opposite(a: Value) -> Value:
    """1 where it is 0."""
    return ONE if surely_zero(a) else VANISHING if surely_not_zero(a) else _unclear(a)


def _unclear(*xs: Value) -> Value:
    return UNDEFINED if UNDEFINED in xs else UNDECIDED if UNDECIDED in xs else unknown_truth()


def chosen(c: Value, a: Value, b: Value) -> Value:
    """The second operand where the first is not 0, else the third; the other one need not be defined."""
    if surely_not_zero(c):
        taken = a
    elif surely_zero(c):
        taken = b
    elif not known(c):
        return c
    else:
        return joined(a, b)
    return taken


def _extreme(beats: Scalar, hull: str) -> Scalar:
    def pair(a: Value, b: Value) -> Value:
        if a is b or beats(a, b):
            return a
        if beats(b, a):
            return b
        return a if type(a) is fmpq and type(b) is fmpq else getattr(ball(a), hull)(ball(b))

    return lambda *xs: reduce(pair, xs)


GREATEST, LEAST = _extreme(above, "max"), _extreme(below, "min")
