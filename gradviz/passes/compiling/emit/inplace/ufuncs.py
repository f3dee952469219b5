"""A program as calls of NumPy's functions on blocks of points: each writes into an array that is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradviz.passes.compiling.machine import points
from gradviz.passes.compiling.machine.program import CONSTANT, INPUT, TRUTHS, Foreign, Program
from gradviz.passes.templates import array_function

UFUNCS: Mapping[str, str] = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "div": "divide",
    "neg": "negative",
    "pow": "power",
    "gt": "greater",
    "lt": "less",
    "ge": "greater_equal",
    "le": "less_equal",
    "eq": "equal",
    "ne": "not_equal",
    "both": "logical_and",
    "either": "logical_or",
    "opposite": "logical_not",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "atan2": "arctan2",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    **{
        name: name
        for name in (
            "abs",
            "floor",
            "ceil",
            "maximum",
            "minimum",
            "sqrt",
            "cbrt",
            "hypot",
            "exp",
            "log",
            "log2",
            "log10",
            "log1p",
            "expm1",
            "sin",
            "cos",
            "tan",
            "sinh",
            "cosh",
            "tanh",
        )
    },
}
"""What operations are called in NumPy."""

SPECIAL: Mapping[str, str] = {"erf": "erf", "erfc": "erfc", "gamma": "gamma", "loggamma": "gammaln"}
"""What operations are called in `scipy.special`."""

KEYWORD_ONLY = frozenset({"maximum", "minimum"})
"""Functions that NumPy does not want to be given the array to write into by position, which is a little faster."""

OURS: Mapping[str, Callable[..., None]] = {
    function.__name__: function
    for function in (points.sincos, points.sine, points.sigmoid, points.select, points.number, points.nonzero)
}
"""What is more than one of NumPy's functions."""

KEPT = frozenset({"sigmoid"})
"""Kernels that stay one operation: they are faster than their parts."""

NUMBERS, MASKS = "b", "m"
"""How buffers are called: of numbers, of truths."""


@dataclass(frozen=True, slots=True)
class Block:
    """The program as a function of a block of points.

    Args:
        source: `fn(arguments, answers, buffers)`, all in order: numbers before masks.
        scope: what the source names.
        numbers, masks: how many buffers of each kind.
    """

    source: str
    scope: Mapping[str, Any]
    numbers: int
    masks: int

    def function(self) -> Callable[..., None]:
        """The function."""
        space = {**self.scope, "__builtins__": {}}
        exec(compile(self.source, "<gradviz points>", "exec"), space)
        made: Callable[..., None] = space["fn"]
        return made


def block_of(program: Program, dtype: np.dtype[Any]) -> Block:
    """The program on blocks of numbers of a type."""
    writer = _Writer(program, dtype)
    writer.write()
    inputs = [f"x{i}" for i in range(1 + max([o[0] for n, o in program.operations if n == INPUT], default=-1))]
    outputs = [f"o{i}" for i in range(len(program.outputs))]
    buffers = [f"{kind}{i}" for kind in (NUMBERS, MASKS) for i in range(writer.made[kind])]
    head = f"def fn({', '.join([*inputs, *outputs, *buffers])}):"
    source = "\n".join([head, *(f"    {line}" for line in writer.lines), "    return None", ""])
    return Block(source, writer.scope, writer.made[NUMBERS], writer.made[MASKS])


