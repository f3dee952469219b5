"""Scalar graphs as machine code: the same function, with nothing between Python's floats and the processor.

The function is one of CPython's own kind (`METH_FASTCALL`): machine code that reads Python's floats and makes the
answer's tuples itself. What is no plain call with numbers goes on to the function in Python, which answers or raises
as it always does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np

from gradviz.errors import UserError
from gradviz.passes.compiling.algebra import cheaper
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.llvm.core import Core, Lanes
from gradviz.passes.compiling.emit.llvm.entries import Python, call_entry, run_entry
from gradviz.passes.compiling.machine.buffer import Buffer
from gradviz.passes.compiling.machine.engine import Code, llvm
from gradviz.passes.compiling.machine.interpreter import FASTCALL, KEYWORDS, NOARGS, Definition, builtin, interpreter
from gradviz.passes.compiling.machine.library import Calls
from gradviz.passes.compiling.machine.program import lower
from gradviz.passes.compiling.machine.translating import foreign_of, translate

NUMBER = 8
"""Bytes."""

MOST_SHOWN = 20
"""Parts of a program (of 500 operations each) that are shown as its source."""


class Memory(bytearray):
    """What a buffer's function works on; it keeps the code too."""

    keeps: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Machine:
    """A program in machine code, and all that must be there as long as it is.

    Args:
        inputs, outputs, work: how many numbers it reads, gives, and needs in between.
        source: its text.
        code: the functions `call` and `run`.
        keeps: what the code refers to.
    """

    inputs: int
    outputs: int
    work: int
    source: str
    code: Code
    keeps: tuple[Any, ...]

    @property
    def function(self) -> Any:
        """A function of numbers, on which attributes can be set."""
        call = Definition(b"fn", self.code.address("call"), FASTCALL | KEYWORDS, None)
        return partial(builtin(call, (self, call)))  # a `partial` has attributes, which functions in C have not

    def buffer(self) -> Buffer:
        """Arrays to compute in."""
        memory = Memory(NUMBER * (self.inputs + self.outputs + self.work))
        run = Definition(b"run", self.code.address("run"), NOARGS, None)
        memory.keeps = (self, run)
        numbers = np.frombuffer(memory, np.float64)
        return Buffer(numbers[: self.inputs], numbers[self.inputs :][: self.outputs], builtin(run, memory))


def jit_function(job: Job, plain: Callable[[], Any]) -> Machine:
    """A scalar graph in machine code.

    Args:
        job: of a scalar graph.
        plain: makes the same function in Python; it is asked when it is first needed.

    Raises:
        UserError: llvmlite is not installed, or the interpreter is another than CPython.
    """
    python = interpreter()
    if python is None:
        raise UserError("machine code is called as CPython calls it, and this is another interpreter")
    llvm()
    made = cache(plain)

    def otherwise(*values: Any, **named: Any) -> Any:
        return made()(*values, **named)

    return _machine(job, python, otherwise)


def _machine(job: Job, python: Python, otherwise: Callable[..., Any]) -> Machine:
    program = lower(cheaper(job.plan), list(job.inputs.values()))
    foreign = foreign_of(program)
    core = Core(program, Lanes(1), Calls(Lanes(1), foreign.addresses))
    inputs, outputs = len(job.inputs), len(program.outputs)
    entries = call_entry(python, inputs, outputs, core.work, id(otherwise)), run_entry(python, inputs, outputs)
    code, apart = translate(core, entries)
    return Machine(inputs, outputs, core.work, _shown(core), code, (otherwise, foreign, apart))


def _shown(core: Core) -> str:
    """What the machine code was made from, in LLVM's representation."""
    if core.parts > MOST_SHOWN:
        return f"; {core.parts} functions of LLVM's intermediate representation, which are too long to show\n"
    return "\n".join(core.part(number) for number in range(core.parts))
