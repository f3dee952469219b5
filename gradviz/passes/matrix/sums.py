"""Sums: flattened, like terms collected, the rational content and common scalars in front."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from gradviz.passes.matrix.checking import rule
from gradviz.passes.matrix.leaves import (
    is_letter,
    is_letter_sum,
    is_number,
    is_zero,
    letter,
    letter_value,
    number,
    number_of,
    split,
    zero,
)
from gradviz.passes.matrix.letters import letters_of, shared_letters
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
    """Terms without their coefficients; of one that has coefficients with different letters, the sum of these."""
    total: dict[Matrix, dict[Fraction, Fraction]] = {}
    todo = [(Fraction(1), term) for term in reversed(given)]
    while todo:
        k, term = todo.pop()
        if is_zero(term):
            continue
        parts = _parts(term)
        if parts is not None:
            todo.extend((k * q, part) for q, part in parts)
            continue
        coefficient, scalars, body = split(term)
        coefficient, scalars = _roots_above(k * coefficient, scalars)
        bare = collected(1, scalars, body, term.rows, term.columns)
        letters = letters_of(coefficient)
        counts = total.setdefault(bare, {})
        counts[letters] = counts.get(letters, Fraction(0)) + coefficient
    kept = {term: {m: k for m, k in counts.items() if k} for term, counts in total.items()}
    kept = {term: counts for term, counts in kept.items() if counts}
    items: list[Term] = []
    for term, counts in kept.items():
        items += (_apart if len(kept) > 1 and is_number(term) else _counted)(term, counts)
    return items


def _parts(term: Matrix) -> list[tuple[Fraction, Matrix]] | None:
    """The terms of a term that is a sum, letters as numbers; of N − 1 times a matrix too, so that like terms meet."""
    if is_letter(term):
        return [(Fraction(1), number(letter_value(term)))]
    coefficient, scalars, body = split(term)
    only = next(iter(scalars), None) if len(scalars) == 1 and body is None else None
    if body is not None and body.op == "sum" and not scalars:
        return [(coefficient * q, t) for q, t in zip(body.data, body.args, strict=True)]
    if only is not None and only.op == "sum" and scalars[only] == 1:
        return [(coefficient * q, t) for q, t in zip(only.data, only.args, strict=True)]
    count = next((s for s, p in scalars.items() if p == 1 and is_letter_sum(s)), None)
    if count is None:
        return None
    bare = collected(coefficient, {s: p for s, p in scalars.items() if s is not count}, body, term.rows, term.columns)
    return [(q * (letter_value(t) if is_letter(t) else 1), bare) for q, t in zip(count.data, count.args, strict=True)]


def _apart(_: Matrix, counts: dict[Fraction, Fraction]) -> list[Term]:
    """Numbers with different letters beside other terms: each is a term of its own."""
    if len(counts) < 2:
        return [(number(1), k) for k in counts.values()]
    return [(number(1) if m == 1 else letter(m), k / m) for m, k in counts.items()]


def _counted(term: Matrix, counts: dict[Fraction, Fraction]) -> list[Term]:
    """A term with its coefficients, by the letters in them: one, or the sum N − 1 of several."""
    if len(counts) < 2:
        return [(term, k) for k in counts.values()]
    common = shared_letters(counts)
    items = [(number(1) if m == common else letter(m / common), k / m) for m, k in counts.items()]
    items.sort(key=lambda item: item[0].order)
    content = _content([k for _, k in reversed(items)])
    count = Matrix("sum", tuple(x for x, _ in items), tuple(k / content for _, k in items), 1, 1)
    return [(collected(1, {count: Fraction(1)}, term, term.rows, term.columns), content * common)]


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
