"""A plan as lines of source: one assignment each, with values that are used once written where they are used."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from gradviz.passes.compiling.emit.identifiers import Identifiers
from gradviz.passes.compiling.simplify import Plan, Step
from gradviz.passes.templates import literal, number_literal
from gradviz.shape import broadcast

LONGEST_INLINE = 60
"""Characters of an expression that may stand inside another: readable, and far from the parser's limit on brackets."""

ATOM = 3
STRENGTHS = {"{0} + {1}": 1, "{0} - {1}": 1, "{0} * {1}": 2, "{0} / {1}": 2, "{0} @ {1}": 2}
"""How strongly Python reads the templates of arithmetic; calls are atoms, all others hold together not at all."""

MULTIPLIED_OUT = {2.0: "{0} * {0}", 3.0: "{0} * {0} * {0}"}
"""Powers of a float that are faster as products."""


Dialect = Callable[[Plan, Step], str]
"""How a step of a plan is written: its template."""


def floats(plan: Plan, step: Step) -> str:
    """Python's floats and `math`."""
    template = step.op.numpy if step.op.python is None else step.op.python
    if step.op.name == "pow":
        exponent = plan.constants.get(step.operands[1])
        return MULTIPLIED_OUT.get(exponent, template) if isinstance(exponent, float) else template
    if step.id in plan.conditions and template.startswith("float("):
        return template[len("float(") : -1]
    return template


def arrays(plan: Plan, step: Step) -> str:
    """NumPy."""
    return step.op.numpy


@dataclass(frozen=True, slots=True)
class Line:
    """`name = text`, for a node; `reads` are the names in the text."""

    id: int
    name: str
    text: str
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """An expression that stands for a value, and how strongly it holds together inside another."""

    text: str
    reads: tuple[str, ...]
    strength: int


@dataclass(slots=True)
class Writer:
    """Writes a plan's lines.

    Args:
        dialect: how operations are written.
        names: where identifiers come from.
        titles: the wanted identifiers of nodes that have a name; those are never written inside another.
        dtype: of constants that are arrays.
        lines: the assignments, in order.
        arrays: constants that are arrays, by identifier.
    """

    plan: Plan
    dialect: Dialect
    names: Identifiers
    titles: Mapping[int, str]
    dtype: Any = np.float64
    lines: list[Line] = field(default_factory=list)
    arrays: dict[str, Any] = field(default_factory=dict)
    texts: dict[int, Text] = field(default_factory=dict)
    _full: dict[int, Text] = field(default_factory=dict)

    def write(self, inputs: Mapping[int, str]) -> tuple[str, ...]:
        """Write all lines; the texts of the targets.

        Args:
            inputs: the inputs' identifiers.
        """
        for i, name in inputs.items():
            self.texts[i] = Text(name, (name,), ATOM)
        for step in self.plan.steps:
            self._write(step)
        fixed = self.plan.constants
        return tuple(self.constant(i).text if i in fixed else self.texts[i].text for i in self.plan.targets)

    def constant(self, i: int) -> Text:
        """A constant in its full shape."""
        value = self.plan.constants[i]
        if isinstance(value, float):
            return Text(number_literal(value), (), ATOM)
        if i not in self._full:
            name = self.names.fresh("c")
            self.arrays[name] = np.asarray(value, dtype=self.dtype)
            self._full[i] = Text(name, (), ATOM)
        return self._full[i]

    def _write(self, step: Step) -> None:
        template = self.dialect(self.plan, step)
        operands = [self._operand(step, slot) for slot in range(len(step.operands))]
        text = fill(template, operands, dict(step.settings))
        reads = tuple(dict.fromkeys(name for operand in operands for name in operand.reads))
        if self._inlined(step, text):
            self.texts[step.id] = Text(text, reads, strength_of(template))
            return
        title = self.titles.get(step.id)
        name = self.names.fresh() if title is None else self.names.take(title)
        self.lines.append(Line(step.id, name, text, reads))
        self.texts[step.id] = Text(name, (name,), ATOM)

    def _inlined(self, step: Step, text: str) -> bool:
        use = self.plan.consumer.get(step.id)
        if use is None or step.id in self.titles or len(text) > LONGEST_INLINE:
            return False
        place, slot = use
        return mentions(self.dialect(self.plan, self.plan.steps[place]), slot) <= 1

    def _operand(self, step: Step, slot: int) -> Text:
        i = step.operands[slot]
        if i not in self.plan.constants:
            return self.texts[i]
        value = self.plan.constants[i]
        if isinstance(value, np.ndarray) and self._spreads(step, slot):
            return Text(number_literal(float(value.flat[0])), (), ATOM)
        return self.constant(i)

    def _spreads(self, step: Step, slot: int) -> bool:
        """Whether one number may stand for a constant array, because the other operands already have the shape."""
        value = self.plan.constants[step.operands[slot]]
        if not step.op.elementwise or any(value.strides) or value.size == 0:
            return False
        fixed, shapes = self.plan.constants, self.plan.shapes
        return broadcast(*[shapes[i] for i in step.operands if i not in fixed]) == step.shape


@lru_cache(maxsize=1024)
def mentions(template: str, slot: int) -> int:
    """How often a template writes an operand out."""
    return template.count(f"{{{slot}}}") + template.count("{args}")


@lru_cache(maxsize=1024)
def strength_of(template: str) -> int:
    """How strongly an expression holds together inside another."""
    if re.fullmatch(r"[\w.]*\([^()]*\)", template):
        return ATOM
    return STRENGTHS.get(template, 0)


@lru_cache(maxsize=1024)
def _needed(template: str, slot: int) -> int:
    """How strongly an operand must hold together to stand without parentheses."""
    if _bare(template, slot):
        return 0
    return STRENGTHS[template] + slot if template in STRENGTHS else ATOM


@lru_cache(maxsize=1024)
def _bare(template: str, slot: int) -> bool:
    """Whether an operand always stands between brackets or commas, so that it needs none of its own."""
    everywhere = len(re.findall(rf"\{{{slot}\}}", template))
    return len(re.findall(rf"(?<=[(,])\{{{slot}\}}(?=\s*[,)])", _tight(template))) == everywhere


def _tight(template: str) -> str:
    return re.sub(r",\s+", ",", template)


def fill(template: str, operands: list[Text], settings: Mapping[str, Any]) -> str:
    """A row's expression with operands and settings in their places."""
    placed = [
        operand.text if operand.strength >= _needed(template, slot) else f"({operand.text})"
        for slot, operand in enumerate(operands)
    ]
    named = {name: literal(value) for name, value in settings.items()}
    return template.format(*placed, args=", ".join(operand.text for operand in operands), **named)