@dataclass(slots=True)
class _Writer:
    """Writes the calls, and gives every value a place: an answer's own array, or a buffer that is free."""

    program: Program
    dtype: np.dtype[Any]
    lines: list[str] = field(default_factory=list)
    scope: dict[str, Any] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=lambda: {NUMBERS: 0, MASKS: 0})
    free: dict[str, list[str]] = field(default_factory=lambda: {NUMBERS: [], MASKS: []})
    home: dict[int, str] = field(default_factory=dict)
    uses: dict[int, int] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)

    def write(self) -> None:
        """All lines."""
        operations = self.program.operations
        for name, operands in operations:
            for operand in () if name in (INPUT, CONSTANT) else _places(name, operands):
                self.uses[operand] = self.uses.get(operand, 0) + 1
        for number, place in enumerate(self.program.outputs):
            if operations[place][0] not in (INPUT, CONSTANT):
                self.answers.setdefault(place, f"o{number}")
        for place in range(len(operations)):
            if place not in self.home:
                self._operation(place)
        self._copies()

    def _copies(self) -> None:
        """Answers that are arguments or constants, or twice the same."""
        for number, place in enumerate(self.program.outputs):
            if self.home[place] != f"o{number}":
                self._line("copyto", f"o{number}", self.home[place])

    def _operation(self, place: int) -> None:
        name, operands = self.program.operations[place]
        if name == INPUT:
            self.home[place] = f"x{operands[0]}"
        elif name == CONSTANT:
            self.home[place] = self._constant(operands[0])
        elif name in ("sin", "cos") and self.dtype == np.float64 and points.tangents_are_fast():
            self._circular(place, name, operands)
        elif name == "foreign":
            self._foreign(place, self.program.foreign[operands[0]], operands[1:])
        else:
            self._call(place, name, operands)

    def _call(self, place: int, name: str, operands: Sequence[int]) -> None:
        texts = [self.home[operand] for operand in operands]
        if name == "select":  # the first two are read after something was written
            self._release(operands[2:])
            self.home[place] = self._take(place)
            self._release(operands[:2])
        elif name in KEPT:
            self.home[place] = self._take(place)
            self._release(operands)
        else:
            self._release(operands)
            self.home[place] = self._take(place)
        out = "out=" if name in KEYWORD_ONLY else ""
        self._line(self._function(name), *texts, f"{out}{self.home[place]}")

    def _circular(self, place: int, name: str, operands: Sequence[int]) -> None:
        """A sine and a cosine, or one of them."""
        text = self.home[operands[0]]
        both = self._partner(place, name, operands)
        mine, spare = self._take(place), self._buffer(NUMBERS)
        self.home[place] = mine
        if both is None and name == "sin":
            self._line("sine", text, mine, spare)
        else:
            other = self._buffer(NUMBERS) if both is None else self._take(both)
            pair = (mine, other) if name == "sin" else (other, mine)
            self._line("sincos", text, *pair, spare)
            if both is None:
                self.free[NUMBERS].append(other)
            else:
                self.home[both] = other
                self._release(operands)
        self._release(operands)
        self.free[NUMBERS].append(spare)

    def _partner(self, place: int, name: str, operands: Sequence[int]) -> int | None:
        """The other of a sine and a cosine of one number, which stands next."""
        after = place + 1
        wanted = ("cos" if name == "sin" else "sin", operands)
        return after if after < len(self.program.operations) and self.program.operations[after] == wanted else None

    def _foreign(self, place: int, foreign: Foreign, operands: Sequence[int]) -> None:
        name = f"f{len(self.scope)}"
        self.scope[name] = array_function(foreign.op.name, foreign.count, foreign.settings)
        text = f"{name}({', '.join(self.home[operand] for operand in operands)})"
        self._release(operands)
        self.home[place] = self._take(place)
        self._line("copyto", self.home[place], text)

    def _function(self, name: str) -> str:
        found = UFUNCS.get(name, name)
        if name in SPECIAL:
            from scipy import special

            self.scope[found] = getattr(special, SPECIAL[name])
        return found

    def _line(self, function: str, *texts: str) -> None:
        if function not in self.scope:
            self.scope[function] = OURS.get(function) or getattr(np, function)
        self.lines.append(f"{function}({', '.join(texts)})")

    def _constant(self, value: float) -> str:
        name = f"c{len(self.scope)}"
        self.scope[name] = np.array(value, self.dtype)  # an array of its own type is read faster than a number
        return name

    def _take(self, place: int) -> str:
        """Where a value will lie."""
        if place in self.answers:
            return self.answers[place]
        return self._buffer(MASKS if self.program.operations[place][0] in TRUTHS else NUMBERS)

    def _buffer(self, kind: str) -> str:
        if not self.free[kind]:
            self.made[kind] += 1
            return f"{kind}{self.made[kind] - 1}"
        return self.free[kind].pop()

    def _release(self, operands: Sequence[int]) -> None:
        """Operands have been read once more; what is not read again leaves its place."""
        for operand in operands:
            self.uses[operand] -= 1
            text = self.home[operand]
            if not self.uses[operand] and text[0] in (NUMBERS, MASKS):
                self.free[text[0]].append(text)


def _places(name: str, operands: tuple[Any, ...]) -> tuple[int, ...]:
    return operands[1:] if name == "foreign" else operands
