"""Functions of square matrices: for each matrix of a stack a call of the runtime, on stretches of memory."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.passes.compiling.emit.expressions.tree import Call, Part, Place
from gradviz.passes.compiling.emit.loops.block import Block, Target, part_of, whole
from gradviz.passes.compiling.emit.loops.value import ZERO, Places, Value, stored
from gradviz.passes.compiling.simplify import Step


def _scratch(block: Block, entries: int) -> Part:
    """Memory that a function of the runtime computes in."""
    length = max(1, entries)
    return Part(block.array(block.names.take("scratch"), (length,)), ZERO, length, length)


def determinant(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """The determinant or its logarithm: a number for each matrix."""
    block, x = target.block, target.block.in_order(operands[0])
    n = x.shape[-1]
    scratch = _scratch(block, n * n)
    with block.loops(step.shape) as places:
        target.give(places, Call(f"k.{step.op.name}", (whole(n), part_of(x, places), scratch)))


def inverse(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """A matrix for each matrix."""
    block, x = target.block, target.block.in_order(operands[0])
    n = x.shape[-1]
    scratch = _scratch(block, n * n)
    with block.loops(step.shape[:-2]) as places:
        block.run("k.inv", whole(n), part_of(x, places), part_of(target.value, places), scratch)


def solve(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """The x with a x = c, a vector or the columns of a matrix."""
    block = target.block
    a, c = (block.in_order(x) for x in operands)
    n, vector = a.shape[-1], len(c.shape) == 1
    columns = 1 if vector else c.shape[-1]
    scratch = _scratch(block, n * n)
    lead = step.shape[:-1] if vector else step.shape[:-2]
    made = stored(target.name, (*lead, n, columns))
    with block.loops(lead) as places:
        parts = part_of(a, places), part_of(c, places), part_of(made, places)
        block.run("k.solve", whole(n), whole(columns), *parts, scratch)


def cofactors(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """The cofactors of each matrix; with directions, their derivative along those."""
    block, x = target.block, target.block.in_order(operands[0])
    n, directions = x.shape[-1], operands[1:]
    small = max(0, n - 1) ** 2
    # Without directions the matrix stands in their place: nothing is read there.
    along = _scratch(block, len(directions) * n * n) if directions else None
    scratch = _scratch(block, 2 * small)
    with block.loops(step.shape[:-2]) as places:
        for place, direction in enumerate(directions):
            assert along is not None
            _copy(block, direction, places, Target(block, along.array, (len(directions), n, n)), place)
        matrix, numbers = part_of(x, places), (whole(n), whole(len(directions)))
        block.run("k.cofactor", *numbers, matrix, along or matrix, part_of(target.value, places), scratch)


def _copy(block: Block, matrix: Value, lead: Places, target: Target, layer: int) -> None:
    with block.loops(matrix.shape[-2:]) as inner:
        target.put((Place(constant=layer), *inner), matrix.at((*lead, *inner)))


def spectral_norm(target: Target, x: Value) -> None:
    """The largest singular value of a matrix."""
    block, matrix = target.block, target.block.in_order(x)
    rows, columns = matrix.shape
    scratch = _scratch(block, rows * columns + columns * columns)
    target.give((), Call("k.norm", (whole(rows), whole(columns), part_of(matrix, ()), scratch)))


def top_singular(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """The product u vᵀ of the largest singular value."""
    block, matrix = target.block, target.block.in_order(operands[0])
    rows, columns = matrix.shape
    scratch = _scratch(block, rows * columns + columns * columns)
    block.run("k.top_singular", whole(rows), whole(columns), part_of(matrix, ()), part_of(target.value, ()), scratch)
