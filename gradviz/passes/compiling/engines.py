"""The only list of engines: what runs a graph of numbers, at one point and at many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gradviz.errors import UserError, nearest
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.straight.floats import float_function
from gradviz.passes.compiling.machine.buffer import Buffer, plain_buffer
from gradviz.passes.compiling.machine.runner import Runner


@dataclass(frozen=True, slots=True)
class Made:
    """A graph that is ready to run.

    Args:
        function: `fn(*numbers) -> (value, (gradient, …))`, on which attributes can be set.
        source: its text.
        points: makes what runs it at many points.
        buffer: makes arrays that it reads and writes in place.
    """

    function: Any
    source: str
    points: Callable[[], Runner]
    buffer: Callable[[], Buffer]


def _python(job: Job) -> Made:
    function, source = float_function(job)
    return Made(function, source, lambda: _numbers(job), lambda: plain_buffer(function, job))


# What runs many points is imported when somebody asks for it: most functions are called at one point.


def _numbers(job: Job) -> Runner:
    from gradviz.passes.compiling.machine.blocks import block_runner

    return block_runner(job) or arrays_at_points(job)


def arrays_at_points(job: Job) -> Runner:
    """What runs a graph of arrays at many points."""
    from gradviz.passes.compiling.lifted.runner import lifted_runner

    return lifted_runner(job)


def _jit(job: Job) -> Made:
    from gradviz.passes.compiling.jit import jit_function
    from gradviz.passes.compiling.machine.vectors import vector_runner

    made = jit_function(job, lambda: float_function(job)[0])
    return Made(made.function, made.source, lambda: vector_runner(job), made.buffer)


ENGINES: Mapping[str, Callable[[Job], Made]] = MappingProxyType({"python": _python, "jit": _jit})
"""By name: straight-line Python (and NumPy's functions at many points), or machine code (the extra `jit`)."""


def engine_named(name: str) -> Callable[[Job], Made]:
    """An engine.

    Raises:
        UserError: there is none of that name.
    """
    if name not in ENGINES:
        close = nearest(name, ENGINES)
        hint = f"did you mean {close!r}?" if close else f"there are {' and '.join(ENGINES)}"
        raise UserError(f"no engine is named {name!r}", hint=hint)
    return ENGINES[name]
