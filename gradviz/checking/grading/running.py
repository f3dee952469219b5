"""A grading run: what is in the journal is taken, the rest is judged and journalled as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gradviz.checking.grading.journal import Journal
from gradviz.checking.grading.tasks import Judged, Limits, Task

Executor = Callable[[Sequence[Task], Limits], Iterator[tuple[str, Judged]]]
"""Judges tasks somewhere, and yields each key and result once, in any order."""

Told = Callable[[int, int], None]
"""Told how many tasks are done, of how many."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did: how many results it took from the journal, and how many it made."""

    taken: int
    made: int


def run(tasks: Sequence[Task], executor: Executor, journal: Journal, limits: Limits, told: Told) -> Ran:
    """Judge every task that the journal has no result for.

    Args:
        tasks: each with another key.
        executor: where they are judged.
        journal: open; it has all results afterwards.
        limits: of each task.
        told: is told of the progress.

    Raises:
        UserError: the executor cannot work, or the journal cannot be written; what was done is in the journal.
    """
    open_ = [task for task in tasks if task.key not in journal.results]
    done = len(tasks) - len(open_)
    told(done, len(tasks))
    if not open_:
        return Ran(done, 0)
    results = executor(open_, limits)
    try:
        for count, (key, result) in enumerate(results, start=1):
            journal.add(key, result)
            told(done + count, len(tasks))
    finally:
        close = getattr(results, "close", None)
        if close is not None:
            close()
    return Ran(done, len(open_))
