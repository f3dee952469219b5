"""What it takes to make the value of one step: statements that write into memory, or an expression."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.passes.compiling.simplify import Plan
from gradviz.shape import Shape


@dataclass(frozen=True, slots=True)
class Way:
    """How the value of a step is made.

    What stands in braces: the operands `{0}`, `{1}`; the memory `{out}`; scratch `{s[0]}`; constants `{number[0]}` and
    arrays of ones `{ones[0]}`; `{0.bits}` the same memory as integers, `{0.truth}` as truth values.

    Args:
        lines: statements that write into `{out}`; none where there is a value.
        value: an expression: a plain number, a view, or an array made afresh.
        over: the operands in whose memory the result may lie, if nobody needs them any more.
        views: the operands in whose memory the value lies, or might lie.
        scratch: the shapes and kinds of scratch arrays.
        numbers: the constants.
        full: numbers that stand in arrays of the result's shape (`{full[0]}`).
        ones: the shapes of the arrays of ones.
        counts: how far arrays of whole numbers from 0 on go (`{upto[0]}`).
        fixed: whether the value is a view that stays the same while its operand's memory does.
    """

    lines: tuple[str, ...] = ()
    value: str = ""
    over: frozenset[int] = frozenset()
    views: frozenset[int] = frozenset()
    scratch: tuple[tuple[Shape, str], ...] = ()
    numbers: tuple[float, ...] = ()
    full: tuple[float, ...] = ()
    ones: tuple[Shape, ...] = ()
    counts: tuple[int, ...] = ()
    fixed: bool = False


def filled_with(value: Any) -> float | None:
    """The number that a constant consists of, if it is one number."""
    if isinstance(value, float):
        return value
    return float(value.flat[0]) if value.size and not any(value.strides) else None


def constant_of(plan: Plan, id: int) -> float | None:
    """The number that an operand is filled with, if it is such a constant."""
    return filled_with(plan.constants[id]) if id in plan.constants else None


def shape_of(plan: Plan, id: int) -> Shape:
    """The shape of an operand."""
    return np.shape(plan.constants[id]) if id in plan.constants else plan.shapes[id]


def is_zero(plan: Plan, id: int) -> bool:
    """Whether it is a constant filled with 0, and not −0."""
    value = constant_of(plan, id)
    return value == 0 and math.copysign(1.0, value) > 0
