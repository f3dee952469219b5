"""Two nodes that the folding builder makes one are equal."""

from __future__ import annotations

from gradviz.errors import UserError
from gradviz.graph.folding import Folder
from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT, INPUT
from gradviz.passes.raising import below


def same_node(graph: Graph, first: int, second: int) -> bool:
    """Whether both, built anew with equal nodes shared, are one node.

    Nothing is simplified that changes where an expression has a value: only equal operations on equal operands (in
    either order in sums and products) and equal constants are one.

    Example:
        >>> g = Graph()
        >>> x, y = g.input("x"), g.input("y")
        >>> same_node(g, (x * y + 1).id, (1 + y * x).id)
        True
    """
    fresh = Graph()
    folder = Folder(fresh)
    moved: dict[int, int] = {}
    for i in below(graph, (first, second)):
        node = graph.nodes[i]
        if node.op is INPUT:
            fresh.nodes.append(node)
            moved[i] = len(fresh.nodes) - 1
        elif node.op is CONSTANT:
            moved[i] = folder.fill(node.settings["value"], node.shape)
        else:
            try:
                moved[i] = folder.make(node.op.name, tuple(moved[k] for k in node.operands), node.attributes)
            except (UserError, ArithmeticError, ValueError, OverflowError):
                return False
            if fresh.nodes[moved[i]].shape != node.shape:
                return False
    return moved[first] == moved[second]
