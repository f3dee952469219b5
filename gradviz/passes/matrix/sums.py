"""Sums: flattened, like terms collected, the rational content and common scalars in front."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from gradviz.passes.matrix.checking import rule
from gradviz.passes.matrix.leaves import is_number, is_zero, number_of, split, zero
from gradviz.passes.matrix.node import Matrix
from gradviz.passes.matrix.scaling import collected

Term = tuple[Matrix, Fraction]


def same_size(*matrices: Matrix) -> None:
    """Raises ValueError where sizes differ."""
    sizes = {(x.rows, x.columns) for x in matrices}
    if len(sizes) > 1:
        raise ValueError(f"sizes differ: {', '.join(f'{r}×{c}' for r, c in sorted(sizes))}")


def terms(x: Matrix) -> list[tuple[Fraction, Matrix]]:
    """The terms of a sum with their coefficients; anything else is one term."""
    if x.op == "sum":
        return list(zip(x.data, x.args, strict=True))
    coefficient, scalars, body = split(x)
    if coefficient != 1:
        inner = collected(1, scalars, body, x.rows, x.columns)
        return [(coefficient * k, t) for k, t in terms(inner)] if inner.op == "sum" else [(coefficient, inner)]
    return [(Fraction(1), x)]


@rule(lambda value, *terms: sum(map(value, terms)))
def add(*terms: Matrix) -> Matrix:
    """The sum of one or more formulas of one size."""
    same_size(*terms)
    rows, columns = terms[0].rows, terms[0].columns
    items = _like_terms(terms)
    if not items:
        return zero(rows, columns)
    if len(items) == 1:
        ((term, coefficient),) = items
        return collected(coefficient, {}, term, rows, columns)
    common = _common_scalars(items)
    if common:
        items = [(_without(term, common), k) for term, k in items]
        if any(term.op == "sum" for term, _ in items):
            inner = add(*(collected(k, {}, term, rows, columns) for term, k in items))
            return collected(1, common, inner, rows, columns)
    items.sort(key=lambda item: item[0].order)
    content = _content([k for _, k in items])
    body = Matrix("sum", tuple(t for t, _ in items), tuple(k / content for _, k in items), rows, columns)
    return collected(content, common, body, rows, columns)


@rule(lambda value, a, b: value(a) - value(b))
def subtract(a: Matrix, b: Matrix) -> Matrix:
    """The difference of two formulas of one size."""
    return add(a, collected(-1, {}, b, b.rows, b.columns))


def _like_terms(given: Sequence[Matrix]) -> list[Term]:
    total: dict[Matrix, Fraction] = {}
    todo = [(Fraction(1), term) for term in reversed(given)]
    while todo:
        k, term = todo.pop()
        coefficient, scalars, body = split(term)
        if is_zero(term):
            continue
        only = next(iter(scalars), None) if len(scalars) == 1 and body is None else None
        if body is not None and body.op == "sum" and not scalars:
            todo.extend((k * coefficient * q, t) for q, t in zip(body.data, body.args, strict=True))
        elif only is not None and only.op == "sum" and scalars[only] == 1:
            todo.extend((k * coefficient * q, t) for q, t in zip(only.data, only.args, strict=True))
        else:
            coefficient, scalars = _roots_above(coefficient, scalars)
            bare = collected(1, scalars, body, term.rows, term.columns)
            total[bare] = total.get(bare, Fraction(0)) + k * coefficient
    return [(term, k) for term, k in total.items() if k]


def _roots_above(coefficient: Fraction, scalars: dict[Matrix, Fraction]) -> tuple[Fraction, dict[Matrix, Fraction]]:
    """Roots of numbers above the line, so that √2 x and x/√2 are like terms."""
    for x, p in scalars.items():
        if is_number(x) and p < 0:
            coefficient, scalars = coefficient / number_of(x), {**scalars, x: p + 1}
    return coefficient, scalars


def _common_scalars(items: Sequence[Term]) -> dict[Matrix, Fraction]:
    """The scalars that every term has as a factor, each with the smallest of its powers of one sign."""
    common = dict(split(items[0][0])[1])
    for term, _ in items[1:]:
        scalars = split(term)[1]
        common = {
            x: min(p, scalars[x], key=abs)
            for x, p in common.items()
            if x in scalars and (scalars[x] > 0) == (p > 0) and (scalars[x] - p).denominator == 1
        }
    return common


def _without(term: Matrix, common: dict[Matrix, Fraction]) -> Matrix:
    _, scalars, body = split(term)
    left = {x: p - common.get(x, Fraction(0)) for x, p in scalars.items()}
    return collected(1, left, body, term.rows, term.columns)


def _content(coefficients: Sequence[Fraction]) -> Fraction:
    """What the coefficients have in common; negative where that leaves fewer minus signs, or first a plus."""
    size = Fraction(gcd(*(k.numerator for k in coefficients)), lcm(*(k.denominator for k in coefficients)))
    surplus = sum(1 if k > 0 else -1 for k in coefficients) or coefficients[0]
    return size if surplus > 0 else -size
