"""Walks over formulas: every shared part once, without recursion."""

from __future__ import annotations

from collections.abc import Iterable

from gradviz.passes.matrix.node import Matrix


def postorder(roots: Iterable[Matrix]) -> list[Matrix]:
    """All nodes under some roots, each once, parts before wholes; the order depends on structure alone."""
    found: dict[Matrix, None] = {}
    pending = [(root, False) for root in reversed(list(roots))]
    while pending:
        node, ready = pending.pop()
        if node in found:
            continue
        if ready:
            found[node] = None
        else:
            pending.append((node, True))
            pending.extend((part, False) for part in reversed(node.args) if part not in found)
    return list(found)


def holding(roots: Iterable[Matrix], part: Matrix) -> frozenset[Matrix]:
    """The nodes under some roots that contain a part (the part itself among them)."""
    found: set[Matrix] = set()
    for node in postorder(roots):
        if node is part or any(argument in found for argument in node.args):
            found.add(node)
    return frozenset(found)
