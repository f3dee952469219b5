"""The same work over a Dask cluster: each of its workers keeps processes of its own, killed and replaced like ours."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from gradviz.checking.grading.coding import decoded, encoded
from gradviz.checking.grading.pool import Worker
from gradviz.checking.grading.tasks import Judged, Limits, Task
from gradviz.checking.grading.worker import JUDGE
from gradviz.errors import OptionProblem, UserError

CHUNK = 20
"""Tasks that are sent together."""

CONNECTING = 20
"""Seconds in which a scheduler answers, or is not there."""

_KEPT: dict[tuple[Limits, str], list[Worker]] = {}
_LOCK = threading.Lock()


def spread(
    tasks: Sequence[Task], limits: Limits, *, scheduler: str, judge: str = JUDGE
) -> Iterator[tuple[str, Judged]]:
    """Judge tasks by the workers of a Dask cluster, where gradviz is installed too.

    Args:
        tasks: each with another key.
        limits: of each.
        scheduler: the scheduler's address, such as `tcp://10.0.0.1:8786`.
        judge: the function that judges, as `module:name`.

    Yields:
        Each task's key and result, in the order in which they are ready.

    Raises:
        OptionProblem: Dask is not installed, no scheduler answers, or its workers cannot do the work.
    """
    client = _client(scheduler)
    from distributed import as_completed

    settings = (limits.seconds, limits.megabytes, judge)
    lines = [task.line() for task in tasks]
    chunks = [lines[i : i + CHUNK] for i in range(0, len(lines), CHUNK)]
    keys = [task.key for task in tasks]
    futures: dict[Any, int] = {}
    try:
        futures = {client.submit(judge_lines, chunk, settings, pure=False): i for i, chunk in enumerate(chunks)}
        for future in as_completed(list(futures), loop=client.loop):
            start = futures[future] * CHUNK
            for i, made in enumerate(_result(future)):
                yield keys[start + i], decoded(Judged, made)
    finally:
        with suppress(Exception):
            client.cancel(list(futures))
            client.run(dismiss)
        client.close()


def _client(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise OptionProblem(
            "the executor dask needs the package distributed, which is not installed", hint="install gradviz[dask]"
        ) from None
    try:
        return Client(scheduler, timeout=CONNECTING, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise OptionProblem(
            f"no Dask scheduler answers at {scheduler!r}: {type(error).__name__}",
            hint="give its address, such as tcp://10.0.0.1:8786",
        ) from None


def _result(future: Any) -> list[Any]:
    try:
        found: list[Any] = future.result()
    except UserError:
        raise
    except Exception as error:
        says = " ".join(str(error).split())[:200]
        raise OptionProblem(
            f"a worker of the Dask cluster failed: {type(error).__name__}: {says}",
            hint="the workers need the same version of gradviz; what is done is in the journal",
        ) from None
    return found


def judge_lines(lines: Sequence[str], settings: tuple[float, int, str]) -> list[Any]:
    """What a worker of the cluster runs: tasks as JSON, by a process of its own; results as JSON holds them."""
    seconds, megabytes, judge = settings
    limits = Limits(seconds, megabytes)
    worker = _borrowed(limits, judge)
    try:
        made = [encoded(worker.judged(decoded(Task, json.loads(line)))) for line in lines]
    except BaseException:
        worker.stop()
        raise
    with _LOCK:
        _KEPT.setdefault((limits, judge), []).append(worker)
    return made


def _borrowed(limits: Limits, judge: str) -> Worker:
    with _LOCK:
        kept = _KEPT.get((limits, judge))
        return kept.pop() if kept else Worker(limits, judge)


def dismiss() -> None:
    """End the processes that are kept for the next tasks."""
    with _LOCK:
        for kept in _KEPT.values():
            for worker in kept:
                worker.stop()
        _KEPT.clear()
