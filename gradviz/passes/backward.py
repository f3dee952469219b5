"""Reverse mode: from a graph, the graph of its gradient, with every contribution kept as a node of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradviz.errors import ShapeError
from gradviz.graph.folding import Folded, Folder
from gradviz.graph.graph import Graph, Term
from gradviz.ops.op import INPUT
from gradviz.passes.constants import as_constant
from gradviz.passes.reverse_sweep import Edge, along, sweep, total
from gradviz.shape import show

__all__ = ["Backward", "Edge", "differentiate", "edge_at", "pulled_through", "reached"]


@dataclass(frozen=True, slots=True)
class Backward:
    """A graph extended by its gradient.

    Args:
        graph: the forward graph's nodes at their positions, then the gradient's.
        output, seed: what was differentiated, and the upstream gradient it was given.
        gradients: the gradient of the output by each node that lies on a path from a requested one.
        edges: in the order of targets and slots; the contributions to one node are summed in this order.
    """

    graph: Graph
    output: int
    seed: int
    gradients: Mapping[int, int]
    edges: Sequence[Edge]


def differentiate(
    graph: Graph, output: int, *, wrt: Iterable[int] | None = None, upstream: Any | None = None
) -> Backward:
    """The gradient of a node, as a graph.

    The number of nodes added is about four per operation, and the work is linear. The result can be differentiated
    again.

    Args:
        graph: the forward graph; it is not changed.
        output: the node to differentiate.
        wrt: the nodes by which; all inputs if None.
        upstream: what comes back into the output: a number, an array, or a term of `graph`, in the output's shape or
            broadcast to it. None: ones.

    Raises:
        ShapeError: `upstream` does not fit the output.

    Example:
        >>> g = Graph()
        >>> x, y = g.input("x"), g.input("y")
        >>> back = differentiate(g, (x * y).id)
        >>> back.gradients[x.id] == y.id
        True
    """
    builder = Folder(graph.copy())
    active = reached(graph, output, builder.given(INPUT.name) if wrt is None else wrt)
    seed = _seed(builder, output, upstream)
    gradients, edges = sweep(builder, output, seed.id, active) if active[output] else ({}, ())
    return Backward(builder.graph, output, seed.id, gradients, edges)


def reached(graph: Graph, output: int, wanted: Iterable[int]) -> bytearray:
    """For each node up to the output, whether a differentiable path leads to it from one of the wanted nodes."""
    active = [0] * (output + 1)  # read quicker than bytes
    for i in wanted:
        if i <= output:
            active[i] = 1
    for i, node in enumerate(graph.nodes[: output + 1]):
        operands = node.operands
        if not operands or not node.op.differentiable:
            continue
        if active[operands[0]] or active[operands[-1]] or (len(operands) > 2 and _any(active, operands)):
            active[i] = 1
    return bytearray(active)


def _any(active: Sequence[int], operands: tuple[int, ...]) -> bool:
    return any([active[operand] for operand in operands])


def _seed(builder: Folder, output: int, upstream: Any | None) -> Folded:
    shape = builder.node(output).shape
    if upstream is None:
        return builder.constant(1, shape)
    value = builder.term(upstream.id) if isinstance(upstream, Term) else builder.constant(*as_constant(upstream))
    if value.shape == shape:
        return value
    lead = len(shape) - len(value.shape)
    if lead < 0 or any(size not in (1, shape[lead + i]) for i, size in enumerate(value.shape)):
        raise ShapeError(
            f"the upstream gradient has the shape {show(value.shape)}, the output {show(shape)}",
            hint="give a number, or an array in the output's shape",
        )
    return builder.term(builder.fit(value.id, shape))


def edge_at(builder: Folder, target: int, slot: int, upstream: int) -> Edge:
    """What comes back along one operand's way, given the gradient that arrives at the operation.

    Args:
        builder: extends the graph.
        target: the operation.
        slot: the operand's place.
        upstream: the node of the gradient by the operation.
    """
    return Edge(builder.node(target).operands[slot], target, slot, upstream, *along(builder, target, slot, upstream))


def pulled_through(
    builder: Folder, inside: Collection[int], output: int, upstream: int, active: Collection[int]
) -> dict[int, int]:
    """An upstream gradient of one node, pulled back through a part of a graph to the nodes that enter the part.

    Args:
        builder: extends the graph.
        inside: the nodes of the part, `output` among them.
        output: the node that the upstream gradient is of.
        upstream: the node of that gradient, in the output's shape.
        active: the nodes that a gradient comes back to.

    Returns:
        The contributions, summed, by the node outside that they come to; inputs inside are left out.
    """
    arriving: dict[int, list[int]] = {output: [upstream]}
    for target in sorted(inside, reverse=True):
        contributions = arriving.pop(target, None)
        if contributions is None:
            continue
        arrived = total(builder, contributions)
        node = builder.node(target)
        for slot in reversed([s for s, operand in enumerate(node.operands) if operand in active]):
            if node.op.differentiable:
                edge = edge_at(builder, target, slot, arrived)
                arriving.setdefault(edge.source, []).append(edge.contribution)
    return {i: total(builder, contributions) for i, contributions in arriving.items() if i not in inside}
