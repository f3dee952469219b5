"""What is compiled, and how a written function becomes a real one and a text to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradviz.passes.backward import Backward
from gradviz.passes.compiling.comments import comments_for, titles_for
from gradviz.passes.compiling.emit.identifiers import Identifiers
from gradviz.passes.compiling.emit.lines import Dialect, Writer
from gradviz.passes.compiling.emit.module import Function, Guard, source_of
from gradviz.passes.compiling.simplify import Plan
from gradviz.passes.templates import SCOPE
from gradviz.shape import Shape

if TYPE_CHECKING:
    import numpy as np

HEADERS = {"math.": "import math", "np.": "import numpy as np", "k.": "from gradviz.ops import kernels as k"}
"""What a person needs to run the shown source, by what it mentions."""


@dataclass(frozen=True, slots=True)
class Job:
    """All that is known before anything is written.

    Args:
        back: the graph with its gradient.
        inputs: the arguments, by name and position.
        shapes: the arguments' shapes.
        targets: the output, then the gradients.
        plan: what has to be computed for the targets.
        dtype: of arrays.
    """

    back: Backward
    inputs: Mapping[str, int]
    shapes: tuple[Shape, ...]
    targets: tuple[int, ...]
    plan: Plan
    dtype: np.dtype[Any]


@dataclass(frozen=True, slots=True)
class Written:
    """A function as lines: what else it may be named, its results as text, and the arrays it refers to by name."""

    function: Function
    names: Identifiers
    results: tuple[str, ...]
    arrays: Mapping[str, Any]


def write(job: Job, dialect: Dialect) -> Written:
    """The job in a dialect, returning the value and the gradients as they are computed."""
    names = Identifiers()
    parameters = {i: names.take(name) for name, i in job.inputs.items()}
    head = names.take("fn")
    writer = Writer(job.plan, dialect, names, titles_for(job.back), job.dtype)
    results = writer.write(parameters)
    reads = frozenset(name for i in job.plan.targets if i in writer.texts for name in writer.texts[i].reads)
    comments = comments_for(job.back, {line.id for line in writer.lines})
    lines = tuple(writer.lines)
    function = Function(head, tuple(parameters.values()), lines, answer_of(results), reads, comments)
    return Written(function, names, results, writer.arrays)


def answer_of(results: tuple[str, ...]) -> str:
    """The returned expression: the value, and the tuple of gradients.

    Example:
        >>> answer_of(("f", "x")), answer_of(("f", "x", "y"))
        ('f, (x,)', 'f, (x, y)')
    """
    value, *gradients = results
    return f"{value}, ({', '.join(gradients)}{',' if len(gradients) == 1 else ''})"


def build(written: Written, guard: Guard, helpers: Mapping[str, Callable[..., Any]]) -> Any:
    """The function itself. Its source names nothing but its own lines, the rows' modules and the helpers."""
    text = source_of(written.function, written.names, guard)
    space = {**SCOPE, **written.arrays, **helpers}
    exec(compile(text, "<gradviz>", "exec"), space)
    return space[written.function.name]


def shown(text: str) -> str:
    """Source for a person, with the imports that it needs."""
    headers = [line for mark, line in HEADERS.items() if mark in text]
    return "\n".join([*headers, "", "", text]) if headers else text
