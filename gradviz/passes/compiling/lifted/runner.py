"""A graph of arrays at many points: each operation at all points of a block at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.lifted.rules import Operand, at_all_points
from gradviz.passes.compiling.machine.runner import Array, Runner
from gradviz.passes.compiling.machine.sharing import share, workers
from gradviz.passes.compiling.simplify import Step
from gradviz.passes.templates import array_function
from gradviz.shape import size

CACHE = 4 << 20
"""Bytes that the values of one block may take."""
WORTH_A_THREAD = 1 << 22
"""Numbers, those in between counted, for each further thread."""


def lifted_runner(job: Job) -> Runner:
    """A graph of arrays at many points; answers that are the same at all points are computed once."""
    plan, shapes = job.plan, job.shapes
    numbers = sum(size(step.shape) for step in plan.steps) + sum(map(size, shapes)) or 1
    length = max(1, CACHE // (numbers * job.dtype.itemsize))
    last = _last_uses(plan.steps, plan.targets)

    def run(arguments: Sequence[Array], answers: Sequence[Array]) -> None:
        count = len(answers[0])
        given = {
            i: Operand(value, shape, value.ndim > len(shape))
            for i, value, shape in zip(job.inputs.values(), arguments, shapes, strict=True)
        }
        given |= {i: _constant(value, job) for i, value in plan.constants.items()}
        with np.errstate(all="ignore"):
            _fixed(plan.steps, given)

        def work(blocks: Iterator[tuple[int, int]]) -> None:
            with np.errstate(all="ignore"):
                for start, stop in blocks:
                    _block(plan.steps, last, given, (start, stop), zip(plan.targets, answers, strict=True))

        share(work, count, length, min(workers(), 1 + count * numbers // WORTH_A_THREAD))

    return Runner(run, tuple(job.back.graph.nodes[i].shape for i in job.targets))


def _constant(value: Any, job: Job) -> Operand:
    array = np.asarray(value, job.dtype)
    return Operand(array, array.shape, many=False)


def _last_uses(steps: Sequence[Step], targets: Sequence[int]) -> dict[int, int]:
    last = {operand: place for place, step in enumerate(steps) for operand in step.operands}
    return last | dict.fromkeys(targets, len(steps))


def _fixed(steps: Sequence[Step], given: dict[int, Operand]) -> None:
    """What is the same at all points."""
    for step in steps:
        operands = [given.get(i) for i in step.operands]
        if all(operand is not None and not operand.many for operand in operands):
            given[step.id] = Operand(_once(step, operands), step.shape, many=False)


def _once(step: Step, operands: Sequence[Any]) -> Any:
    function = array_function(step.op.name, len(operands), step.settings)
    try:
        return np.asarray(function(*[operand.value for operand in operands]))
    except np.linalg.LinAlgError:
        return np.full(step.shape, np.nan)


def _block(
    steps: Sequence[Step],
    last: dict[int, int],
    given: dict[int, Operand],
    span: tuple[int, int],
    answers: Iterator[tuple[int, Array]],
) -> None:
    """The points from one to another; a value is forgotten when it has been read for the last time."""
    start, stop = span
    found: dict[int, Operand] = {}

    def value(i: int) -> Operand:
        if i not in found:
            whole = given[i]
            found[i] = Operand(whole.value[start:stop], whole.shape, True) if whole.many else whole
        return found[i]

    for place, step in enumerate(steps):
        if step.id not in given:
            operands = [value(i) for i in step.operands]
            found[step.id] = Operand(at_all_points(step, operands, stop - start), step.shape, many=True)
            for i in step.operands:
                if last[i] == place:
                    found.pop(i, None)
    for target, answer in answers:
        answer[start:stop] = value(target).value
