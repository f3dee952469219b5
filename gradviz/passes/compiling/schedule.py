"""In which order, and which values get a name of their own: the second stage, the same for every language."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from gradviz.passes.compiling.simplify import Plan, Step

Takes = Callable[[Step, int], bool]
"""Whether a language may write an operand's whole expression at a step's slot: not where it would be written twice."""


def anywhere(step: Step, slot: int) -> bool:
    """For languages that write every operand once."""
    return True


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


def schedule(plan: Plan, named: Collection[int] = (), largest: int = 1, takes: Takes = anywhere) -> Schedule:
    """Put a plan in order.

    The plan's order is kept. A step that one other step uses, once, goes inside that step's expression, unless it has
    a name to be shown, the expression would hold more than `largest` operations, or the language does not take it
    there.

    Args:
        plan: what is computed.
        named: steps that keep a name of their own.
        largest: how many operations one expression may hold; 1: every step is a statement.
        takes: what the language allows.

    Example:
        >>> from gradviz.graph.graph import Graph
        >>> from gradviz.passes.compiling.simplify import simplify
        >>> g = Graph()
        >>> x, y = g.input("x"), g.input("y")
        >>> order = schedule(simplify(g, [(g.sin(x * y) + x).id]), largest=3)
        >>> [step.op.name for step in order.statements], [step.op.name for step in order.inside.values()]
        (['add'], ['mul', 'sin'])
    """
    inside = _inside(plan, named, largest, takes) if largest > 1 else {}
    statements = tuple([step for step in plan.steps if step.id not in inside]) if inside else plan.steps
    return Schedule(plan, statements, inside, _last_uses(plan, statements, inside))


def _inside(plan: Plan, named: Collection[int], largest: int, takes: Takes) -> dict[int, Step]:
    """The steps that stand inside others, in order."""
    once = _used_once(plan)
    once.difference_update(plan.targets, named)
    size: dict[int, int] = {}
    free: dict[int, Step] = {}
    inside: dict[int, Step] = {}
    for step in plan.steps:
        total = 1
        for slot, operand in enumerate(step.operands):
            if operand in free and total + size[operand] <= largest and takes(step, slot):
                total += size[operand]
                inside[operand] = free[operand]
        if step.id in once and total < largest:
            size[step.id] = total
            free[step.id] = step
    return {step.id: step for step in plan.steps if step.id in inside}


def _used_once(plan: Plan) -> set[int]:
    seen: set[int] = set()
    again: set[int] = set()
    for step in plan.steps:
        for operand in step.operands:
            (again if operand in seen else seen).add(operand)
    return seen - again


def _last_uses(plan: Plan, statements: tuple[Step, ...], inside: Mapping[int, Step]) -> dict[int, int]:
    read: dict[int, int] = {}
    place = len(statements) - 1
    for step in reversed(plan.steps):
        if step.id in inside:
            at = read[step.id]  # its one reader comes after it, and has been seen
        else:
            at = place
            place -= 1
        for operand in step.operands:
            if at > read.get(operand, -1):
                read[operand] = at
    return read | dict.fromkeys(plan.targets, len(statements))
