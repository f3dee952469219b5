"""Operations that put entries elsewhere: joined, scattered, picked by numbers that are data, laid down as windows."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.ops.axes import axis_of
from gradviz.ops.images import pair
from gradviz.passes.compiling.emit.expressions.tree import Call, Choice, Constant, Infix, Place, Whole
from gradviz.passes.compiling.emit.loops.block import NOTHING, Target, whole
from gradviz.passes.compiling.emit.loops.value import Value
from gradviz.passes.compiling.emit.loops.views import picks
from gradviz.passes.compiling.simplify import Step


def concat(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """End to end along an axis."""
    axis = axis_of(dict(step.settings)["axis"], len(step.shape))
    start = 0
    for x in operands:
        with target.block.loops(x.shape) as places:
            moved = tuple(place + start if i == axis else place for i, place in enumerate(places))
            target.put(moved, x.at(places))
        start += x.shape[axis]


def stack(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """As layers of a new axis."""
    axis = axis_of(dict(step.settings)["axis"], len(step.shape))
    for layer, x in enumerate(operands):
        with target.block.loops(x.shape) as places:
            target.put((*places[:axis], Place(constant=layer), *places[axis:]), x.at(places))


def scatter(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """Zeros, and the operand where the items point."""
    (x,) = operands
    pick = picks(dict(step.settings)["items"], step.shape)
    target.clear()
    with target.block.loops(x.shape) as places:
        target.put(pick(places), x.at(places))


def diagonal(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """A vector on the diagonal of a matrix; of a matrix the diagonal."""
    (x,), block = operands, target.block
    if len(x.shape) == 2:
        with block.loops(step.shape) as (place,):
            target.put((place,), x.at((place, place)))
        return
    target.clear()
    with block.loops(x.shape) as (place,):
        target.put((place, place), x.at((place,)))


def trace(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """The sum of the diagonal."""
    (x,), block = operands, target.block
    with (
        block.loops(step.shape) as outer,
        target.running(outer, "sum", NOTHING) as total,
        block.loops(x.shape[-1:]) as (place,),
    ):
        block.change(total, "+=", x.at((*outer, place, place)))


def take(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """Rows by numbers; NaN for a number that no row has."""
    (x, numbers), block = operands, target.block
    lead = len(numbers.shape)
    with block.loops(numbers.shape) as first:
        row = block.whole("row", Call("k.row_number", (numbers.at(first), whole(x.shape[0]))))
        with block.loops(step.shape[lead:]) as rest:
            outside = Infix("<", Whole(row), whole(0))
            target.give((*first, *rest), Choice(outside, Constant(float("nan")), x.at((row, *rest))))


def scatter_add(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """Rows added where numbers say; one whose number no row has is lost."""
    (x, numbers), block = operands, target.block
    target.clear()
    with block.loops(numbers.shape) as first:
        row = block.whole("row", Call("k.row_number", (numbers.at(first), whole(step.shape[0]))))
        with block.where(Infix(">=", Whole(row), whole(0))), block.loops(step.shape[1:]) as rest:
            target.put((row, *rest), x.at((*first, *rest)), "+=")


def one_hot(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """1 where the class number stands, else 0."""
    (x,) = operands
    with target.block.loops(step.shape) as places:
        *first, last = places
        test = Infix("==", x.at(tuple(first)), Whole(last))
        target.put(places, Choice(test, Constant(1), NOTHING))


def fold(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """Windows added onto an image of zeros."""
    (x,), block = operands, target.block
    down, across = pair(dict(step.settings)["stride"], "stride")
    target.clear()
    with block.loops(x.shape) as places:
        *lead, row, column, i, j = places
        target.put((*lead, row * down + i, column * across + j), x.at(places), "+=")
