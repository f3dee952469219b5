"""A program as LLVM's intermediate representation: straight-line functions of memory, on numbers or on vectors of them.

`core(x, o, w)` reads the arguments at x and writes the outputs at o; w is memory for what a later part of a long
program needs. With several lanes each place in memory is a vector: as many points at once.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gradviz.passes.compiling.machine.program import CONSTANT, INPUT, TRUTHS, Program

LONGEST = 500
"""Operations of one function: LLVM needs more than linear time for much longer ones."""

INSTRUCTIONS: Mapping[str, str] = {
    "add": "fadd {T} {0}, {1}",
    "sub": "fsub {T} {0}, {1}",
    "mul": "fmul {T} {0}, {1}",
    "div": "fdiv {T} {0}, {1}",
    "neg": "fneg {T} {0}",
    "gt": "fcmp ogt {T} {0}, {1}",
    "lt": "fcmp olt {T} {0}, {1}",
    "ge": "fcmp oge {T} {0}, {1}",
    "le": "fcmp ole {T} {0}, {1}",
    "eq": "fcmp oeq {T} {0}, {1}",
    "ne": "fcmp une {T} {0}, {1}",
    "nonzero": "fcmp une {T} {0}, {zero}",
    "both": "and {B} {0}, {1}",
    "either": "or {B} {0}, {1}",
    "opposite": "xor {B} {0}, {true}",
    "number": "uitofp {B} {0} to {T}",
    "select": "select {B} {0}, {T} {1}, {T} {2}",
    "abs": "call {T} @llvm.fabs.{S}({T} {0})",
    "sqrt": "call {T} @llvm.sqrt.{S}({T} {0})",
    "floor": "call {T} @llvm.floor.{S}({T} {0})",
    "ceil": "call {T} @llvm.ceil.{S}({T} {0})",
    "maximum": "call {T} @maximum({T} {0}, {T} {1})",
    "minimum": "call {T} @minimum({T} {0}, {T} {1})",
}
"""What is no call of a function in a library."""

EXTREME = """
define internal {T} @{name}({T} %a, {T} %b) alwaysinline nounwind {{
  %wins = fcmp {wins} {T} %a, %b
  %nan = fcmp uno {T} %a, %a
  %left = or {B} %wins, %nan
  %y = select {B} %left, {T} %a, {T} %b
  ret {T} %y
}}
"""
"""As NumPy's: NaN wins."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """Numbers, or vectors of them.

    Args:
        count: how many numbers one value holds.
    """

    count: int

    @property
    def words(self) -> dict[str, str]:
        """The types, as instructions name them."""
        if self.count == 1:
            return {"T": "double", "B": "i1", "S": "f64", "zero": "0.0", "true": "true"}
        trues = ", ".join(["i1 true"] * self.count)
        kinds = {"T": f"<{self.count} x double>", "B": f"<{self.count} x i1>", "S": f"v{self.count}f64"}
        return {**kinds, "zero": "zeroinitializer", "true": f"<{trues}>"}

    def literal(self, value: float) -> str:
        """A constant; as the bits of the number, which is exact."""
        number = f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
        return number if self.count == 1 else f"<{', '.join([f'double {number}'] * self.count)}>"


class Called(Protocol):
    """Writes calls of functions that are not LLVM's own."""

    def __call__(self, result: str, name: str, operands: Sequence[str]) -> Iterable[str]:
        """An operation's call: the result's name, the operation, and its operands."""
        ...

    def sincos(self, sine: str, cosine: str, operand: str) -> list[str] | None:
        """Both at once; None where no function does that."""
        ...


class Core:
    """A program as functions: parts of at most `LONGEST` operations, and `core`, which calls them in order.

    Args:
        program: what is computed.
        lanes: on what.
        called: writes calls.

    Attributes:
        parts: how many parts there are.
        work: values that the memory w holds.
    """

    def __init__(self, program: Program, lanes: Lanes, called: Called) -> None:
        self.program = program
        self.lanes = lanes
        self.called = called
        written = [i for i, (name, _) in enumerate(program.operations) if name not in (INPUT, CONSTANT)]
        self._parts = [written[start : start + LONGEST] for start in range(0, len(written), LONGEST)]
        self._slots, self.work = _slots(program, self._parts)
        self._outputs: dict[int, list[int]] = {}
        for place, i in enumerate(program.outputs):
            self._outputs.setdefault(i, []).append(place)
        self.parts = len(self._parts)

    @property
    def preamble(self) -> str:
        """What each module with parts declares."""
        words = self.lanes.words
        declared = [f"declare {words['T']} @llvm.{name}.{words['S']}({words['T']})" for name in _INTRINSICS]
        extremes = [EXTREME.format(name=name, wins=wins, **words) for name, wins in _EXTREMES]
        return "\n".join([*declared, *extremes])

    def part(self, number: int, linkage: str = "internal ") -> str:
        """One part."""
        body = self._writer().text(self._parts[number])
        return f"define {linkage}void @part{number}(ptr %x, ptr %o, ptr %w) nounwind {{\n{body}  ret void\n}}\n"

    def whole(self, parts: Sequence[str]) -> str:
        """The function `core`.

        Args:
            parts: how they are named, all of them.
        """
        calls = "".join(f"  call void {part}(ptr %x, ptr %o, ptr %w)\n" for part in parts)
        given = self._writer().given()
        return f"define internal void @core(ptr %x, ptr %o, ptr %w) nounwind {{\n{calls}{given}  ret void\n}}\n"

    def _writer(self) -> _Part:
        return _Part(self.program, self.lanes, self.called, self._slots, self._outputs)


