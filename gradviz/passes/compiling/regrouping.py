"""The rules by which steps become fewer and cheaper: what becomes of one, given where its operands are now.

A rule answers with a value by its position i, or with minus that value as ~i: nobody has computed the minus yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from gradviz.ops.op import Op
from gradviz.ops.table import OPS
from gradviz.passes.compiling.simplify import Step

Reference = int
"""A value by its position i, or minus that value as ~i."""

ADD, SUB, MUL, DIV, NEG, POW = (OPS[name] for name in ("add", "sub", "mul", "div", "neg", "pow"))

ABSORBING = frozenset({"add", "sub"})
"""Operations in which a minus sign costs nothing."""

TAMEST = 1e-100
"""Of constants that are multiplied: between this and its reciprocal neither they nor their product leave the range."""


class Bench(Protocol):
    """What rules work with."""

    def number(self, i: Reference) -> float | None:
        """A constant's value."""
        ...

    def constant(self, value: float) -> int:
        """A constant's position."""
        ...

    def inside(self, i: Reference, op: Op) -> tuple[int, ...] | None:
        """The operands of a value that an operation makes."""
        ...

    def once(self, i: int) -> bool:
        """Whether one step of the old plan reads a value, and nobody else."""
        ...

    def find(self, op: Op, *operands: int) -> int | None:
        """The position of a value that is there already."""
        ...

    def make(self, step: Step, op: Op, *operands: int, minus: bool = False, part: bool = False) -> Reference:
        """An operation on values that are there, for an old step; or, if it is there already, that.

        Args:
            step: the old one; the new one takes its position if it is the same value.
            op: the operation.
            operands: by position.
            minus: that the old step is minus the new one.
            part: that the new one is only a part of the old one.
        """
        ...

    def plus(self, step: Step, i: Reference) -> int:
        """The position of a value that may be minus another."""
        ...


def _neg(b: Bench, step: Step, operands: list[Reference]) -> Reference:
    return ~operands[0]


def _add(b: Bench, step: Step, operands: list[Reference]) -> Reference:
    x, y = operands
    if y < 0:
        return b.make(step, SUB, b.plus(step, x), ~y)
    term = b.number(y)
    if term is not None and term < 0:
        return b.make(step, SUB, b.plus(step, x), b.constant(-term))
    return b.make(step, ADD, x, y) if x >= 0 else b.make(step, SUB, y, ~x)


def _sub(b: Bench, step: Step, operands: list[Reference]) -> Reference:
    x, y = operands
    term = b.number(y)
    if term is not None and term < 0:
        return b.make(step, ADD, b.plus(step, x), b.constant(-term))
    if y >= 0:
        return b.make(step, SUB, b.plus(step, x), y)
    return b.make(step, ADD, x, ~y) if x >= 0 else b.make(step, SUB, ~y, ~x)


def _signed(operands: list[Reference]) -> tuple[int, int, bool]:
    x, y = operands
    return (x if x >= 0 else ~x), (y if y >= 0 else ~y), (x < 0) != (y < 0)


def _mul(b: Bench, step: Step, operands: list[Reference]) -> Reference:
    x, y, minus = _signed(operands)
    for one, other in ((x, y), (y, x)):
        factor = b.number(one)
        if factor is not None:
            return _scaled(b, step, -factor if minus else factor, other)
    for one, other in ((x, y), (y, x)):
        quotient = b.inside(other, DIV)
        if quotient is None or not b.once(other):
            continue
        above, below = quotient
        if b.number(above) == 1.0:
            return b.make(step, DIV, one, below, minus=minus)
        inner = b.inside(above, DIV)
        if inner is not None and inner[1] == below:
            return b.make(step, MUL, b.make(step, DIV, one, below, part=True), above, minus=minus)
    return b.make(step, MUL, x, y, minus=minus)


def _scaled(b: Bench, step: Step, factor: float, x: int) -> Reference:
    """A value times a constant."""
    if abs(factor) == 1.0:
        return x if factor == 1.0 else ~x
    inner = b.inside(x, MUL)
    if inner is not None and b.once(x):
        for one, other in (inner, inner[::-1]):
            second = b.number(one)
            if second is not None and _tame(factor) and _tame(second):
                return b.make(step, MUL, b.constant(factor * second), other)
    return b.make(step, MUL, b.constant(factor), x)


def _tame(value: float) -> bool:
    return TAMEST <= abs(value) <= 1 / TAMEST


def _div(b: Bench, step: Step, operands: list[Reference]) -> Reference:
    x, y, minus = _signed(operands)
    return _quotient(b, step, x, y, minus)


def _quotient(b: Bench, step: Step, x: int, y: int, minus: bool) -> Reference:
    above, below = b.number(x), b.number(y)
    if below is not None:
        if abs(below) == 1.0:
            return ~x if minus != (below < 0) else x
        return b.make(step, DIV, x, b.constant(-below if minus else below))
    square = b.inside(y, MUL)
    if square is not None and square[0] == square[1]:
        simpler = _over_square(b, step, x, square[0], minus)
        if simpler is not None:
            return simpler
    if above is not None:
        return b.make(step, DIV, b.constant(-above if minus else above), y)
    reciprocal = b.find(DIV, b.constant(1.0), y)
    if reciprocal is not None and not b.once(reciprocal):
        return b.make(step, MUL, x, reciprocal, minus=minus)
    return b.make(step, DIV, x, y, minus=minus)


def _over_square(b: Bench, step: Step, x: int, c: int, minus: bool) -> Reference | None:
    """x/c² by f = x/c, if that is there: f² where x is 1, else f/c."""
    above = b.number(x)
    if above is not None and above < 0:
        x, minus = b.constant(-above), not minus
    f = b.find(DIV, x, c)
    if f is None:
        return None
    return b.make(step, MUL, f, f, minus=minus) if above in (1.0, -1.0) else b.make(step, DIV, f, c, minus=minus)


def _pow(b: Bench, step: Step, operands: list[Reference]) -> Reference:
    base, exponent = operands
    power = b.number(exponent)
    if power == 2.0:
        x = base if base >= 0 else ~base
        return b.make(step, MUL, x, x)
    x = b.plus(step, base)
    if power == -1.0:
        return _quotient(b, step, b.constant(1.0), x, minus=False)
    if power not in (3.0, 4.0, -2.0):
        return b.make(step, POW, x, b.plus(step, exponent))
    square = b.make(step, MUL, x, x, part=True)
    if power == -2.0:
        return _quotient(b, step, b.constant(1.0), square, minus=False)
    return b.make(step, MUL, square, x if power == 3.0 else square)


def _even(b: Bench, step: Step, operands: list[Reference]) -> Reference:
    (x,) = operands
    return b.make(step, step.op, x if x >= 0 else ~x)


Rule = Callable[[Bench, Step, list[Reference]], Reference]

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "neg": _neg,
        "add": _add,
        "sub": _sub,
        "mul": _mul,
        "div": _div,
        "pow": _pow,
        "cos": _even,
        "cosh": _even,
        "abs": _even,
    }
)
"""What becomes of a step whose operands are where they are now, by operation."""
