"""A built graph put in order: only what the output needs, the inputs first, as they appear in the text."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.graph.graph import Graph, Group, Node


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
    """A graph of the inputs, in their order, and of what the output needs; and the output's new position.

    The next values of the buffers that the output needs are kept too: they are no ancestors of it.
    """
    needed = with_updates(graph, output)
    first = set(inputs)
    order = [*inputs, *(i for i, flag in enumerate(needed) if flag and i not in first)]
    place = {old: new for new, old in enumerate(order)}
    made = Graph(training=graph.training)
    made.nodes = [_moved(graph.nodes[i], place) for i in order]
    made.names = {name: place[i] for name, i in graph.names.items() if i in place}
    made.values = {name: value for name, value in graph.values.items() if name in made.names}
    made.leaves = {name: leaf for name, leaf in graph.leaves.items() if name in made.names}
    made.groups = _groups(made)
    return made, place[output]


def with_updates(graph: Graph, output: int) -> bytearray:
    """The output's ancestors, and those of the next values of the buffers in the layers that it needs.

    A batch norm in training normalises by the batch's own statistics: the output does not need the running ones, and
    they are updated all the same.
    """
    needed = ancestors(graph, output)
    layers = {graph.nodes[i].group for i, flag in enumerate(needed) if flag}
    for name, leaf in graph.leaves.items():
        if leaf.update and graph.nodes[graph.names[name]].group in layers:
            for i, flag in enumerate(ancestors(graph, graph.names[leaf.update])):
                needed[i] |= flag
    return needed


def _groups(graph: Graph) -> dict[str, Group]:
    """The groups that nodes lie in, outer ones first."""
    found: dict[str, Group] = {}
    for node in graph.nodes:
        chain, group = [], node.group
        while group is not None and group.name not in found:
            chain.append(group)
            group = group.parent
        found |= {made.name: made for made in reversed(chain)}
    return found


def _moved(node: Node, place: dict[int, int]) -> Node:
    if not node.operands:
        return node
    operands = tuple([place[operand] for operand in node.operands])
    return Node(node.op, operands, node.attributes, node.shape, node.name, node.span, node.group)
