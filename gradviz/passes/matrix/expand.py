"""Multiply out: products and scalars distributed over sums, as far as a budget goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import chain
from itertools import product as pairs

from gradviz.passes.matrix.algebra import Matrix, add, hadamard, is_zero, product, scale, scaled, split, terms, zero
from gradviz.passes.matrix.budget import Budget
from gradviz.passes.matrix.cost import cost

TERMS = 24
"""How many terms a product may be multiplied out into."""
LENGTH = 240.0
"""What a formula may cost to be multiplied out; it bounds the depth of the recursion too."""

Term = tuple[Fraction, Matrix]


def expand(x: Matrix, memo: dict[Matrix, Matrix] | None = None, budget: Budget | None = None) -> Matrix:
    """Multiply out everywhere outside functions' arguments.

    Args:
        x: a formula.
        memo: what has been multiplied out already, within one search.
        budget: what the search may still build.

    Returns:
        An equal formula; x itself where nothing can be multiplied out or the budget does not allow it.
    """
    return _Expansion({} if memo is None else memo, Budget() if budget is None else budget).of(x)


def distribute(x: Matrix) -> list[Matrix]:
    """Multiply a product out over one of its sums at a time, leaving the rest as it stands."""
    coefficient, scalars, body = split(x)
    found = []
    for s, power in scalars.items():
        if s.op == "sum" and power == 1 and len(s.args) <= TERMS:
            rest = scaled(coefficient, {t: p for t, p in scalars.items() if t is not s}, body, x.rows, x.columns)
            found.append(_sum([(k, scale(t, rest)) for k, t in terms(s)], x))
    if body is None or body.op not in ("chain", "hadamard"):
        return found
    front = scaled(coefficient, scalars, None, 1, 1)
    for i, part in enumerate(body.args):
        if part.op == "sum" and len(part.args) <= TERMS and (body.op == "chain" or body.data[i] == 1):
            parts = [(k, _with(body, i, t)) for k, t in terms(part)]
            found.append(scale(front, _sum(parts, body)))
    return found


def _with(x: Matrix, i: int, part: Matrix) -> Matrix:
    """A product with its i-th factor exchanged."""
    factors = [*x.args[:i], part, *x.args[i + 1 :]]
    return product(*factors) if x.op == "chain" else hadamard(*zip(factors, x.data, strict=True))


def _sum(parts: Sequence[Term], like: Matrix) -> Matrix:
    """The sum of terms with coefficients."""
    if not parts:
        return zero(like.rows, like.columns)
    return add(*[scaled(k, {}, t, like.rows, like.columns) for k, t in parts])


class _Expansion:
    """Multiplies out under one memo and one budget."""

    __slots__ = ("budget", "memo")

    def __init__(self, memo: dict[Matrix, Matrix], budget: Budget) -> None:
        self.memo, self.budget = memo, budget

    def of(self, x: Matrix) -> Matrix:
        if x.op not in ("scaled", "sum", "chain", "hadamard") or not x.args:
            return x
        if x not in self.memo:
            self.memo[x] = x  # what a part of x that contains x again would find
            if cost(x) <= LENGTH and self.budget.take(len(x.args)):
                self.memo[x] = _RULES[x.op](self, x)
        return self.memo[x]

    def sum(self, x: Matrix) -> Matrix:
        return _sum([(k, self.of(t)) for k, t in terms(x)], x)

    def scaled(self, x: Matrix) -> Matrix:
        coefficient, scalars, body = split(x)
        sums = [self.of(s) for s, p in scalars.items() if s.op in ("sum", "chain") and p == 1]
        kept = {s: p for s, p in scalars.items() if not (s.op in ("sum", "chain") and p == 1)}
        bodies = [(coefficient, kept, body)]
        if body is not None:
            grown = self.of(body)
            if is_zero(grown):
                return zero(x.rows, x.columns)
            k, more, inner = split(grown)
            choices = terms(inner) if inner is not None and inner.op == "sum" else [(Fraction(1), inner)]
            bodies = [(coefficient * k * q, _merged(kept, more), t) for q, t in choices]
        count = len(bodies)
        for s in sums:
            count *= len(_scalar_terms(s))
        if count > TERMS or not self.budget.take(count):
            return x
        parts = [(k, scaled(Fraction(1), powers, t, x.rows, x.columns)) for k, powers, t in bodies]
        for s in sums:
            parts = [(k * q, scale(t, part)) for (k, part), (q, t) in pairs(parts, _scalar_terms(s))]
        return _sum(parts, x)

    def chain(self, x: Matrix) -> Matrix:
        return self._again(x, self._product(x, [Fraction(1)] * len(x.args), lambda row: product(*[t for t, _ in row])))

    def hadamard(self, x: Matrix) -> Matrix:
        cancelled = _over_a_sibling(x)
        if cancelled is not None:
            return self.of(cancelled)
        return self._again(x, self._product(x, x.data, lambda row: hadamard(*row)))

    def _again(self, x: Matrix, grown: Matrix) -> Matrix:
        """What was a product may have become one of another kind, with sums of its own."""
        return grown if grown is x or grown.op == x.op else self.of(grown)

    def _product(
        self,
        x: Matrix,
        powers: Sequence[Fraction],
        build: Callable[[list[tuple[Matrix, Fraction]]], Matrix],
    ) -> Matrix:
        rows: list[list[Term]] = []
        for part, power in zip(x.args, powers, strict=True):
            grown = self.of(part) if power == 1 else part
            if is_zero(grown):
                return zero(x.rows, x.columns)
            rows.append(_sum_terms(grown) if power == 1 else [(Fraction(1), grown)])
        count = 1
        for row in rows:
            count *= len(row)
        if count > TERMS or not self.budget.take(count):
            return x
        if count == 1 and all(row[0][1] is part for row, part in zip(rows, x.args, strict=True)):
            return x
        parts: list[Term] = []
        for choice in pairs(*rows):
            coefficient = Fraction(1)
            for k, _ in choice:
                coefficient *= k
            parts.append((coefficient, build([(t, p) for (_, t), p in zip(choice, powers, strict=True)])))
        return _sum(parts, x)


_RULES: dict[str, Callable[[_Expansion, Matrix], Matrix]] = {
    "scaled": _Expansion.scaled,
    "sum": _Expansion.sum,
    "chain": _Expansion.chain,
    "hadamard": _Expansion.hadamard,
}


def _merged(a: dict[Matrix, Fraction], b: dict[Matrix, Fraction]) -> dict[Matrix, Fraction]:
    return {s: a.get(s, Fraction(0)) + b.get(s, Fraction(0)) for s in chain(a, (s for s in b if s not in a))}


def _scalar_terms(s: Matrix) -> list[Term]:
    """The terms of a scalar, its number and its other factors multiplied into them."""
    coefficient, powers, _ = split(s)
    sums = [t for t, p in powers.items() if t.op == "sum" and p == 1]
    if len(sums) != 1:
        return [(Fraction(1), s)]
    rest = scaled(coefficient, {t: p for t, p in powers.items() if t is not sums[0]}, None, 1, 1)
    return [(k, scale(rest, t)) for k, t in terms(sums[0])]


def _sum_terms(x: Matrix) -> list[Term]:
    """The terms of a factor that is a number times scalars times a sum; else the factor."""
    coefficient, scalars, body = split(x)
    if body is None or body.op != "sum":
        return [(Fraction(1), x)]
    return [(coefficient * k, scaled(Fraction(1), scalars, t, t.rows, t.columns)) for k, t in terms(body)]


def _over_a_sibling(x: Matrix) -> Matrix | None:
    """Multiply out first over a sum that divides by another factor: p ∘ (1−p) ∘ (a ⊘ p − …) cancels."""
    for i, (part, power) in enumerate(zip(x.args, x.data, strict=True)):
        if power == 1 and part.op == "sum" and any(_divides_by(t, x.args) for t in part.args):
            return _sum([(k, _with(x, i, t)) for k, t in terms(part)], x)
    return None


def _divides_by(x: Matrix, factors: Sequence[Matrix]) -> bool:
    _, _, body = split(x)
    if body is None or body.op != "hadamard":
        return False
    return any(power < 0 and part in factors for part, power in zip(body.args, body.data, strict=True))
