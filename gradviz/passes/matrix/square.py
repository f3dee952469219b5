"""Functions of square matrices: inverse, trace, determinant and diagonal."""

from __future__ import annotations

import numpy as np

from gradviz.passes.matrix.applied import elementwise
from gradviz.passes.matrix.checking import inverted as numeric_inverse
from gradviz.passes.matrix.checking import rule
from gradviz.passes.matrix.columns import column_hadamard, diagonal
from gradviz.passes.matrix.diagonals import outer_factors
from gradviz.passes.matrix.leaves import is_zero, number, ones, split, zero
from gradviz.passes.matrix.multiplying import hadamard, power, product, scale, scaled
from gradviz.passes.matrix.node import Matrix
from gradviz.passes.matrix.sums import add
from gradviz.passes.matrix.transposes import is_turned, transpose, turned_key
from gradviz.passes.templates import array_function

LARGEST_POWER = 12
"""det(c A) = cⁿ det(A) is used up to this n: beyond, cⁿ is no number for a reader, and sizes that stand for letters
are larger still (so that no sign depends on what number stands for a letter)."""


def _square(x: Matrix, what: str) -> None:
    if x.rows != x.columns:
        raise ValueError(f"{what} takes a square matrix, not {x.rows}×{x.columns}")


@rule(lambda value, x: numeric_inverse(value(x)))
def inverse(x: Matrix) -> Matrix:
    """The inverse.

    Raises:
        ZeroDivisionError: of the matrix of zeros.
    """
    _square(x, "an inverse")
    if x.is_scalar:
        return power(x, -1)
    if is_zero(x):
        raise ZeroDivisionError("the matrix of zeros has no inverse")
    if x.op in ("identity", "inverse"):
        return x if x.op == "identity" else x.args[0]
    if x.op == "scaled":
        coefficient, scalars, body = split(x)
        assert body is not None
        return scaled(1 / coefficient, {s: -p for s, p in scalars.items()}, inverse(body), x.rows, x.columns)
    if x.op == "diagonal":
        return diagonal(column_hadamard((x.args[0], -1)))
    if x.op == "chain" and all(factor.rows == factor.columns for factor in x.args):
        return product(*(inverse(factor) for factor in reversed(x.args)))
    if is_turned(x):
        return transpose(inverse(transpose(x)))
    return Matrix("inverse", (x,), None, x.rows, x.columns)


@rule(lambda value, x: np.trace(value(x)).reshape(1, 1))
def trace(x: Matrix) -> Matrix:
    """The trace."""
    _square(x, "a trace")
    if x.is_scalar:
        return x
    if x.op == "sum":
        parts = (scaled(k, {}, trace(t), 1, 1) for k, t in zip(x.data, x.args, strict=True))
        return add(*parts) if x.args else zero(1, 1)
    if x.op == "scaled":
        coefficient, scalars, body = split(x)
        assert body is not None
        return scale(scaled(coefficient, scalars, None, 1, 1), trace(body))
    if x.op == "identity":
        return number(x.rows)
    if x.op == "diagonal":
        return product(transpose(ones(x.rows)), x.args[0])
    outer = outer_factors(x)
    if outer is not None:
        return product(transpose(outer[1]), outer[0])
    if x.op == "chain":
        return _trace_of_chain(x)
    return Matrix("trace", (transpose(x) if is_turned(x) else x,), None, 1, 1)


def _trace_of_chain(x: Matrix) -> Matrix:
    """tr(AB) = tr(BA) = tr(BᵀAᵀ): of all rotations and their transposes, one is chosen."""
    readings = (x.args, tuple(transpose(factor) for factor in reversed(x.args)))
    turns = [factors[i:] + factors[:i] for factors in readings for i in range(len(factors))]
    best = product(*min(turns, key=turned_key))
    return Matrix("trace", (best,), None, 1, 1) if best.op == "chain" and len(best.args) == len(x.args) else trace(best)


@rule(lambda value, x: np.linalg.det(value(x)).reshape(1, 1))
def determinant(x: Matrix) -> Matrix:
    """The determinant."""
    _square(x, "a determinant")
    if x.is_scalar:
        return x
    if is_zero(x):
        return zero(1, 1)
    if x.op == "identity":
        return number(1)
    if x.op == "inverse":
        return power(determinant(x.args[0]), -1)
    if x.op == "scaled" and x.rows <= LARGEST_POWER:
        coefficient, scalars, body = split(x)
        assert body is not None
        outside = {s: p * x.rows for s, p in scalars.items()}
        return scale(scaled(coefficient**x.rows, outside, None, 1, 1), determinant(body))
    if x.op == "chain" and all(factor.rows == factor.columns for factor in x.args):
        return hadamard(*((determinant(factor), 1) for factor in x.args))
    if x.op == "transpose" or is_turned(x):
        return determinant(transpose(x))
    return Matrix("determinant", (x,), None, 1, 1)


@rule(lambda value, x: array_function("logdet", 1, ())(value(x)).reshape(1, 1))
def logdet(x: Matrix) -> Matrix:
    """The logarithm of the determinant, not defined where that is negative."""
    _square(x, "a determinant")
    if x.is_scalar:
        return elementwise("log", x)
    if x.op == "identity":
        return zero(1, 1)
    if x.op == "inverse":
        return scale(number(-1), logdet(x.args[0]))
    coefficient, scalars, body = split(x)
    if coefficient > 0 and coefficient != 1 and body is not None:
        rest = scaled(1, scalars, body, x.rows, x.columns)
        return add(scale(number(x.rows), elementwise("log", number(coefficient))), logdet(rest))
    if x.op == "transpose" or is_turned(x):
        return logdet(transpose(x))
    return Matrix("logdet", (x,), None, 1, 1)
