"""Reverse mode: from a graph, the graph of its gradient, with every contribution kept as a node of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gradviz.errors import InternalError, ShapeError
from gradviz.graph.folding import Folded, Folder
from gradviz.graph.graph import Graph, Node, Term
from gradviz.ops.op import INPUT
from gradviz.passes.constants import as_constant
from gradviz.shape import show


@dataclass(frozen=True, slots=True)
class Edge:
    """What comes back along one operand's way into an operation; node ids in `Backward.graph`.

    Args:
        source, target, slot: the operand, the operation, and the operand's place.
        upstream: the gradient of the output by the target.
        local: the local derivative, in the target's shape; None where the operation is not elementwise.
        contribution: upstream × local, in the operand's shape.
    """

    source: int
    target: int
    slot: int
    upstream: int
    local: int | None
    contribution: int


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
    edges: tuple[Edge, ...]


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
    wanted = [i for i, node in enumerate(graph.nodes) if node.op is INPUT] if wrt is None else list(wrt)
    active = reached(graph, output, wanted)
    builder = Folder(graph.copy())
    seed = _seed(builder, output, upstream)
    arriving: dict[int, list[int]] = {output: [seed.id]} if active[output] else {}
    gradients: dict[int, int] = {}
    edges: list[Edge] = []
    for target in range(output, -1, -1):
        contributions = arriving.pop(target, None)
        if contributions is None:
            continue
        gradients[target] = upstream_id = _total(builder, contributions)
        for slot in reversed(_open_slots(graph, target, active)):
            edge = edge_at(builder, target, slot, upstream_id)
            edges.append(edge)
            arriving.setdefault(edge.source, []).append(edge.contribution)
    edges.reverse()
    return Backward(builder.graph, output, seed.id, gradients, tuple(edges))


def reached(graph: Graph, output: int, wanted: Iterable[int]) -> bytearray:
    """For each node up to the output, whether a differentiable path leads to it from one of the wanted nodes."""
    active = bytearray(output + 1)
    for i in wanted:
        if i <= output:
            active[i] = 1
    for i in range(output + 1):
        node = graph.nodes[i]
        if not active[i] and node.op.differentiable:
            active[i] = any([active[operand] for operand in node.operands])
    return active


def _open_slots(graph: Graph, target: int, active: bytearray) -> list[int]:
    """The operands of a node along which a gradient comes back."""
    node = graph.nodes[target]
    if not node.op.differentiable:
        return []
    return [slot for slot, operand in enumerate(node.operands) if active[operand]]


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


def _total(builder: Folder, contributions: list[int]) -> int:
    """The sum of the contributions to a node. They arrived last edge first."""
    total = contributions[-1]
    for contribution in contributions[-2::-1]:
        total = builder.make("add", (total, contribution))
    return total


def edge_at(builder: Folder, target: int, slot: int, upstream: int) -> Edge:
    """What comes back along one operand's way, given the gradient that arrives at the operation.

    Args:
        builder: extends the graph.
        target: the operation.
        slot: the operand's place.
        upstream: the node of the gradient by the operation.
    """
    node = builder.node(target)
    local: int | None = None
    if node.op.elementwise:
        partial = _local(builder, node, target, slot)
        local = builder.fit(partial, node.shape)
        # The product with the derivative as it came, not as broadcast: it has the target's shape all the same.
        pulled = builder.make("mul", (upstream, partial))
        shape = builder.node(node.operands[slot]).shape
        contribution = builder.make("sum_to", (pulled,), (("shape", shape),)) if shape != node.shape else pulled
    else:
        contribution = _pull_back(builder, node, target, slot, upstream)
    return Edge(node.operands[slot], target, slot, upstream, local, contribution)


def _local(builder: Folder, node: Node, target: int, slot: int) -> int:
    rule = node.op.partial(slot)
    if rule is None:
        raise InternalError(f"{node.op.name} has no local derivative by operand {slot}")
    operands = [Folded(builder, operand) for operand in node.operands]
    return builder.id_of(rule(builder, Folded(builder, target), *operands, **node.settings))


def _pull_back(builder: Folder, node: Node, target: int, slot: int, upstream: int) -> int:
    rule = node.op.vjp(slot)
    if rule is None:
        raise InternalError(f"{node.op.name} has no reverse rule by operand {slot}")
    operands = [Folded(builder, operand) for operand in node.operands]
    made = rule(builder, Folded(builder, upstream), Folded(builder, target), *operands, **node.settings)
    contribution = builder.id_of(made)
    expected, found = operands[slot].shape, builder.node(contribution).shape
    if found != expected:
        raise InternalError(f"{node.op.name}'s rule by operand {slot} gives {show(found)} for {show(expected)}")
    return contribution


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
        total = _total(builder, contributions)
        node = builder.node(target)
        for slot in reversed([s for s, operand in enumerate(node.operands) if operand in active]):
            if node.op.differentiable:
                edge = edge_at(builder, target, slot, total)
                arriving.setdefault(edge.source, []).append(edge.contribution)
    return {i: _total(builder, contributions) for i, contributions in arriving.items() if i not in inside}
