"""Operations along axes: the largest entry, products, variances, running sums, softmax."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from gradviz.ops.axes import axes_of
from gradviz.passes.compiling.emit.expressions.tree import Call, Choice, Constant, Expression, Infix, Name
from gradviz.passes.compiling.emit.loops.block import NOTHING, Block, Target
from gradviz.passes.compiling.emit.loops.value import ZERO, Places, Value
from gradviz.passes.compiling.simplify import Step
from gradviz.shape import Shape, broadcast_axes

ONE = Constant(1)
LEAST, MOST = Constant(float("-inf")), Constant(float("inf"))


@dataclass(frozen=True, slots=True)
class Along:
    """Axes that are reduced, and those that stay.

    Args:
        shape: of the operand.
        axes: those that are reduced.
        keepdims: whether they stay in the result, at size 1.
    """

    shape: Shape
    axes: tuple[int, ...]
    keepdims: bool = False

    @property
    def outer(self) -> Shape:
        """The sizes of the axes that stay."""
        return tuple(n for i, n in enumerate(self.shape) if i not in self.axes)

    @property
    def inner(self) -> Shape:
        """The sizes of those that are reduced."""
        return tuple(self.shape[i] for i in self.axes)

    def operand(self, outer: Places, inner: Places) -> Places:
        """The index into the operand."""
        kept, moving = iter(outer), iter(inner)
        return tuple(next(moving) if i in self.axes else next(kept) for i in range(len(self.shape)))

    def result(self, outer: Places) -> Places:
        """The index into the result."""
        return self.operand(outer, (ZERO,) * len(self.axes)) if self.keepdims else outer


def along(step: Step, x: Value) -> Along:
    """What a reduction's settings say."""
    settings = dict(step.settings)
    return Along(x.shape, axes_of(settings.get("axis"), len(x.shape)), bool(settings.get("keepdims")))


def square(value: Expression) -> Expression:
    """A number by itself."""
    return Infix("**", value, Constant(2))


def _off(value: Expression, middle: Expression) -> Expression:
    return Infix("-", value, middle)


def add_up(block: Block, total: Name, ways: Along, outer: Places, entry: Any) -> None:
    """Add up what `entry` makes of each index into the operand."""
    with block.loops(ways.inner) as inner:
        block.change(total, "+=", entry(ways.operand(outer, inner)))


