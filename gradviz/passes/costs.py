"""What derivatives cost each way: scalar operations counted on the graph itself, and seconds where those are wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any, Literal

import numpy as np

from gradviz.graph.graph import Graph, Term
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.ops.work import work_of
from gradviz.passes.backward import Backward, differentiate
from gradviz.passes.compiling.targets import target_function
from gradviz.passes.evaluate import evaluate, needed_for
from gradviz.passes.forward import tangent_graph
from gradviz.shape import size

REPEATS = 5
"""How often each way is timed; the median counts."""
MOST_DIFFERENCES = 2000
"""Inputs up to which numerical differentiation is carried out."""
STEP, AGREEMENT = 1e-6, 1e-3
"""Of central differences: the relative step, and how far they may be from the gradient, beside its largest entry."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Counted scalar operations.

    Args:
        inputs, outputs: entries of what is differentiated by, and of what is differentiated.
        value: operations of one evaluation.
        tangent: what one forward sweep (one direction) takes beyond that.
        cotangent: what one reverse sweep (one upstream gradient) takes beyond that.
    """

    inputs: int
    outputs: int
    value: int
    tangent: int
    cotangent: int

    @property
    def forward_mode(self) -> int:
        """The whole Jacobian by forward sweeps, one for each input entry."""
        return self.value + self.inputs * self.tangent

    @property
    def reverse_mode(self) -> int:
        """The whole Jacobian by reverse sweeps, one for each output entry."""
        return self.value + self.outputs * self.cotangent

    @property
    def numerical(self) -> int:
        """The whole Jacobian by forward differences: n + 1 evaluations."""
        return (self.inputs + 1) * self.value

    @property
    def central(self) -> int:
        """The same by central differences, whose 2n evaluations and the value itself are 2n + 1."""
        return (2 * self.inputs + 1) * self.value

    @property
    def cheapest(self) -> Literal["forward", "reverse", "equal"]:
        """Which of the two modes takes fewer operations for the whole Jacobian."""
        if self.forward_mode == self.reverse_mode:
            return "equal"
        return "forward" if self.forward_mode < self.reverse_mode else "reverse"


def operations(graph: Graph, ids: Iterable[int]) -> int:
    """The scalar operations that the nodes need; what depends on no input is computed beforehand and not counted.

    Example:
        >>> g = Graph()
        >>> W, x = g.input("W", (2, 3)), g.input("x", (3,))
        >>> operations(g, [g.tanh(W @ x).id])
        12
    """
    needed = needed_for(graph, list(ids))
    varies = bytearray(len(needed))
    total = 0
    for i in range(len(needed)):
        node = graph.nodes[i]
        if node.op is INPUT:
            varies[i] = 1
        elif needed[i] and node.op is not CONSTANT and any([varies[operand] for operand in node.operands]):
            varies[i] = 1
            shapes = tuple([graph.nodes[operand].shape for operand in node.operands])
            total += work_of(node.op, shapes, node.shape, node.attributes)
    return total


def costs_of(graph: Graph, output: int, wrt: Sequence[int] | None = None) -> Costs:
    """Count the value, one tangent and one reverse sweep of a node; of a sweep only what the value does not share.

    Args:
        graph: it is not changed.
        output: the node.
        wrt: the nodes by which; all inputs if None.

    Example:
        >>> g = Graph()
        >>> x = g.input("x", (1000,))
        >>> found = costs_of(g, g.sum(x * x).id)
        >>> found.value, found.cotangent, found.numerical, found.cheapest
        (2000, 1000, 2002000, 'reverse')
    """
    by = [i for i, node in enumerate(graph.nodes) if node.op is INPUT] if wrt is None else list(wrt)
    value = operations(graph, [output])
    forward, back = tangent_graph(graph, [output], by), _pulled_back(graph, output, by)
    tangents = [forward.tangents[output]] if output in forward.tangents else []
    gradients = [back.gradients[i] for i in by if i in back.gradients]
    return Costs(
        inputs=sum(size(graph.nodes[i].shape) for i in by),
        outputs=size(graph.nodes[output].shape),
        value=value,
        tangent=operations(forward.graph, [output, *tangents]) - value,
        cotangent=operations(back.graph, [output, *gradients]) - value,
    )


def _pulled_back(graph: Graph, output: int, by: Sequence[int]) -> Backward:
    """The reverse sweep; of an array with an upstream gradient that is not known beforehand."""
    shape = graph.nodes[output].shape
    if size(shape) == 1:
        return differentiate(graph, output, wrt=by)
    extended = graph.copy()
    name = "upstream"
    while name in extended.names:
        name += "_"
    return differentiate(extended, output, wrt=by, upstream=Term(extended, extended.input(name, shape).id))


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians in seconds of whole runs on compiled functions, by "value", "tangent", "cotangent" and "numerical".

    Args:
        seconds: "tangent" and "cotangent" with the value beside them; "numerical" only up to `MOST_DIFFERENCES` inputs.
        agrees: whether the numerical gradient was the reverse sweep's; None where it was not computed. It is not at
            kinks, and where the function is too steep for differences.
    """

    seconds: Mapping[str, float]
    agrees: bool | None


