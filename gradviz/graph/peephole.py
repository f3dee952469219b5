"""Simplifications of one operation, given its operands: what `Folder` asks before it makes a node.

A rule answers with the position of a node that is equal and simpler, or None. `0·x` is 0 here, whatever x: a gradient
that nothing reaches is zero even where x is infinite.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from gradviz.graph.peephole_shapes import SHAPE_RULES
from gradviz.graph.rewriting import Settings, Simplify, Workbench, combine, exact, inside, under
from gradviz.ops.op import Number
from gradviz.shape import Shape

LARGEST_EXPONENT = 64
"""Of a constant power that is computed."""


def _add(b: Workbench, shape: Shape, operands: tuple[int, ...], _: Settings) -> int | None:
    x, y = operands
    left, right = b.number(x), b.number(y)
    if left == 0:
        return b.fit(y, shape)
    if right == 0:
        return b.fit(x, shape)
    if left is not None and right is not None and (folded := combine(b, shape, operator.add, x, y)) is not None:
        return folded
    if inner := inside(b, y, "neg"):
        return b.make("sub", (x, inner[0]))
    if inner := inside(b, x, "neg"):
        return b.make("sub", (y, inner[0]))
    return None


def _sub(b: Workbench, shape: Shape, operands: tuple[int, ...], _: Settings) -> int | None:
    x, y = operands
    left, right = b.number(x), b.number(y)
    if right == 0:
        return b.fit(x, shape)
    if left == 0:
        return b.make("neg", (b.fit(y, shape),))
    if left is not None and right is not None and (folded := combine(b, shape, operator.sub, x, y)) is not None:
        return folded
    if inner := inside(b, y, "neg"):
        return b.make("add", (x, inner[0]))
    return None


def _neg(b: Workbench, shape: Shape, operands: tuple[int, ...], _: Settings) -> int | None:
    (x,) = operands
    if (folded := combine(b, shape, operator.neg, x)) is not None:
        return folded
    if inner := under(b, x, "neg"):
        return inner[0]
    inner = inside(b, x, "mul")
    if inner and exact(b.number(inner[0])):
        return b.make("mul", (b.make("neg", (inner[0],)), inner[1]))
    return None


def _mul(b: Workbench, shape: Shape, operands: tuple[int, ...], _: Settings) -> int | None:
    x, y = operands
    left, right = b.number(x), b.number(y)
    for number, other in ((left, y), (right, x)):
        if number is None:
            continue
        if number == 0:
            return b.fill(0, shape)
        if number == 1:
            return b.fit(other, shape)
        if number == -1:
            return b.make("neg", (b.fit(other, shape),))
    if left is not None and right is not None and (folded := combine(b, shape, operator.mul, x, y)) is not None:
        return folded
    simpler = _mul_inside(b, x, y)
    if simpler is None:
        simpler = _mul_inside(b, y, x)
    return None if simpler is None else b.fit(simpler, shape)


def _mul_inside(b: Workbench, x: int, y: int) -> int | None:
    """A product with a reciprocal, a mask, or a product by a constant."""
    if y < b.start:  # the user's own nodes stay as they were written
        return None
    node = b.node(y)
    name, inner = node.op.name, node.operands
    if name == "div" and b.number(inner[0]) == 1:
        return b.make("div", (x, inner[1]))
    if name == "where" and 0 in (b.number(inner[1]), b.number(inner[2])):
        # The mask outside the product: an infinite upstream gradient stays out of the branch that is not taken.
        branches = [b.fill(0, ()) if b.number(part) == 0 else b.make("mul", (x, part)) for part in inner[1:]]
        return b.make("where", (inner[0], *branches))
    if name not in ("neg", "mul") or not exact(b.number(x)):
        return None
    if name == "neg":
        return b.make("mul", (b.make("neg", (x,)), inner[0]))
    if exact(b.number(inner[0])) and b.node(inner[0]).shape == () == b.node(x).shape:
        return b.make("mul", (b.make("mul", (x, inner[0])), inner[1]))
    return None


def _div(b: Workbench, shape: Shape, operands: tuple[int, ...], _: Settings) -> int | None:
    x, y = operands
    dividend, divisor = b.number(x), b.number(y)
    if divisor == 1:
        return b.fit(x, shape)
    if divisor == -1:
        return b.make("neg", (b.fit(x, shape),))
    if dividend == 0 and divisor != 0:
        return b.fill(0, shape)
    return None if dividend is None or divisor is None else combine(b, shape, _quotient, x, y)


def _quotient(x: Number, y: Number) -> Any:
    exact = isinstance(x, (int, Fraction)) and isinstance(y, (int, Fraction))
    return Fraction(x) / Fraction(y) if exact else x / y


def _pow(b: Workbench, shape: Shape, operands: tuple[int, ...], _: Settings) -> int | None:
    x, y = operands
    base, exponent = b.number(x), b.number(y)
    if exponent == 1:
        return b.fit(x, shape)
    if exponent == 0 or base == 1:
        return b.fill(1, shape)
    return None if base is None or exponent is None else combine(b, shape, _power, x, y)


def _power(x: Number, y: Number) -> Any:
    """A whole power of an exact number; other powers (√2) are left as they are written."""
    exponent = int(y)
    if not isinstance(x, (int, Fraction)) or y != exponent or not -LARGEST_EXPONENT <= exponent <= LARGEST_EXPONENT:
        raise ValueError
    return Fraction(x) ** exponent


def _compare(compute: Callable[[Any, Any], bool]) -> Simplify:
    def rule(b: Workbench, shape: Shape, operands: tuple[int, ...], _: Settings) -> int | None:
        return combine(b, shape, compute, *operands)

    return rule


def _where(b: Workbench, shape: Shape, operands: tuple[int, ...], _: Settings) -> int | None:
    condition, yes, no = operands
    if yes == no:
        return b.fit(yes, shape)
    decided = b.number(condition)
    return None if decided is None else b.fit(yes if decided else no, shape)


RULES: Mapping[str, Simplify] = MappingProxyType(
    {
        "add": _add,
        "sub": _sub,
        "neg": _neg,
        "mul": _mul,
        "div": _div,
        "pow": _pow,
        "greater": _compare(operator.gt),
        "less": _compare(operator.lt),
        "greater_equal": _compare(operator.ge),
        "less_equal": _compare(operator.le),
        "equal": _compare(operator.eq),
        "not_equal": _compare(operator.ne),
        "where": _where,
        **SHAPE_RULES,
    }
)
"""The simplification of each operation that has one."""

_CONSTANT = frozenset({"constant"})

WAKES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "add": frozenset({"constant", "neg"}),
        "sub": frozenset({"constant", "neg"}),
        "neg": frozenset({"constant", "neg", "mul"}),
        "mul": frozenset({"constant", "div", "where"}),
        "div": _CONSTANT,
        "pow": _CONSTANT,
        "greater": _CONSTANT,
        "less": _CONSTANT,
        "greater_equal": _CONSTANT,
        "less_equal": _CONSTANT,
        "equal": _CONSTANT,
        "not_equal": _CONSTANT,
    }
)
"""The operations of which one must be among the operands for the simplification to find anything: without one it is
not asked. A simplification that is not listed here is always asked."""
