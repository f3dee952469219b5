"""Scalars collected in front of a matrix: coefficient · scalar powers · matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from gradviz.passes.matrix.leaves import ONE, is_letter, is_zero, letter_value, number, split, zero
from gradviz.passes.matrix.node import Matrix
from gradviz.passes.matrix.roots import Roots, prime_factors, reduced
from gradviz.passes.matrix.signs import apart

Powers = Mapping[Matrix, Fraction]


def collected(coefficient: Fraction | int, scalars: Powers, body: Matrix | None, rows: int, columns: int) -> Matrix:
    """`coefficient` · Π scalar^power · `body`, flattened; see `scaled`, which also knows softmax.

    Raises:
        ZeroDivisionError: for a negative power of zero.
    """
    factors = [(x, Fraction(p)) for x, p in scalars.items()]
    coefficient = Fraction(coefficient)
    if body is not None:
        inner, more, body = split(body)
        coefficient *= inner
        factors.extend(more.items())
    inner, powers, roots = gathered(factors)
    coefficient, irrational = reduced(coefficient * inner, roots)
    if coefficient == 0 or (body is not None and is_zero(body)):
        return zero(rows, columns)
    return _node(coefficient, powers | irrational, body, rows, columns)


def _node(coefficient: Fraction, powers: Powers, body: Matrix | None, rows: int, columns: int) -> Matrix:
    if coefficient == 1:
        if body is not None and not powers:
            return body
        if body is None and len(powers) == 1:
            ((x, p),) = powers.items()
            if p == 1:
                return x
    items = sorted(powers.items(), key=lambda item: item[0].order)
    args = tuple(x for x, _ in items) + (() if body is None else (body,))
    return Matrix("scaled", args, (coefficient, tuple(p for _, p in items), body is not None), rows, columns)


def gathered(factors: Iterable[tuple[Matrix, Fraction]]) -> tuple[Fraction, dict[Matrix, Fraction], Roots]:
    """Powers of scalars multiplied out: the number among them, one power for each other scalar, and roots of numbers.

    Roots stay around what may be negative: (a²)^½ is |a|, not a.
    """
    coefficient, todo, powers, roots = ONE, list(factors), dict[Matrix, Fraction](), dict[int, Fraction]()
    while todo:
        x, p = todo.pop()
        if p == 0:
            continue
        if is_letter(x):
            x = number(letter_value(x))
        if is_zero(x):
            if p < 0:
                raise ZeroDivisionError("the formula divides by zero")
            return Fraction(0), {}, {}
        if x.op == "scaled" and p.denominator == 1:
            inner, more, _ = split(x)
            coefficient *= inner ** int(p)
            todo.extend((y, q * p) for y, q in more.items())
            continue
        if x.op == "scaled":
            outside, inner_roots, rest = rooted(x, p)
            todo.extend(outside.items())
            merge(roots, inner_roots)
            if rest is None:
                continue
            x = rest
        total = powers.pop(x, Fraction(0)) + p
        if x.op == "scaled" and total.denominator == 1:
            todo.append((x, total))
        elif total:
            powers[x] = total
    return coefficient, powers, roots


def merge(powers: dict[Any, Fraction], more: Mapping[Any, Fraction]) -> None:
    """Multiplies powers into `powers`."""
    for x, p in more.items():
        powers[x] = powers.get(x, Fraction(0)) + p


def rooted(x: Matrix, power: Fraction) -> tuple[dict[Matrix, Fraction], Roots, Matrix | None]:
    """A fractional power of a scaled formula.

    Returns:
        Powers of scalars whose root may be taken on its own, roots of numbers, and what stays under the root (None
        where nothing does).
    """
    coefficient, scalars, body = split(x)
    sign = Fraction(-1 if coefficient < 0 else 1)
    beside = _node(sign, {}, body, x.rows, x.columns) if body is not None else None if sign > 0 else number(-1)
    free = apart(list(scalars.items()), beside)
    rest = {y: q for y, q in scalars.items() if y not in free}
    roots = {prime: power * e for prime, e in prime_factors(abs(coefficient)).items()}
    outside = {y: scalars[y] * power for y in free}
    if sign < 0 or rest or body is not None:
        return outside, roots, _node(sign, rest, body, x.rows, x.columns)
    return outside, roots, None