def measure(
    graph: Graph, output: int, values: Mapping[str, Any], wrt: Sequence[int] | None = None, repeats: int = REPEATS
) -> Measured:
    """Time the value, one forward sweep, one reverse sweep, and the gradient by central differences.

    Raises:
        ValueProblem: an input has no value.
    """
    by = [i for i, node in enumerate(graph.nodes) if node.op is INPUT] if wrt is None else list(wrt)
    point = dict(zip(graph.inputs, evaluate(graph, values, list(graph.inputs.values())), strict=True))
    names = list(point)
    function = target_function(graph, names, [output])
    forward = tangent_graph(graph, [output], by)
    back = differentiate(graph, output, wrt=by)
    moves = [forward.graph.nodes[i].name or "" for i in forward.directions.values()]
    tangents = [forward.tangents[output]] if output in forward.tangents else []
    gradients = [back.gradients[i] for i in by if i in back.gradients]
    jvp = target_function(forward.graph, [*names, *moves], [output, *tangents])
    vjp = target_function(back.graph, names, [output, *gradients])
    ones = [np.ones(forward.graph.nodes[i].shape)[()] for i in forward.directions.values()]
    seconds = {
        "value": _timed(lambda: function(*point.values()), repeats),
        "tangent": _timed(lambda: jvp(*point.values(), *(_plain(one) for one in ones)), repeats),
        "cotangent": _timed(lambda: vjp(*point.values()), repeats),
    }
    moved = [graph.nodes[i].name or "" for i in by if graph.nodes[i].op is INPUT]
    if len(moved) < len(by) or sum(np.size(point[name]) for name in moved) > MOST_DIFFERENCES:
        return Measured(seconds, None)
    exact = dict(zip(by, _aligned(back, by, vjp(*point.values())[1:]), strict=True))
    agrees = _agree(differences(function, point, moved), [exact[graph.names[name]] for name in moved])
    seconds["numerical"] = _timed(lambda: differences(function, point, moved), 1 if agrees is False else repeats)
    return Measured(seconds, agrees)


def _aligned(back: Backward, by: Sequence[int], found: Sequence[Any]) -> list[Any]:
    """Gradients in the order of the nodes asked for; zeros where no path leads to the output."""
    given = iter(found)
    return [next(given) if i in back.gradients else np.zeros(back.graph.nodes[i].shape) for i in by]


def differences(function: Callable[..., tuple[Any, ...]], point: Mapping[str, Any], wrt: Sequence[str]) -> list[Any]:
    """The gradient of the sum of a function's entries by central differences, an array for each name.

    Args:
        function: of all the point's values, in order; what it gives first is differentiated.
        point: values by name.
        wrt: the names by which.
    """
    found = []
    for name in wrt:
        start = np.array(point[name], dtype=np.float64)
        gradient = np.zeros(start.shape)
        for place in np.ndindex(*start.shape):
            step = STEP * max(1.0, abs(float(start[place])))
            ends = []
            for change in (step, -step):
                moved = start.copy()
                moved[place] += change
                given = {**point, name: _plain(moved)}
                ends.append(float(np.sum(function(*given.values())[0])))
            gradient[place] = (ends[0] - ends[1]) / (2 * step)
        found.append(gradient)
    return found


def _plain(array: Any) -> Any:
    """A scalar as a float."""
    return float(array) if np.ndim(array) == 0 else array


def _agree(numeric: Sequence[Any], exact: Sequence[Any]) -> bool:
    pairs = [(np.ravel(a), np.ravel(b)) for a, b in zip(numeric, exact, strict=True)]
    scale = max([1.0, *(float(np.max(np.abs(b))) for _, b in pairs if b.size)])
    return all(bool(np.all(np.abs(a - b) <= AGREEMENT * scale)) for a, b in pairs)


def _timed(work: Callable[[], Any], repeats: int) -> float:
    """The median of several runs, in seconds, after one that warms up."""
    work()
    taken = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return median(taken)
