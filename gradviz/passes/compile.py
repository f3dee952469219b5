"""Graphs as plain Python functions of a value and its gradient: straight-line code over floats, or over arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from gradviz.errors import NameProblem, UserError, ValueProblem, nearest
from gradviz.graph.graph import Graph
from gradviz.passes.backward import differentiate
from gradviz.passes.compiling.batch import batch_over
from gradviz.passes.compiling.emit.job import Job
from gradviz.passes.compiling.emit.straight.arrays import array_function
from gradviz.passes.compiling.engines import ENGINES, Made, arrays_at_points, engine_named
from gradviz.passes.compiling.machine.buffer import Buffer
from gradviz.passes.compiling.simplify import simplify

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

PYTHON = 'compile it with engine="python"'
DTYPES = (np.dtype(np.float64), np.dtype(np.float32))
"""What functions are compiled for."""


class Compiled(Protocol):
    """A plain function of the inputs' values, in order, that returns `(value, (gradient, …))`.

    Attributes:
        inputs: the names of its arguments.
        wrt: the names by which the gradients are taken.
        source: its source text.
        batch: the same function for many points at once: each argument an array whose first axis counts the points (or
            a single value, used at all of them); the answers have that axis too. Large numbers of points are shared
            among the processors; what they give does not depend on how many there are. Sines and cosines come from
            one tangent where NumPy's is the faster one (within 8 units in the last place).
        buffer: of a function of numbers: makes arrays that it reads and writes in place (`buffer.arguments`,
            `buffer.run()`, `buffer.results`: the value, then the gradients).
        into: of a function of arrays: `into(gradients, value=None)` makes one that writes into these arrays, and takes
            no new memory.
    """

    inputs: tuple[str, ...]
    wrt: tuple[str, ...]
    source: str
    batch: Callable[..., tuple[Any, tuple[Any, ...]]]
    buffer: Callable[[], Buffer]
    into: Callable[..., Callable[..., tuple[Any, tuple[Any, ...]]]]

    def __call__(self, *values: Any) -> tuple[Any, tuple[Any, ...]]:
        """The value and the gradients at a point."""
        ...


def compile_graph(
    graph: Graph,
    output: int,
    inputs: Sequence[str] | None = None,
    wrt: Sequence[str] | None = None,
    dtype: DTypeLike = float,
    engine: str = "python",
) -> Compiled:
    """A node's value and gradient as a function: straight-line code with nothing between it and the numbers.

    Where all is scalar, it is Python over floats and `math`; otherwise NumPy on arrays of `dtype`. Where a number
    leaves a function's domain the answer holds NaN or infinity, as `evaluate` gives it.

    Where all is scalar, products and quotients are regrouped for speed (`compiling.algebra` says how): the last digits
    may differ from `evaluate`'s, by 1e-12 of the answer where nothing cancels, and so may the place from which on an
    intermediate result is too large for a float.

    Args:
        graph: it is not changed.
        output: the node.
        inputs: the arguments, in order; the graph's inputs if None.
        wrt: the names of the nodes by which to differentiate; all the arguments if None.
        dtype: of arrays: float64 or float32.
        engine: what runs it: "python", or "jit" for machine code, where all is scalar.

    Raises:
        NameProblem: a name that no node has.
        ValueProblem: the output needs an input that is not among the arguments.
        UserError: `dtype` is another type; there is no such engine, or it cannot run this graph here.

    Example:
        >>> g = Graph()
        >>> x, y, z = g.input("x"), g.input("y"), g.input("z")
        >>> f = compile_graph(g, ((x + y) * z).id)
        >>> f(-2.0, 5.0, -4.0)
        (-12.0, (-4.0, -4.0, 3.0))
    """
    job = job_for(graph, output, inputs, wrt, np.dtype(dtype))
    scalar = job.scalar
    made = engine_named(engine)(job) if scalar else _of_arrays(job, engine)
    function: Any = made.function
    function.source = made.source
    function.inputs = tuple(job.inputs)
    function.wrt = tuple(job.inputs if wrt is None else wrt)
    function.batch = batch_over(function.inputs, job.shapes, made.points, job.dtype)
    function.buffer = made.buffer
    if scalar:
        function.into = _no_arrays
    return cast("Compiled", function)


def _of_arrays(job: Job, engine: str) -> Made:
    if engine_named(engine) is not ENGINES["python"]:
        raise UserError(f"the engine {engine!r} is for functions of numbers, and this one has arrays", hint=PYTHON)
    function, source = array_function(job)
    return Made(function, source, lambda: arrays_at_points(job), _no_buffer)


def _no_arrays(*_: Any, **__: Any) -> Any:
    raise UserError("a function of numbers has no arrays to write into", hint="use its buffer()")


def _no_buffer() -> Buffer:
    raise UserError("a function of arrays has no buffer of numbers", hint="call it with arrays")


def job_for(
    graph: Graph, output: int, inputs: Sequence[str] | None, wrt: Sequence[str] | None, dtype: np.dtype[Any]
) -> Job:
    """What is to be compiled or printed: the gradient's graph, and the plan of all that is wanted.

    Args and errors are those of `compile_graph`.
    """
    if dtype not in DTYPES:
        raise UserError(f"functions are compiled for float64 or float32, not {dtype}")
    arguments = {name: _position(graph, name) for name in (graph.inputs if inputs is None else inputs)}
    by = list(arguments.values()) if wrt is None else [_position(graph, name) for name in wrt]
    back = differentiate(graph, output, wrt=by)
    zeros = {i: back.graph.constant(0, back.graph.nodes[i].shape).id for i in by if i not in back.gradients}
    found = zeros | dict(back.gradients)
    targets = (output, *(found[i] for i in by))
    made = simplify(back.graph, targets)
    given = set(arguments.values())
    absent = [name for name, i in graph.inputs.items() if i in made.shapes and i not in given]
    if absent:
        raise ValueProblem(f"the output needs {', '.join(absent)}, which is not among the function's arguments")
    shapes = tuple(graph.nodes[i].shape for i in arguments.values())
    return Job(back, arguments, shapes, targets, made, dtype, tuple(arguments if wrt is None else wrt))


def _position(graph: Graph, name: str) -> int:
    if name not in graph.names:
        close = nearest(name, graph.names)
        raise NameProblem(f"nothing is named {name!r}", hint=f"did you mean {close!r}?" if close else None)
    return graph.names[name]
