"""The local Jacobian of one edge: an operation by one operand, from its row and the values at the point."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradviz.graph.graph import Graph, Node
from gradviz.passes.jacobian.along_lines import by_lines
from gradviz.passes.jacobian.arrays import Dense, Kronecker
from gradviz.passes.jacobian.coupled import Coupling, DiagonalPlusCoupling
from gradviz.passes.jacobian.letters import by_letters, contraction_of
from gradviz.passes.jacobian.lines import lines_of
from gradviz.passes.jacobian.operator import Array, Operator, Places
from gradviz.passes.jacobian.place import KEPT, Place, place_of
from gradviz.passes.jacobian.pulled import Pulled
from gradviz.passes.jacobian.reverse_rule import by_units
from gradviz.passes.jacobian.simple import Diagonal, Identity, ScaledIdentity, Selection, Zero
from gradviz.passes.jacobian.sparse import from_entries
from gradviz.passes.templates import array_function
from gradviz.shape import Shape, size


def elementwise(node: Node, operand: Shape, partial: Any, number: float | None) -> Operator:
    """From the local derivative: a diagonal, or a selection where the operand is broadcast.

    Args:
        node: the operation.
        operand: the operand's shape.
        partial: the local derivative's value, in the node's shape or one that broadcasts to it.
        number: it, where it is one number whatever the values.
    """
    rows, columns = size(node.shape), size(operand)
    if number == 0 or not rows or not columns:
        return Zero((rows, columns))
    values: Array = np.asarray(partial if number is None else number, dtype=np.float64)
    if operand != node.shape and rows != columns:
        scale = None if number == 1 else _spread(values, node.shape)
        return Selection(columns, spread_places(operand, node.shape), scale)
    if number == 1:
        return Identity(rows)
    if values.size == 1 and (rows > 1 or number is not None):
        return ScaledIdentity(rows, float(values.reshape(())))
    return Diagonal(_spread(values, node.shape))


def _spread(values: Array, shape: Shape) -> Array:
    """Filled to a shape and flat; one number takes the memory of one."""
    if values.size == 1:
        return np.broadcast_to(values.reshape(()), (size(shape),))
    return np.broadcast_to(values, shape).reshape(-1)


def spread_places(operand: Shape, shape: Shape) -> Places:
    """For each entry of the output, the operand's entry that broadcasting puts there."""
    return np.broadcast_to(np.arange(size(operand)).reshape(operand), shape).reshape(-1)


def local(place: Place) -> Operator:
    """The local Jacobian of an operation that is not elementwise."""
    rows, columns = place.size
    if not rows or not columns or place.node.op.structure_of(place.slot) == "zero":
        return Zero(place.size)
    form = FORMS.get(place.node.op.name)
    if form is not None:
        return form(place)
    if place.rule.constant and place.node.op.structure_of(place.slot) in ("selection", "identity"):
        return moved(place)
    return by_lines(place, lines_of(place.node, place.operand))


def moved(place: Place) -> Operator:
    """Operations that only move entries, applied to the entries' numbers."""
    rows, columns = place.size
    picks = picked(place.node, place.slot, place.shapes)
    if rows == columns and np.array_equal(picks, np.arange(rows)):
        return Identity(rows)
    return Selection(columns, picks)


def picked(node: Node, slot: int, shapes: Sequence[Shape]) -> Places:
    """For each entry of the output, the operand's entry that is moved there; −1 for none."""
    # Numbers count from 1 here, so that the zeros that some operations fill in are none.
    marked = [
        np.arange(1, size(shape) + 1, dtype=np.float64).reshape(shape) if i == slot else np.zeros(shape)
        for i, shape in enumerate(shapes)
    ]
    found = array_function(node.op.name, len(marked), node.attributes)(*marked)
    return np.asarray(found, dtype=np.float64).reshape(-1).astype(np.int64) - 1


def _by_letters(place: Place) -> Operator:
    spec = contraction_of(place.node, place.shapes)
    if spec is None:
        return by_lines(place, lines_of(place.node, place.operand))
    count = spec.entries(place.slot)
    if count > KEPT and any(len(letters) > 2 for letters in (*spec.operands, spec.result)):
        word = place.node.op.structure_of(place.slot)
        return Pulled(place.rule, place.point, place.node.shape, place.operand, word, count)
    return by_letters(spec, place.slot, [place.value(i) for i in range(len(place.shapes))])


