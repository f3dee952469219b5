"""Whether an explanation holds: both sides are compared at fresh points, and the one that is told first exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradviz.checking.claim import Claim
from gradviz.checking.diagnosis.scalar.algebra import below
from gradviz.checking.diagnosis.scalar.numbers import evaluated
from gradviz.checking.diagnosis.scalar.points import chosen_points, is_analytic
from gradviz.errors import UserError
from gradviz.graph.graph import Graph

TOLERANCE = 1e-9
SEED = 20
LARGEST = 250
"""How many nodes the sides may have to be compared exactly."""


def same(
    graph: Graph, left: int, right: int, fixed: Mapping[str, Any] | None = None, tolerance: float = TOLERANCE
) -> bool:
    """Whether two nodes have the same value at points that were not used to find them."""
    pair = [left, right]
    if left == right:
        return True
    known = chosen_points(graph, pair, analytic=is_analytic(graph, pair), seed=SEED, fixed=fixed)
    with np.errstate(all="ignore"):
        evaluated(graph, pair, known)
        a, b = np.atleast_1d(known[left]), np.atleast_1d(known[right])
        apart = np.abs(a - b) / (np.maximum(np.abs(a), np.abs(b)) + 1e-12)
    return bool(apart.size and (apart <= tolerance).all())


def exactly_same(graph: Graph, left: int, right: int, zero: int | None = None) -> bool:
    """Whether two nodes that agree are equal: proved, or at least not refuted in ball arithmetic."""
    if left == right or len(below(graph, left)) + len(below(graph, right)) > LARGEST:
        return True
    from gradviz.checking.equality.prove import prove
    from gradviz.checking.equality.refute import examine

    claim = Claim(graph, left, right, zero=zero)
    try:
        return prove(claim) is not None or examine(claim).counter is None
    except UserError:
        return True
