"""In which order, and which values get a name of their own: the second stage, the same for every language."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gradviz.passes.compiling.simplify import Plan, Step


@dataclass(frozen=True, slots=True)
class Schedule:
    """A plan in order.

    Args:
        plan: what is computed.
        statements: the steps that are assigned to a name, in order.
        inside: the other steps by position in the graph: used once, and written inside the expression of the
            statement that uses them.
        last_use: by position in the graph, the place of the last statement that reads a value, directly or through
            what stands inside it; the number of statements for targets.
    """

    plan: Plan
    statements: tuple[Step, ...]
    inside: Mapping[int, Step]
    last_use: Mapping[int, int]


def schedule(plan: Plan, named: Collection[int] = (), largest: int = 1) -> Schedule:
    """Put a plan in order.

    Args:
        plan: what is computed.
        named: steps that keep a name of their own.
        largest: how many operations one expression may hold; 1: every step is a statement.
    """
    raise NotImplementedError  # the scalar core fills this in
