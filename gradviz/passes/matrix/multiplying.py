"""Products as they are asked for: of matrices, of entries, of scalars and matrices."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

import numpy as np

from gradviz.passes.matrix.checking import powered, rule
from gradviz.passes.matrix.columns import Factor, column_hadamard, diagonal
from gradviz.passes.matrix.hadamard import entrywise
from gradviz.passes.matrix.leaves import split
from gradviz.passes.matrix.node import Matrix
from gradviz.passes.matrix.products import multiplied
from gradviz.passes.matrix.scaling import Powers, collected
from gradviz.passes.matrix.softmax import softmax_of, total_of
from gradviz.passes.matrix.sums import add
from gradviz.passes.matrix.transposes import transpose


@rule(lambda value, *factors: np.linalg.multi_dot([*map(value, factors), np.eye(factors[-1].columns)]))
def product(*factors: Matrix) -> Matrix:
    """The matrix product of one or more formulas."""
    return recognised(multiplied(*factors))


@rule(lambda value, *factors: reduce(lambda a, b: a * b, (powered(value(x), Fraction(p)) for x, p in factors)))
def hadamard(*factors: Factor) -> Matrix:
    """The elementwise product of powers, each factor a pair (formula, power), of one size.

    Raises:
        ZeroDivisionError: for a negative power of zero.
    """
    return recognised(entrywise(*factors))


@rule(lambda value, s, x: value(s) * value(x))
def scale(s: Matrix, x: Matrix) -> Matrix:
    """A scalar times a formula."""
    _scalar(s)
    coefficient, scalars, _ = split(s)
    return scaled(coefficient, scalars, x, x.rows, x.columns)


@rule(lambda value, s, p: powered(value(s), Fraction(p)))
def power(s: Matrix, p: Fraction | int) -> Matrix:
    """A scalar to a rational power.

    Raises:
        ZeroDivisionError: for a negative power of zero.
    """
    _scalar(s)
    return scaled(1, {s: Fraction(p)}, None, 1, 1)


def _scalar(s: Matrix) -> None:
    if not s.is_scalar:
        raise ValueError(f"a scalar is 1×1, not {s.rows}×{s.columns}")


def scaled(coefficient: Fraction | int, scalars: Powers, body: Matrix | None, rows: int, columns: int) -> Matrix:
    """`coefficient` · Π scalar^power · `body` in normal form.

    Args:
        coefficient: a number.
        scalars: 1×1 formulas with their powers.
        body: what they scale; None for a scalar.
        rows: the rows of the result, needed where it is zero.
        columns: its columns.
    """
    return recognised(collected(coefficient, scalars, body, rows, columns))


def recognised(x: Matrix) -> Matrix:
    """`x` with every e^z / 𝟏ᵀe^z among its scalars and its matrix made a softmax."""
    if x.op != "scaled":
        return x
    coefficient, scalars, body = split(x)
    for total, p in scalars.items():
        e = total_of(total) if p <= -1 and p.denominator == 1 else None
        if e is None:
            continue
        inner = None if body is None else _replaced(body, e)
        if inner is not None:
            return scaled(coefficient, {**scalars, total: p + 1}, inner, x.rows, x.columns)
        for other, q in scalars.items():
            inner = _replaced(other, e) if q >= 1 and q.denominator == 1 and other is not total else None
            if inner is not None:
                left = collected(coefficient, {**scalars, total: p + 1, other: q - 1}, body, x.rows, x.columns)
                return scale(inner, left)
    return x


def _replaced(x: Matrix, e: Matrix) -> Matrix | None:
    """`x` divided by 𝟏ᵀe, where e = exp(z) is a factor of `x`; else None."""
    if x is e:
        return softmax_of(e)
    if x.is_row:
        inner = _replaced(transpose(x), e)
        return None if inner is None else transpose(inner)
    if x.op == "diagonal":
        inner = _replaced(x.args[0], e)
        return None if inner is None else diagonal(inner)
    if x.op == "hadamard" and x.is_column:
        factors = dict(zip(x.args, x.data, strict=True))
        if factors.get(e, 0) < 1:
            return None
        return column_hadamard(*{**factors, e: factors[e] - 1}.items(), (softmax_of(e), 1))
    if x.op == "sum" and x.args:
        return _in_sum(x, e)
    return _in_chain(x, e) if x.op == "chain" else None


def _in_sum(x: Matrix, e: Matrix) -> Matrix | None:
    parts = []
    for k, term in zip(x.data, x.args, strict=True):
        inner = _replaced(split(term)[2] or term, e)
        if inner is None:
            return None
        parts.append(collected(k, split(term)[1] if split(term)[2] else {}, inner, x.rows, x.columns))
    return add(*parts)


def _in_chain(x: Matrix, e: Matrix) -> Matrix | None:
    for i, factor in enumerate(x.args):
        inner = _replaced(factor, e)
        if inner is not None:
            return multiplied(*x.args[:i], inner, *x.args[i + 1 :])
    return None
