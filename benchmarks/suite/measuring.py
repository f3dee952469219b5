"""One case from beginning to end: make the peers ready, see that they agree, time them."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, replace

import numpy as np

from suite.case import Absent, Case, Ready
from suite.timing import interleaved


@dataclass(frozen=True)
class Figure:
    """What was measured of one peer.

    Args:
        prepared: seconds to make it ready, its library's import included the first time.
        median, fastest: seconds for one call.
        ratio: to the reference, the median of the ratios within a round.
        apart: how far its answer is from the reference's, relative to the largest number there; None without numbers.
    """

    prepared: float
    median: float
    fastest: float
    ratio: float
    apart: float | None


@dataclass(frozen=True)
class Measured:
    """A case with its figures.

    Args:
        figures: by peer.
        absent: why a peer took no part, by peer.
        met: whether the target is met; None where the case has none, or who is asked for is absent.
    """

    case: Case
    figures: dict[str, Figure]
    absent: dict[str, str]
    met: bool | None


OURS = "gradviz"


def measured(case: Case, rounds: int, slice_seconds: float, chosen: frozenset[str] = frozenset()) -> Measured:
    """The figures of a case.

    Args:
        case: what is done.
        rounds: how often each peer is timed; a slow case takes a third of them (at least one), one call each.
        slice_seconds: about how long a peer runs in a round.
        chosen: peers that take part beside gradviz and the reference; all if empty.

    Raises:
        SystemExit: a peer's answer differs from the reference's. What disagrees is not timed.
    """
    ready, prepared, absent = _made_ready(case, chosen)
    if case.reference not in ready:
        # Without it no target can be judged; ratios refer to gradviz, and the others must still agree.
        case = replace(case, reference=OURS, at_most=None)
    if case.reference not in ready:
        return Measured(case, {}, absent, None)
    apart = _agreement(case, ready)
    found = interleaved(ready, max(1, rounds // 3), 0) if case.slow else interleaved(ready, rounds, slice_seconds)
    reference = found[case.reference]
    figures = {
        name: Figure(
            prepared[name],
            statistics.median(times),
            min(times),
            statistics.median(a / b for a, b in zip(times, reference, strict=True)),
            apart[name],
        )
        for name, times in found.items()
    }
    return Measured(case, figures, absent, _met(case, figures))


def _made_ready(case: Case, chosen: frozenset[str]) -> tuple[dict[str, Ready], dict[str, float], dict[str, str]]:
    ready: dict[str, Ready] = {}
    prepared: dict[str, float] = {}
    absent: dict[str, str] = {}
    for name, make in case.peers.items():
        if chosen and name not in chosen | {OURS, case.reference}:
            continue
        start = time.perf_counter()
        try:
            ready[name] = make()
        except Absent as reason:
            absent[name] = str(reason)
            continue
        prepared[name] = time.perf_counter() - start
    return ready, prepared, absent


def _agreement(case: Case, ready: dict[str, Ready]) -> dict[str, float | None]:
    """How far each peer's answer is from the reference's."""
    answers = {name: one.call(*one.arguments) for name, one in ready.items()}
    numbers = {
        name: np.asarray(one.answer(answers[name]), dtype=np.float64).ravel()
        for name, one in ready.items()
        if one.answer is not None
    }
    wanted = numbers.get(case.reference)
    apart: dict[str, float | None] = dict.fromkeys(ready)
    for name, found in numbers.items():
        if wanted is None:
            break
        if found.shape != wanted.shape:
            raise SystemExit(f"{case.title}: {name} gives {found.size} numbers, {case.reference} {wanted.size}")
        scale = float(np.max(np.abs(wanted), initial=1e-300))
        apart[name] = float(np.max(np.abs(found - wanted), initial=0.0)) / scale
        if not apart[name] <= case.tolerance:  # type: ignore[operator]
            raise SystemExit(f"{case.title}: {name} disagrees with {case.reference} by {apart[name]:.1e}")
    return apart


def _met(case: Case, figures: dict[str, Figure]) -> bool | None:
    ours = figures.get(OURS)
    if ours is None or (case.at_most is None and case.seconds is None and not case.beats):
        return None
    within = case.at_most is None or ours.ratio <= case.at_most
    within &= case.seconds is None or ours.median <= case.seconds
    ahead = all(ours.ratio <= figures[name].ratio for name in case.beats if name in figures)
    return within and ahead
