"""A loss as a compiled function: its value, the gradients written into given arrays, and the buffers' next values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from gradviz.errors import ShapeError
from gradviz.graph.graph import Graph
from gradviz.passes.backward import Backward, differentiate
from gradviz.passes.compiling.emit.arrays import QUIET
from gradviz.passes.compiling.emit.job import Job, build, write
from gradviz.passes.compiling.emit.lines import Line, arrays
from gradviz.passes.compiling.emit.module import Guard
from gradviz.passes.compiling.simplify import simplify
from gradviz.passes.evaluate import evaluate
from gradviz.shape import show, size

if TYPE_CHECKING:
    import numpy as np

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class LossFunction:
    """A compiled loss.

    Args:
        inputs: the names of its arguments, in order; the arrays to write gradients into follow them.
        wrt: the parameters by which, in order.
        updates: the buffers whose next values it gives, in order.
        function: `(*inputs, *gradient arrays) -> (loss, *next buffers)`; the loss is a NumPy or Python number.
    """

    inputs: tuple[str, ...]
    wrt: tuple[str, ...]
    updates: tuple[str, ...]
    function: Callable[..., tuple[Any, ...]]


def loss_function(
    graph: Graph,
    output: int,
    wrt: Sequence[str],
    updates: Mapping[str, int],
    dtype: np.dtype[Any],
) -> LossFunction:
    """A scalar node with its gradients, as straight-line code.

    Args:
        graph: it is not changed.
        output: a scalar, or an array of one entry.
        wrt: the inputs by which; none for the value alone.
        updates: nodes that are wanted too, by name.
        dtype: of arrays.

    Raises:
        ShapeError: the output has several entries.
    """
    _check_scalar(graph, output)
    by = [graph.names[name] for name in wrt]
    back = differentiate(graph, output, wrt=by) if by else Backward(graph.copy(), output, output, {}, ())
    gradients = [
        back.gradients[i] if i in back.gradients else back.graph.constant(0, graph.nodes[i].shape).id for i in by
    ]
    targets = (output, *gradients, *updates.values())
    made = simplify(back.graph, targets)
    inputs = {name: i for name, i in graph.inputs.items() if i in made.shapes}
    shapes = tuple(graph.nodes[i].shape for i in inputs.values())
    job = Job(back, inputs, shapes, targets, made, dtype)
    return LossFunction(tuple(inputs), tuple(wrt), tuple(updates), _compiled(job, len(by)))


def _check_scalar(graph: Graph, output: int) -> None:
    shape = graph.nodes[output].shape
    if size(shape) != 1:
        name = graph.nodes[output].name or "the output"
        raise ShapeError(
            f"{name} is an array ({show(shape)}), and training lessens one number",
            hint="take its mean or its sum, or a loss such as mse",
        )


def _compiled(job: Job, count: int) -> Callable[..., tuple[Any, ...]]:
    """The function itself; a singular matrix inside is left to `evaluate`, which gives NaN for it."""
    written = write(job, arrays)
    loss, *others = written.results
    gradients, updates = others[:count], others[count:]
    outs = [written.names.take(f"gradient_{i}") for i in range(count)]
    careful = written.names.take("outside")
    reads = tuple(written.function.answer_reads)
    # Each store is a line of its own: `gradient_0[...] = d_W`.
    stores = [Line(-1, f"{out}[...]", text, (out, *reads)) for out, text in zip(outs, gradients, strict=True)]
    parameters = (*written.function.parameters, *outs)
    function = replace(
        written.function,
        parameters=parameters,
        lines=(*written.function.lines, *stores),
        answer=f"({', '.join([loss, *updates])},)",
    )
    closing = ("except np.linalg.LinAlgError:", f"    return {careful}({', '.join(parameters)})")
    made: Callable[..., tuple[Any, ...]] = build(
        replace(written, function=function),
        Guard(blocks=("try:", QUIET), closing=closing),
        {careful: _outside(job, count)},
    )
    return made


def _outside(job: Job, gradients: int) -> Callable[..., tuple[Any, ...]]:
    def outside(*values: Any) -> tuple[Any, ...]:
        given = dict(zip(job.inputs, values, strict=False))
        loss, *others = evaluate(job.back.graph, given, job.targets)
        for out, value in zip(values[len(job.inputs) :], others, strict=False):
            out[...] = value
        return (loss, *others[gradients:])

    return outside
