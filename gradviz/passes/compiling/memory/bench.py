"""A plan while it is put into the form in which it is computed on arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradviz.ops.op import Op
from gradviz.passes.compiling.memory.way import filled_with
from gradviz.passes.compiling.simplify import Plan, Step
from gradviz.passes.templates import Settings
from gradviz.shape import Shape, broadcast


@dataclass(slots=True)
class Bench:
    """The plan so far.

    Args:
        plan: what it is made from.
        made: the steps, in order.
        powers: for each logarithm of a softmax, its exponentials and their sum.
        relus: the relu of each step that has one.
    """

    plan: Plan
    made: dict[int, Step] = field(default_factory=dict)
    constants: dict[int, Any] = field(default_factory=dict)
    shapes: dict[int, Shape] = field(default_factory=dict)
    powers: dict[int, tuple[int, int]] = field(default_factory=dict)
    relus: dict[int, int] = field(default_factory=dict)
    known: dict[Any, int] = field(default_factory=dict)
    fresh: int = 0

    def __post_init__(self) -> None:
        self.constants, self.shapes = dict(self.plan.constants), dict(self.plan.shapes)
        self.fresh = 1 + max([*self.shapes, *self.constants, *(step.id for step in self.plan.steps)], default=0)

    def settled(self, step: Step) -> Step:
        """A step without what repeats its operands, where the operation repeats them itself."""
        if not step.op.elementwise or not step.shape:
            return step
        bare = tuple(self.bare(i) for i in step.operands)
        if bare != step.operands and broadcast(*(self.shape(i) for i in bare)) == step.shape:
            return step._replace(operands=bare)
        return step

    def bare(self, i: int) -> int:
        """What a broadcast value is made of."""
        while i in self.made and self.made[i].op.name == "broadcast_to":
            (i,) = self.made[i].operands
        return i

    def keep(self, step: Step) -> None:
        """A step as it is."""
        self.made[step.id] = step
        self.shapes[step.id] = step.shape
        self.known.setdefault((step.op.name, step.operands, step.settings), step.id)
        if step.op.name == "relu":
            self.relus.setdefault(step.operands[0], step.id)

    def make(self, op: Op, operands: tuple[int, ...], shape: Shape, settings: Settings = ()) -> int:
        """A new step, or the one that is equal to it."""
        found = self.known.get((op.name, operands, settings))
        if found is None:
            found, self.fresh = self.fresh, self.fresh + 1
            self.keep(Step(found, op, operands, settings, shape))
        return found

    def number(self, value: float) -> int:
        """A constant."""
        key = ("number", value)
        if key not in self.known:
            self.known[key], self.fresh = self.fresh, self.fresh + 1
            self.constants[self.known[key]] = value
        return self.known[key]

    def shape(self, i: int) -> Shape:
        """The shape of a value."""
        return np.shape(self.constants[i]) if i in self.constants else self.shapes[i]

    def value(self, i: int) -> float | None:
        """The number that a constant is filled with."""
        return filled_with(self.constants[i]) if i in self.constants else None
