"""Timing peers beside one another: interleaved rounds, medians, and ratios within a round."""

from __future__ import annotations

import gc
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from itertools import repeat

Work = Callable[[], object]


def seconds(work: Work, times: int) -> float:
    """Seconds for one call, the mean of several."""
    start = time.perf_counter()
    for _ in repeat(None, times):
        work()
    return (time.perf_counter() - start) / times


def calls_for(work: Work, slice_seconds: float) -> int:
    """How many calls fill about a slice of time."""
    times = 1
    while seconds(work, times) * times < slice_seconds / 4 and times < 1 << 20:
        times *= 4
    return max(1, round(slice_seconds / max(seconds(work, times), 1e-9)))


def interleaved(peers: Mapping[str, Work], rounds: int, slice_seconds: float) -> dict[str, list[float]]:
    """Seconds for one call of each peer, once in every round, so that a machine's moods hit all alike."""
    counts = {name: calls_for(work, slice_seconds) for name, work in peers.items()}
    found: dict[str, list[float]] = {name: [] for name in peers}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, work in peers.items():
                found[name].append(seconds(work, counts[name]))
    finally:
        gc.enable()
    return found


def table(title: str, found: Mapping[str, list[float]], reference: str) -> str:
    """Medians, and medians of the ratios to one peer in the same round."""
    lines = [title, f"  {'':12}{'median':>12}{f'÷ {reference}':>14}"]
    for name, times in found.items():
        ratio = statistics.median(a / b for a, b in zip(times, found[reference], strict=True))
        lines.append(f"  {name:12}{1e6 * statistics.median(times):>9.1f} µs{ratio:>14.2f}")
    return "\n".join(lines)


def machine() -> str:
    """The machine, in a line."""
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
