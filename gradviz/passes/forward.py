"""Forward mode: from a graph, the graph of its tangents, by the same rows as reverse mode.

Elementwise rows carry a tangent by their local derivatives, linear rows by being applied to it. Of the others the
reverse rule g ↦ Jᵀg is linear in g, so its own reverse rule by g is u ↦ J u: no row says its derivative twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gradviz.errors import InternalError
from gradviz.graph.folding import Folded, Folder
from gradviz.graph.graph import Graph, Node, Term
from gradviz.ops.op import CONSTANT, INPUT, Attribute
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate, reached
from gradviz.passes.evaluate import needed_for
from gradviz.passes.raising import below
from gradviz.shape import Shape

Settings = tuple[tuple[str, Attribute], ...]


@dataclass(frozen=True, slots=True)
class Tangents:
    """A graph extended by tangents along directions that are inputs of their own.

    Args:
        graph: the given graph's nodes at their positions, then the directions, then the tangents.
        directions: the inputs that hold the direction of each node asked for, in its shape.
        tangents: by node, its tangent; nodes that do not change along the directions have none.
    """

    graph: Graph
    directions: Mapping[int, int]
    tangents: Mapping[int, int]


def tangent_graph(graph: Graph, outputs: Iterable[int], wrt: Iterable[int] | None = None) -> Tangents:
    """The directional derivatives of nodes, as a graph: J v without J.

    The work, and the number of nodes added, is linear in the graph. The result can be differentiated again.

    Args:
        graph: it is not changed.
        outputs: the nodes whose tangents are wanted.
        wrt: the nodes that move; all inputs if None. The direction of `x` becomes an input `x_dot` (read and shown as
            ẋ), numbered if that name is taken.

    Example:
        >>> g = Graph()
        >>> x, y = g.input("x"), g.input("y")
        >>> f = x * y
        >>> made = tangent_graph(g, [f.id])
        >>> from gradviz.passes.evaluate import evaluate
        >>> evaluate(made.graph, {"x": 3, "y": 5, "x_dot": 1, "y_dot": 0}, [made.tangents[f.id]])
        [5.0]
    """
    wanted = [i for i, node in enumerate(graph.nodes) if node.op is INPUT] if wrt is None else list(wrt)
    extended = graph.copy()
    directions = {i: extended.input(_direction(extended, i), graph.nodes[i].shape).id for i in dict.fromkeys(wanted)}
    builder = Folder(extended)
    needed = needed_for(graph, list(outputs))
    active = reached(graph, len(needed) - 1, wanted)
    tangents: dict[int, int] = {}
    for i in range(len(needed)):
        if needed[i] and active[i]:
            parts = [directions[i]] if i in directions else []
            parts += _carried(builder, i, tangents)
            total = _total(builder, parts)
            if total is not None:
                tangents[i] = total
    return Tangents(builder.graph, directions, tangents)


def _direction(graph: Graph, id: int) -> str:
    """A free name for a node's direction."""
    wanted = f"{graph.nodes[id].name or f'node{id}'}_dot"
    name, number = wanted, 1
    while name in graph.names:
        number += 1
        name = f"{wanted}{number}"
    return name


def _total(builder: Folder, parts: Sequence[int]) -> int | None:
    """The sum of parts; None if all of them are zero."""
    total: int | None = None
    for part in parts:
        if builder.number(part) != 0:
            total = part if total is None else builder.make("add", (total, part))
    return total


def _carried(builder: Folder, target: int, tangents: Mapping[int, int]) -> list[int]:
    """What a node's operands carry into it, each in the node's shape."""
    node = builder.node(target)
    if not node.op.differentiable:
        return []
    moving = [slot for slot, operand in enumerate(node.operands) if operand in tangents]
    joined = [slot for slot in moving if not node.op.elementwise and node.op.linear_in(slot) == "together"]
    parts = [_joined(builder, node, tangents)] if joined else []
    for slot in moving:
        if slot not in joined:
            parts.append(_along(builder, node, target, slot, tangents[node.operands[slot]]))
    return [builder.fit(part, node.shape) for part in parts]


def _along(builder: Folder, node: Node, target: int, slot: int, tangent: int) -> int:
    """What one operand's tangent carries."""
    if node.op.elementwise:
        rule = node.op.partial(slot)
        if rule is None:
            raise InternalError(f"{node.op.name} has no local derivative by operand {slot}")
        operands = [Folded(builder, operand) for operand in node.operands]
        partial = builder.id_of(rule(builder, Folded(builder, target), *operands, **node.settings))
        return builder.make("mul", (partial, tangent))
    if node.op.linear_in(slot) == "alone":
        moved = (*node.operands[:slot], tangent, *node.operands[slot + 1 :])
        return builder.make(node.op.name, moved, node.attributes)
    return _by_reverse(builder, node, target, slot, tangent)


def _joined(builder: Folder, node: Node, tangents: Mapping[int, int]) -> int:
    """The operation on the tangents of all operands in which it is linear together, zeros where there are none."""
    operands = [
        operand
        if node.op.linear_in(slot) != "together"
        else tangents[operand]
        if operand in tangents
        else builder.fill(0, builder.node(operand).shape)
        for slot, operand in enumerate(node.operands)
    ]
    return builder.make(node.op.name, tuple(operands), node.attributes)


@dataclass(frozen=True, slots=True)
class _Transposed:
    """The forward rule that a reverse rule implies, over a small graph of its own.

    Args:
        graph: its first inputs are the operands, then come the output and the tangent.
        steps: what the result needs, in order; empty where the rule passes nothing on.
    """

    graph: Graph
    steps: tuple[int, ...]


def _by_reverse(builder: Folder, node: Node, target: int, slot: int, tangent: int) -> int:
    shapes = tuple([builder.node(operand).shape for operand in node.operands])
    rule = _transposed(node.op.name, slot, shapes, node.shape, node.attributes)
    leaves = (*node.operands, target, tangent)
    placed: dict[int, int] = {}
    for i in rule.steps:
        step = rule.graph.nodes[i]
        if step.op is INPUT:
            placed[i] = leaves[i]
        elif step.op is CONSTANT:
            placed[i] = builder.fill(step.attributes[0][1], step.shape)
        else:
            placed[i] = builder.make(step.op.name, tuple([placed[k] for k in step.operands]), step.attributes)
    return placed[rule.steps[-1]] if rule.steps else builder.fill(0, node.shape)


@lru_cache(maxsize=512)
def _transposed(name: str, slot: int, shapes: tuple[Shape, ...], shape: Shape, settings: Settings) -> _Transposed:
    """The reverse rule's own reverse, by the upstream gradient, with the tangent coming into it."""
    rule = OPS[name].vjp(slot)
    if rule is None:
        raise InternalError(f"{name} has no reverse rule by operand {slot}")
    graph = Graph()
    operands = [graph.input(f"x{i}", each) for i, each in enumerate(shapes)]
    output, tangent, upstream = graph.input("y", shape), graph.input("u", shapes[slot]), graph.input("g", shape)
    builder = Folder(graph)
    terms = [Folded(builder, term.id) for term in (upstream, output, *operands)]
    pulled = builder.id_of(rule(builder, *terms, **dict(settings)))
    back = differentiate(graph, pulled, wrt=[upstream.id], upstream=Term(graph, tangent.id))
    result = back.gradients.get(upstream.id)
    steps = () if result is None else tuple(below(back.graph, (result,)))
    if upstream.id in steps:
        raise InternalError(f"{name}'s reverse rule by operand {slot} is not linear in the upstream gradient")
    return _Transposed(back.graph, steps)
