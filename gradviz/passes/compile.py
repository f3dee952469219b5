"""Graphs as plain Python functions of a value and its gradient: straight-line code over floats, or over arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from gradviz.errors import NameProblem, UserError, ValueProblem, nearest
from gradviz.graph.graph import Graph
from gradviz.passes.backward import differentiate
from gradviz.passes.compiling.batch import batch_over
from gradviz.passes.compiling.emit.arrays import array_function
from gradviz.passes.compiling.emit.floats import float_function, pointwise_function
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.simplify import simplify

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

DTYPES = (np.dtype(np.float64), np.dtype(np.float32))
"""What functions are compiled for."""


class Compiled(Protocol):
    """A plain function of the inputs' values, in order, that returns `(value, (gradient, …))`.

    Attributes:
        inputs: the names of its arguments.
        wrt: the names by which the gradients are taken.
        source: its source text.
        batch: the same function for many points at once: each argument an array whose first axis counts the points (or
            a single value, used at all of them); the answers have that axis too.
    """

    inputs: tuple[str, ...]
    wrt: tuple[str, ...]
    source: str
    batch: Callable[..., tuple[Any, tuple[Any, ...]]]

    def __call__(self, *values: Any) -> tuple[Any, tuple[Any, ...]]:
        """The value and the gradients at a point."""
        ...


def compile_graph(
    graph: Graph,
    output: int,
    inputs: Sequence[str] | None = None,
    wrt: Sequence[str] | None = None,
    dtype: DTypeLike = float,
) -> Compiled:
    """A node's value and gradient as a function: straight-line code with nothing between it and the numbers.

    Where all is scalar, it is Python over floats and `math`; otherwise NumPy on arrays of `dtype`. Where a number
    leaves a function's domain the answer holds NaN or infinity, as `evaluate` gives it.

    Args:
        graph: it is not changed.
        output: the node.
        inputs: the arguments, in order; the graph's inputs if None.
        wrt: the names of the nodes by which to differentiate; all the arguments if None.
        dtype: of arrays: float64 or float32.

    Raises:
        NameProblem: a name that no node has.
        ValueProblem: the output needs an input that is not among the arguments.
        UserError: `dtype` is another type.

    Example:
        >>> g = Graph()
        >>> x, y, z = g.input("x"), g.input("y"), g.input("z")
        >>> f = compile_graph(g, ((x + y) * z).id)
        >>> f(-2.0, 5.0, -4.0)
        (-12.0, (-4.0, -4.0, 3.0))
    """
    job = _job(graph, output, inputs, wrt, np.dtype(dtype))
    scalar = all(job.back.graph.nodes[i].shape == () for i in _touched(job))
    made, source = float_function(job) if scalar else array_function(job)
    function: Any = made
    function.source = source
    function.inputs = tuple(job.inputs)
    function.wrt = tuple(job.inputs if wrt is None else wrt)
    pointwise = partial(pointwise_function, job) if scalar else _nothing
    function.batch = batch_over(function, job.shapes, pointwise, job.dtype)
    return cast("Compiled", function)


def _nothing() -> None:
    """Graphs of arrays have no vectorised form: their points are looped over."""


def _job(
    graph: Graph, output: int, inputs: Sequence[str] | None, wrt: Sequence[str] | None, dtype: np.dtype[Any]
) -> Job:
    if dtype not in DTYPES:
        raise UserError(f"functions are compiled for float64 or float32, not {dtype}")
    arguments = {name: _position(graph, name) for name in (graph.inputs if inputs is None else inputs)}
    by = list(arguments.values()) if wrt is None else [_position(graph, name) for name in wrt]
    back = differentiate(graph, output, wrt=by)
    zeros = {i: back.graph.constant(0, back.graph.nodes[i].shape).id for i in by if i not in back.gradients}
    found = zeros | dict(back.gradients)
    targets = (output, *(found[i] for i in by))
    made = simplify(back.graph, targets)
    absent = [name for name, i in graph.inputs.items() if i in made.shapes and i not in arguments.values()]
    if absent:
        raise ValueProblem(f"the output needs {', '.join(absent)}, which is not among the function's arguments")
    shapes = tuple(graph.nodes[i].shape for i in arguments.values())
    return Job(back, arguments, shapes, targets, made, dtype)


def _position(graph: Graph, name: str) -> int:
    if name not in graph.names:
        close = nearest(name, graph.names)
        raise NameProblem(f"nothing is named {name!r}", hint=f"did you mean {close!r}?" if close else None)
    return graph.names[name]


def _touched(job: Job) -> set[int]:
    """Every node that takes part, the arguments too."""
    return {*job.inputs.values(), *job.plan.shapes, *job.plan.targets, *(step.id for step in job.plan.steps)}
