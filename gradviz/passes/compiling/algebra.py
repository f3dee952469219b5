"""The same numbers by fewer and cheaper operations, for code that is to be fast: between the first and second stage.

`simplify` keeps to the nodes of the graph, as a reader of the code wants it. Here steps are made again by the rules of
`regrouping`: minus signs are carried to where they cost nothing, x² becomes x·x, factors that are constants become one,
and the derivative −a/c² of a quotient f = a/c becomes −f/c, whose division is shared with the other derivative, 1/c.

Every rule keeps NaN, infinities and the signs of zeros as they were; rounding differs in the last digits. One thing may
move: where an intermediate result leaves the range of floats although the answer does not (c² overflows from 1e154 on,
f/c does not), and where a divisor is below 5.6e-309.
"""

from __future__ import annotations

import math
from collections.abc import Collection

from gradviz.ops.op import Op
from gradviz.passes.compiling.regrouping import ABSORBING, DIV, MUL, NEG, RULES, Reference
from gradviz.passes.compiling.simplify import Note, Plan, Step


def cheaper(plan: Plan, named: Collection[int] = ()) -> Plan:
    """A plan that computes the same by fewer and cheaper operations; plans that have arrays stay as they are.

    Args:
        plan: what is computed.
        named: steps that keep a value of their own.

    Example:
        >>> from gradviz.graph.graph import Graph
        >>> from gradviz.passes.compiling.simplify import simplify
        >>> g = Graph()
        >>> x, y = g.input("x"), g.input("y")
        >>> [step.op.name for step in cheaper(simplify(g, [(x + -(y**2)).id])).steps]
        ['mul', 'sub']
    """
    if any(plan.shapes.values()) or not all(isinstance(value, float) for value in plan.constants.values()):
        return plan
    return _Rewriter(plan, named).rewritten()


class _Rewriter:
    """Goes through a plan once, making its steps again by the rules."""

    __slots__ = (
        "constants",
        "known",
        "made",
        "moved",
        "named",
        "notes",
        "numbers",
        "plan",
        "renamed",
        "rigid",
        "shared",
        "start",
    )

    def __init__(self, plan: Plan, named: Collection[int]) -> None:
        self.plan = plan
        self.named = named
        self.made: dict[int, Step] = {}
        """The new steps, in order."""
        self.known: dict[tuple[str, tuple[int, ...]], int] = {}
        self.moved: dict[int, Reference] = {}
        """Old steps whose value is found elsewhere."""
        self.constants = dict(plan.constants)
        self.numbers: dict[tuple[float, float], int] = {}
        self.notes: dict[int, Note] = {}
        self.renamed: dict[int, int] = {}
        self.start = max(plan.size, 1 + max(plan.shapes, default=0))
        self.shared, self.rigid = _uses(plan, named)
        for i, value in plan.constants.items():
            same = self.numbers.setdefault((value, math.copysign(1.0, value)), i)
            if same != i:
                self.moved[i] = same

    def rewritten(self) -> Plan:
        for step in self.plan.steps:
            rule = RULES.get(step.op.name)
            if rule is not None:
                self._settle(step, rule(self, step, [self.moved.get(i, i) for i in step.operands]))
            elif self.moved and any([i in self.moved for i in step.operands]):
                self._note(Step(step.id, step.op, self.plain(step), step.settings, step.shape))
            else:
                self._note(step)
        return self._alive()

    # What rules build with.

    def number(self, i: Reference) -> float | None:
        """A constant's value."""
        return self.constants.get(i)

    def constant(self, value: float) -> int:
        """A constant's position."""
        key = (value, math.copysign(1.0, value))
        if key not in self.numbers:
            self.numbers[key] = i = self._fresh()
            self.constants[i] = value
        return self.numbers[key]

    def inside(self, i: Reference, op: Op) -> tuple[int, ...] | None:
        """The operands of a value that an operation makes."""
        step = self.made.get(i)
        return step.operands if step is not None and step.op is op else None

    def once(self, i: int) -> bool:
        """Whether one step of the old plan reads a value, and nobody else."""
        return i not in self.shared

    def find(self, op: Op, *operands: int) -> int | None:
        """The position of a value that is there already."""
        return self.known.get((op.name, operands))

    def make(self, step: Step, op: Op, *operands: int, minus: bool = False, part: bool = False) -> Reference:
        """As `Bench` says."""
        found = self.known.get((op.name, operands))
        if found is None:
            found = step.id
            if minus or part:
                found = self._fresh()
                self.notes[found] = Note("part of " if part else "minus ", step.id)
            self._note(Step(found, op, operands, (), ()))
        return ~found if minus else found

    def plus(self, step: Step, i: Reference) -> int:
        """The position of a value that may be minus another."""
        return i if i >= 0 else self._negative(step, ~i, part=True)

    def plain(self, step: Step) -> tuple[int, ...]:
        """An old step's operands where they are now."""
        return tuple([self.plus(step, self.moved.get(i, i)) for i in step.operands])

    def _negative(self, step: Step, i: int, *, part: bool = False) -> int:
        """Minus a value; a constant in it takes the sign in, unless the value is wanted as it is too."""
        made = self.made.get(i)
        factor = None if made is None or made.op not in (MUL, DIV) else self.number(made.operands[0])
        if made is None or factor is None or i in self.shared:
            return self.make(step, NEG, i, part=part)
        return self.make(step, made.op, self.constant(-factor), made.operands[1], part=part)

    # The book-keeping.

    def _fresh(self) -> int:
        self.start += 1
        return self.start - 1

    def _note(self, step: Step) -> None:
        self.made[step.id] = step
        if step.op.name in RULES:
            self.known.setdefault((step.op.name, step.operands), step.id)

    def _settle(self, step: Step, i: Reference) -> None:
        """Where an old step's value is from now on; minus signs stay open where whoever reads it can take them in."""
        if i < 0 and step.id in self.rigid:
            i = self._negative(step, ~i)
        if i != step.id:
            self.moved[step.id] = i
            if i in self.notes and step.id in self.named:
                self.renamed.setdefault(i, step.id)

    def _alive(self) -> Plan:
        """The new plan, without steps that nobody needs."""
        targets = [self.moved.get(i, i) for i in self.plan.targets]
        needed = set(targets)
        steps: list[Step] = []
        for i, step in reversed(self.made.items()):
            if i in needed:
                needed.update(step.operands)
                steps.append(step)
        steps.reverse()
        if self.renamed:
            to = self.renamed
            steps = [
                s._replace(id=to.get(s.id, s.id), operands=tuple([to.get(i, i) for i in s.operands])) for s in steps
            ]
            targets = [to.get(i, i) for i in targets]
            needed = {to.get(i, i) for i in needed}
        constants = {i: value for i, value in self.constants.items() if i in needed}
        notes = {i: note for i, note in self.notes.items() if i in needed}
        conditions = self.plan.conditions & needed
        return Plan(tuple(steps), constants, tuple(targets), dict.fromkeys(needed, ()), conditions, notes)


def _uses(plan: Plan, named: Collection[int]) -> tuple[set[int], set[int]]:
    """The values that are wanted in more than one place; those among them of which a minus sign would cost twice."""
    shared, rigid = {*plan.targets, *named}, {*plan.targets, *named}
    seen: set[int] = set()
    for step in plan.steps:
        absorbing = step.op.name in ABSORBING
        for i in step.operands:
            if i in seen:
                shared.add(i)
                if not absorbing:
                    rigid.add(i)
            seen.add(i)
    return shared, rigid
