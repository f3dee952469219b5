"""The rows' SymPy forms read in balls: what they ask of the SymPy module, with the same names."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from gradviz.checking.equality.arithmetic import Scalar, strict
from gradviz.checking.equality.functions import polygamma
from gradviz.checking.equality.scalars import SCALARS
from gradviz.checking.equality.values import Value, Word
from gradviz.ops.op import NamedConstant, Op


def exact(value: Any) -> Value:
    """A constant's number or a setting as a fraction; decimals as they are written, π and e as balls.

    Raises:
        ValueError: it is infinite or no number.
    """
    if isinstance(value, NamedConstant) and value.name in ("pi", "e"):
        return arb.pi() if value.name == "pi" else arb.const_e()
    if isinstance(value, float):
        value = Fraction(repr(float(value)))
    made = Fraction(value)
    return fmpq(made.numerator, made.denominator)


class Held:
    """A value in a SymPy form: it understands the operators."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __add__(self, other: Any) -> Held:
        return _applied("add", self, other)

    def __radd__(self, other: Any) -> Held:
        return _applied("add", other, self)

    def __sub__(self, other: Any) -> Held:
        return _applied("sub", self, other)

    def __rsub__(self, other: Any) -> Held:
        return _applied("sub", other, self)

    def __mul__(self, other: Any) -> Held:
        return _applied("mul", self, other)

    def __rmul__(self, other: Any) -> Held:
        return _applied("mul", other, self)

    def __truediv__(self, other: Any) -> Held:
        return _applied("div", self, other)

    def __rtruediv__(self, other: Any) -> Held:
        return _applied("div", other, self)

    def __pow__(self, other: Any) -> Held:
        return _applied("pow", self, other)

    def __neg__(self) -> Held:
        return _applied("neg", self)

    def __gt__(self, other: Any) -> Held:
        return _applied("greater", self, other)

    def __lt__(self, other: Any) -> Held:
        return _applied("less", self, other)

    def __ge__(self, other: Any) -> Held:
        return _applied("greater_equal", self, other)

    def __le__(self, other: Any) -> Held:
        return _applied("less_equal", self, other)

    def atoms(self, *_: Any) -> tuple[Any, ...]:
        """Nothing: a value has no parts that could be too many."""
        return ()


def _value(x: Any) -> Value:
    return x.value if isinstance(x, Held) else x if type(x) in (fmpq, arb, Word) else exact(x)


def _applied(name: str, *xs: Any) -> Held:
    return Held(SCALARS[name](*map(_value, xs)))


class Piecewise(Held):
    """A case distinction: the first pair whose condition holds."""

    def __init__(self, *pairs: tuple[Any, Any]) -> None:
        *cases, (last, always) = pairs
        assert always is True
        made = _value(last)
        for value, holds in reversed(cases):
            made = SCALARS["where"](_value(holds), _value(value), made)
        super().__init__(made)
        self.args = ()


class _ITE:
    """SymPy's if-then-else, of which there is none here."""


class _Function:
    """SymPy's functions, of which there are none here."""


NAMES: Mapping[str, str] = {
    "Abs": "abs",
    "Max": "maximum",
    "Min": "minimum",
    "ceiling": "ceil",
    "Gt": "greater",
    "Lt": "less",
    "Ge": "greater_equal",
    "Le": "less_equal",
    "Eq": "equal",
    "Ne": "not_equal",
    "And": "logical_and",
    "Or": "logical_or",
    "Not": "logical_not",
}
"""SymPy's names that are not the rows'."""


class Namespace:
    """What stands in for the SymPy module."""

    Piecewise, ITE, Function = Piecewise, _ITE, _Function

    @property
    def pi(self) -> Held:
        """π, at the precision that is set."""
        return Held(arb.pi())

    def __getattr__(self, name: str) -> Any:
        function = SCALARS.get(NAMES.get(name, name))
        if function is None:
            raise NotImplementedError(f"nothing stands for SymPy's {name} in balls")
        return lambda *xs, **_: Held(function(*map(_value, xs)))

    def log(self, x: Any, base: Any = None) -> Held:
        """The logarithm, of the base e if none is given."""
        return _applied("log", x) if base is None else _applied("log", x) / _applied("log", base)

    def polygamma(self, n: Any, x: Any) -> Held:
        """The derivatives of the digamma function."""
        return Held(strict(polygamma)(_value(n), _value(x)))

    def sympify(self, x: Any) -> Held:
        """A number as a value."""
        return x if isinstance(x, Held) else Held(exact(x))

    def Integer(self, x: Any) -> Held:
        """A whole number."""
        return Held(fmpq(int(x)))

    def Rational(self, p: int, q: int) -> Held:
        """A fraction."""
        return Held(fmpq(p, q))

    def preorder_traversal(self, _: Any) -> tuple[Any, ...]:
        """Nothing: there are no trees here."""
        return ()


def scalar(op: Op, settings: Mapping[str, Any]) -> Scalar:
    """A row's operation on numbers as a function of values.

    Raises:
        NotImplementedError: the row has no form that could be read.
    """
    if op.name in SCALARS:
        return SCALARS[op.name]
    if op.symbol is None:
        raise NotImplementedError(f"{op.name} cannot be evaluated in balls")
    form, namespace = op.symbol, Namespace()
    fixed = {key: Held(exact(value)) for key, value in settings.items()}

    def read(*xs: Value) -> Value:
        return _value(form(namespace, *map(Held, xs), **fixed))

    return read
