"""Fractions of polynomials with rational coefficients, over generators that obey relations: the numbers of the proofs.

Every step holds at each point where the fraction's denominator is not zero, so that a proof is one at points, not of
formal expressions: nothing is ever multiplied above and below by something that may vanish.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradviz.checking.equality.prove.field import Field

TERMS, WORK, BITS = 20_000, 4_000_000, 4_000
"""How many terms a polynomial may have, how many products of terms one proof may cost, how long a coefficient is."""
DEGREE = 3_000
"""How high a power of a generator may be where there are several terms: sparse division would fill all between."""
PLAIN, STEEP = 2_000, 400
"""How many terms a power that is multiplied out may have, and its exponent where it has several terms."""


class GiveUp(Exception):
    """This way of proving does not reach far enough (or would cost too much)."""


class Undefined:
    """The value of what is defined nowhere in the case at hand."""

    def _same(self, *_: Any) -> Undefined:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _same
    __pow__ = __rpow__ = __neg__ = __pos__ = __matmul__ = _same
    __gt__ = __lt__ = __ge__ = __le__ = _same


UNDEFINED = Undefined()


class Ratio:
    """A fraction of polynomials; the operators are those of exact numbers."""

    __slots__ = ("bottom", "field", "top")

    def __init__(self, field: Field, top: Any, bottom: Any) -> None:
        self.field, self.top, self.bottom = field, top, bottom

    def __repr__(self) -> str:
        return f"({self.top})/({self.bottom})"

    def constant(self) -> Fraction | None:
        """The rational number that it is, if it is one."""
        if not (self.top.is_constant() and self.bottom.is_constant()):
            return None
        if self.top.is_zero():
            return Fraction(0)
        value = self.top.leading_coefficient() / self.bottom.leading_coefficient()
        return Fraction(int(value.p), int(value.q))

    def zero(self) -> bool:
        """Whether it is zero for certain (in the case at hand)."""
        return self.field.vanishes(self.top)

    def same(self, other: Ratio) -> bool:
        """Whether it equals another for certain, wherever both have a value."""
        if self.top == other.top and self.bottom == other.bottom:
            return True
        difference: Ratio = self - other
        return difference.zero()

    def __add__(self, other: Any) -> Any:
        other = self.field.ratio(other)
        if other is UNDEFINED:
            return other
        mul, a, b = self.field.times, self.bottom, other.bottom
        if a == b:
            return self.field.reduced(self.top + other.top, a)
        if a.is_constant() or b.is_constant():
            return self.field.reduced(mul(self.top, b) + mul(other.top, a), mul(a, b))
        common = self.field.gcd(a, b)
        left, right = a / common, b / common
        return self.field.reduced(mul(self.top, right) + mul(other.top, left), mul(a, right))

    __radd__ = __add__

    def __neg__(self) -> Ratio:
        return Ratio(self.field, -self.top, self.bottom)

    def __pos__(self) -> Ratio:
        return self

    def __sub__(self, other: Any) -> Any:
        return self + -self.field.ratio(other)

    def __rsub__(self, other: Any) -> Any:
        return self.field.ratio(other) + -self

    def __mul__(self, other: Any) -> Any:
        other = self.field.ratio(other)
        if other is UNDEFINED:
            return other
        times = self.field.times
        return self.field.reduced(times(self.top, other.top), times(self.bottom, other.bottom))

    __rmul__ = __mul__

    def inverse(self) -> Any:
        """1 over it; UNDEFINED where it is zero."""
        return UNDEFINED if self.zero() else self.field.reduced(self.bottom, self.top)

    def __truediv__(self, other: Any) -> Any:
        other = self.field.ratio(other)
        return other if other is UNDEFINED else self * other.inverse()

    def __rtruediv__(self, other: Any) -> Any:
        return self.field.ratio(other) * self.inverse()

    def __pow__(self, other: Any) -> Any:
        from gradviz.checking.equality.prove.powers import power

        return power(self, self.field.ratio(other))

    def __rpow__(self, other: Any) -> Any:
        return self.field.ratio(other).__pow__(self)

    def _sign_against(self, other: Any) -> Any:
        """The sign of the difference; UNDEFINED if the other is. It may take a case distinction."""
        gap = self - other
        return gap if gap is UNDEFINED else 0 if gap.zero() else self.field.sign(gap)

    def __gt__(self, other: Any) -> Any:
        sign = self._sign_against(other)
        return sign if sign is UNDEFINED else sign > 0

    def __lt__(self, other: Any) -> Any:
        sign = self._sign_against(other)
        return sign if sign is UNDEFINED else sign < 0

    def __ge__(self, other: Any) -> Any:
        sign = self._sign_against(other)
        return sign if sign is UNDEFINED else sign >= 0

    def __le__(self, other: Any) -> Any:
        sign = self._sign_against(other)
        return sign if sign is UNDEFINED else sign <= 0

    def whole_power(self, n: int) -> Any:
        """It to a whole number."""
        if n < 0:
            found = self.inverse()
            return found if found is UNDEFINED else found.whole_power(-n)
        if n == 0:
            return self.field.one
        if n == 1:
            return self
        return self.field.reduced(self.field.raised(self.top, n), self.field.raised(self.bottom, n))
