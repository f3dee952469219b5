"""A match is confirmed before it is reported: in ball arithmetic, at points of its own."""

from __future__ import annotations

from gradviz.checking.claim import Claim
from gradviz.checking.diagnosis.arrays.case import Case
from gradviz.passes.raising import below
from gradviz.shape import size

ENTRIES = 1_500
"""Entries of all arrays together up to which a match is tried once more; it has agreed at five points already."""
POINTS, BITS = 6, 128
"""Points at which it is tried, and the bits of the balls."""


def confirmed(case: Case, made: int) -> bool:
    """Whether no point shows a difference between the answer and what a mistake gives."""
    nodes = case.graph.nodes
    if sum(size(nodes[i].shape) for i in below(case.graph, [made, case.claimed])) > ENTRIES:
        return True
    from gradviz.checking.equality.comparing import bench
    from gradviz.checking.equality.points import points

    ready = bench(Claim(case.graph, made, case.claimed, domain=(case.truth,), declared=case.built.declared))
    for point in points(ready.slots, POINTS):
        look = ready.look(point, BITS)
        if look.state == "different" and ready.confirmed(point, look):
            return False
    return True
