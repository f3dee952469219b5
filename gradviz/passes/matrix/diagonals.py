"""Products looked into: the two columns of an outer product, and the diagonal of a matrix."""

from __future__ import annotations

import numpy as np

from gradviz.passes.matrix.checking import rule
from gradviz.passes.matrix.columns import column_hadamard
from gradviz.passes.matrix.leaves import ones, split, zero
from gradviz.passes.matrix.node import Matrix
from gradviz.passes.matrix.products import multiplied
from gradviz.passes.matrix.scaling import collected
from gradviz.passes.matrix.sums import add
from gradviz.passes.matrix.transposes import is_turned, transpose


def outer_factors(x: Matrix) -> tuple[Matrix, Matrix] | None:
    """The columns u and w of an outer product u wᵀ; None where `x` is none."""
    if x.op != "chain" or x.rows == 1 or x.columns == 1:
        return None
    for i in range(1, len(x.args)):
        if x.args[i].rows == 1:
            return multiplied(*x.args[:i]), transpose(multiplied(*x.args[i:]))
    return None


@rule(lambda value, x: np.diag(value(x)).reshape(-1, 1))
def diagonal_of(x: Matrix) -> Matrix:
    """The column of diagonal entries of a square matrix."""
    if x.rows != x.columns:
        raise ValueError(f"a diagonal is taken of a square matrix, not {x.rows}×{x.columns}")
    if x.is_scalar:
        return x
    if x.op == "sum":
        parts = (collected(k, {}, diagonal_of(t), x.rows, 1) for k, t in zip(x.data, x.args, strict=True))
        return add(*parts) if x.args else zero(x.rows, 1)
    if x.op == "scaled":
        coefficient, scalars, body = split(x)
        assert body is not None
        return collected(coefficient, scalars, diagonal_of(body), x.rows, 1)
    if x.op in ("identity", "diagonal"):
        return ones(x.rows) if x.op == "identity" else x.args[0]
    if x.op == "hadamard":
        return column_hadamard(*((diagonal_of(y), p) for y, p in zip(x.args, x.data, strict=True)))
    outer = outer_factors(x)
    if outer is not None:
        return column_hadamard((outer[0], 1), (outer[1], 1))
    if x.op == "chain" and x.args[0].op == "diagonal":
        return column_hadamard((x.args[0].args[0], 1), (diagonal_of(multiplied(*x.args[1:])), 1))
    if x.op == "chain" and x.args[-1].op == "diagonal":
        return column_hadamard((x.args[-1].args[0], 1), (diagonal_of(multiplied(*x.args[:-1])), 1))
    if is_turned(x):
        return diagonal_of(transpose(x))
    return Matrix("diagonal_of", (x,), None, x.rows, 1)
