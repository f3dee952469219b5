"""Softmax recognised: e^z / 𝟏ᵀe^z, and exp(Z) divided by the sums of its rows."""

from __future__ import annotations

from fractions import Fraction

from gradviz.passes.matrix.leaves import is_ones, split, zero
from gradviz.passes.matrix.node import Matrix
from gradviz.passes.matrix.scaling import collected
from gradviz.passes.matrix.sums import add
from gradviz.passes.matrix.transposes import entrywise_node, transpose

Factors = list[tuple[Matrix, Fraction]]


def softmax_of(e: Matrix) -> Matrix:
    """softmax(Z) along the rows for E = exp(Z) or exp(Z)ᵀ, along the one column for a column."""
    if e.op == "transpose":
        return transpose(softmax_node(e.args[0].args[0], 0))
    return softmax_node(e.args[0], 0 if e.is_column else 1)


def softmax_node(z: Matrix, axis: int) -> Matrix:
    """The node of softmax along an axis, without what it does not depend on: softmax(z + c 𝟏) = softmax(z)."""
    coefficient, scalars, body = split(z)
    if body is not None and body.op == "sum":
        kept = [(k, t) for k, t in zip(body.data, body.args, strict=True) if not _same_along(t, axis)]
        parts = [zero(z.rows, z.columns), *(collected(k, {}, t, z.rows, z.columns) for k, t in kept)]
        z = collected(coefficient, scalars, add(*parts), z.rows, z.columns)
    return Matrix("function", (z,), ("softmax", (("axis", axis),)), z.rows, z.columns)


def _same_along(x: Matrix, axis: int) -> bool:
    """Whether the entries of `x` are seen to be the same all along an axis."""
    body = split(x)[2]
    if body is None:
        return False
    factors = body.args if body.op == "chain" else (body,)
    edge = factors[0] if axis == 0 else factors[-1]
    return is_ones(edge) and (edge.columns if axis == 0 else edge.rows) == 1


def is_exp(x: Matrix) -> bool:
    """Whether `x` is exp(Z) or its transpose."""
    inner = x.args[0] if x.op == "transpose" else x
    return inner.op == "elementwise" and inner.data[0] == "exp"


def total_of(x: Matrix) -> Matrix | None:
    """The column e where x = 𝟏ᵀe and e = exp(z)."""
    if x.op != "chain" or len(x.args) != 2:
        return None
    a, b = x.args
    for one, e in ((a, b), (transpose(b), transpose(a))):
        if one.op == "transpose" and one.args[0].op == "ones" and e.op == "elementwise" and is_exp(e):
            return e
    return None


def softmax_rows(u: Matrix, x: Matrix) -> tuple[Factors, Matrix] | None:
    """What is left of u and x in diag(u) x, where u divides by the sums of the rows of a factor of x, an exp(Z)."""
    if u.op != "hadamard":
        return None
    inside = [(x, Fraction(1))] if x.op != "hadamard" else list(zip(x.args, x.data, strict=True))
    divided = [(y, p) for y, p in zip(u.args, u.data, strict=True)]
    for e, q in inside:
        if q < 1 or not is_exp(e):
            continue
        for y, p in divided:
            if p <= -1 and y.op == "chain" and len(y.args) == 2 and y.args[0] is e and y.args[1].op == "ones":
                left = [(z, r + 1 if z is y else r) for z, r in divided]
                rest = {z: r - 1 if z is e else r for z, r in inside}
                p_matrix = softmax_of(e)
                rest[p_matrix] = rest.get(p_matrix, Fraction(0)) + 1
                items = [(z, r) for z, r in rest.items() if r]
                return left, items[0][0] if items == [(p_matrix, 1)] else entrywise_node(items)
    return None
