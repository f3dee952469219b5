"""An edge that is not elementwise, with what its local Jacobian is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.graph.graph import Graph, Node
from gradviz.passes.jacobian.operator import Array
from gradviz.passes.jacobian.reverse_rule import OUTPUT, ReverseRule, reverse_rule
from gradviz.shape import Shape, size

KEPT = 4_000_000
"""Entries up to which a local Jacobian is kept; a larger one is known by its products."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """An edge that is not elementwise, with what its Jacobian is made from.

    Args:
        node, slot: the operation and the operand.
        shapes: the operands'.
        rule: its reverse rule.
        values: the operands' values by slot, the output's at −1: those that the rule reads.
        known: whether these are numbers; without, all are NaN and only the structure counts.
    """

    node: Node
    slot: int
    shapes: tuple[Shape, ...]
    rule: ReverseRule
    values: Mapping[int, Any]
    known: bool

    @property
    def operand(self) -> Shape:
        """The shape of the operand by which."""
        return self.shapes[self.slot]

    @property
    def size(self) -> tuple[int, int]:
        """Of the Jacobian."""
        return size(self.node.shape), size(self.operand)

    @property
    def point(self) -> dict[str, Any]:
        """The values, as the reverse rule's graph names them."""
        return {OUTPUT if i < 0 else f"x{i}": value for i, value in self.values.items()}

    def value(self, i: int) -> Array:
        """A value as an array; NaN where it is not read."""
        shape = self.node.shape if i < 0 else self.shapes[i]
        return np.asarray(self.values.get(i, np.broadcast_to(np.nan, shape)), dtype=np.float64)


def place_of(graph: Graph, node: Node, slot: int, values: Mapping[int, Any], known: bool) -> Place:
    """An edge of a graph that is not elementwise, with the values by node that its rule reads."""
    rule = reverse_rule(graph, node, slot)
    return Place(node, slot, tuple(graph.nodes[i].shape for i in node.operands), rule, values, known)
