"""Scalar graphs as functions of Python floats, and the same over arrays of points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradviz.errors import ValueProblem
from gradviz.passes.compiling.emit.job import Job, build, shown, write
from gradviz.passes.compiling.emit.lines import arrays, floats
from gradviz.passes.compiling.emit.module import PLAIN, Guard, source_of
from gradviz.passes.evaluate import evaluate

Answer = tuple[Any, tuple[Any, ...]]


def float_function(job: Job) -> tuple[Any, str]:
    """A function of floats, and its source as shown: without the exits for what `math` refuses."""
    written = write(job, floats)
    parameters = ", ".join(written.function.parameters)
    # Entering a `try` costs nothing, so numbers inside the domain pay nothing for those outside.
    guard = Guard(
        blocks=("try:",),
        closing=(
            "except (ArithmeticError, ValueError):",
            f"    return careful({parameters})",
            "except TypeError:",
            f"    return refuse({parameters})",
        ),
    )
    function = build(written, guard, {"careful": careful(job), "refuse": _refuse(tuple(job.inputs))})
    return function, shown(source_of(written.function, written.names))


def careful(job: Job) -> Callable[..., Answer]:
    """The same function by `evaluate`: slower, and at home outside the domain."""

    def outside(*values: Any) -> Answer:
        found = evaluate(job.back.graph, dict(zip(job.inputs, values, strict=True)), job.targets)
        return found[0], tuple(found[1:])

    return outside


def _refuse(inputs: tuple[str, ...]) -> Callable[..., Answer]:
    def refuse(*values: Any) -> Answer:
        wrong = [name for name, value in zip(inputs, values, strict=True) if not isinstance(value, (int, float))]
        raise ValueProblem(
            f"the function takes numbers, and {', '.join(wrong) or 'an argument'} is not one",
            hint="for many points at once use its .batch",
        )

    return refuse


def pointwise_function(job: Job) -> Callable[..., tuple[Any, ...]] | None:
    """A scalar graph over arrays of points, answers flat (value first); None where an operation is not elementwise."""
    if not all(step.op.elementwise for step in job.plan.steps):
        return None
    function = build(write(job, arrays), PLAIN, {})

    def flat(*points: Any) -> tuple[Any, ...]:
        value, gradients = function(*points)
        return (value, *gradients)

    return flat
