"""A formula made ready to be written: transposes where they are shorter, squared lengths and sums by their names."""

from __future__ import annotations

from gradviz.passes.matrix.algebra import Matrix, is_ones, product, transpose
from gradviz.passes.matrix.cost import cost
from gradviz.passes.matrix.kinds import is_row_of_ones

GAIN = 0.5
"""What a transpose costs its reader, and so what it must save."""
TURNING = frozenset({"sum", "hadamard", "elementwise"})
"""Kinds that are written as transposes of something shorter. A product stays, so that Aᵀ Bᵀ is not (B A)ᵀ."""


def oriented(x: Matrix) -> Matrix:
    """An equal formula for writing only; it is not in normal form, and a constructor would undo it.

    Example:
        >>> from gradviz.passes.matrix.algebra import subtract, symbol
        >>> p, y = symbol("P", 2, 3), symbol("Y", 2, 3)
        >>> oriented(transpose(subtract(p, y))).op
        'transpose'
    """
    return _oriented(x, {})


def _oriented(x: Matrix, done: dict[Matrix, Matrix]) -> Matrix:
    if x not in done:
        done[x] = _made(x, done)
    return done[x]


def _made(x: Matrix, done: dict[Matrix, Matrix]) -> Matrix:
    if x.op in TURNING and not x.is_scalar:
        other = transpose(x)
        if other.op != "transpose" and cost(other) + GAIN < cost(x):
            return Matrix("transpose", (_oriented(other, done),), None, x.rows, x.columns)
    if x.is_scalar and x.op in ("chain", "trace"):
        named = _length(x) or _total(x)
        if named is not None:
            name, inner = named
            return Matrix("function", (_oriented(inner, done),), (name, ()), 1, 1)
    if not x.args:
        return x
    return Matrix(x.op, tuple(_oriented(part, done) for part in x.args), x.data, x.rows, x.columns)


def _length(x: Matrix) -> tuple[str, Matrix] | None:
    """What a scalar is the squared length of."""
    factors = x.args if x.op == "chain" else x.args[0].args if x.args[0].op == "chain" else ()
    half = len(factors) // 2
    if not factors or len(factors) % 2:
        return None
    left, right = product(*factors[:half]), product(*factors[half:])
    if transpose(left) is not right or is_ones(right):
        return None
    return "squared_norm", right if x.op == "chain" or cost(right) <= cost(left) else left


def _total(x: Matrix) -> tuple[str, Matrix] | None:
    """What a scalar is the sum of all entries of."""
    if x.op != "chain":
        return None
    first, *rest = x.args
    if is_row_of_ones(first):
        inner = product(*(rest[:-1] if len(rest) > 1 and is_ones(rest[-1]) else rest))
        return "sum", inner
    return ("sum", transpose(product(*x.args[:-1]))) if is_ones(x.args[-1]) else None
