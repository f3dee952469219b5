"""The table's circuits as graphs, made once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from gradviz.graph.graph import Graph
from gradviz.passes.patterns.table import PATTERNS, Circuit
from gradviz.shape import Shape

COUNT, SHARE = "n", "r"
"""The holes that stand for how many entries a sum runs over, and for one by that."""
COUNTED = frozenset({COUNT, SHARE})


@dataclass(frozen=True, slots=True)
class Drawn:
    """A circuit and its gate as graphs of the same holes.

    Args:
        circuit: as the table has it.
        graph, root: the circuit.
        gate, gate_root: what it is.
    """

    circuit: Circuit
    graph: Graph
    root: int
    gate: Graph
    gate_root: int

    @property
    def elementwise(self) -> bool:
        """Whether it serves arrays entry by entry."""
        return not self.circuit.shapes

    @property
    def whole(self) -> bool:
        """Whether it takes an array of any rank as a whole, and no axis of it."""
        nodes = (*self.graph.nodes, *self.gate.nodes)
        axes = [value for node in nodes for name, value in node.attributes if name == "axis"]
        return bool(axes) and all(axis is None for axis in axes)


def graph_of(text: str, shapes: Mapping[str, Shape]) -> tuple[Graph, int]:
    """An expression of the table as a graph, and the position of its output."""
    from gradviz.graph.build import build
    from gradviz.syntax.parser import parse

    holes = {name: shape for name, shape in shapes.items() if re.search(rf"\b{name}\b", text)}
    built = build(parse(text, known=("u", "v", *shapes)), shapes=holes)
    return built.graph, built.output


@cache
def drawn(name: str) -> tuple[Drawn, ...]:
    """The circuits of a pattern, in the table's order."""
    return tuple(map(drawing, PATTERNS[name].circuits))


@cache
def drawing(circuit: Circuit) -> Drawn:
    """One circuit as a graph."""
    return Drawn(circuit, *graph_of(circuit.text, circuit.shapes), *graph_of(circuit.gate, circuit.shapes))
