"""One node of a graph on its way into the matrix algebra."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gradviz.graph.graph import Graph, Node
from gradviz.ops.op import CONSTANT
from gradviz.passes.matrix.algebra import Matrix
from gradviz.passes.matrix.vectors import spread
from gradviz.shape import Shape

MAX_EXPONENT = 64
"""Of a power that is read as one: beyond it x**p stays a function."""


@dataclass(frozen=True, slots=True)
class Case:
    """One node to be lowered.

    Args:
        graph, node: the node and where it stands.
        operands, shapes: its operands in the algebra, and the shapes that they have in the graph.
        done: what has been lowered, by node.
    """

    graph: Graph
    node: Node
    operands: tuple[Matrix, ...]
    shapes: tuple[Shape, ...]
    done: Mapping[int, Any]

    @property
    def shape(self) -> Shape:
        """The shape of the node's value."""
        return self.node.shape

    def spread(self) -> tuple[Matrix, ...]:
        """The operands, broadcast to the node's shape."""
        return tuple(spread(x, shape, self.shape) for x, shape in zip(self.operands, self.shapes, strict=True))

    def number(self, slot: int) -> Any | None:
        """The exact number that an operand is, if it is a constant of one."""
        node = self.graph.nodes[self.node.operands[slot]]
        value = node.attributes[0][1] if node.op is CONSTANT else None
        if isinstance(value, float) and value == value and abs(value) < MAX_EXPONENT:
            return Fraction(repr(float(value)))
        return value if isinstance(value, (int, Fraction)) else None
