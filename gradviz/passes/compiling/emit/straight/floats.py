"""Scalar graphs as functions of Python floats."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType, ModuleType
from typing import Any

from gradviz.errors import ValueProblem
from gradviz.ops import kernels
from gradviz.passes.compiling.algebra import cheaper
from gradviz.passes.compiling.comments import titles_for
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.straight.module import Guard
from gradviz.passes.compiling.emit.straight.written import build, shown, write
from gradviz.passes.compiling.simplify import Plan, Step
from gradviz.passes.evaluate import evaluate

MODULES: Mapping[str, ModuleType] = MappingProxyType({"math": math, "k": kernels})
"""Where the rows' expressions for floats have their functions from."""

_CALL = re.compile(r"\b(math|k)\.(\w+)")

Answer = tuple[Any, tuple[Any, ...]]


def float_function(job: Job) -> tuple[Any, str]:
    """A function of floats, and its source as shown: without the exits for what `math` refuses."""
    titles = titles_for(job.back)
    quick = replace(job, plan=cheaper(job.plan, titles))
    written = write(quick, floats, functions_of(quick.plan), titles)
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
    return function, shown(quick, written)


def floats(plan: Plan, step: Step) -> str:
    """Python's floats; `math`'s functions and the kernels by their bare names."""
    op = step.op
    template = _bare(op.numpy if op.python is None else op.python)
    if step.id in plan.conditions and template.startswith("float("):
        return template[len("float(") : -1]
    return template


def functions_of(plan: Plan) -> dict[str, Callable[..., Any]]:
    """The functions that a plan's steps call, by the names that they have in the source."""
    templates = {step.op.numpy if step.op.python is None else step.op.python for step in plan.steps}
    calls = sorted({call for template in templates for call in _CALL.findall(template)})
    return {name: getattr(MODULES[module], name) for module, name in calls}


@cache
def _bare(template: str) -> str:
    return _CALL.sub(r"\2", template)


def careful(job: Job) -> Callable[..., Answer]:
    """The same function by `evaluate`: slower, and at home outside the domain."""
    graph, inputs, targets = job.back.graph, tuple(job.inputs), job.targets  # the plan is not kept

    def outside(*values: Any) -> Answer:
        found = evaluate(graph, dict(zip(inputs, values, strict=True)), targets)
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