_INTRINSICS = ("fabs", "sqrt", "floor", "ceil")
_EXTREMES = (("maximum", "oge"), ("minimum", "ole"))


def _slots(program: Program, parts: Sequence[Sequence[int]]) -> tuple[dict[int, int], int]:
    """Where values that cross parts lie in the memory w, and how much that is.

    Give each value that a later part reads a place, and take a place again when its value is dead.
    """
    operations = program.operations
    last: dict[int, int] = {}
    for number, part in enumerate(parts):
        for i in part:
            for operand in _operands(operations[i]):
                last[operand] = number
    ending: dict[int, list[int]] = {}
    places: dict[int, int] = {}
    free: list[int] = []
    count = 0
    for number, part in enumerate(parts):
        for i in part:
            if last.get(i, number) > number:
                if not free:
                    free.append(count)
                    count += 1
                places[i] = free.pop()
                ending.setdefault(last[i], []).append(places[i])
        free += ending.pop(number, ())  # after the part: what it stores must not lie where it still reads
    return places, count


def _operands(operation: tuple[str, tuple[int, ...]]) -> tuple[int, ...]:
    name, operands = operation
    return operands[1:] if name == "foreign" else operands


class _Part:
    """Writes one function of consecutive operations."""

    def __init__(
        self,
        program: Program,
        lanes: Lanes,
        called: Called,
        slots: Mapping[int, int],
        outputs: Mapping[int, Sequence[int]],
    ) -> None:
        self.program = program
        self.lanes = lanes
        self.words = lanes.words
        self.called = called
        self.slots = slots
        self.outputs = outputs
        self.lines: list[str] = []
        self.here: set[int] = set()

    def text(self, part: Sequence[int]) -> str:
        """The lines of the operations."""
        for place, i in enumerate(part):
            if i in self.here:
                continue  # the second of a pair
            if place + 1 < len(part) and self._pair(i, part[place + 1]):
                continue
            self._write(i)
        return "".join(f"{line}\n" for line in self.lines)

    def given(self) -> str:
        """Outputs that are inputs or constants, as lines."""
        for i in self.outputs:
            if self.program.operations[i][0] in (INPUT, CONSTANT):
                self._store(i, self._operand(i))
        return "".join(f"{line}\n" for line in self.lines)

    def _write(self, i: int) -> None:
        name, operands = self.program.operations[i]
        texts = [self._operand(operand) for operand in _operands((name, operands))]
        if name in INSTRUCTIONS:
            self.lines.append(f"  %v{i} = {INSTRUCTIONS[name].format(*texts, **self.words)}")
        else:
            self.lines += self.called(f"%v{i}", f"foreign{operands[0]}" if name == "foreign" else name, texts)
        self.here.add(i)
        self._store(i, f"%v{i}")

    def _pair(self, first: int, second: int) -> bool:
        """Write a sine and a cosine of the same number as one call, if they are that and there is such a function."""
        (name, operands), (other, others) = self.program.operations[first], self.program.operations[second]
        if {name, other} != {"sin", "cos"} or operands != others:
            return False
        sine, cosine = (first, second) if name == "sin" else (second, first)
        lines = self.called.sincos(f"%v{sine}", f"%v{cosine}", self._operand(operands[0]))
        if lines is None:
            return False
        self.lines += lines
        for i in (first, second):
            self.here.add(i)
            self._store(i, f"%v{i}")
        return True

    def _operand(self, i: int) -> str:
        name, operands = self.program.operations[i]
        if name == CONSTANT:
            return self.lanes.literal(operands[0])
        if i not in self.here:
            self.here.add(i)
            memory, place = ("x", operands[0]) if name == INPUT else ("w", self.slots[i])
            self._load(i, memory, place)
        return f"%v{i}"

    def _load(self, i: int, memory: str, place: int) -> None:
        kind = self.words["B" if self.program.operations[i][0] in TRUTHS else "T"]
        self.lines.append(f"  %p{i} = getelementptr {self.words['T']}, ptr %{memory}, i64 {place}")
        self.lines.append(f"  %v{i} = load {kind}, ptr %p{i}, align 8")

    def _store(self, i: int, text: str) -> None:
        kind = self.words["B" if self.program.operations[i][0] in TRUTHS else "T"]
        targets = [("o", place) for place in self.outputs.get(i, ())]
        targets += [("w", self.slots[i])] if i in self.slots else []
        for number, (memory, place) in enumerate(targets):
            pointer = f"%s{i}_{number}"
            self.lines.append(f"  {pointer} = getelementptr {self.words['T']}, ptr %{memory}, i64 {place}")
            self.lines.append(f"  store {kind} {text}, ptr {pointer}, align 8")
