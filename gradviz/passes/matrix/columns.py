"""Elementwise products and powers of columns, and the diagonal matrix of a column."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from gradviz.passes.matrix.checking import rule
from gradviz.passes.matrix.leaves import identity, is_zero, number, ones, split, zero
from gradviz.passes.matrix.node import Matrix
from gradviz.passes.matrix.scaling import collected, merge, rooted
from gradviz.passes.matrix.signs import apart
from gradviz.passes.matrix.transposes import entrywise_node

Factor = tuple[Matrix, Fraction | int]


@rule(lambda value, v: np.diag(value(v)[:, 0]))
def diagonal(v: Matrix) -> Matrix:
    """The diagonal matrix of a column."""
    if v.columns != 1:
        raise ValueError(f"diag takes a column, not {v.rows}×{v.columns}")
    if v.is_scalar or is_zero(v):
        return v if v.is_scalar else zero(v.rows, v.rows)
    coefficient, scalars, body = split(v)
    assert body is not None
    inner = identity(v.rows) if body.op == "ones" else Matrix("diagonal", (body,), None, v.rows, v.rows)
    return collected(coefficient, scalars, inner, v.rows, v.rows)


def column_hadamard(*factors: Factor) -> Matrix:
    """The elementwise product of powers of columns."""
    rows = factors[0][0].rows
    scalars: dict[Matrix, Fraction] = {}
    powers = opened(factors, scalars)
    if powers is None:
        return zero(rows, 1)
    items = list(powers.items())
    if not items:
        return collected(1, scalars, ones(rows), rows, 1)
    body = items[0][0] if len(items) == 1 and items[0][1] == 1 else entrywise_node(items)
    return collected(1, scalars, body, rows, 1)


def opened(factors: tuple[Factor, ...], scalars: dict[Matrix, Fraction]) -> dict[Matrix, Fraction] | None:
    """One power for each factor of an elementwise product, its scalars moved to `scalars`; None where it is zero.

    Raises:
        ZeroDivisionError: for a negative power of zero.
    """
    powers: dict[Matrix, Fraction] = {}
    todo = [(x, Fraction(p)) for x, p in reversed(factors)]
    while todo:
        x, p = todo.pop()
        if p == 0 or x.op == "ones":
            continue
        if is_zero(x):
            if p < 0:
                raise ZeroDivisionError("the formula divides by zero")
            return None
        if x.op == "scaled" and p.denominator == 1:
            coefficient, inner, body = split(x)
            merge(scalars, {number(coefficient): p})
            merge(scalars, {y: q * p for y, q in inner.items()})
            todo.append((body, p))  # type: ignore[arg-type]
            continue
        if x.op == "scaled":
            outside, roots, rest = rooted(x, p)
            assert rest is not None
            x = rest
            merge(scalars, outside)
            merge(scalars, {number(prime): q for prime, q in roots.items()})
            if x.op != "scaled":
                todo.append((x, p))
                continue
        elif x.op == "hadamard" and (p.denominator == 1 or _roots_multiply(x)):
            todo.extend((y, q * p) for y, q in zip(x.args, x.data, strict=True))
            continue
        total = powers.pop(x, Fraction(0)) + p
        if total and (x.op not in ("scaled", "hadamard") or total.denominator > 1):
            powers[x] = total
        elif total:
            todo.append((x, total))
    return powers


def _roots_multiply(x: Matrix) -> bool:
    """Whether a root may be taken factor by factor: (u^½∘w)^½ is u^¼∘w^½, but (u²)^½ is |u|."""
    factors = list(zip(x.args, x.data, strict=True))
    return len(apart(factors, None)) == len(factors)
