"""The edges into closed groups: what comes back through a whole group to each node that enters it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gradviz.explanation.box import Box
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.ops.op import INPUT
from gradviz.passes.backward import Backward, Edge, pulled_through

ELEMENTWISE = 60
"""Nodes of a group up to which its local derivative is a number, or one for each entry, where it can be."""


def box_edges(backward: Backward, boxes: Mapping[int, Box]) -> tuple[Backward, dict[tuple[int, int], Edge]]:
    """The gradient with the boxes' edges added to its graph, and these edges by target and slot.

    The contribution along an edge is the sum of those that cross the group's border there; where parts of a group
    serve two of its outputs, what comes back through each of them is told apart by pulling it back alone.
    """
    open_boxes = [box for box in boxes.values() if box.output in backward.gradients]
    if not open_boxes:
        return backward, {}
    builder = Folder(backward.graph.copy())
    made = replace(backward, graph=builder.graph)
    crossing: dict[int, list[Edge]] = {}
    for edge in backward.edges:
        crossing.setdefault(edge.target, []).append(edge)
    found: dict[tuple[int, int], Edge] = {}
    for box in open_boxes:
        upstream = backward.gradients[box.output]
        through = (
            pulled_through(builder, set(box.inside), box.output, upstream, backward.gradients)
            if box.shared
            else _summed(builder, box, crossing)
        )
        slopes = _slopes(builder, box, backward)
        for slot, entry in enumerate(box.entries):
            if entry in through:
                local = slopes.get(entry)
                found[box.output, slot] = Edge(entry, box.output, slot, upstream, local, through[entry])
    return made, found


def _summed(builder: Folder, box: Box, crossing: Mapping[int, list[Edge]]) -> dict[int, int]:
    """The contributions that cross the border, added up by the node that they come to."""
    entries = set(box.entries)
    totals: dict[int, int] = {}
    for target in box.inside:
        for edge in crossing.get(target, ()):
            if edge.source in entries:
                sofar = totals.get(edge.source)
                totals[edge.source] = (
                    edge.contribution if sofar is None else builder.make("add", (sofar, edge.contribution))
                )
    return totals


def _slopes(builder: Folder, box: Box, backward: Backward) -> dict[int, int]:
    """The local derivative by each entry that acts entry by entry on the output: what ones come back as."""
    nodes = builder.graph.nodes
    shape = nodes[box.output].shape
    inner = [i for i in box.inside if nodes[i].op is not INPUT]
    if len(inner) > ELEMENTWISE or any(nodes[i].shape != shape or not nodes[i].op.elementwise for i in inner):
        return {}
    ones = builder.id_of(builder.constant(1, shape))
    through = pulled_through(builder, set(box.inside), box.output, ones, backward.gradients)
    alike = {entry: slope for entry, slope in through.items() if nodes[entry].shape == shape}
    return {entry: builder.fit(slope, shape) for entry, slope in alike.items()}


def region_of(graph: Graph, box: Box, names: Mapping[int, str]) -> tuple[Graph, dict[int, int]]:
    """A box as a graph of its own, whose inputs are what enters it and its parameters; and where its nodes went."""
    region = Graph()
    place: dict[int, int] = {}
    for i in box.entries:
        place[i] = region.input(names[i], graph.nodes[i].shape).id
    needed = _constants(graph, box)
    for i in sorted({*box.inside, *needed}):
        node = graph.nodes[i]
        if node.op is INPUT:
            place[i] = region.input(names[i], node.shape).id
            continue
        region.nodes.append(
            replace(node, operands=tuple(place[operand] for operand in node.operands), name=None, group=None)
        )
        place[i] = len(region) - 1
    return region, place


def _constants(graph: Graph, box: Box) -> set[int]:
    """What the nodes of a box hang on besides its entries: constants, and what is made of them."""
    known = {*box.inside, *box.entries}
    found: set[int] = set()
    pending = list(box.inside)
    while pending:
        for operand in graph.nodes[pending.pop()].operands:
            if operand not in known:
                known.add(operand)
                found.add(operand)
                pending.append(operand)
    return found