def _softmax(place: Place) -> Operator:
    """diag(y) − y yᵀ on each line."""
    lines = lines_of(place.node, place.operand)
    y = place.value(-1).reshape(-1)
    return DiagonalPlusCoupling(Diagonal(y), Coupling(lines.count, lines.columns, lines.columns, -y, y))


def _log_softmax(place: Place) -> Operator:
    """I − 1 yᵀ on each line, y being the softmax."""
    lines = lines_of(place.node, place.operand)
    y = np.exp(place.value(-1).reshape(-1))
    once = np.broadcast_to(np.float64(1), y.shape)
    return DiagonalPlusCoupling(Diagonal(once), Coupling(lines.count, lines.columns, lines.columns, -once, y))


def _inverse(place: Place) -> Operator:
    """−A⁻¹ ⊗ A⁻ᵀ of one matrix."""
    y = place.value(-1)
    if y.ndim > 2:
        return by_lines(place, lines_of(place.node, place.operand))
    return Kronecker(-y, y.T)


def _solve(place: Place) -> Operator:
    """A⁻¹ ⊗ I by the right-hand side, −A⁻¹ ⊗ xᵀ by the matrix."""
    a, y = place.value(0), place.value(-1)
    if a.ndim > 2 or y.ndim > 2:
        return by_lines(place, lines_of(place.node, place.operand))
    if place.known:
        try:
            inverse: Array = np.linalg.inv(a).astype(np.float64)
        except np.linalg.LinAlgError:
            inverse = np.full(a.shape, np.nan)
    else:
        inverse = np.full(a.shape, np.nan)
    if place.slot == 0:
        return Kronecker(-inverse, y.reshape(len(a), -1).T)
    columns = y.size // len(a)
    return Dense(inverse) if columns == 1 else Kronecker(inverse, columns)


def _running(place: Place) -> Operator:
    """Running sums: lower triangles of ones, one per line."""
    lines = lines_of(place.node, place.operand)
    _, places = lines.places()
    length = places.shape[1]
    if lines.count * length * (length + 1) // 2 > KEPT:
        count = lines.count * length * (length + 1) // 2
        return Pulled(place.rule, place.point, place.node.shape, place.operand, "block diagonal", count)
    i, j = np.tril_indices(length)
    rows, columns = places[:, i].reshape(-1), places[:, j].reshape(-1)
    return from_entries(place.size, rows, columns, np.ones(len(rows)), "block diagonal" if lines.count > 1 else None)


def _cofactor(place: Place) -> Operator:
    """The entry (i, j) depends on neither row i nor column j."""
    n, count = place.operand[-1], size(place.operand)
    if count != n * n or count**2 > KEPT:
        return by_lines(place, lines_of(place.node, place.operand))
    rows, columns = np.indices((count, count)).reshape(2, -1)
    kept = (rows // n != columns // n) & (rows % n != columns % n)
    if not kept.any():
        return Zero(place.size)
    rows, columns = rows[kept], columns[kept]
    values: Array = np.broadcast_to(np.nan, rows.shape)
    if place.known:
        values = by_units(place.rule, place.point, place.node.shape)[rows, columns]
    return from_entries(place.size, rows, columns, values)


FORMS: Mapping[str, Callable[[Place], Operator]] = {
    "matmul": _by_letters,
    "einsum": _by_letters,
    "dot": _by_letters,
    "outer": _by_letters,
    "trace": _by_letters,
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "inv": _inverse,
    "cofactor": _cofactor,
    "solve": _solve,
    "cumsum": _running,
}
"""Operations whose Jacobian is a known product; all others have theirs from their rows' fields and reverse rules."""


def structural(graph: Graph, node: Node, slot: int) -> Operator:
    """The local Jacobian of an operation that is not elementwise without its numbers: structure and nonzeros."""
    return local(place_of(graph, node, slot, {}, False))
