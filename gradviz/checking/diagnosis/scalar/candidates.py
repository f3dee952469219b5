"""Which mistakes are tried together, and the derivatives that they give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from gradviz.checking.diagnosis.scalar.batch import Plan, replay
from gradviz.checking.diagnosis.scalar.linear import linear
from gradviz.checking.diagnosis.scalar.numbers import Numbers, Values
from gradviz.checking.diagnosis.scalar.slips import slips_of
from gradviz.checking.diagnosis.scalar.steps import Derivation
from gradviz.checking.diagnosis.slip import Slip

MOST_STEPS = 60
"""Of a derivation that is replayed for every mistake; longer ones are linearised, which takes single mistakes only."""
MOST_PAIRS = 25_000
PAIR_WORK = 120_000
"""How many pairs times steps: what longer derivations may cost."""
PAIR_SCORE = -6.4
"""Pairs that are less likely than this are not looked for: what they find is a coincidence more often than not."""
EVERYWHERE = -0.3
"""What it costs a misconception to be made in every place where it can be."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Mistaken derivations and what they give.

    Args:
        derivation, slips: what is done, and the mistakes of each step.
        plans: what is mistaken, by row.
        counts, scores: of each row.
        slopes: the derivative of the whole, by row and point.
    """

    derivation: Derivation
    slips: tuple[tuple[Slip, ...], ...]
    plans: Sequence[Plan]
    counts: Values
    scores: Values
    slopes: Values


def slips_in(derivation: Derivation) -> tuple[tuple[Slip, ...], ...]:
    """The mistakes of every step."""
    return tuple(slips_of(derivation, i) for i in range(len(derivation.steps)))


def singles(derivation: Derivation, numbers: Numbers, count: int) -> Candidates:
    """Every mistake by itself, and every misconception made wherever it can be."""
    if len(derivation.steps) > MOST_STEPS:
        return linearised(derivation, numbers, count)
    slips = slips_in(derivation)
    ones = [(i, k) for i, own in enumerate(slips) for k in range(len(own))]
    plans: list[Plan] = [(), *((one,) for one in ones)]
    counts = [0, *(slips[i][k].count for i, k in ones)]
    scores = [0.0, *(slips[i][k].score for i, k in ones)]
    for plan, score in _everywhere(slips):
        plans.append(plan)
        counts.append(1)
        scores.append(score)
    return _filled(derivation, slips, plans, counts, scores, numbers, count)


def pairs(derivation: Derivation, numbers: Numbers, count: int) -> Candidates | None:
    """Two mistakes in different steps, the likeliest; None where there are none or too many steps."""
    if len(derivation.steps) > MOST_STEPS:
        return None
    slips = slips_in(derivation)
    ones = [(slip.score, i, k) for i, own in enumerate(slips) for k, slip in enumerate(own) if slip.count == 1]
    ones.sort(key=lambda one: (-one[0], one[1:]))
    most = min(MOST_PAIRS, PAIR_WORK // len(derivation.steps))
    found = [*_two_places(ones, most), *_one_more(_everywhere(slips), ones, most)]
    found.sort(key=lambda each: -each[0])
    del found[most:]
    if not found:
        return None
    plans, scores = [plan for _, plan in found], [score for score, _ in found]
    return _filled(derivation, slips, plans, [2] * len(plans), scores, numbers, count)


def _two_places(ones: Sequence[tuple[float, int, int]], most: int) -> list[tuple[float, Plan]]:
    """Pairs of mistakes in different steps, of those that are likely enough the likeliest."""
    scores, steps = np.asarray([one[0] for one in ones]), np.asarray([one[1] for one in ones])
    left, right = np.triu_indices(len(ones), 1)
    sums = scores[left] + scores[right]
    keep = np.nonzero((sums >= PAIR_SCORE) & (steps[left] != steps[right]))[0]
    keep = keep[np.argsort(-sums[keep], kind="stable")[:most]]
    made: list[tuple[float, Plan]] = []
    for a, b, score in zip(left[keep].tolist(), right[keep].tolist(), sums[keep].tolist(), strict=True):
        one, other = ones[a][1:], ones[b][1:]
        made.append((score, (one, other) if one < other else (other, one)))
    return made


def _one_more(
    repeated: list[tuple[Plan, float]], ones: Sequence[tuple[float, int, int]], most: int
) -> list[tuple[float, Plan]]:
    """A misconception made wherever it can be, and one mistake elsewhere, the likeliest."""
    if not repeated:
        return []
    sums = np.asarray([score for _, score in repeated])[:, None] + np.asarray([one[0] for one in ones])
    rows, columns = np.nonzero(sums >= PAIR_SCORE)
    order = np.argsort(-sums[rows, columns], kind="stable")[:most]
    taken = [{i for i, _ in plan} for plan, _ in repeated]
    made: list[tuple[float, Plan]] = []
    for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        _, i, k = ones[column]
        if i not in taken[row]:
            made.append((float(sums[row, column]), tuple(sorted((*repeated[row][0], (i, k))))))
    return made


def _everywhere(slips: tuple[tuple[Slip, ...], ...]) -> list[tuple[Plan, float]]:
    """Misconceptions that can be made in two places or more: made in all of them, or in all but one of many."""
    places: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for i, own in enumerate(slips):
        for k, slip in enumerate(own):
            if slip.count == 1 and slip.family not in ("not differentiated", "variable", "misread"):
                known = places.setdefault((slip.family, slip.name), [])
                if all(i != j for j, _ in known):
                    known.append((i, k))
    made: list[tuple[Plan, float]] = []
    for where in places.values():
        if len(where) < 2:
            continue
        score = max(slips[i][k].score for i, k in where) + EVERYWHERE
        made.append((tuple(where), score))
        if 3 <= len(where) <= 8:
            made += [(some, score - 1.0) for some in combinations(where, len(where) - 1)]
    return made


def _filled(
    derivation: Derivation,
    slips: tuple[tuple[Slip, ...], ...],
    plans: Sequence[Plan],
    counts: Sequence[int],
    scores: Sequence[float],
    numbers: Numbers,
    count: int,
) -> Candidates:
    last = replay(derivation, slips, plans, numbers, count)
    slopes = last.slopes_at(np.arange(len(plans)))
    return Candidates(derivation, slips, plans, np.asarray(counts), np.asarray(scores) + derivation.penalty, slopes)


def linearised(derivation: Derivation, numbers: Numbers, count: int) -> Candidates:
    """Every mistake by itself that leaves values alone, in time linear in the steps."""
    slips = slips_in(derivation)
    plans, slopes = linear(derivation, slips, numbers, count)
    scores = np.asarray([sum(slips[i][k].score for i, k in plan) for plan in plans]) + derivation.penalty
    counts = np.asarray([sum(slips[i][k].count for i, k in plan) for plan in plans])
    return Candidates(derivation, slips, plans, counts, scores, slopes)
