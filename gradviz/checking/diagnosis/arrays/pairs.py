"""Two slips made together: the second is made on what the first one sends down."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradviz.checking.diagnosis.arrays.case import Case, Place
from gradviz.checking.diagnosis.arrays.points import values_of
from gradviz.checking.diagnosis.arrays.replay import Replayed, replay
from gradviz.checking.diagnosis.arrays.screening import Moves, close, is_answer, moved, projected
from gradviz.checking.diagnosis.arrays.slips import Slip, slips_at

Pair = tuple[Slip, Slip]

LIKELY = -1.6
"""The least that two slips together may be worth: rarer pairs are coincidences more often than not."""
FIRST = 60
"""Slips that are tried as the first of two."""
FEWEST, WORK = 4, 1_200
"""In a large sweep fewer are tried as the first: so many that they and the edges make this much work, or the fewest."""
MOST = 1_000
"""Slips of which pairs are tried."""
NODES = 6_000
"""Nodes that may be added to the graph in the search."""


def pair_matches(case: Case, slips: Sequence[Slip], moves: Moves) -> list[tuple[Pair, int]]:
    """The likely pairs that give the answer, with the result that each gives."""
    likely = sorted((slip for slip in slips if len(slip.alters) == 1), key=lambda slip: -slip.prior)
    likely = [slip for slip in likely if slip.prior >= LIKELY]
    first = likely[: max(FEWEST, min(FIRST, WORK // len(case.edges)))] if case.edges else []
    pairs = [*_independent(case, likely, moves), *_stacked(case, first, moves)]
    found: list[tuple[Pair, int]] = []
    for one, other in pairs:
        run = replay(case, {**one.alters, **other.alters})
        if run is not None and run.gradient is not None and is_answer(case, run.gradient):
            found.append(((one, other), run.gradient))
    return found


def _independent(case: Case, slips: list[Slip], moves: Moves) -> list[Pair]:
    """Pairs of which neither changes what comes down to the other: their moves add up."""
    if len(slips) < 2:
        return []
    slips = slips[:MOST]
    found, size = moved(case, moves, slips)
    near = close(found[:, None] + found[None, :], size[:, None] + size[None, :], moves)
    return [
        (slips[i], slips[j]) for i, j in zip(*np.nonzero(np.triu(near, 1)), strict=True) if _likely(slips[i], slips[j])
    ]


def _likely(one: Slip, other: Slip) -> bool:
    return one.prior + other.prior >= LIKELY and not set(one.alters) & set(other.alters)


def _stacked(case: Case, slips: list[Slip], moves: Moves) -> list[Pair]:
    """Pairs of which the first changes what comes down to the second."""
    near: list[Pair] = []
    start = len(case.graph)
    for first in slips:
        if len(case.graph) - start > NODES:
            break
        run = replay(case, first.alters)
        if run is None or run.gradient is None:
            continue
        near += [(first, second) for second in _below(case, first, run, moves)]
    return near


def _below(case: Case, first: Slip, run: Replayed, moves: Moves) -> list[Slip]:
    """The second slips that lead on from the first one to the answer."""
    changed = [place for place in run.contributions if place not in first.alters and _changed(case, place, run)]
    seconds: list[tuple[Place, Slip, int]] = []
    for place in changed:
        right = run.contributions[place]
        for slip in slips_at(case, place, run.upstreams[place[0]], right, LIKELY - first.prior):
            if _likely(first, slip):
                seconds.append((place, slip, right))
    if not seconds:
        return []
    wrongs = [slip.wrong[place] for place, slip, _ in seconds]
    ids = list(dict.fromkeys(i for i in (*wrongs, *(right for _, _, right in seconds)) if i is not None))
    begun, size = moved(case, moves, [first])
    made = np.zeros((len(seconds), len(moves.points), 2))
    for k, values in enumerate(values_of(case.graph, moves.points, ids)):
        known = dict(zip(ids, values, strict=True))
        for i, (place, slip, right) in enumerate(seconds):
            if known[right].shape == case.graph.nodes[case.edges[place].source].shape:
                made[i, k] = projected(case, place, slip.wrong[place], right, moves.tangents[k], known)
    near = close(made[:, :, 0] + begun[0], made[:, :, 1] + size[0], moves)
    return [slip for (_, slip, _), hit in zip(seconds, near, strict=True) if hit]


def _changed(case: Case, place: Place, run: Replayed) -> bool:
    return run.upstreams[place[0]] != case.edges[place].upstream
