"""Indices that no row of a table has: which one, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradviz.graph.graph import Graph, Node
from gradviz.ops.kernels.lookup import rows_of

Found = Sequence[Any] | Mapping[int, Any]


def outside(graph: Graph, node: Node, found: Found) -> str | None:
    """Why a node that takes rows has no value; None if it takes none, or all of its indices are good.

    Args:
        graph: the graph.
        node: the node.
        found: the values of its operands.

    Example:
        >>> g = Graph()
        >>> W, words = g.input("W", (3, 2)), g.input("words", (2,))
        >>> node = g.take(W, words).node
        >>> outside(g, node, [np.zeros((3, 2)), np.array([2.0, 7.0])])
        'words[1] is 7, but the rows of W are counted from 0 to 2'
    """
    if node.op.name != "take":
        return None
    table, indices = node.operands
    count, given = graph.nodes[table].shape[0], np.asarray(found[indices], dtype=np.float64)
    bad = np.argwhere(rows_of(given, count)[1])
    if not len(bad):
        return None
    place = tuple(int(i) for i in bad[0])
    name = graph.nodes[indices].name or "the index"
    at = f"[{', '.join(map(str, place))}]" if place else ""
    rows = f"the rows of {graph.nodes[table].name or 'the table'} are counted from 0 to {count - 1}"
    return f"{name}{at} is {_number(float(given[place]))}, but {rows}"


def _number(value: float) -> str:
    return "NaN" if np.isnan(value) else f"{value:g}".replace("-", "−")
