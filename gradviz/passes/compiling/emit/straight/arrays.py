"""Graphs of arrays as functions over NumPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradviz.errors import ValueProblem
from gradviz.passes.compiling.emit.inplace.buffers import buffered
from gradviz.passes.compiling.emit.inplace.calls import Call, checked_arrays
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.straight.lines import arrays
from gradviz.passes.compiling.emit.straight.module import Guard
from gradviz.passes.compiling.emit.straight.written import Written, shown, write
from gradviz.passes.evaluate import evaluate
from gradviz.shape import Shape, show

QUIET = 'with np.errstate(all="ignore"):'
MOST_SHOWN = 64
"""Entries of a constant array that are written out in the shown source."""


def array_function(job: Job) -> tuple[Any, str]:
    """A function of arrays, and its source as shown: as a person would write it.

    What runs computes the same in memory that is there before the call (`inplace/buffers.py`); only the arrays that are
    returned are new. `function.into(gradients, value=None)` makes a function that writes into given arrays instead, and
    takes no new memory at all.
    """
    nodes = job.back.graph.nodes
    shapes = tuple(nodes[i].shape for i in job.targets)
    inputs = {i: name for name, i in job.inputs.items()}
    program = buffered(job.plan, inputs, job.dtype, [place for place, shape in enumerate(shapes) if shape])
    call = Call(program, tuple(job.inputs), job.shapes, shapes, job.dtype, _careful(job))
    function: Any
    function, bind = call.functions()
    function.into = _into(job, shapes, bind)
    written = write(job, arrays)
    kind, parameters = f"np.{job.dtype.name}", written.function.parameters
    plain = Guard(opening=tuple(f"{name} = np.asarray({name}, dtype={kind})" for name in parameters), blocks=(QUIET,))
    return function, shown(job, written, plain, _constants(written))


def _into(job: Job, shapes: Sequence[Shape], bind: Callable[..., Any]) -> Callable[..., Callable[..., Any]]:
    names = ("the value", *(f"the gradient by {name}" for name in job.wrt))

    def into(gradients: Sequence[Any], value: Any = None) -> Callable[..., tuple[Any, tuple[Any, ...]]]:
        """The same function, with its results written into given arrays: it takes no new memory.

        Args:
            gradients: an array for each gradient, in order, of the function's type; None for those that are numbers.
                They must share no memory with what the function will be called with.
            value: an array for the value, unless that is a number.

        Returns:
            A function of the same arguments that returns `(value, gradients)`, the gradients being these arrays: the
            next call writes over them.

        Raises:
            ValueProblem: an array is missing, or results cannot be written into it.
        """
        given = (value, *gradients)
        if len(given) != len(shapes):
            raise ValueProblem(f"there are {len(shapes) - 1} gradients, and {len(given) - 1} arrays for them")
        for array, name, shape in zip(given, names, shapes, strict=True):
            if not shape and array is not None:
                raise ValueProblem(f"{name} is a number", hint="give None for it")
        chosen = [place for place, shape in enumerate(shapes) if shape]
        outs = [given[place] for place in chosen]
        checked_arrays(outs, [names[place] for place in chosen], [shapes[place] for place in chosen], job.dtype)
        made: Callable[..., tuple[Any, tuple[Any, ...]]] = bind(*outs)
        return made

    return into


def _careful(job: Job) -> Callable[[Sequence[Any], Sequence[Any]], tuple[Any, ...]]:
    """The same by `evaluate`, which knows what a singular matrix gives."""

    def careful(values: Sequence[Any], outs: Sequence[Any]) -> tuple[Any, ...]:
        found = evaluate(job.back.graph, dict(zip(job.inputs, values, strict=True)), job.targets)
        for out, value in zip(outs, [value for value in found if np.shape(value)], strict=True):
            out[...] = value
        return tuple(value for value in found if not np.shape(value))

    return careful


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
