"""A scalar graph at many points in machine code: vectors of points at once, and on several threads."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradviz.passes.compiling.algebra import cheaper
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.llvm.core import Core, Lanes
from gradviz.passes.compiling.emit.llvm.points import points_entry
from gradviz.passes.compiling.machine.engine import features
from gradviz.passes.compiling.machine.library import Calls
from gradviz.passes.compiling.machine.program import Program, lower
from gradviz.passes.compiling.machine.runner import Array, Runner
from gradviz.passes.compiling.machine.sharing import share, workers
from gradviz.passes.compiling.machine.translating import foreign_of, translate

LONGEST = 1 << 13
"""Points that a thread does before it asks for more."""
WORK = 1 << 23
"""Operations times points before an interrupt is seen: some hundredths of a second."""
WORTH_A_THREAD = 1 << 22
"""Operations times points for each further thread; starting one costs as much as some hundred thousand of them."""


def lanes() -> Lanes:
    """The widest vectors of this processor."""
    has = features()
    return Lanes(8 if has.get("avx512f") else 4 if has.get("avx2") else 2)


def block_length(operations: int, width: int) -> int:
    """How many points a block has: whole vectors.

    Example:
        >>> block_length(100, 8), block_length(10_000, 8), block_length(10**9, 8)
        (8192, 832, 8)
    """
    return max(width, min(LONGEST, WORK // max(1, operations)) // width * width)


@dataclass(frozen=True, slots=True)
class _Vectors:
    """The entry `points` of a program, and what it needs.

    Args:
        points: the function; it runs without the interpreter's lock.
        width: points of one vector.
        space: numbers of memory that one thread needs.
        keeps: what must be there as long as the function.
    """

    points: Any
    width: int
    space: int
    keeps: tuple[Any, ...]

    def run(self, arguments: Sequence[Array], answers: Sequence[Array], blocks: Iterator[tuple[int, int]]) -> None:
        """Whole vectors of points: numbers in double precision, a single one as often as a vector is wide."""
        space = np.empty(self.space)
        steps = (ctypes.c_int64 * len(arguments))(*[int(array.ndim > 0) for array in arguments])
        given = [array if array.ndim else np.full(self.width, array, np.float64) for array in arguments]
        places = [_addresses(arrays) for arrays in (given, answers)]
        memory = space.ctypes.data
        for start, stop in blocks:
            self.points(places[0], steps, places[1], start, stop, memory)

    def rest(self, arguments: Sequence[Array], answers: Sequence[Array]) -> None:
        """Fewer points than a vector is wide: the last one stands for those that are missing."""
        count = len(answers[0])
        padded = [np.pad(a, (0, self.width - count), mode="edge") if a.ndim else a for a in arguments]
        made = [np.empty(self.width) for _ in answers]
        self.run(padded, made, iter([(0, self.width)]))
        for answer, full in zip(answers, made, strict=True):
            answer[:] = full[:count]


def vector_runner(job: Job) -> Runner:
    """A scalar graph at many points in machine code; all is computed in double precision."""
    program = lower(cheaper(job.plan), list(job.inputs.values()))
    vectors = _vectors(program, len(job.inputs))
    length = block_length(len(program.operations), vectors.width)

    def run(arguments: Sequence[Array], answers: Sequence[Array]) -> None:
        given = [np.ascontiguousarray(a, np.float64) if a.ndim else a for a in arguments]
        made = [answer if answer.dtype == np.float64 else np.empty(len(answer)) for answer in answers]
        count = len(answers[0])
        whole = count - count % vectors.width
        threads = min(workers(), 1 + whole * len(program.operations) // WORTH_A_THREAD)
        share(partial(vectors.run, given, made), whole, length, threads)
        if whole < count:
            vectors.rest([a[whole:] if a.ndim else a for a in given], [answer[whole:] for answer in made])
        with np.errstate(all="ignore"):
            for answer, result in zip(answers, made, strict=True):
                if answer is not result:
                    answer[:] = result

    return Runner(run, ((),) * len(program.outputs))


def _vectors(program: Program, inputs: int) -> _Vectors:
    width = lanes()
    foreign = foreign_of(program)
    core = Core(program, width, Calls(width, foreign.addresses))
    outputs = len(program.outputs)
    code, apart = translate(core, [points_entry(inputs, outputs, core.work, width.count)])
    kind = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3, *[ctypes.c_int64] * 2, ctypes.c_void_p)
    space = max(1, inputs + outputs + core.work) * width.count
    return _Vectors(kind(code.address("points")), width.count, space, (code, apart, foreign))


def _addresses(arrays: Sequence[Array]) -> Any:
    return (ctypes.c_void_p * len(arrays))(*[array.ctypes.data for array in arrays])
