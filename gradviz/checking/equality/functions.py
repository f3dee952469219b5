"""Elementary and special functions in balls, over the reals: undefined for certain, a ball, or undecided."""

from __future__ import annotations

from typing import Any

from flint import acb, arb, fmpq

from gradviz.checking.equality.arithmetic import Scalar, quotient
from gradviz.checking.equality.values import (
    ONE,
    UNDECIDED,
    UNDEFINED,
    ZERO,
    Value,
    Word,
    ball,
    settled,
    surely_zero,
)


def cube_root(x: Value) -> Value:
    """The real cube root."""
    if type(x) is fmpq and not x:
        return ZERO
    return ball(x).root(3) if x > 0 else -(ball(-x).root(3)) if x < 0 else UNDECIDED


def logarithm(x: Value, base: Value | None = None) -> Value:
    """Ln x, or to a base."""
    if base is not None:
        return quotient(settled(logarithm(x)), settled(logarithm(base)))
    if x > 0:
        return ball(x).log()
    return UNDEFINED if x <= 0 else UNDECIDED


def log_product(a: Value, x: Value) -> Value:
    """a·ln(x), and 0 where both are 0."""
    if surely_zero(a) and surely_zero(x):
        return ZERO
    made = logarithm(x)
    return made if type(made) is Word else a * made


def log_clamped(x: Value) -> Value:
    """max(ln x, −100)."""
    if x < 0:
        return UNDEFINED
    least = arb(-100).exp()
    if surely_zero(x) or (x > 0 and x <= least):
        return fmpq(-100)
    return ball(x).log() if x > least else UNDECIDED


def inverse_clamped(x: Value) -> Value:
    """1/x, and 0 from 0 to e⁻¹⁰⁰."""
    least = arb(-100).exp()
    if surely_zero(x) or (x > 0 and x < least):
        return ZERO
    return 1 / x if x < 0 or x > least else UNDECIDED


def _inside(function: str, holds: Scalar, outside: Scalar) -> Scalar:
    """A function of `arb` that is defined where one condition holds and certainly not where the other does."""

    def bounded(x: Value) -> Value:
        return getattr(ball(x), function)() if holds(x) else UNDEFINED if outside(x) else UNDECIDED

    return bounded


def _beyond_one(x: Value) -> bool:
    return bool(x > 1 or x < -1)


ARCSINE = _inside("asin", lambda x: x >= -1 and x <= 1, _beyond_one)
ARCCOSINE = _inside("acos", lambda x: x >= -1 and x <= 1, _beyond_one)
AREA_COSINE = _inside("acosh", lambda x: x >= 1, lambda x: x < 1)
AREA_TANGENT = _inside("atanh", lambda x: x > -1 and x < 1, lambda x: x >= 1 or x <= -1)


def of_inverse(function: Scalar) -> Scalar:
    """A function of 1/x."""

    def inverted(x: Value) -> Value:
        made = quotient(ONE, x)
        return made if type(made) is Word else function(made)

    return inverted


def one_over(name: str) -> Scalar:
    """1 over a function of `arb` (csc is 1/sin)."""
    return lambda x: quotient(ONE, settled(getattr(ball(x), name)()))


def angle(y: Value, x: Value) -> Value:
    """The angle of the point (x, y); 0 at the origin."""
    if surely_zero(y) and surely_zero(x):
        return ZERO
    return arb.atan2(ball(y), ball(x))


def magnitude(x: Value) -> Value:
    """|x|."""
    return abs(x)


def sign(x: Value) -> Value:
    """−1, 0 or 1; where it is unclear all between."""
    return ONE if x > 0 else -ONE if x < 0 else ZERO if surely_zero(x) else arb(0, 1)


def steps(name: str) -> Scalar:
    """The floor or ceiling: of fractions exactly."""
    return lambda x: fmpq(getattr(x, name)()) if type(x) is fmpq else getattr(x, name)()


MOST_DERIVATIVES, FARTHEST_LEFT = 500, -1000
"""Beyond these polygamma takes long, and stays undecided."""


def _pole(x: Value) -> bool:
    return type(x) is fmpq and x.q == 1 and x <= 0


def away_from_poles(function: Scalar) -> Scalar:
    """A function with poles at 0 and the negative whole numbers."""
    return lambda x: UNDEFINED if _pole(x) else function(ball(x))


def log_gamma(x: Any) -> Value:
    """ln|Γ(x)|; left of 0 by reflection: Γ(x)·Γ(1 − x) = π/sin(πx)."""
    if x > 0:
        return x.lgamma()
    sine = abs(x.sin_pi()) if x < 0 else arb(0)
    return (arb.pi() / sine).log() - (1 - x).lgamma() if sine > 0 else UNDECIDED


def polygamma(n: Value, x: Value) -> Value:
    """The n-th derivative of ψ."""
    if _pole(x):
        return UNDEFINED
    if n > MOST_DERIVATIVES or x < FARTHEST_LEFT:
        return UNDECIDED
    if x > 0 and n > 0:
        order = int(n.p)
        return (-1) ** (order + 1) * arb(order).fac() * arb(order + 1).zeta(ball(x))
    return acb(ball(x)).polygamma(acb(ball(n))).real
