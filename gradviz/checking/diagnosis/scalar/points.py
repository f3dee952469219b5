"""Where a problem is sampled: points at which everything that matters is finite and of moderate size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from gradviz.checking.diagnosis.scalar.numbers import ANALYTIC, Values, as_array, evaluated
from gradviz.graph.graph import Graph
from gradviz.ops.op import CONSTANT, INPUT

COUNT, POOL = 8, 96
"""How many points are used, and from how many they are chosen."""
MODERATE = 1e6


def is_analytic(graph: Graph, wanted: Iterable[int]) -> bool:
    """Whether nodes can be computed, as one formula, at complex numbers."""
    return all(
        graph.nodes[i].op.name in ANALYTIC or graph.nodes[i].op in (INPUT, CONSTANT) for i in _below(graph, wanted)
    )


def chosen_points(
    graph: Graph, wanted: Sequence[int], *, analytic: bool, seed: int = 7, fixed: Mapping[str, Any] | None = None
) -> dict[int, Values]:
    """The inputs' values, by position, at points where all that the wanted nodes need is finite and moderate.

    Off the real line they stay near the positive axis, so that roots and logarithms keep to their main branch; on it
    both signs occur, since |x| is x where x is positive. Fewer than `COUNT` points come back where no more serve.

    Args:
        graph: holds the nodes; its inputs are numbers.
        wanted: what must have values.
        analytic: whether to leave the real line.
        seed: of the pool.
        fixed: inputs with one value.
    """
    inputs = graph.inputs
    drawn = _pool(len(inputs), analytic, seed)
    known: dict[int, Values] = {}
    for (name, i), values in zip(inputs.items(), drawn, strict=True):
        given = (fixed or {}).get(name)
        known[i] = values if given is None else np.full(POOL, as_array(given), dtype=values.dtype)
    places = list(known)
    with np.errstate(all="ignore"):
        evaluated(graph, wanted, known)
        size = np.zeros(POOL)
        for i in _below(graph, wanted):
            at = np.abs(np.broadcast_to(known[i], (POOL,)))
            np.maximum(size, np.where(np.isfinite(at), at, np.inf), out=size)
    keep = np.nonzero(size < MODERATE)[0][:COUNT]
    if len(keep) < COUNT:
        keep = np.argsort(size, kind="stable")[:COUNT]
        keep = keep[np.isfinite(size[keep])]
    return {i: known[i][keep] for i in places}


def _pool(inputs: int, analytic: bool, seed: int) -> Values:
    rng = np.random.default_rng(seed)
    if analytic:
        radius, angle = rng.uniform(0.45, 1.75, (2, inputs, POOL)), rng.uniform(-0.55, 0.55, (inputs, POOL))
        radius = radius[0]
        scale = np.ones(POOL)
        scale[POOL // 2 :] = rng.choice([0.3, 0.6, 2.0, 4.0], POOL - POOL // 2)
        return np.asarray(radius * scale * np.exp(1j * angle))
    spread = rng.uniform(0.15, 1.8, (inputs, POOL)) * rng.choice([1.0, -1.0], (inputs, POOL))
    spread[:, POOL // 2 :] *= rng.choice([1.0, 3.0, 8.0], (inputs, POOL - POOL // 2))
    return np.asarray(spread)


def _below(graph: Graph, wanted: Iterable[int]) -> list[int]:
    seen: set[int] = set()
    stack = list(wanted)
    while stack:
        i = stack.pop()
        if i not in seen:
            seen.add(i)
            stack.extend(graph.nodes[i].operands)
    return sorted(seen)
