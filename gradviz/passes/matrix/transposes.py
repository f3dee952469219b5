"""Transposes, pushed to the leaves and dropped where a leaf equals its transpose."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from weakref import ref

from gradviz.passes.matrix.checking import rule
from gradviz.passes.matrix.leaves import split, zero
from gradviz.passes.matrix.node import Matrix
from gradviz.passes.matrix.scaling import collected
from gradviz.passes.matrix.signs import is_symmetric_leaf
from gradviz.passes.matrix.sums import add


@rule(lambda value, x: value(x).T)
def transpose(x: Matrix) -> Matrix:
    """The transpose."""
    known = x._mirror()
    if known is None:
        known = _transposed(x)
        object.__setattr__(x, "_mirror", ref(known))
    return known


def _transposed(x: Matrix) -> Matrix:
    if is_symmetric_leaf(x):
        return x
    if x.op == "transpose":
        return x.args[0]
    if x.op == "scaled":
        coefficient, scalars, body = split(x)
        return x if body is None else collected(coefficient, scalars, transpose(body), x.columns, x.rows)
    if x.op == "sum":
        if not x.args:
            return zero(x.columns, x.rows)
        turned = (collected(k, {}, transpose(t), x.columns, x.rows) for k, t in zip(x.data, x.args, strict=True))
        return add(*turned)
    if x.op == "chain":
        return chain_node(reversed_factors(x.args))
    if x.op == "hadamard" and not x.is_column:
        return _turned_entries(x)
    if x.op in ("inverse", "elementwise", "hadamard") and not x.is_column and all(transpose(a) is a for a in x.args):
        return x
    return Matrix("transpose", (x,), None, x.columns, x.rows)


def _turned_entries(x: Matrix) -> Matrix:
    """The transpose of an elementwise product; the sign that a transposed sum may get goes in front."""
    sign, factors = Fraction(1), []
    for arg, p in zip(x.args, x.data, strict=True):
        turned = transpose(arg)
        if turned.op == "scaled" and p.denominator == 1:
            sign, turned = sign * turned.data[0] ** int(p), turned.args[0]
        factors.append((turned, p))
    node = entrywise_node(factors)
    return collected(sign, {}, node, node.rows, node.columns)


def reversed_factors(factors: tuple[Matrix, ...]) -> tuple[Matrix, ...]:
    """The factors of the transposed product."""
    return tuple(transpose(factor) for factor in reversed(factors))


def chain_node(factors: tuple[Matrix, ...]) -> Matrix:
    """The node of a product whose factors are in normal form, but for the sign that a transposed sum may get."""
    sign = Fraction(1)
    for factor in factors:
        if factor.op == "scaled":
            sign *= factor.data[0]
    plain = tuple(factor.args[0] if factor.op == "scaled" else factor for factor in factors)
    node = Matrix("chain", plain, None, factors[0].rows, factors[-1].columns)
    return collected(sign, {}, node, node.rows, node.columns)


def entrywise_node(factors: Sequence[tuple[Matrix, Fraction]]) -> Matrix:
    """The node of an elementwise product whose factors are in normal form."""
    factors = sorted(factors, key=lambda item: item[0].order)
    first = factors[0][0]
    return Matrix("hadamard", tuple(x for x, _ in factors), tuple(p for _, p in factors), first.rows, first.columns)


def bare(x: Matrix) -> Matrix:
    """What stands under a sign or a transpose."""
    return x.args[-1] if x.op == "transpose" or (x.op == "scaled" and x.args) else x


def turned_key(factors: tuple[Matrix, ...]) -> tuple[object, ...]:
    """A key by which the better of two orientations comes first: fewer transposed leaves, then the structural order."""
    return (
        sum(map(transposes, factors)),
        tuple(bare(x).order for x in factors),
        tuple(x.op == "transpose" for x in factors),
    )


def transposes(x: Matrix) -> int:
    """How many leaves of `x` stand transposed, as far as a transpose of `x` would turn them."""
    if x.op == "transpose":
        return 1
    if x.op in ("sum", "chain", "hadamard"):
        return sum(map(transposes, x.args))
    return transposes(x.args[-1]) if x.op == "scaled" and x.data[2] else 0


def is_turned(x: Matrix) -> bool:
    """Whether `x` is better written as the transpose of its transpose: of the two, one is chosen in every place."""
    if x.is_row:
        return True
    if x.is_column or x.is_scalar:
        return False
    return turned_key((transpose(x),)) < turned_key((x,))


def oriented(factors: tuple[Matrix, ...]) -> Matrix:
    """The node of a product whose factors are in normal form; of a scalar's two readings, one is chosen."""
    if factors[0].rows == 1 and factors[-1].columns == 1:
        factors = min(factors, reversed_factors(factors), key=turned_key)
    return chain_node(factors)
