"""A plan of a scalar graph as a program: machine operations on numbers and truths, equal ones done once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from gradviz.ops.op import Op
from gradviz.passes.compiling.machine.recipes import Recipe, Reference, recipe_for
from gradviz.passes.compiling.simplify import Plan, Step
from gradviz.passes.templates import Settings

INPUT, CONSTANT = "input", "constant"
TRUTHS = frozenset({"gt", "lt", "ge", "le", "eq", "ne", "both", "either", "opposite", "nonzero"})
"""Operations that give truths; all others give numbers."""
LOGIC = frozenset({"both", "either", "opposite"})
"""Operations on truths; `select` has a truth first, and all others take numbers."""

POWERS = {2.0: "{0} * {0}", 3.0: "{0} * {0} * {0}", -1.0: "1 / {0}", -2.0: "(1 / {0}) * (1 / {0})"}
"""Powers that are faster by other operations, and as accurate."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """An operation of a graph that no machine operation does: it is called as its row has it."""

    op: Op
    settings: Settings
    count: int


@dataclass(slots=True)
class Program:
    """Operations in order; each gives one value, which is known by its place.

    Args:
        operations: name and operands: places of earlier ones; of `input` which argument it is, of `constant` the
            number, of `foreign` first which one it is.
        outputs: the places of what is wanted.
        foreign: operations that are called.
    """

    operations: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    outputs: tuple[int, ...] = ()
    foreign: list[Foreign] = field(default_factory=list)
    _known: dict[Any, int] = field(default_factory=dict)

    def add(self, name: str, *operands: Any) -> int:
        """The place of an operation's value; operands become what the operation takes, numbers or truths."""
        if name not in (INPUT, CONSTANT):
            operands = self._fitting(name, operands)
        return self._once((name, operands))

    def constant(self, value: float) -> int:
        """The place of a constant."""
        place = self._known.get(repr(value))
        if place is None:
            place = self._known[repr(value)] = len(self.operations)
            self.operations.append((CONSTANT, (value,)))
        return place

    def _once(self, operation: tuple[str, tuple[Any, ...]]) -> int:
        place = self._known.setdefault(operation, len(self.operations))
        if place == len(self.operations):
            self.operations.append(operation)
        return place

    def _fitting(self, name: str, operands: tuple[Any, ...]) -> tuple[Any, ...]:
        made = self.operations
        if name == "select":
            condition, *others = operands
            return (self._truth(condition), *[self.number(operand) for operand in others])
        if name in LOGIC:
            return tuple([self._truth(operand) for operand in operands])
        first = 1 if name == "foreign" else 0
        if any([made[operand][0] in TRUTHS for operand in operands[first:]]):
            return (*operands[:first], *[self.number(operand) for operand in operands[first:]])
        return operands

    def number(self, place: int) -> int:
        """The place of the value as a number."""
        return self._once(("number", (place,))) if self.operations[place][0] in TRUTHS else place

    def _truth(self, place: int) -> int:
        return place if self.operations[place][0] in TRUTHS else self._once(("nonzero", (place,)))


def lower(plan: Plan, inputs: Collection[int], kept: frozenset[str] = frozenset()) -> Program:
    """A plan as a program.

    Args:
        plan: of a scalar graph.
        inputs: the arguments' positions in the graph, in order.
        kept: kernels that stay one operation.
    """
    program = Program()
    places = {i: program.add(INPUT, slot) for slot, i in enumerate(inputs)}
    for i, value in plan.constants.items():
        places[i] = program.constant(float(value))
    for step in plan.steps:
        operands = [places[i] for i in step.operands]
        recipe = recipe_for(_template(plan, step), len(operands), step.settings, kept)
        if recipe is None:
            places[step.id] = _called(program, step, operands)
        else:
            places[step.id] = _followed(program, recipe, operands)
    program.outputs = tuple([program.number(places[i]) for i in plan.targets])
    return _paired(program)


def _paired(program: Program) -> Program:
    """The same with each sine and cosine of one number beside each other: both cost hardly more than one."""
    operations = program.operations
    partner: dict[int, int] = {}
    found: dict[int, int] = {}
    for i, (name, operands) in enumerate(operations):
        if name in ("sin", "cos"):
            first = found.setdefault(operands[0], i)
            if first != i:
                partner[first] = i
    moved = set(partner.values())
    places: dict[int, int] = {}
    made = Program(foreign=program.foreign)
    for i in range(len(operations)):
        for j in (i, partner.get(i)):
            if j is not None and (j != i or i not in moved):
                places[j] = len(made.operations)
                made.operations.append(_moved(operations[j], places))
    made.outputs = tuple([places[i] for i in program.outputs])
    return made


def _moved(operation: tuple[str, tuple[Any, ...]], places: Mapping[int, int]) -> tuple[str, tuple[Any, ...]]:
    name, operands = operation
    if name in (INPUT, CONSTANT):
        return operation
    fixed = 1 if name == "foreign" else 0
    return name, (*operands[:fixed], *[places[operand] for operand in operands[fixed:]])


def _template(plan: Plan, step: Step) -> str:
    if step.op.name == "pow":
        exponent = plan.constants.get(step.operands[1])
        if isinstance(exponent, float):
            return POWERS.get(exponent, step.op.numpy)
    if not step.op.elementwise and step.op.python is not None:
        return step.op.python  # of numbers: the NumPy expression would reduce over points
    return step.op.numpy


def _followed(program: Program, recipe: Recipe, operands: list[int]) -> int:
    values = list(operands)

    def place(reference: Reference) -> int:
        return program.constant(reference) if isinstance(reference, float) else values[reference]

    for name, references in recipe.operations:
        values.append(program.add(name, *[place(reference) for reference in references]))
    return place(recipe.result)


def _called(program: Program, step: Step, operands: list[int]) -> int:
    program.foreign.append(Foreign(step.op, step.settings, len(operands)))
    return program.add("foreign", len(program.foreign) - 1, *operands)
