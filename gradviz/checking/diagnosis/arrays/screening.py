"""Which slips give the answer: all single ones by one projection, pairs within a budget, survivors in full.

The sweep is linear in what comes back along an edge. So a wrong contribution moves the result, in any direction r of
the input, by ⟨wrong − right, ẋ⟩, where ẋ is the tangent of the edge's operand along r. One forward sweep gives all
tangents, and each slip costs one small product: O(n) for all single mistakes (after "On large graphs" in the proof of
concept).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradviz.checking.diagnosis.arrays.case import Case, Place
from gradviz.checking.diagnosis.arrays.points import SCREENED, same_at, values_of
from gradviz.checking.diagnosis.arrays.replay import replay
from gradviz.checking.diagnosis.arrays.slips import Slip
from gradviz.passes.forward import tangent_graph

MARGIN = 1e-7
"""Relative, of a projection: rounding; what passes is compared in full."""

FEWEST, WORK = 40, 20_000
"""Sweeps that are rerun in full for slips at several places: the fewest, and how much work, by edges, they may make."""


@dataclass(frozen=True, slots=True)
class Moves:
    """What moves the result, measured along a direction at each screening point.

    Args:
        points: the screening points.
        tangents: per point, by node, its tangent along that point's direction.
        wanted: per point, how far the answer is from the right result.
        scale: per point, the size of both.
    """

    points: tuple[Mapping[str, Any], ...]
    tangents: tuple[Mapping[int, Any], ...]
    wanted: Any
    scale: Any


def moves_of(case: Case) -> Moves | None:
    """The tangents, and how far the answer is off; None if the answer has another shape."""
    graph = case.graph
    shape = graph.nodes[case.wrt].shape
    if graph.nodes[case.claimed].shape != graph.nodes[case.truth].shape:
        return None
    points = case.points[:SCREENED]
    sources = sorted({edge.source for edge in case.edges.values()})
    made = tangent_graph(graph, [case.output], [case.wrt])
    name = made.graph.nodes[made.directions[case.wrt]].name or ""
    generator = np.random.default_rng(11)
    directions = [generator.uniform(0.5, 1.5, shape) * generator.choice([-1.0, 1.0], shape) for _ in points]
    aimed = [
        {**point, name: direction if shape else float(direction)}
        for point, direction in zip(points, directions, strict=True)
    ]
    moving = [source for source in sources if source in made.tangents]
    found = values_of(made.graph, aimed, [made.tangents[source] for source in moving])
    tangents = tuple(dict(zip(moving, values, strict=True)) for values in found)
    both = values_of(graph, points, [case.claimed, case.truth])
    off = [float(np.sum((c - t) * r)) for (c, t), r in zip(both, directions, strict=True)]
    scale = [float(np.sum((np.abs(c) + np.abs(t)) * np.abs(r))) for (c, t), r in zip(both, directions, strict=True)]
    return Moves(points, tangents, np.array(off), np.array(scale))


def moved(case: Case, moves: Moves, slips: Sequence[Slip]) -> tuple[Any, Any]:
    """By slip and point, how far each moves the result, and the size of what was compared."""
    ids: dict[int, None] = {}
    for slip in slips:
        for place, wrong in slip.wrong.items():
            ids.setdefault(case.edges[place].contribution)
            if wrong is not None:
                ids.setdefault(wrong)
    listed = list(ids)
    values = [dict(zip(listed, found, strict=True)) for found in values_of(case.graph, moves.points, listed)]
    rows = [[_move(case, slip, at, known) for at, known in zip(moves.tangents, values, strict=True)] for slip in slips]
    made = np.array(rows, dtype=float).reshape(len(slips), len(moves.points), 2)
    return made[:, :, 0], made[:, :, 1]


def _move(case: Case, slip: Slip, tangents: Mapping[int, Any], known: Mapping[int, Any]) -> tuple[float, float]:
    total = size = 0.0
    for place, wrong in slip.wrong.items():
        one, scale = projected(case, place, wrong, case.edges[place].contribution, tangents, known)
        total, size = total + one, size + scale
    return total, size


def projected(
    case: Case, place: Place, wrong: int | None, right: int, tangents: Mapping[int, Any], known: Mapping[int, Any]
) -> tuple[float, float]:
    """How far one wrong contribution moves the result; NaN where it has another shape than the operand."""
    tangent = tangents.get(case.edges[place].source)
    if tangent is None:
        return 0.0, 0.0
    was = known[right]
    now = np.zeros_like(was) if wrong is None else known[wrong]
    if now.shape != tangent.shape:
        return float("nan"), 0.0
    return float(np.sum((now - was) * tangent)), float(np.sum((np.abs(now) + np.abs(was)) * np.abs(tangent)))


def close(found: Any, size: Any, moves: Moves) -> Any:
    """Whether moves lead to the answer at every screening point."""
    with np.errstate(invalid="ignore"):
        near = np.abs(found - moves.wanted) <= MARGIN * (size + moves.scale)
    return np.all(near, axis=-1)


def single_matches(case: Case, slips: Sequence[Slip], moves: Moves | None) -> list[tuple[Slip, int]]:
    """The slips that give the answer, with the result that each gives."""
    survivors = [slip for slip in slips if _needs_replay(case, slip)]
    plain = [slip for slip in slips if not _needs_replay(case, slip)]
    if moves is not None and plain:
        found, size = moved(case, moves, plain)
        near = [slip for slip, hit in zip(plain, close(found, size, moves), strict=True) if hit]
        survivors = [*near, *survivors[: max(FEWEST, WORK // max(1, len(case.edges)))]]
    matched: list[tuple[Slip, int]] = []
    for slip in survivors:
        run = replay(case, slip.alters)
        if run is not None and run.gradient is not None and is_answer(case, run.gradient):
            matched.append((slip, run.gradient))
    return matched


def _needs_replay(case: Case, slip: Slip) -> bool:
    """Whether a projection says nothing: several places depend on each other, or the shape is wrong."""
    if len(slip.alters) > 1:
        return True
    nodes = case.graph.nodes
    return any(
        wrong is not None and nodes[wrong].shape != nodes[case.edges[place].source].shape
        for place, wrong in slip.wrong.items()
    )


def is_answer(case: Case, id: int) -> bool:
    """Whether a node equals the answer at every point, the ones that are kept for confirming among them."""
    nodes = case.graph.nodes
    return nodes[id].shape == nodes[case.claimed].shape and same_at(case.graph, case.points, id, case.claimed)
