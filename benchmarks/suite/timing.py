"""Timing peers beside one another: interleaved rounds, so that a machine's moods hit all alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import repeat
from typing import Any

from suite.case import Ready


def seconds(call: Callable[..., Any], arguments: tuple[Any, ...], times: int) -> float:
    """Seconds for one call, the mean of several."""
    rounds = repeat(None, times)
    start = time.perf_counter()
    for _ in rounds:
        call(*arguments)
    return (time.perf_counter() - start) / times


def calls_for(ready: Ready, slice_seconds: float) -> int:
    """How many calls fill about a slice of time."""
    times = 1
    while seconds(ready.call, ready.arguments, times) * times < slice_seconds / 4 and times < 1 << 20:
        times *= 4
    return max(1, round(slice_seconds / max(seconds(ready.call, ready.arguments, times), 1e-9)))


def interleaved(peers: Mapping[str, Ready], rounds: int, slice_seconds: float) -> dict[str, list[float]]:
    """Seconds for one call of each peer, once in every round.

    Args:
        peers: ready to be called.
        rounds: how often each is timed.
        slice_seconds: about how long a peer runs in a round; 0: one call.
    """
    counts = {name: calls_for(ready, slice_seconds) if slice_seconds else 1 for name, ready in peers.items()}
    found: dict[str, list[float]] = {name: [] for name in peers}
    with without_collector():
        for _ in range(rounds):
            for name, ready in peers.items():
                found[name].append(seconds(ready.call, ready.arguments, counts[name]))
    return found


@contextmanager
def without_collector() -> Iterator[None]:
    """The garbage collector off, so that nobody pays for another's garbage."""
    gc.collect()
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
