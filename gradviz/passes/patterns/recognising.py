"""The patterns in a graph, from its output back: where circuits overlap, the larger one is taken."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gradviz.graph.graph import Graph
from gradviz.passes.patterns.circuits import Drawn, drawing
from gradviz.passes.patterns.matching import Match, equals, match
from gradviz.passes.patterns.table import PATTERNS, Pattern
from gradviz.passes.raising import below

MOST = 2_000
"""Nodes of a graph that patterns are looked for in."""


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern in a graph.

    Args:
        pattern: what it is.
        drawn: the circuit that it is written as.
        match: where it is.
    """

    pattern: Pattern
    drawn: Drawn
    match: Match


def recognise(graph: Graph, output: int) -> tuple[Found, ...]:
    """The circuits that an output is made of, in topological order; none overlaps another.

    Larger graphs than `MOST` nodes are not searched.

    Example:
        >>> g = Graph()
        >>> x = g.input("x")
        >>> f = 1 / (1 + g.exp(-x))
        >>> [(found.pattern.name, found.match.holes, len(found.match.nodes)) for found in recognise(g, f.id)]
        [('sigmoid', {'u': 0}, 4)]
    """
    order = below(graph, (output,))
    if len(order) > MOST:
        return ()
    possible = _possible({graph.nodes[i].op.name for i in order})
    if not possible:
        return ()
    same, taken, chosen = equals(graph), set[int](), list[Found]()
    for root in reversed(order):
        if root in taken:
            continue
        found = _largest(graph, same, root, possible)
        if found is not None:
            taken.update(found.match.nodes)
            chosen.append(found)
    return tuple(reversed(chosen))


def _possible(present: Collection[str]) -> list[tuple[Pattern, Drawn]]:
    """The circuits whose functions are there, in the table's order; the others need not be drawn."""
    return [
        (pattern, drawing(circuit))
        for pattern in PATTERNS.values()
        for circuit in pattern.circuits
        if circuit.functions.issubset(present)
    ]


def _largest(graph: Graph, same: Sequence[int], root: int, possible: Sequence[tuple[Pattern, Drawn]]) -> Found | None:
    best: Found | None = None
    for pattern, circuit in possible:
        made = match(graph, same, root, circuit)
        if made is not None and (best is None or len(made.nodes) > len(best.match.nodes)):
            best = Found(pattern, circuit, made)
    return best
