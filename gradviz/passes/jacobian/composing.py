"""The Jacobian of a graph: local ones along its edges, multiplied and added while they stay simple, else swept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.errors import InternalError
from gradviz.graph.folding import Folded, Folder
from gradviz.graph.graph import Graph
from gradviz.passes.evaluate import evaluate, needed_for
from gradviz.passes.jacobian.fixed import without_zeros
from gradviz.passes.jacobian.local import elementwise, local
from gradviz.passes.jacobian.merging import product, total
from gradviz.passes.jacobian.operator import Operator
from gradviz.passes.jacobian.place import place_of
from gradviz.passes.jacobian.reverse_rule import reverse_rule
from gradviz.passes.jacobian.simple import Identity, Zero
from gradviz.passes.jacobian.sweeping import Link
from gradviz.shape import size

Edge = tuple[int, int]
"""A target and a slot."""


@dataclass(frozen=True, slots=True, eq=False)
class Composition:
    """The edges between some nodes and an output, with their local Jacobians at a point.

    Args:
        links: in topological order of targets.
        sizes: entries of every node on the way.
        missing: inputs without a value that the numbers depend on; with any, there is only structure.
    """

    links: tuple[Link, ...]
    sizes: Mapping[int, int]
    missing: tuple[str, ...]


def compose(graph: Graph, output: int, wrt: Sequence[int], values: Mapping[str, Any]) -> Composition:
    """Local Jacobians of all edges on paths from `wrt` to `output`.

    Only the values that these need are computed; those of missing inputs are NaN.
    """
    edges = open_edges(graph, output, wrt)
    builder = Folder(graph.copy())
    partials = {edge: _partial(builder, *edge) for edge in edges if graph.nodes[edge[0]].op.elementwise}
    reads: dict[Edge, dict[int, int]] = {edge: _reads(graph, *edge) for edge in edges if edge not in partials}
    wanted = sorted({*(i for i in partials.values() if builder.number(i) is None), *_flat(reads.values())})
    point, missing = _point(builder.graph, values, wanted)
    found = dict(zip(wanted, evaluate(builder.graph, point, wanted), strict=True))
    links = []
    for edge in edges:
        target, slot = edge
        node = graph.nodes[target]
        source = node.operands[slot]
        if edge in partials:
            number = builder.number(partials[edge])
            exact = None if number is None else float(number)
            operator = elementwise(node, graph.nodes[source].shape, found.get(partials[edge]), exact)
            fixed = builder.is_fixed(partials[edge])
        else:
            given = {i: found[j] for i, j in reads[edge].items()}
            operator = local(place_of(graph, node, slot, given, not missing))
            fixed = bool(given) and all(builder.is_fixed(j) for j in reads[edge].values())
        links.append(Link(source, target, without_zeros(operator) if fixed else operator))
    nodes = {output, *wrt, *(link.source for link in links), *(link.target for link in links)}
    return Composition(tuple(links), {i: size(graph.nodes[i].shape) for i in nodes}, missing)


def _flat(reads: Iterable[Mapping[int, int]]) -> list[int]:
    return [j for each in reads for j in each.values()]


def open_edges(graph: Graph, output: int, wrt: Sequence[int]) -> list[Edge]:
    """The edges on paths from the inputs to the output, by targets."""
    active, useful = bytearray(output + 1), bytearray(output + 1)
    for i in wrt:
        if i <= output:
            active[i] = 1
    for i in range(output + 1):
        active[i] = active[i] or any([active[operand] for _, operand in _open(graph, i)])
    useful[output] = active[output]
    for i in range(output, -1, -1):
        if useful[i]:
            for _, operand in _open(graph, i):
                useful[operand] = useful[operand] or active[operand]
    places = [i for i in range(output + 1) if useful[i]]
    return [(i, slot) for i in places for slot, operand in _open(graph, i) if active[operand]]


def _open(graph: Graph, i: int) -> list[Edge]:
    """The slots and operands of a node along which anything is carried."""
    node = graph.nodes[i]
    if not node.op.differentiable:
        return []
    return [(slot, x) for slot, x in enumerate(node.operands) if node.op.structure_of(slot) != "zero"]


def _partial(builder: Folder, target: int, slot: int) -> int:
    """The node of an elementwise operation's local derivative."""
    node = builder.node(target)
    rule = node.op.partial(slot)
    if rule is None:
        raise InternalError(f"{node.op.name} has no local derivative by operand {slot}")
    operands = [Folded(builder, operand) for operand in node.operands]
    return builder.id_of(rule(builder, Folded(builder, target), *operands, **node.settings))


def _reads(graph: Graph, target: int, slot: int) -> dict[int, int]:
    """The nodes whose values an operation's reverse rule reads, by slot; the output's at −1."""
    node = graph.nodes[target]
    return {i: target if i < 0 else node.operands[i] for i in reverse_rule(graph, node, slot).reads}


def _point(graph: Graph, values: Mapping[str, Any], wanted: Sequence[int]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Values for all inputs that are needed: NaN for those that have none."""
    needed = needed_for(graph, wanted)
    given = {**graph.values, **values}
    missing = tuple(
        name for name, i in graph.inputs.items() if i < len(needed) and needed[i] and given.get(name) is None
    )
    filled = {name: np.broadcast_to(np.nan, graph.nodes[graph.inputs[name]].shape) for name in missing}
    return {**{name: value for name, value in given.items() if value is not None}, **filled}, missing


def multiplied(composition: Composition, output: int, by: int) -> Operator | None:
    """The Jacobian by one node, multiplied out; None where it does not stay simple.

    From the output backward if it has fewer entries than the input, else from the input forward.
    """
    sizes = composition.sizes
    backward = sizes[output] < sizes[by]
    end, start = (by, output) if backward else (output, by)
    held: dict[int, Operator] = {start: Identity(sizes[start])}
    links = reversed(composition.links) if backward else iter(composition.links)
    for link in links:
        here, there = (link.target, link.source) if backward else (link.source, link.target)
        if here not in held:
            continue
        part = product(held[here], link.local) if backward else product(link.local, held[here])
        if part is not None and there in held:
            part = total(held[there], part)
        if part is None:
            return None
        held[there] = part
    return held.get(end, Zero((sizes[output], sizes[by])))
