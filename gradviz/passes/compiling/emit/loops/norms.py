"""Norms of vectors and matrices."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.passes.compiling.emit.expressions.tree import Call, Name
from gradviz.passes.compiling.emit.loops.block import NOTHING, Target
from gradviz.passes.compiling.emit.loops.matrices import spectral_norm
from gradviz.passes.compiling.emit.loops.reductions import LEAST, Along, add_up, square
from gradviz.passes.compiling.emit.loops.value import Value
from gradviz.passes.compiling.simplify import Step


def squared_norm(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """Σ x²."""
    (x,) = operands
    with target.running((), "sum", NOTHING) as total:
        ways = Along(x.shape, tuple(range(len(x.shape))))
        add_up(target.block, total, ways, (), lambda places: square(x.at(places)))


def norm(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """The root of the squares' sum, the largest entry or sum of a row or column, the largest singular value."""
    (x,), block = operands, target.block
    order = dict(step.settings)["ord"]
    if order is None or order == "fro" or (order == 2 and len(x.shape) < 2):
        squared_norm(target, step, operands)
        block.change(Name(target.name), "=", Call("math.sqrt", (Name(target.name),)))
    elif order == 2:
        spectral_norm(target, x)
    elif len(x.shape) < 2 and order == 1:
        with target.running((), "sum", NOTHING) as total, block.loops(x.shape) as places:
            block.change(total, "+=", Call("abs", (x.at(places),)))
    elif len(x.shape) < 2:
        with target.running((), "top", LEAST) as top, block.loops(x.shape) as places:
            block.larger(top, Call("abs", (x.at(places),)), "k.scalar_maximum")
    else:
        _largest_sum(target, x, Along(x.shape, (0 if order == 1 else 1,)))


def _largest_sum(target: Target, x: Value, ways: Along) -> None:
    block = target.block
    with target.running((), "top", LEAST) as top, block.loops(ways.outer) as outer:
        total = block.start(block.helper("sum"), NOTHING)
        add_up(block, total, ways, outer, lambda places: Call("abs", (x.at(places),)))
        block.larger(top, total, "k.scalar_maximum")
