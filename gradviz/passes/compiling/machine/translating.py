"""A program's functions as machine code, module by module, and the operations in it that Python does."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.passes.compiling.emit.llvm.core import Core
from gradviz.passes.compiling.machine.engine import Code, assemble
from gradviz.passes.compiling.machine.library import callback
from gradviz.passes.compiling.machine.program import Foreign, Program
from gradviz.passes.templates import array_function

TOGETHER = 20
"""Parts of one module: so much is in LLVM's memory at once."""


def translate(core: Core, entries: Iterable[str]) -> tuple[Code, Code | None]:
    """A program with its entries as machine code, and the code of its parts where that stands apart."""
    operations = len(core.program.operations)
    numbers = range(core.parts)
    if core.parts <= TOGETHER:
        parts = [core.part(number) for number in numbers]
        whole = core.whole([f"@part{number}" for number in numbers])
        return assemble(["\n".join([core.preamble, *parts, whole, *entries])], operations), None
    apart = assemble(_modules(core), operations)
    names = [f"inttoptr (i64 {apart.address(f'part{number}')} to ptr)" for number in numbers]
    return assemble(["\n".join([core.whole(names), *entries])], operations), apart


def _modules(core: Core) -> Iterator[str]:
    for start in range(0, core.parts, TOGETHER):
        numbers = range(start, min(start + TOGETHER, core.parts))
        yield "\n".join([core.preamble, *[core.part(number, "") for number in numbers]])


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Operations that Python does, for machine code: what to keep, and where they are called, by name."""

    functions: Mapping[str, Any]

    @property
    def addresses(self) -> dict[str, int]:
        """Where they are called."""
        return {name: ctypes.cast(made, ctypes.c_void_p).value or 0 for name, made in self.functions.items()}


def foreign_of(program: Program) -> Callbacks:
    """The operations of a program that Python does."""
    return Callbacks({f"foreign{i}": _callback(foreign) for i, foreign in enumerate(program.foreign)})


def _callback(foreign: Foreign) -> Any:
    function = array_function(foreign.op.name, foreign.count, foreign.settings)

    def called(*operands: float) -> float:
        with np.errstate(all="ignore"):
            return float(function(*map(np.float64, operands)))

    return callback(called, foreign.count)
