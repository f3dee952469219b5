"""From an answer's values to the mistakes that give them, before anything is confirmed or said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from gradviz.checking.diagnosis.scalar.candidates import Candidates
from gradviz.checking.diagnosis.scalar.numbers import Values
from gradviz.checking.diagnosis.scalar.whole import WHOLE, Whole

TOLERANCE = 1e-9
COMPOSED = 0.3
"""How likely something with the whole must be to be looked for together with a mistake in a step."""
FEWEST = 4
"""Points at which the answer must be finite for a match to mean anything."""


@dataclass(frozen=True, slots=True)
class Match:
    """Mistakes that give the answer at the sample points.

    Args:
        candidates, row: which.
        whole: what was done to the derivative as a whole besides; None if nothing.
        count, score: for ranking.
    """

    candidates: Candidates
    row: int
    whole: Whole | None
    count: int
    score: float


def matches(
    tried: Iterable[Candidates], answer: Values, truth: Values, value: Values, *, tolerance: float = TOLERANCE,
    most: int = 1, wholes: bool = True,
) -> Iterator[Match]:  # fmt: skip
    """All rows that give the answer, and not the right derivative.

    Args:
        tried: mistakes.
        answer: the answer at the points.
        truth: the right derivative there.
        value: the function there.
        tolerance: relative.
        most: how many mistakes at most.
        wholes: whether to look for what can be done to the whole besides.
    """
    good = np.isfinite(answer) & np.isfinite(truth)
    if good.sum() < min(FEWEST, len(answer)):
        return
    with np.errstate(all="ignore"):
        for candidates in tried:
            yield from _hits(candidates, answer, truth, good, tolerance, None)
            if not wholes:
                continue
            for whole in WHOLE:
                turned = whole.undo(answer, value)
                if np.isfinite(turned[good]).all():
                    for hit in _hits(candidates, turned, truth, good, tolerance, whole):
                        if hit.count <= most + 1 and (hit.count == 1 or whole.prior >= COMPOSED):
                            yield hit


def _hits(
    candidates: Candidates, wanted: Values, truth: Values, good: Values, tolerance: float, whole: Whole | None
) -> Iterator[Match]:
    slopes = candidates.slopes
    first = int(np.argmax(good))
    rough = np.abs(slopes[:, first] - wanted[first]) <= 100 * tolerance * (np.abs(wanted[first]) + 1e-9)
    for row in np.nonzero(rough)[0]:
        made = slopes[row][good]
        alone = whole is not None and not candidates.counts[row]
        if close(made, wanted[good], tolerance) and (alone or not close(made, truth[good])):
            extra = 0 if whole is None else 1
            score = float(candidates.scores[row]) + (0.0 if whole is None else whole.score)
            yield Match(candidates, int(row), whole, int(candidates.counts[row]) + extra, score)


def close(a: Values, b: Values, tolerance: float = TOLERANCE) -> bool:
    """Whether two arrays agree in every entry."""
    return bool((np.abs(a - b) <= tolerance * np.maximum(np.abs(a), np.abs(b)) + 1e-13).all())
