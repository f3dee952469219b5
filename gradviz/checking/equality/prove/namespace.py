"""What stands in SymPy's place when a row's symbol form is given fractions: the same names, computed exactly.

A row that asks for a name that is not here is not evaluated (its result is then a function of which nothing is known).
Conditions are decided at once: where a sign is not known yet, the proof falls into cases.
"""

# ruff: noqa: D102 - the methods are SymPy's functions, by its names

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradviz.checking.equality.prove import angles
from gradviz.checking.equality.prove.field import Field
from gradviz.checking.equality.prove.fractions import UNDEFINED, Ratio
from gradviz.checking.equality.prove.powers import exponential, logarithm, root

HALF = Fraction(1, 2)


class _Nothing:
    """A class of which nothing is an instance."""


class _Atoms:
    """A condition as the rows' guards ask about it: it has no parts."""

    def atoms(self, *_: Any) -> tuple[()]:
        return ()


class Names:
    """The namespace, over one field."""

    Piecewise: Any
    Function = ITE = _Nothing

    def __init__(self, field: Field) -> None:
        self.field = field

        class Piecewise:
            """Picks the first case that holds."""

            def __new__(cls, *cases: tuple[Any, Any]) -> Any:
                for value, holds in cases:
                    if holds is UNDEFINED:
                        return UNDEFINED
                    if holds:
                        return field.ratio(value)
                return UNDEFINED

        self.Piecewise = Piecewise

    @property
    def E(self) -> Ratio:
        made: Ratio = exponential(self.field.one)
        return made

    @property
    def pi(self) -> Ratio:
        return angles.pi(self.field)

    def sympify(self, value: Any) -> Any:
        return _Atoms() if isinstance(value, bool) or value is UNDEFINED else self.field.ratio(value)

    def Integer(self, value: int) -> Any:
        return self.field.ratio(value)

    def Rational(self, p: int, q: int = 1) -> Any:
        return self.field.ratio(Fraction(p, q))

    def preorder_traversal(self, _: Any) -> tuple[()]:
        return ()

    # Exponentials and logarithms.

    def exp(self, x: Any) -> Any:
        return exponential(self.field.ratio(x))

    def log(self, x: Any, base: Any = None) -> Any:
        made = logarithm(self.field.ratio(x))
        return made if base is None else made / logarithm(self.field.ratio(base))

    def sqrt(self, x: Any) -> Any:
        return root(self.field.ratio(x), HALF)

    # Circular and hyperbolic functions.

    def cos(self, x: Any) -> Any:
        return angles.circular(x)[0]

    def sin(self, x: Any) -> Any:
        return angles.circular(x)[1]

    def tan(self, x: Any) -> Any:
        c, s = angles.circular(x)
        return s / c

    def cot(self, x: Any) -> Any:
        c, s = angles.circular(x)
        return c / s

    def sec(self, x: Any) -> Any:
        return 1 / angles.circular(x)[0]

    def csc(self, x: Any) -> Any:
        return 1 / angles.circular(x)[1]

    def cosh(self, x: Any) -> Any:
        return (exponential(x) + exponential(-x)) / 2

    def sinh(self, x: Any) -> Any:
        return (exponential(x) - exponential(-x)) / 2

    def tanh(self, x: Any) -> Any:
        return self.sinh(x) / self.cosh(x)

    def coth(self, x: Any) -> Any:
        return self.cosh(x) / self.sinh(x)

    def sech(self, x: Any) -> Any:
        return 1 / self.cosh(x)

    def csch(self, x: Any) -> Any:
        return 1 / self.sinh(x)

    def asin(self, x: Any) -> Any:
        return angles.arcsine(x)

    def acos(self, x: Any) -> Any:
        return self.pi / 2 - angles.arcsine(x)

    def atan(self, x: Any) -> Any:
        return angles.arctangent(x)

    def acot(self, x: Any) -> Any:
        return self.pi / 2 - angles.arctangent(x)

    def asec(self, x: Any) -> Any:
        return self.acos(1 / x)

    def acsc(self, x: Any) -> Any:
        return angles.arcsine(1 / x)

    def asinh(self, x: Any) -> Any:
        return angles.arsinh(x)

    def acosh(self, x: Any) -> Any:
        return angles.arcosh(x)

    def atanh(self, x: Any) -> Any:
        return angles.artanh(x)

    def asech(self, x: Any) -> Any:
        return angles.arcosh(1 / x)

    def acsch(self, x: Any) -> Any:
        return angles.arsinh(1 / x)

    def acoth(self, x: Any) -> Any:
        return angles.artanh(1 / x)

    # Special functions.

    def erf(self, x: Any) -> Any:
        return angles.function("erf", x)

    def erfc(self, x: Any) -> Any:
        return 1 - angles.function("erf", x)

    # Signs and cases.

    def Abs(self, x: Any) -> Any:
        if x is UNDEFINED:
            return x
        return x * (self.field.sign_of(x) if self.field.whole else self.field.weak_sign(x))

    def sign(self, x: Any) -> Any:
        return x if x is UNDEFINED else self.field.sign_of(x)

    def Max(self, *xs: Any, evaluate: bool = True) -> Any:
        return self._best(xs, 1)

    def Min(self, *xs: Any, evaluate: bool = True) -> Any:
        return self._best(xs, -1)

    def _best(self, xs: tuple[Any, ...], way: int) -> Any:
        best, *others = (self.field.ratio(x) for x in xs)
        for other in others:
            gap = best - other
            if gap is UNDEFINED:
                return UNDEFINED
            if self.field.whole and not gap.zero():
                best = (best + other + gap * self.field.sign_of(gap) * way) / 2
            elif not gap.zero() and self.field.weak_sign(gap) * way < 0:
                best = other
        return best

    def Gt(self, a: Any, b: Any) -> Any:
        return self.field.ratio(a) > b

    def Lt(self, a: Any, b: Any) -> Any:
        return self.field.ratio(a) < b

    def Ge(self, a: Any, b: Any) -> Any:
        return self.field.ratio(a) >= b

    def Le(self, a: Any, b: Any) -> Any:
        return self.field.ratio(a) <= b

    def Eq(self, a: Any, b: Any) -> Any:
        return self.Not(self.Ne(a, b))

    def Ne(self, a: Any, b: Any) -> Any:
        gap = self.field.ratio(a) - b
        if gap is UNDEFINED:
            return UNDEFINED
        return not gap.zero() and self.field.sign(gap) != 0

    def And(self, *truths: Any) -> Any:
        return UNDEFINED if UNDEFINED in truths else all(truths)

    def Or(self, *truths: Any) -> Any:
        return UNDEFINED if UNDEFINED in truths else any(truths)

    def Not(self, truth: Any) -> Any:
        return UNDEFINED if truth is UNDEFINED else not truth
