"""Graphs with circuits put in the place of gates, or gates in the place of circuits."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from gradviz.graph.arrange import arranged
from gradviz.graph.graph import Graph, Node, Term
from gradviz.ops.op import INPUT
from gradviz.passes.patterns.circuits import COUNT, Drawn, drawn
from gradviz.passes.patterns.matching import Match, equals, match, number
from gradviz.passes.patterns.recognising import recognise
from gradviz.passes.patterns.table import PATTERNS

Replacement = Callable[[Graph, Mapping[int, int]], Term]
"""Makes what stands for a node in the new graph, given the new positions of the nodes before it."""


def folded(graph: Graph, output: int, kept: Collection[int] = ()) -> tuple[Graph, int]:
    """The graph with every recognised circuit as the gate that it is.

    Args:
        graph: it is not changed.
        output: its output.
        kept: nodes that must stay: circuits with one of them inside are left as they are.

    Returns:
        A new graph, and the output's position in it.

    Example:
        >>> g = Graph()
        >>> f = 1 / (1 + g.exp(-g.input("x")))
        >>> [node.op.name for node in folded(g, f.id)[0]]
        ['input', 'sigmoid']
    """
    return rewritten(graph, output, gates_in(graph, output, kept))


def gates_in(graph: Graph, output: int, kept: Collection[int] = ()) -> dict[int, Replacement]:
    """What makes the gate that each recognised circuit is, by the circuit's last node; arguments as for `folded`."""
    inside = set(kept)
    gates: dict[int, Replacement] = {}
    for found in recognise(graph, output):
        if not inside & set(found.match.nodes) - {found.match.root}:
            gates[found.match.root] = _as_gate(found.drawn, found.match)
    return gates


def unfolded(graph: Graph, output: int) -> tuple[Graph, int]:
    """The graph with every gate of the table written out as its first circuit.

    Example:
        >>> g = Graph()
        >>> f = g.sigmoid(g.input("x"))
        >>> [node.op.name for node in unfolded(g, f.id)[0]]
        ['input', 'neg', 'exp', 'constant', 'add', 'constant', 'div']
    """
    same = equals(graph)
    circuits: dict[int, Replacement] = {}
    for i, node in enumerate(graph.nodes):
        if node.op.name not in PATTERNS:
            continue
        for way in drawn(node.op.name):
            turned = Drawn(way.circuit, way.gate, way.gate_root, way.graph, way.root)
            found = match(graph, same, i, turned)
            if found is not None:
                circuits[i] = _as_gate(turned, found)
                break
    return rewritten(graph, output, circuits)


def rewritten(graph: Graph, output: int, replacements: Mapping[int, Replacement]) -> tuple[Graph, int]:
    """A new graph in which other nodes stand for some; what is no longer needed is left out."""
    made, place = Graph(), dict[int, int]()
    for i, node in enumerate(graph.nodes):
        if i not in replacements:
            place[i] = len(made.nodes)
            made.nodes.append(replace(node, operands=tuple(place[operand] for operand in node.operands)))
            continue
        start = len(made.nodes)
        made.group = node.group
        place[i] = replacements[i](made, place).id
        made.group = None
        for new in range(start, len(made.nodes)):
            made.nodes[new] = replace(made.nodes[new], span=node.span)
        if place[i] >= start:
            made.nodes[place[i]] = replace(made.nodes[place[i]], name=node.name)
    made.names = {name: place[i] for name, i in graph.names.items()}
    made.values, made.leaves = dict(graph.values), dict(graph.leaves)
    return arranged(made, place[output], [place[i] for i in graph.inputs.values()])


def _as_gate(way: Drawn, found: Match) -> Replacement:
    def make(made: Graph, place: Mapping[int, int]) -> Term:
        terms = {name: Term(made, place[id]) for name, id in found.holes.items()}
        return _replayed(made, way, terms, found.axis)

    return make


def _replayed(made: Graph, way: Drawn, holes: dict[str, Term], axis: int | None) -> Term:
    """The other side of a circuit, built on what its holes stand for."""
    terms: list[Any] = []
    for node in way.gate.nodes:
        if node.op is INPUT:
            terms.append(holes[node.name] if node.name in holes else _count(made, node.name, holes["z"], axis))
        elif not node.operands:
            terms.append(made.constant(number(node)))
        elif node.op.name == "neg":
            terms.append(negated(made, terms[node.operands[0]]))
        else:
            settings = {name: _setting(name, value, axis) for name, value in node.attributes}
            terms.append(made.apply(node.op.name, *(terms[operand] for operand in node.operands), **settings))
    result = terms[way.gate_root]
    assert isinstance(result, Term)
    return result


def _setting(name: str, value: Any, axis: int | None) -> Any:
    return axis if name == "axis" and isinstance(value, int) and value >= 0 and axis is not None else value


def _count(made: Graph, name: str | None, term: Term, axis: int | None) -> Term:
    """How many entries a sum runs over, or one by that."""
    entries = math.prod(term.shape) if axis is None else term.shape[axis]
    return made.constant(entries if name == COUNT else Fraction(1, entries))


def negated(graph: Graph, term: Term) -> Term:
    """−x, written without a second minus: of −a it is a, of −a·b it is a·b, of a − b it is b − a."""
    node = term.node
    first, *rest = [Term(graph, operand) for operand in node.operands] or [term]
    if node.op.name == "neg":
        return first
    if node.op.name == "sub":
        return graph.apply("sub", rest[0], first)
    if node.op.name in ("mul", "div", "matmul"):
        inner = _positive(graph, first.node, first)
        if inner is not None:
            value = number(inner.node)
            return rest[0] if value == 1 and node.op.name == "mul" else graph.apply(node.op.name, inner, rest[0])
    return graph.apply("neg", term)


def _positive(graph: Graph, node: Node, term: Term) -> Term | None:
    """What a factor is the negative of, where it is written so; None elsewhere."""
    if node.op.name == "neg":
        return Term(graph, node.operands[0])
    value = number(node)
    if value is not None and value < 0 and not node.shape:
        return graph.constant(-value)
    return None
