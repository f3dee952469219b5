"""The statements of a body that works in given memory, and the memory that they need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradviz.passes.compiling.allocate import Allocation, Buffer
from gradviz.passes.compiling.emit.identifiers import Identifiers
from gradviz.passes.compiling.memory.way import Way, constant_of
from gradviz.passes.compiling.simplify import Step
from gradviz.passes.templates import literal, number_literal
from gradviz.shape import Shape, size

WHOLE_NUMBERS = {8: "np.int64", 4: "np.int32"}
"""The integers that are as wide as the function's numbers."""


@dataclass(slots=True)
class MemoryWriter:
    """Writes the steps of an allocation.

    Args:
        found: where all lies.
        names: where identifiers come from.
        dtype: of numbers.
        targets: the caller's arrays, by what is written into them.
        texts: what each value is called.
        lines: the statements.
        memory: the arrays that are there before a call, each with the expression that makes it.
        constants: arrays that never change.
    """

    found: Allocation
    names: Identifiers
    dtype: np.dtype[Any]
    targets: dict[int, str] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    memory: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    _buffers: dict[int, str] = field(default_factory=dict)
    _cells: dict[int, str] = field(default_factory=dict)
    _views: dict[str, str] = field(default_factory=dict)
    _held: dict[Any, str] = field(default_factory=dict)

    def begin(self, parameters: Mapping[int, str]) -> None:
        """The arguments, and their memory where it is lent."""
        self.texts.update(parameters)
        homes = self.found.homes
        self._buffers.update({homes[i].number: name for i, name in parameters.items() if i in homes})

    def bring_home(self, lent: Mapping[int, int], parameters: Mapping[int, str]) -> None:
        """What belongs into arguments, where it does not lie there yet; old values of other arguments step aside."""
        texts = {parameters[i]: self._text(target, whole=True) for i, target in lent.items()}
        for home, text in texts.items():
            if text != home and text in texts:
                texts[home] = self.names.fresh()
                self.lines.append(f"{texts[home]} = np.array({text})")
        self.lines += [f"{home}[...] = {text}" for home, text in texts.items() if text != home]

    def write(self, step: Step) -> None:
        """A step's statements."""
        way = self.found.ways[step.id]
        if way.lines:
            self._write_into(step, way)
        elif way.fixed and self.texts.get(step.operands[0]) in self.memory:
            self.texts[step.id] = self._view(self._filled(way.value, step, way))
        else:
            text = self._filled(way.value, step, way)
            if step.shape and not way.fixed:
                text = f"np.asarray({text}, np.{self.dtype.name})"
            name = self.names.fresh()
            self.lines.append(f"{name} = {text}")
            self.texts[step.id] = name

    def _write_into(self, step: Step, way: Way) -> None:
        home = self.found.homes.get(step.id)
        out = self.targets[step.id] if home is None else self._buffer(home)
        scratch = [_Spot(self, self._buffer(buffer)) for buffer in self.found.scratch.get(step.id, ())]
        spots = {"out": _Spot(self, out), "s": scratch}
        self.lines += [self._filled(line, step, way, **spots) for line in way.lines]
        self.texts[step.id] = out

    def store(self, i: int, out: str) -> None:
        """What is wanted in an array of the caller's, if it does not lie there yet."""
        text = self._text(i, whole=True)
        if text != out:
            self.lines.append(f"{out}[...] = {text}")

    def number(self, i: int) -> str:
        """A value that is returned."""
        return self._text(i, whole=True)

    def _filled(self, template: str, step: Step, way: Way, **others: Any) -> str:
        whole = not way.lines or not step.op.elementwise
        operands = [_Spot(self, self._text(i, whole=whole) if whole else self._spread(i)) for i in step.operands]
        settings = {name: literal(value) for name, value in step.settings}
        numbers = [_Spot(self, self._constant(value)) for value in way.numbers]
        ones = [self._ones(shape) for shape in way.ones]
        full = [
            self._view(f"np.full({step.shape!r}, {number_literal(value)}, np.{self.dtype.name})") for value in way.full
        ]
        known = {"number": numbers, "full": full, "ones": ones, "upto": [self._count(count) for count in way.counts]}
        args = ", ".join(operand.text for operand in operands)
        return template.format(*operands, args=args, **known, **settings, **others)

    def _spread(self, i: int) -> str:
        """A value as ufuncs take it fastest, and in the function's type: numbers as arrays without axes."""
        if i in self.found.schedule.plan.constants or self.found.schedule.plan.shapes[i]:
            return self._text(i, whole=False)
        if i not in self._cells:
            cell = self._cells[i] = self.names.fresh("b")
            self.memory[cell] = f"np.empty((), np.{self.dtype.name})"
            self.lines.append(f"{cell}[()] = {self.texts[i]}")
        return self._cells[i]

    def _text(self, i: int, *, whole: bool) -> str:
        """What a value is called; a constant in its whole shape, or as one number that is spread."""
        plan = self.found.schedule.plan
        if i not in plan.constants:
            return self.texts[i]
        value = plan.constants[i]
        number = constant_of(plan, i)
        if number is not None and not whole:
            return self._constant(number)
        if isinstance(value, float):
            return number_literal(value)
        return self._hold(i, lambda: np.array(value, self.dtype))

    def _constant(self, value: float) -> str:
        """A number as an array without axes, which ufuncs take faster than a float."""
        return self._hold(("number", repr(value)), lambda: np.array(value, self.dtype))

    def _ones(self, shape: Shape) -> str:
        return self._hold(("ones", shape), lambda: np.ones(shape, self.dtype))

    def _count(self, count: int) -> str:
        return self._hold(("count", count), lambda: np.arange(count, dtype=self.dtype))

    def _hold(self, key: Any, make: Callable[[], Any]) -> str:
        if key not in self._held:
            self._held[key] = self.names.fresh("c")
            self.constants[self._held[key]] = make()
        return self._held[key]

    def _buffer(self, buffer: Buffer) -> str:
        if buffer.number not in self._buffers:
            name = self._buffers[buffer.number] = self.names.fresh("b")
            truth = buffer.kind == "truth"
            kind, width = ("np.int8", 1) if truth else (f"np.{self.dtype.name}", self.dtype.itemsize)
            made = f"blocks[{buffer.block}][:{size(buffer.shape) * width}].view({kind}).reshape({buffer.shape!r})"
            self.memory[name] = made
        return self._buffers[buffer.number]

    def _view(self, text: str) -> str:
        """A view of memory that stays where it is: made once, with the memory."""
        if text in self.memory:
            return text  # a view that is the array itself
        if text not in self._views:
            self._views[text] = self.names.fresh("b")
            self.memory[self._views[text]] = text
        return self._views[text]

    def viewed(self, name: str, kind: str) -> str:
        """The same memory as another type of the same width."""
        if name in self.constants:
            return self._hold((name, kind), lambda: self.constants[name].view(getattr(np, kind[3:])))
        if name in self.memory:
            return self._view(f"{name}.view({kind})")
        return f"np.asarray({name}, np.{self.dtype.name}).view({kind})"

    def memory_source(self, name: str) -> str:
        """The function that makes the memory."""
        lines = [f"def {name}():", f"    blocks = [block(n) for n in {list(self.found.blocks)!r}]"]
        lines += [f"    {made} = {text}" for made, text in self.memory.items()]
        return "\n".join([*lines, f"    return ({', '.join(self.memory)}{',' * (len(self.memory) == 1)})"]) + "\n"


@dataclass(frozen=True, slots=True)
class _Spot:
    """An array as a way names it: `{out}`, `{out.bits}`, `{out.truth}`."""

    writer: MemoryWriter
    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def bits(self) -> str:
        """Its memory as integers."""
        return self.writer.viewed(self.text, WHOLE_NUMBERS[self.writer.dtype.itemsize])

    @property
    def truth(self) -> str:
        """Its memory as truth values."""
        return self.writer.viewed(self.text, "np.bool_")
