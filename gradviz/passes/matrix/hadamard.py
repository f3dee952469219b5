"""Elementwise products and powers: of scalars, rows, columns and matrices."""

from __future__ import annotations

from fractions import Fraction

from gradviz.passes.matrix.columns import Factor, column_hadamard, diagonal, opened
from gradviz.passes.matrix.diagonals import diagonal_of, outer_factors
from gradviz.passes.matrix.leaves import ones, zero
from gradviz.passes.matrix.node import Matrix
from gradviz.passes.matrix.products import multiplied
from gradviz.passes.matrix.scaling import collected, merge
from gradviz.passes.matrix.signs import is_nonnegative, is_positive
from gradviz.passes.matrix.sums import same_size
from gradviz.passes.matrix.transposes import entrywise_node, transpose


def entrywise(*factors: Factor) -> Matrix:
    """The elementwise product of powers; `hadamard` also recognises a softmax across its scalars."""
    same_size(*(x for x, _ in factors))
    first = factors[0][0]
    if first.is_scalar:
        scalars: dict[Matrix, Fraction] = {}
        for x, p in factors:
            merge(scalars, {x: Fraction(p)})
        return collected(1, scalars, None, 1, 1)
    if first.is_row:
        return transpose(column_hadamard(*((transpose(x), p) for x, p in factors)))
    return column_hadamard(*factors) if first.is_column else _of_matrices(factors)


def _of_matrices(factors: tuple[Factor, ...]) -> Matrix:
    """Rank-one factors and row or column scalings go outside: (u wᵀ)∘M = diag(u) M diag(w)."""
    rows, columns = factors[0][0].rows, factors[0][0].columns
    scalars: dict[Matrix, Fraction] = {}
    left: list[Factor] = []
    right: list[Factor] = []
    inside: list[Factor] = []
    powers = opened(factors, scalars)
    if powers is None:
        return zero(rows, columns)
    todo = list(powers.items())
    while todo:
        x, p = todo.pop()
        outer = outer_factors(x)
        if p.denominator > 1 and not _splits(x, outer):
            inside.append((x, p))
        elif outer is not None:
            left.append((outer[0], p))
            right.append((outer[1], p))
        elif x.op == "chain" and x.args[0].op == "diagonal":
            left.append((x.args[0].args[0], p))
            todo.append((multiplied(*x.args[1:]), p))
        elif x.op == "chain" and x.args[-1].op == "diagonal":
            right.append((x.args[-1].args[0], p))
            todo.append((multiplied(*x.args[:-1]), p))
        else:
            inside.append((x, p))
    body = _inside(tuple(inside), scalars)
    if body is None:
        u = column_hadamard(*left) if left else ones(rows)
        w = column_hadamard(*right) if right else ones(columns)
        return collected(1, scalars, multiplied(u, transpose(w)), rows, columns)
    before = [diagonal(column_hadamard(*left))] if left else []
    after = [diagonal(column_hadamard(*right))] if right else []
    return collected(1, scalars, multiplied(*before, body, *after), rows, columns)


def _splits(x: Matrix, outer: tuple[Matrix, Matrix] | None) -> bool:
    """Whether a root of `x` is the product of its factors' roots: (−1)(−1) has a root, −1 has none."""
    factors = outer or (x.args if x.op == "chain" else (x,))
    return all(map(is_nonnegative, factors)) or any(map(is_positive, factors[:2] if outer else ()))


def _inside(factors: tuple[Factor, ...], scalars: dict[Matrix, Fraction]) -> Matrix | None:
    """The node of what cannot be moved outside; None where nothing is left."""
    powers = opened(factors, scalars)
    assert powers is not None
    items = list(powers.items())
    if not items:
        return None
    if any(x.op in ("identity", "diagonal") for x, _ in items) and all(p > 0 for _, p in items):
        return diagonal(column_hadamard(*((diagonal_of(x), p) for x, p in items)))
    return items[0][0] if len(items) == 1 and items[0][1] == 1 else entrywise_node(items)
