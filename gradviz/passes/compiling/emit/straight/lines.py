"""A schedule as lines of source: one assignment each, with the steps that stand inside others written there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradviz.passes.compiling.emit.identifiers import Identifiers
from gradviz.passes.compiling.emit.straight.filling import ATOM, form_of
from gradviz.passes.compiling.schedule import Schedule
from gradviz.passes.compiling.simplify import Plan, Step
from gradviz.passes.templates import number_literal
from gradviz.shape import broadcast

LONGEST_FUNCTION = 20_000
"""Lines of one generated function. Python's compiler takes time in proportion to them, and kilobytes of memory each."""

SHELF = "v"
"""Where the parts of a long function put the values that they hand on to one another: a list."""

Dialect = Callable[[Plan, Step], str]
"""How a step of a plan is written: its template."""


def arrays(plan: Plan, step: Step) -> str:
    """NumPy."""
    return step.op.numpy


@dataclass(frozen=True, slots=True)
class Line:
    """`name = text`, for a node."""

    id: int
    name: str
    text: str


@dataclass(slots=True)
class Writer:
    """Writes a schedule's lines.

    Args:
        schedule: what is written.
        dialect: how operations are written.
        names: where identifiers come from.
        titles: the wanted identifiers of nodes that have a name.
        dtype: of constants that are arrays.
        longest: lines of one part; what one part makes and another reads lies on the shelf.
        parts: the assignments, in order; one part, unless there are many.
        shelf: the identifier of the shelf; empty if there is one part.
        places: what lies on the shelf, in order: the inputs first.
        arrays: constants that are arrays, by identifier.
    """

    schedule: Schedule
    dialect: Dialect
    names: Identifiers
    titles: Mapping[int, str]
    dtype: Any = np.float64
    longest: int = LONGEST_FUNCTION
    parts: list[list[Line]] = field(default_factory=lambda: [[]])
    shelf: str = ""
    places: dict[int, int] = field(default_factory=dict)
    arrays: dict[str, Any] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    """The identifiers of values, in the part that is being written."""
    _lent: dict[int, str] = field(default_factory=dict)
    """Those that are given back when the value is dead."""
    _full: dict[int, str] = field(default_factory=dict)

    def write(self, inputs: Mapping[int, str]) -> tuple[str, ...]:
        """Write all lines; the texts of the targets.

        Args:
            inputs: the inputs' identifiers.
        """
        self._names.update(inputs)
        statements = self.schedule.statements
        if len(statements) > self.longest:
            self.shelf = self.names.take(SHELF)
            self.places.update({i: place for place, i in enumerate(inputs)})
        for place, step in enumerate(statements):
            if self.shelf and place % self.longest == 0:
                self._begin_part(place)
            self._statement(step, place)
        return tuple([self._result(i) for i in self.schedule.plan.targets])

    def constant(self, i: int) -> str:
        """A constant in its full shape."""
        value = self.schedule.plan.constants[i]
        if isinstance(value, float):
            return number_literal(value)
        if i not in self._full:
            self._full[i] = name = self.names.fresh("c")
            self.arrays[name] = np.asarray(value, dtype=self.dtype)
        return self._full[i]

    def _result(self, i: int) -> str:
        if i in self.schedule.plan.constants:
            return _without_parentheses(self.constant(i))
        return f"{self.shelf}[{self.places[i]}]" if i in self.places else self._names[i]

    def _begin_part(self, place: int) -> None:
        if place:
            self.parts.append([])
        self._names.clear()
        for name in self._lent.values():
            self.names.give_back(name)
        self._lent.clear()

    def _statement(self, step: Step, place: int) -> None:
        text = self._expression(step, place)
        title = self.titles.get(step.id)
        if title is None:
            name = self._lent[step.id] = self.names.fresh()
        else:
            name = self.names.take(title)
        self._names[step.id] = name
        if self.shelf and self._handed_on(step.id, place):
            slot = self.places[step.id] = len(self.places)
            name = f"{self.shelf}[{slot}] = {name}"
        self.parts[-1].append(Line(step.id, name, text))

    def _handed_on(self, i: int, place: int) -> bool:
        last = self.schedule.last_use[i]
        return last // self.longest > place // self.longest or last == len(self.schedule.statements)

    def _expression(self, step: Step, place: int) -> str:
        """The expression of a statement, with all that stands inside it."""
        texts: dict[int, tuple[str, int]] = {}
        steps = self._together(step)
        for part in steps:
            form = form_of(self.dialect(self.schedule.plan, part), len(part.operands), part.settings)
            placed = []
            for slot, need in form.places:
                i = part.operands[slot]
                if i in texts:
                    text, strength = texts[i]
                    placed.append(text if strength >= need else f"({text})")
                else:
                    text = self._names.get(i) or self._operand(part, slot, i)
                    begins = need < ATOM and slot == 0 and part is step
                    placed.append(_without_parentheses(text) if begins or not need else text)
            texts[part.id] = form.pattern % tuple(placed), form.strength
        self._bury(steps, place)
        return texts[step.id][0]

    def _bury(self, steps: list[Step], place: int) -> None:
        """Give back the identifiers of what is read here for the last time."""
        lent, last = self._lent, self.schedule.last_use
        for part in steps:
            for i in part.operands:
                if i in lent and last[i] == place:
                    self.names.give_back(lent.pop(i))

    def _together(self, step: Step) -> list[Step]:
        """A statement's step and those inside it, what is used before what uses it."""
        inside = self.schedule.inside
        found = [step]
        for each in found:
            for i in each.operands:
                if i in inside:
                    found.append(inside[i])
        found.reverse()
        return found

    def _operand(self, step: Step, slot: int, i: int) -> str:
        """The text of a constant, or of a value that another part made."""
        if i not in self.schedule.plan.constants:
            return self._fetch(i)
        value = self.schedule.plan.constants[i]
        if isinstance(value, np.ndarray) and self._spreads(step, slot):
            return number_literal(float(value.flat[0]))
        return self.constant(i)

    def _fetch(self, i: int) -> str:
        """What another part made, taken from the shelf."""
        name = self._names[i] = self._lent[i] = self.names.fresh()
        self.parts[-1].append(Line(i, name, f"{self.shelf}[{self.places[i]}]"))
        return name

    def _spreads(self, step: Step, slot: int) -> bool:
        """Whether one number may stand for a constant array, because the other operands already have the shape."""
        fixed, shapes = self.schedule.plan.constants, self.schedule.plan.shapes
        value = fixed[step.operands[slot]]
        if not step.op.elementwise or any(value.strides) or value.size == 0:
            return False
        return broadcast(*[shapes[i] for i in step.operands if i not in fixed]) == step.shape


def _without_parentheses(text: str) -> str:
    """A negative number as it may stand where a statement begins, or between commas."""
    return text[1:-1] if text.startswith("(-") else text
