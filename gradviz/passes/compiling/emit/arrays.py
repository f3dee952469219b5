"""Graphs of arrays as functions over NumPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradviz.errors import ValueProblem
from gradviz.passes.compiling.emit.job import Job, Written, answer_of, build, shown, write
from gradviz.passes.compiling.emit.lines import arrays
from gradviz.passes.compiling.emit.module import Guard, source_of
from gradviz.passes.evaluate import evaluate
from gradviz.shape import Shape, show

QUIET = 'with np.errstate(all="ignore"):'
MOST_SHOWN = 64
"""Entries of a constant array that are written out in the shown source."""


def array_function(job: Job) -> tuple[Any, str]:
    """A function of arrays, and its source as shown: without the checks of its arguments."""
    written = write(job, arrays)
    kind = f"np.{job.dtype.name}"
    parameters = written.function.parameters
    takes = [
        f"{parameter} = take({parameter}, {name!r}, {shape!r})"
        for parameter, name, shape in zip(parameters, job.inputs, job.shapes, strict=True)
    ]
    closing = ("except np.linalg.LinAlgError:", f"    return careful({', '.join(parameters)})")
    guard = Guard(opening=tuple(takes), blocks=("try:", QUIET), closing=closing)
    helpers: dict[str, Callable[..., Any]] = {
        "take": _taker(job.dtype),
        "own": _owner(job.dtype),
        "careful": _careful(job),
    }
    function = build(_returning(written, _owned(job, written.results, kind)), guard, helpers)
    plain = Guard(opening=tuple(f"{name} = np.asarray({name}, dtype={kind})" for name in parameters), blocks=(QUIET,))
    text = source_of(written.function, written.names, plain)
    return function, shown(_constants(written) + text)


def _returning(written: Written, results: Sequence[str]) -> Written:
    return replace(written, function=replace(written.function, answer=answer_of(tuple(results))))


def _owned(job: Job, results: tuple[str, ...], kind: str) -> list[str]:
    """The returned expressions: numbers as numbers, and arrays that share memory with nothing else."""
    nodes = job.back.graph.nodes
    made = {step.id: step for step in job.plan.steps}
    seen: set[int] = set()
    owned = []
    for i, text in zip(job.plan.targets, results, strict=True):
        shared = i in seen or i not in made or made[i].op.numpy == "{0}"
        seen.add(i)
        if nodes[i].shape == ():
            owned.append(f"float({text})" if job.dtype == np.float64 else f"{kind}({text})")
        else:
            owned.append(f"np.array({text}, dtype={kind})" if shared else f"own({text})")
    return owned


def _owner(dtype: np.dtype[Any]) -> Callable[[Any], Any]:
    def own(value: Any) -> Any:
        """A computed array as one that may be written to: views of other arrays are copied."""
        array = np.asarray(value, dtype)
        return array if array.flags.owndata and array.flags.writeable else array.copy()

    return own


def _taker(dtype: np.dtype[Any]) -> Callable[[Any, str, Shape], Any]:
    def take(value: Any, name: str, shape: Shape) -> Any:
        array = np.asarray(value, dtype)
        if array.shape != shape:
            raise ValueProblem(
                f"the value of {name} has the shape {show(array.shape)}",
                hint=f"{name} is {'a scalar' if not shape else 'an array of the shape ' + show(shape)}",
            )
        return array

    return take


def _careful(job: Job) -> Callable[..., tuple[Any, tuple[Any, ...]]]:
    """The same function by `evaluate`, which knows what a singular matrix gives."""

    def outside(*values: Any) -> tuple[Any, tuple[Any, ...]]:
        found = evaluate(job.back.graph, dict(zip(job.inputs, values, strict=True)), job.targets)
        typed = [value if isinstance(value, float) else np.array(value, job.dtype) for value in found]
        return typed[0], tuple(typed[1:])

    return outside


def _constants(written: Written) -> str:
    """The constant arrays as statements; large ones as a comment that says what they are."""
    lines = []
    for name, array in written.arrays.items():
        if array.size and not any(array.strides):
            lines.append(f"{name} = np.full({array.shape!r}, {float(array.flat[0])!r})")
        elif array.size <= MOST_SHOWN:
            lines.append(f"{name} = np.array({array.tolist()!r})")
        else:
            lines.append(f"# {name}: a constant array of the shape {show(array.shape)}")
    return "".join(f"{line}\n" for line in lines) + "\n\n" * bool(lines)
