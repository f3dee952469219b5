"""SymPy expression to syntax tree, in the order in which a teacher writes: `2·x·y`, `x² + 2·x + 1`, `1 − σ(u)`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from gradviz.ops.table import OPS
from gradviz.passes.symbolic import OPAQUE, Symbols
from gradviz.syntax.tree import Call, Expr, Name, Number, Text

FUNCTIONS: Mapping[str, str] = {
    "exp": "exp", "log": "log", "sin": "sin", "cos": "cos", "tan": "tan", "sec": "sec", "csc": "csc", "cot": "cot",
    "asin": "asin", "acos": "acos", "atan": "atan", "asec": "asec", "acsc": "acsc", "acot": "acot", "atan2": "atan2",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "sech": "sech", "csch": "csch", "coth": "coth", "asinh": "asinh",
    "acosh": "acosh", "atanh": "atanh", "asech": "asech", "acsch": "acsch", "acoth": "acoth", "Abs": "abs",
    "sign": "sign", "floor": "floor", "ceiling": "ceil", "Max": "maximum", "Min": "minimum", "erf": "erf",
    "erfc": "erfc", "gamma": "gamma", "loggamma": "loggamma", "digamma": "digamma",
}  # fmt: skip
"""SymPy's class names and ours."""

RELATIONS: Mapping[str, str] = {
    "StrictGreaterThan": "greater", "StrictLessThan": "less", "GreaterThan": "greater_equal",
    "LessThan": "less_equal", "Equality": "equal", "Unequality": "not_equal",
    "And": "logical_and", "Or": "logical_or", "Not": "logical_not",
}  # fmt: skip

ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))
SMALL = 60
"""Denominators up to which a fraction is one that a person would write."""


class Unwritable(ValueError):
    """An expression that our trees cannot say."""


