"""A job as a Python function over NumPy or `math`: as lines, as the function itself, and as a text to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from gradviz.passes.compiling.comments import comments_for, titles_for
from gradviz.passes.compiling.emit.identifiers import Identifiers, Recycled
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.straight.filling import form_of
from gradviz.passes.compiling.emit.straight.lines import LONGEST_FUNCTION, Dialect, Writer
from gradviz.passes.compiling.emit.straight.module import PLAIN, UNSAID, Function, Guard, definitions, source_of
from gradviz.passes.compiling.schedule import Schedule, schedule
from gradviz.passes.compiling.simplify import Plan, Step
from gradviz.passes.templates import SCOPE

HEADERS = {"math.": "import math", "np.": "import numpy as np", "k.": "from gradviz.ops import kernels as k"}
"""What a person needs to run the shown source, by what it mentions."""

LARGEST_EXPRESSION = 8
"""Operations in one expression: a line that can be read, and far from the parser's limit on brackets."""

MOST_LOCALS = 100
"""Lines up to which each value keeps an identifier of its own: as many dead floats CPython keeps ready for new ones, so
that it pays from here on to let values die."""

MOST_COMMENTED = 5_000
"""Lines up to which shown source says beside each one what it is."""


@dataclass(frozen=True, slots=True)
class Written:
    """A function as lines.

    Args:
        function: its lines.
        arrays: the constant arrays that it names.
        functions: the functions that it names.
    """

    function: Function
    arrays: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


def write(
    job: Job,
    dialect: Dialect,
    functions: Mapping[str, Callable[..., Any]] = MappingProxyType({}),
    titles: Mapping[int, str] | None = None,
) -> Written:
    """The job in a dialect, returning the value and the gradients as they are computed.

    Args:
        job: what is written.
        dialect: how operations are written.
        functions: what the dialect names beside the rows' modules.
        titles: the wanted identifiers of nodes, by position; if None, what `titles_for` says.
    """
    titles = titles_for(job.back) if titles is None else titles
    order = _ordered(job.plan, dialect, titles)
    names: Identifiers = Identifiers() if len(order.statements) <= MOST_LOCALS else Recycled()
    for name in functions:
        names.take(name)
    parameters = {i: names.take(name) for name, i in job.inputs.items()}
    head = names.take("fn")
    writer = Writer(order, dialect, names, titles, job.dtype, LONGEST_FUNCTION)
    results = writer.write(parameters)
    parts = tuple(writer.parts)
    part_names = tuple(names.take(f"{head}_part_{number}") for number in range(1, len(parts) + 1) if writer.shelf)
    function = Function(
        head, tuple(parameters.values()), parts, answer_of(results), writer.shelf, len(writer.places), part_names
    )
    return Written(function, writer.arrays, functions)


def _ordered(plan: Plan, dialect: Dialect, titles: Mapping[int, str]) -> Schedule:
    def takes(step: Step, slot: int) -> bool:
        return form_of(dialect(plan, step), len(step.operands), step.settings).once[slot]

    return schedule(plan, titles, LARGEST_EXPRESSION, takes)


def answer_of(results: tuple[str, ...]) -> str:
    """The returned expression: the value, and the tuple of gradients.

    Example:
        >>> answer_of(("f", "x")), answer_of(("f", "x", "y"))
        ('f, (x,)', 'f, (x, y)')
    """
    value, *gradients = results
    return f"{value}, ({', '.join(gradients)}{',' if len(gradients) == 1 else ''})"


def build(written: Written, guard: Guard, helpers: Mapping[str, Callable[..., Any]]) -> Any:
    """The function itself. Its source names nothing but its own lines, the rows' modules and functions, and helpers."""
    space = {**SCOPE, **written.functions, **written.arrays, **helpers}
    for text in definitions(written.function, guard):  # one at a time: Python's compiler holds all of a text at once
        exec(compile(text, "<gradviz>", "exec"), space)
    return space[written.function.name]


def shown(job: Job, written: Written, guard: Guard = PLAIN, before: str = "") -> str:
    """The source for a person: with the imports that it needs, and with comments unless it is very long.

    Args:
        job: what was written.
        written: how.
        guard: what stands around its lines.
        before: what stands above the function.
    """
    lines = written.function.parts[0]
    short = len(written.function.parts) == 1 and len(lines) <= MOST_COMMENTED
    comments = comments_for(job.back, {line.id for line in lines}, job.plan.notes) if short else UNSAID
    text = before + source_of(written.function, guard, comments)
    headers = [line for mark, line in HEADERS.items() if mark in text]
    modules = sorted(_modules(written.functions).items(), key=lambda module: module[0].startswith("gradviz."))
    headers += [f"from {module} import {', '.join(sorted(names))}" for module, names in modules]
    return "\n".join([*headers, "", "", text]) if headers else text


def _modules(functions: Mapping[str, Callable[..., Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, function in functions.items():
        found.setdefault(function.__module__, []).append(name)
    return found
