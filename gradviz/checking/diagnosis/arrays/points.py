"""Seeded points at which candidates are compared with the answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from gradviz.graph.graph import Graph
from gradviz.ops.op import INPUT
from gradviz.passes.evaluate import evaluate
from gradviz.passes.matrix.trial import points_of

COUNT = 5
"""Points; two for screening, the rest to confirm."""
SCREENED = 2
TOLERANCE = 1e-8
"""Relative, in float64: a match is exact but for rounding."""

Values = Mapping[str, Any]


def points_at(
    graph: Graph, wanted: Sequence[int], declared: Collection[tuple[str, str]], fixed: Mapping[str, Any]
) -> tuple[Values, ...]:
    """Values of the inputs at points where the wanted nodes are finite, away from kinks and singular matrices.

    Args:
        graph: its inputs are given values.
        wanted: nodes.
        declared: see `Claim.declared`.
        fixed: inputs that have one value.
    """
    inputs = {i: node.name for i, node in enumerate(graph.nodes) if node.op is INPUT and node.name}
    drawn = [point.names for point in points_of(graph, inputs, wanted, declared=declared, count=COUNT, seed=2024)]
    if not fixed:
        return tuple(drawn)
    held = {name: _as_floats(value) for name, value in fixed.items()}
    moved = [{**point, **held} for point in drawn]
    return tuple(point for point in moved if all(map(is_finite, evaluate(graph, point, wanted))))


def _as_floats(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return np.array(value, dtype=object).astype(np.float64)
    return float(value) if not isinstance(value, np.ndarray) else value


def is_finite(value: Any) -> bool:
    """Whether all entries are."""
    return bool(np.all(np.isfinite(value)))


def values_of(graph: Graph, points: Sequence[Values], ids: Sequence[int]) -> list[list[Any]]:
    """Per point, the values of nodes as arrays."""
    if not ids:
        return [[] for _ in points]
    return [[np.asarray(value, dtype=np.float64) for value in evaluate(graph, point, ids)] for point in points]


def alike(found: Any, wanted: Any) -> bool:
    """Whether two arrays of one shape are equal but for rounding.

    Example:
        >>> alike(np.ones(2), np.ones(2) * (1 + 1e-12)), alike(np.ones(2), np.ones(3)), alike(np.ones(2), np.zeros(2))
        (True, False, False)
    """
    if found.shape != wanted.shape or not (is_finite(found) and is_finite(wanted)):
        return False
    scale = max(float(np.max(np.abs(wanted), initial=0.0)), float(np.max(np.abs(found), initial=0.0)))
    return bool(np.all(np.abs(found - wanted) <= TOLERANCE * scale))


def same_at(graph: Graph, points: Sequence[Values], one: int, other: int) -> bool:
    """Whether two nodes are equal at all points."""
    return all(alike(*pair) for pair in values_of(graph, points, [one, other]))
