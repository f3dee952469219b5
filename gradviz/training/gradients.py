"""A loss as a compiled function: its value, with gradients and the buffers' next values written into given arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from gradviz.errors import ShapeError
from gradviz.graph.graph import Graph, Term
from gradviz.passes.backward import Backward, differentiate
from gradviz.passes.compiling.emit.inplace.buffers import buffered
from gradviz.passes.compiling.emit.inplace.calls import workspace
from gradviz.passes.compiling.simplify import simplify
from gradviz.passes.evaluate import evaluate
from gradviz.shape import show, size

if TYPE_CHECKING:
    import numpy as np

Array = NDArray[Any]
Function = Callable[..., tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class LossFunction:
    """A compiled loss. It works in memory of its own, so it serves one call at a time.

    Args:
        inputs: the names of its arguments, in order; after them come the arrays that it writes into: one for each
            gradient, and one for each buffer's next value.
        wrt: the parameters by which, in order.
        updates: the buffers whose next values it gives, in order.
        function: `(*inputs, *arrays) -> (loss,)`. It raises LinAlgError at a singular matrix.
        careful: the same, slower, with NaN there.
    """

    inputs: tuple[str, ...]
    wrt: tuple[str, ...]
    updates: tuple[str, ...]
    function: Function
    careful: Function


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
    graph, output = _scalar(graph, output)
    by = [graph.names[name] for name in wrt]
    back = differentiate(graph, output, wrt=by) if by else Backward(graph.copy(), output, output, {}, ())
    gradients = [
        back.gradients[i] if i in back.gradients else back.graph.constant(0, graph.nodes[i].shape).id for i in by
    ]
    targets = (output, *gradients, *updates.values())
    made = simplify(back.graph, targets)
    inputs = {name: i for name, i in graph.inputs.items() if i in made.shapes}
    program = buffered(made, {i: name for name, i in inputs.items()}, dtype, range(1, len(targets)))
    careful = _careful(back.graph, tuple(inputs), targets)
    return LossFunction(tuple(inputs), tuple(wrt), tuple(updates), workspace(program), careful)


def _scalar(graph: Graph, output: int) -> tuple[Graph, int]:
    """The graph with the output as a number."""
    shape = graph.nodes[output].shape
    if size(shape) != 1:
        name = graph.nodes[output].name or "the output"
        raise ShapeError(
            f"{name} is an array ({show(shape)}), and training lessens one number",
            hint="take its mean or its sum, or a loss such as mse",
        )
    if not shape:
        return graph, output
    longer = graph.copy()
    return longer, longer.apply("reshape", Term(longer, output), shape=()).id


def _careful(graph: Graph, inputs: tuple[str, ...], targets: Sequence[int]) -> Function:
    def careful(*values: Any) -> tuple[Any, ...]:
        loss, *others = evaluate(graph, dict(zip(inputs, values, strict=False)), targets)
        for out, value in zip(values[len(inputs) :], others, strict=True):
            out[...] = value
        return (loss,)

    return careful
