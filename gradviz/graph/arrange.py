"""A built graph put in order: only what the output needs, the inputs first, as they appear in the text."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.graph.graph import Graph, Node


def ancestors(graph: Graph, target: int) -> bytearray:
    """For each node, whether the target is it or depends on it."""
    needed = bytearray(len(graph))
    needed[target] = 1
    for i in range(target, -1, -1):
        if needed[i]:
            for operand in graph.nodes[i].operands:
                needed[operand] = 1
    return needed


def arranged(graph: Graph, output: int, inputs: Sequence[int]) -> tuple[Graph, int]:
    """A graph of the inputs, in their order, and of what the output needs; and the output's new position."""
    needed = ancestors(graph, output)
    first = set(inputs)
    order = [*inputs, *(i for i, flag in enumerate(needed) if flag and i not in first)]
    place = {old: new for new, old in enumerate(order)}
    made = Graph()
    made.nodes = [_moved(graph.nodes[i], place) for i in order]
    made.names = {name: place[i] for name, i in graph.names.items() if i in place}
    made.values = {name: value for name, value in graph.values.items() if name in made.names}
    return made, place[output]


def _moved(node: Node, place: dict[int, int]) -> Node:
    if not node.operands:
        return node
    operands = tuple([place[operand] for operand in node.operands])
    return Node(node.op, operands, node.attributes, node.shape, node.name, node.span)
