"""From a job to a program of loops: each line of its listing as statements, results where the caller wants them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from gradviz.errors import LimitError, OptionProblem
from gradviz.passes.compiling.emit.expressions.tree import Constant, Expression, Name, filled, read
from gradviz.passes.compiling.emit.identifiers import Identifiers
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.listing import Line, Listing, listing
from gradviz.passes.compiling.emit.loops.block import Block, Target
from gradviz.passes.compiling.emit.loops.collapse import collapsed
from gradviz.passes.compiling.emit.loops.program import Alias, Argument, Array, Program, Result, Say
from gradviz.passes.compiling.emit.loops.table import lowering_of
from gradviz.passes.compiling.emit.loops.value import Places, Value, broadcast_place, number, stored
from gradviz.passes.compiling.emit.loops.views import VIEWS
from gradviz.passes.compiling.simplify import Step
from gradviz.shape import Shape, show

MOST_ENTRIES = 10_000
"""Entries of a constant array that are written out."""

DEEPEST = 20
"""Views of views through which an entry is read; then a copy is made, so that no chain of them is too long for us."""

Pointers = Literal["numbers too", "arrays"]
"""Which results a function writes where it is told to: those that are arrays, or, beside those, numbers too."""


def lower(job: Job, names: Identifiers, pointers: Pointers = "arrays") -> Program:
    """The job as a program of loops.

    Args:
        job: what is computed.
        names: where identifiers come from, with the language's words taken.
        pointers: how the language gives numbers back.

    Raises:
        OptionProblem: an operation has no loops.
        LimitError: a constant array is too large to be written out.
    """
    return _Lowering(job, listing(job, names), Block(names), pointers).program()


@dataclass(slots=True)
class _Lowering:
    """A program under way: values by identifier, constants by position in the graph."""

    job: Job
    lines: Listing
    block: Block
    pointers: Pointers
    values: dict[str, Value] = field(default_factory=dict)
    fixed: dict[int, Value] = field(default_factory=dict)
    constants: list[Array] = field(default_factory=list)
    wanted: set[str] = field(default_factory=set)
    """Identifiers of what is given back."""
    results: set[str] = field(default_factory=set)
    """Those of arrays that a line computes: it does so right where the caller wants them."""

    def program(self) -> Program:
        lines = self.lines
        arguments = tuple(map(self._argument, lines.parameters.items(), self.job.shapes))
        self.wanted = {lines.value, *lines.gradients}
        self.results = {line.name for line in lines.lines if line.shape and line.step and line.name in self.wanted}
        part = "forward"
        self._say("forward")
        for line in lines.lines:
            if line.part != part:
                self._say(f"backward: d_… is the gradient of {lines.value} by …")
            part = line.part
            self._line(line)
        taken = set(lines.parameters.values())
        value = self._result("", lines.value, taken)
        gradients = [self._result(by, name, taken) for by, name in zip(self.job.wrt, lines.gradients, strict=True)]
        return Program(
            name=lines.function,
            title=lines.value,
            arguments=arguments,
            value=value,
            gradients=tuple(gradients),
            arrays=(*self.constants, *self.block.arrays),
            body=collapsed(self.block.statements),
            single=self.job.dtype == np.float32 and not lines.scalar,
        )

    def _argument(self, named: tuple[str, str], shape: Shape) -> Argument:
        name, identifier = named
        self.values[identifier] = stored(identifier, shape) if shape else number(Name(identifier))
        return Argument(identifier, name, shape)

    def _say(self, text: str) -> None:
        self.block.statements.append(Say(text))

    def _line(self, line: Line) -> None:
        if line.step is None:
            self._alias(line, line.operands[0])
            return
        operands = [self._value(name, i) for name, i in zip(line.operands, line.step.operands, strict=True)]
        if line.step.op.name in VIEWS and not self._named(line):
            self._view(line, line.step, operands[0])
            return
        if line.shape and line.name not in self.results:
            self.block.array(line.name, line.shape)
        note = line.comment
        if line.shape or not _on_numbers(line.step, operands):
            self._say(f"{line.name}: {line.comment}")
            note = ""
        target = Target(self.block, line.name, line.shape, note)
        _compute(target, line.step, operands)
        self.values[line.name] = target.value

    def _view(self, line: Line, step: Step, operand: Value) -> None:
        """Entries that are read where they lie; a reshape of what lies in another order copies it first."""
        place = len(self.block.statements)
        near = self.block.in_order(operand) if operand.depth >= DEEPEST else operand
        value = VIEWS[step.op.name](self.block, step, near)
        self.values[line.name] = value if value.array else replace(value, depth=near.depth + 1)
        copied = len(self.block.statements) > place
        told = "" if copied else f"; its entries are those of {line.operands[0]}, and not copied"
        self.block.statements.insert(place, Say(f"{line.name}: {line.comment}{told}"))

    def _named(self, line: Line) -> bool:
        """Whether a line's name says something to people."""
        given = self.job.back.graph.nodes[line.id].name
        return bool(line.of or given) or line.name in self.results

    def _alias(self, line: Line, other: str | None) -> None:
        """Another name for a value."""
        value = self.values[line.name] = self._value(other, line.id)
        if not line.shape:
            self.block.let(line.name, value.at(()), line.comment)
            self.values[line.name] = number(Name(line.name))
        elif value.array and line.name not in self.wanted:
            self.block.statements.append(Alias(line.name, value.array, line.comment))
            self.values[line.name] = stored(line.name, line.shape)

    def _value(self, name: str | None, i: int) -> Value:
        """What has a name, or the constant at a position of the graph."""
        if name is not None:
            return self.values[name]
        if i not in self.fixed:
            self.fixed[i] = self._constant(self.job.plan.constants[i])
        return self.fixed[i]

    def _constant(self, value: object) -> Value:
        if isinstance(value, float):
            return number(Constant(value))
        array = np.asarray(value, dtype=self.job.dtype)
        first = array.flat[0] if array.size else array.dtype.type(0)
        if (array == first).all():
            return number(Constant(float(first)), array.shape)
        if array.size > MOST_ENTRIES:
            raise LimitError(
                f"a constant array of the shape {show(array.shape)} is too large to be written out",
                hint="make it an input of the program",
            )
        name = self.block.names.fresh("c")
        self.constants.append(Array(name, array.shape, array.ravel().tolist()))
        return stored(name, array.shape)

    def _result(self, by: str, name: str, taken: set[str]) -> Result:
        """What is given back; an array that lies elsewhere is copied to where the caller wants it.

        Args:
            by: the name of what it is the gradient by; empty for the value.
            name: its identifier.
            taken: identifiers that parameters have already; this one's is added.
        """
        value = self.values[name]
        if not value.shape:
            pointer = bool(by) and self.pointers == "numbers too"
            return Result(by, (), value.at(()), self.block.names.take(f"{name}_out") if pointer else "")
        home = self.block.names.take(name) if name in taken else name
        taken.add(home)
        if home not in self.results:
            self._say(f"{home}: {f'gradient by {by}' if by else 'the value'}")
            Target(self.block, home, value.shape).fill(value)
        return Result(by, value.shape, None, home)


def _template(step: Step) -> Expression:
    return read(step.op.numpy if step.op.python is None else step.op.python)


def _on_numbers(step: Step, operands: Sequence[Value]) -> bool:
    """Whether a step is one expression of numbers: it is elementwise, or its row has such an expression."""
    if step.shape or any(x.shape for x in operands):
        return False
    return step.op.elementwise or step.op.python is not None


def _entries(step: Step, operands: Sequence[Value]) -> Value:
    """A step as what each entry is computed by."""
    template, settings = _template(step), dict(step.settings)

    def at(places: Places) -> Expression:
        return filled(template, [x.at(broadcast_place(places, x.shape)) for x in operands], settings)

    return Value(step.shape, at)


def _compute(target: Target, step: Step, operands: Sequence[Value]) -> None:
    if step.op.elementwise or _on_numbers(step, operands):
        target.fill(_entries(step, operands))
        return
    if step.op.name in VIEWS:
        target.fill(VIEWS[step.op.name](target.block, step, operands[0]))
        return
    lowering = lowering_of(step)
    if lowering is None:
        raise OptionProblem(
            f"{step.op.name} cannot be written as loops",
            hint="write the program without it, or choose Python: --to numpy, --to torch, --to jax",
        )
    lowering(target, step, operands)
