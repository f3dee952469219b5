"""A scalar graph at many points by NumPy: in blocks that stay in the processor's cache, and on several threads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from gradviz.passes.compiling.algebra import cheaper
from gradviz.passes.compiling.emit.inplace.ufuncs import KEPT, Block, block_of
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.machine.program import lower
from gradviz.passes.compiling.machine.runner import Array, Runner
from gradviz.passes.compiling.machine.sharing import share, workers

CACHE = 4 << 20
"""Bytes that one block may touch: what is near a processor of today (its second level, or its share of the third)."""
SHORTEST, LONGEST = 1 << 11, 1 << 15
"""Points of a block: below, NumPy's calls cost more than what they do; beyond, nothing is gained."""
WORTH_A_THREAD = 1 << 22
"""Operations times points for each further thread: starting one, and the interpreter's lock between NumPy's calls, cost
as much as some tens of calls."""


def block_length(arrays: int, itemsize: int) -> int:
    """How many points a block has, given the arrays that are in use at once.

    Example:
        >>> block_length(10, 8), block_length(80, 8), block_length(1000, 8)
        (32768, 6144, 2048)
    """
    fitting = CACHE // (arrays * itemsize) if arrays else LONGEST
    return max(SHORTEST, min(LONGEST, fitting // 1024 * 1024))


def block_runner(job: Job) -> Runner | None:
    """A scalar graph at many points; None where an operation is not one of numbers alone."""
    program = lower(cheaper(job.plan), list(job.inputs.values()), KEPT)
    if not all(foreign.op.elementwise for foreign in program.foreign):
        return None
    block = block_of(program, job.dtype)
    function = block.function()
    length = block_length(len(job.inputs) + len(program.outputs) + block.numbers, job.dtype.itemsize)

    def run(arguments: Sequence[Array], answers: Sequence[Array]) -> None:
        def work(blocks: Iterator[tuple[int, int]]) -> None:
            numbers, masks = _buffers(block, min(length, count), job.dtype)
            with np.errstate(all="ignore"):
                for start, stop in blocks:
                    here = [array[start:stop] if array.ndim else array for array in arguments]
                    there = [array[start:stop] for array in answers]
                    buffers = (*numbers[:, : stop - start], *masks[:, : stop - start])
                    function(*here, *there, *buffers)

        count = len(answers[0])
        share(work, count, length, min(workers(), 1 + count * len(program.operations) // WORTH_A_THREAD))

    return Runner(run, ((),) * len(program.outputs))


def _buffers(block: Block, length: int, dtype: np.dtype[np.generic]) -> tuple[Array, Array]:
    return np.empty((block.numbers, length), dtype), np.empty((block.masks, length), bool)