def sum_to(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """The sum over what broadcasting would repeat."""
    (x,) = operands
    ways = Along(x.shape, broadcast_axes(step.shape, x.shape))
    small = [i for i, n in enumerate(step.shape) if n == 1]
    lead = len(x.shape) - len(step.shape)
    with target.block.loops(ways.outer) as outer:
        kept = dict(zip([i for i in range(len(x.shape)) if i not in ways.axes], outer, strict=True))
        places = tuple(ZERO if i in small else kept[lead + i] for i in range(len(step.shape)))
        with target.running(places, "sum", NOTHING) as total:
            add_up(target.block, total, ways, outer, x.at)


def product(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """The product along axes."""
    (x,) = operands
    ways, block = along(step, x), target.block
    with (
        block.loops(ways.outer) as outer,
        target.running(ways.result(outer), "product", ONE) as made,
        block.loops(ways.inner) as inner,
    ):
        block.change(made, "*=", x.at(ways.operand(outer, inner)))


def largest(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """The largest or smallest entry along axes; NaN wins."""
    (x,) = operands
    ways, block = along(step, x), target.block
    function, start = ("k.scalar_maximum", LEAST) if step.op.name == "max" else ("k.scalar_minimum", MOST)
    with (
        block.loops(ways.outer) as outer,
        target.running(ways.result(outer), "top" if start is LEAST else "bottom", start) as top,
        block.loops(ways.inner) as inner,
    ):
        block.larger(top, x.at(ways.operand(outer, inner)), function)


def groups_largest(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """Maxout: the largest of each group of neighbours."""
    (x,), block = operands, target.block
    pieces = int(dict(step.settings)["pieces"])  # type: ignore[arg-type]
    with (
        block.loops(step.shape) as places,
        target.running(places, "top", LEAST) as top,
        block.loops((pieces,)) as (piece,),
    ):
        *lead, last = places
        block.larger(top, x.at((*lead, last * pieces + piece)), "k.scalar_maximum")


def variance(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """The mean of the squared distances from the mean, or their sum over n − ddof."""
    (x,) = operands
    ways, block = along(step, x), target.block
    count = 1
    for n in ways.inner:
        count *= n
    with block.loops(ways.outer) as outer:
        mean = block.start(block.helper("mean"), NOTHING)
        add_up(block, mean, ways, outer, x.at)
        block.change(mean, "/=", Constant(count))
        with target.running(ways.result(outer), "sum", NOTHING) as total:
            add_up(block, total, ways, outer, lambda places: square(_off(x.at(places), mean)))
            block.change(total, "/=", Constant(count - int(dict(step.settings)["ddof"])))  # type: ignore[arg-type]


@contextmanager
def _shifted(block: Block, ways: Along, outer: Places, x: Value) -> Iterator[Expression]:
    """The largest entry, by which exponents are lowered so that they stay finite."""
    top = block.start(block.helper("top"), LEAST)
    with block.loops(ways.inner) as inner:
        block.larger(top, x.at(ways.operand(outer, inner)), "k.scalar_maximum")
    finite = Choice(Call("math.isfinite", (top,)), top, NOTHING)
    yield block.let(block.helper("shift"), finite)


def _power(x: Expression, shift: Expression) -> Expression:
    return Call("math.exp", (_off(x, shift),))


def softmax(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """e^x over its sum."""
    (x,), block = operands, target.block
    ways = along(step, x)
    with block.loops(ways.outer) as outer, _shifted(block, ways, outer, x) as shift:
        total = block.start(block.helper("sum"), NOTHING)
        with block.loops(ways.inner) as inner:
            places = ways.operand(outer, inner)
            target.put(places, _power(x.at(places), shift))
            block.change(total, "+=", target.value.at(places))
        with block.loops(ways.inner) as inner:
            target.put(ways.operand(outer, inner), total, "/=")


def log_sum(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """The logarithm of Σ e^x."""
    (x,), block = operands, target.block
    ways = along(step, x)
    with (
        block.loops(ways.outer) as outer,
        _shifted(block, ways, outer, x) as shift,
        target.running(ways.result(outer), "sum", NOTHING) as total,
    ):
        add_up(block, total, ways, outer, lambda places: _power(x.at(places), shift))
        block.change(total, "=", Infix("+", Call("math.log", (total,)), shift))


def log_softmax(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """The logarithm of softmax: x − ln Σ e^x."""
    (x,), block = operands, target.block
    ways = along(step, x)
    with block.loops(ways.outer) as outer, _shifted(block, ways, outer, x) as shift:
        total = block.start(block.helper("sum"), NOTHING)
        add_up(block, total, ways, outer, lambda places: _power(x.at(places), shift))
        level = block.let(block.helper("level"), Infix("+", Call("math.log", (total,)), shift))
        with block.loops(ways.inner) as inner:
            places = ways.operand(outer, inner)
            target.put(places, _off(x.at(places), level))


def running_sum(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """Each entry and all before it, added up."""
    (x,), block = operands, target.block
    ways = along(step, x)
    with block.loops(ways.outer) as outer:
        total = block.start(block.helper("sum"), NOTHING)
        with block.loops(ways.inner) as inner:
            places = ways.operand(outer, inner)
            block.change(total, "+=", x.at(places))
            target.put(places, total)


def product_of_others(target: Target, step: Step, operands: Sequence[Value]) -> None:
    """What stands before each entry multiplied up, then what stands behind it."""
    (x,), block = operands, target.block
    ways = along(step, x)
    (n,) = ways.inner
    with block.loops(ways.outer) as outer:
        before = block.start(block.helper("before"), ONE)
        with block.loops((n,)) as inner:
            places = ways.operand(outer, inner)
            target.put(places, before)
            block.change(before, "*=", x.at(places))
        after = block.start(block.helper("after"), ONE)
        with block.loops((n,)) as (place,):
            places = ways.operand(outer, (place * -1 + (n - 1),))
            target.put(places, after, "*=")
            block.change(after, "*=", x.at(places))
