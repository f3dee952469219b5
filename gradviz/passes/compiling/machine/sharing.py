"""Blocks of points shared between threads: who is free takes the next one."""

from __future__ import annotations

import _thread
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

Work = Callable[[Iterator[tuple[int, int]]], None]
"""Does the blocks that it is given, `(start, stop)` each."""


def workers() -> int:
    """How many threads may run at once: the processors that this process may use."""
    if hasattr(os, "process_cpu_count"):
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share(work: Work, count: int, block: int, threads: int) -> None:
    """Do `count` points in blocks, in this thread and in others beside it.

    The others are there for this call only, so nothing is shared with a forked process or another call. Nobody waits
    for a thread that has not begun: on a busy machine this one does all by itself. What a block gives does not depend
    on who does it. If a thread fails or the call is interrupted, the others end after the block that they are at, and
    the error is raised here.

    Args:
        work: takes blocks from an iterator until there are none.
        count: of the points.
        block: how many points a block has; the last one has the rest.
        threads: this one and at most so many less one beside it; no more than there are blocks.
    """
    blocks = _Blocks(count, block)
    try:
        _begin(blocks, work, min(threads, -(-count // block)) - 1)
        work(blocks.left())
    finally:
        blocks.end()
    if blocks.error is not None:
        raise blocks.error


def _begin(blocks: _Blocks, work: Work, threads: int) -> None:
    """Start threads; where the system has no more of them, it goes without."""
    with suppress(RuntimeError):
        for _ in range(threads):
            _thread.start_new_thread(blocks.beside, (work,))


class _Blocks:
    """Hands out blocks, each once, and knows who is at work."""

    def __init__(self, count: int, block: int) -> None:
        self.error: BaseException | None = None
        self._points, self._block = count, block
        self._next = 0
        self._active = 0
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)

    def left(self) -> Iterator[tuple[int, int]]:
        """The blocks that nobody took."""
        while True:
            with self._lock:
                start = self._next
                self._next += self._block
            if start >= self._points:
                return
            yield start, min(start + self._block, self._points)

    def beside(self, work: Work) -> None:
        """What another thread does: blocks, if there are any left when it begins."""
        with self._lock:
            if self._next >= self._points:
                return
            self._active += 1
        try:
            work(self.left())
        except BaseException as error:  # it is raised again in the thread that asked
            with self._lock:
                self.error = error
                self._next = self._points
        finally:
            with self._lock:
                self._active -= 1
                self._idle.notify()

    def end(self) -> None:
        """Let nobody begin any more, and wait for those who are at work."""
        with self._lock:
            self._next = self._points
            while self._active:
                self._idle.wait()