class Writer:
    """Turns SymPy expressions into trees; results are kept, since formulas share their parts.

    Args:
        symbols: what each symbol stands for, and their order.
        decimals: whether the person writes decimals, so that 1/10 is 0.1.

    Example:
        >>> import sympy as sp
        >>> from gradviz.passes.symbolic import Symbols
        >>> symbols = Symbols()
        >>> x = symbols.leaf("x", ()).item()
        >>> Writer(symbols).tree(1 - x)
        Call(function='sub', operands=(Number(value=Fraction(1, 1)), Name(id='x')), keywords=())
    """

    def __init__(self, symbols: Symbols, decimals: bool = False) -> None:
        self.symbols = symbols
        self.decimals = decimals
        self._kept: dict[Any, Expr] = {}

    def tree(self, expr: Any) -> Expr:
        """The tree of an expression. It recurses; expressions are within the size budget.

        Raises:
            Unwritable: it holds something that the language has no word for.
        """
        made = self._kept.get(expr)
        if made is None:
            made = self._kept[expr] = self._make(expr)
        return made

    def _make(self, e: Any) -> Expr:
        if e.is_Symbol:
            return self.symbols.trees[e]
        if e.is_Rational:
            return self.rational(Fraction(int(e.p), int(e.q)))
        if e.is_Float:
            return self.rational(Fraction(str(e)))
        if e.is_Add:
            return self._sum(e)
        if e.is_Mul:
            return self._product(e)
        if e.is_Pow:
            return self._power(e)
        return self._other(e)

    def rational(self, value: Fraction) -> Expr:
        """A number, as a fraction or a decimal."""
        if value < 0:
            return Call("neg", (self.rational(-value),))
        if value.denominator == 1 or self._as_decimal(value):
            return Number(_rounded(value))
        return Call("div", (Number(Fraction(value.numerator)), Number(Fraction(value.denominator))))

    def _as_decimal(self, value: Fraction) -> bool:
        """1/10 is 0.1 where the person writes decimals; 0.044715 is never 8943/200000."""
        return _finite(value) and (self.decimals or value.denominator > SMALL)

    def _other(self, e: Any) -> Expr:
        kind = type(e).__name__
        if kind == "Pi":
            return Call("acos", (Call("neg", (ONE,)),)) if "pi" in self.symbols.taken else Name("pi")
        if kind == "Exp1":
            return Call("exp", (ONE,))
        if kind == "Piecewise":
            return self._piecewise(e)
        if kind == "Heaviside":
            return Call("where", (Call("greater", (self.tree(e.args[0]), ZERO)), ONE, ZERO))
        if kind == "polygamma":
            order, argument = e.args
            if order == 0:
                return Call("digamma", (self.tree(argument),))
            return Call("polygamma", (self.tree(argument),), (("n", self.tree(order)),))
        if kind in OPAQUE:
            return self._opaque(e, kind)
        name = FUNCTIONS.get(kind) or RELATIONS.get(kind)
        if name is None or (kind == "log" and len(e.args) > 1):
            raise Unwritable(f"{kind} has no word in the language")
        args = sorted(e.args, key=lambda a: (not a.is_number, *self.order(a))) if kind in ("Max", "Min") else e.args
        return Call(name, tuple(self.tree(arg) for arg in args))

    def _opaque(self, e: Any, kind: str) -> Expr:
        op = OPS[kind]
        count = op.arity if isinstance(op.arity, int) else op.arity[0]
        keywords = tuple(
            (parameter.name, self._setting(value))
            for parameter, value in zip(op.parameters, e.args[count:], strict=True)
            if not _same(value, parameter.default)
        )
        return Call(kind, tuple(self.tree(arg) for arg in e.args[:count]), keywords)

    def _setting(self, value: Any) -> Expr:
        kept, self.decimals = self.decimals, True
        made = self.rational(Fraction(int(value.p), int(value.q))) if value.is_Rational else Text(str(value))
        self.decimals = kept
        return made

    def _piecewise(self, e: Any) -> Expr:
        *cases, (last, condition) = e.args
        if condition != True:  # noqa: E712  (SymPy's own truth)
            raise Unwritable("a case distinction without an otherwise")
        made = self.tree(last)
        for value, condition in reversed(cases):
            made = Call("where", (self.tree(condition), self.tree(value), made))
        return made

    def _sum(self, e: Any) -> Expr:
        terms = sorted(e.args, key=self.order)
        numbers = [term for term in terms if term.is_number]
        others = [term for term in terms if not term.is_number]
        if all(negative(term) for term in terms):
            return Call("neg", (self.tree(-e),))
        number_first = all(negative(term) or self._degree(term) == 0 for term in others)
        terms = numbers + others if number_first else others + numbers
        lead = next(i for i, term in enumerate(terms) if not negative(term))
        terms.insert(0, terms.pop(lead))
        made = self.tree(terms[0])
        for term in terms[1:]:
            made = Call("sub", (made, self.tree(-term))) if negative(term) else Call("add", (made, self.tree(term)))
        return made

    def _product(self, e: Any) -> Expr:
        if negative(e):
            turned = next((factor for factor in e.args if _difference(factor)), None)
            # −x·(y − p) is written x·(p − y)
            return Call("neg", (self.tree(-e),)) if turned is None else self.tree(-e / turned * -turned)
        factors = e.args
        coefficient = Fraction(1)
        above: list[Any] = []
        below: list[Any] = []
        for factor in factors:
            if factor.is_Rational:
                coefficient *= Fraction(int(factor.p), int(factor.q))
            elif factor.is_Pow and negative(factor.exp):
                below.append(factor)
            else:
                above.append(factor)
        over = [self.tree(factor) for factor in sorted(above, key=self.place)]
        under = sorted((1 / factor for factor in below), key=self.place)
        return self.quotient(coefficient, over, [self.tree(factor) for factor in under])

    def quotient(self, coefficient: Fraction, over: list[Expr], under: list[Expr]) -> Expr:
        """A coefficient times some factors by others: `2·x/(3·y)`."""
        whole = self._as_decimal(coefficient)
        top, bottom = (coefficient, 1) if whole else (coefficient.numerator, coefficient.denominator)
        numerator = self._factors(_rounded(Fraction(top)), over)
        denominator = self._factors(Fraction(bottom), under)
        return numerator if denominator == ONE else Call("div", (numerator, denominator))

    def _factors(self, coefficient: Fraction, factors: list[Expr]) -> Expr:
        parts: list[Expr] = ([] if coefficient == 1 and factors else [Number(coefficient)]) + factors
        made = parts[0]
        for part in parts[1:]:
            made = Call("mul", (made, part))
        return made

    def _power(self, e: Any) -> Expr:
        base, exponent = e.args
        if negative(exponent):
            return Call("div", (ONE, self.tree(1 / e)))
        if exponent.is_Rational and exponent.p == 1 and exponent.q == 2:
            return Call("sqrt", (self.tree(base),))
        if base.__class__.__name__ == "Exp1":
            return Call("exp", (self.tree(exponent),))
        return Call("pow", (self.tree(base), self.tree(exponent)))

    def _degree(self, term: Any) -> Fraction:
        total = Fraction(0)
        for factor in term.args if term.is_Mul else (term,):
            base, exponent = factor.as_base_exp()
            if (base.is_Symbol or base.is_Add) and exponent.is_Rational:
                total += Fraction(int(exponent.p), int(exponent.q))
        return total

    def order(self, term: Any) -> tuple[Any, ...]:
        """Where a term stands in a sum: by falling degree, names in program order, functions after names."""
        powers = []
        for factor in term.args if term.is_Mul else (term,):
            root, exponent = factor.as_base_exp()
            if root.is_Symbol:
                powers.append((self.symbols.order[root], -float(exponent) if exponent.is_number else 0.0))
        degree = -float(self._degree(term)) if hasattr(term, "as_base_exp") else 0.0
        return (not powers, degree, tuple(sorted(powers)), self._places(term), str(term))

    def place(self, factor: Any) -> tuple[Any, ...]:
        """Where a factor stands in a product: numbers, names in program order, functions, sums."""
        base, exponent = factor.as_base_exp()
        if factor.is_number:
            kind = 2 if factor.is_Function else 0  # 2·√3·x, but x·ln 2
        elif base.is_Symbol and exponent.is_number:
            kind = 1
        else:
            kind = 3 if base.is_Add else 2
        return (kind, self._places(factor), str(factor))

    def _places(self, part: Any) -> tuple[tuple[int, ...], ...]:
        return tuple(sorted(self.symbols.order[symbol] for symbol in part.free_symbols))


def _difference(factor: Any) -> bool:
    """Whether it is a difference of two things, neither a number."""
    return bool(
        factor.is_Add
        and len(factor.args) == 2
        and not any(term.is_number for term in factor.args)
        and sum(map(negative, factor.args)) == 1
    )


def negative(e: Any) -> bool:
    """Whether it is written with a minus sign in front."""
    return bool(e.as_coeff_Mul()[0] < 0) if hasattr(e, "as_coeff_Mul") else False


def _finite(value: Fraction) -> bool:
    """Whether the decimal ends soon enough to be written."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1 and value.denominator <= 10**60


def _rounded(value: Fraction) -> Fraction:
    """A decimal longer than a float is written as the float."""
    return value if value.denominator <= 10**17 else Fraction(repr(float(value)))


def _same(value: Any, default: Any) -> bool:
    return bool(value.is_Rational and Fraction(int(value.p), int(value.q)) == default) if default is not None else False
