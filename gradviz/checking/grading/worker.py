"""One worker: a process that judges one task after the other, and may die of one without harm to anything else.

It reads a line of settings, then tasks, one JSON line each, and answers each by a line. It is started as a plain
program and not by `multiprocessing`, which would import the caller's main module again.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any, BinaryIO

JUDGE = "gradviz.checking.grading.case:judged"
"""The function that judges: from a task as JSON to a result as JSON."""

READY = b"ready\n"

Judge = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def main() -> None:
    """Serve until standard input ends."""
    tasks = sys.stdin.buffer
    answers = _private_output()
    settings = json.loads(tasks.readline())
    with suppress(ValueError, OSError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    judge = function_named(settings["judge"])
    limit(settings["megabytes"])
    _silence()
    _put(answers, READY)
    for line in iter(tasks.readline, b""):
        _watch(settings["seconds"])
        made, goes_on = answered(judge, json.loads(line))
        faulthandler.cancel_dump_traceback_later()
        _put(answers, json.dumps(made).encode() + b"\n")
        if not goes_on:
            return


def answered(judge: Judge, task: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """The result of a task whatever happens, and whether the process is fit for another one."""
    try:
        return judge(task), True
    except MemoryError:
        return {"ended": "memory"}, False
    except Exception as error:
        says = " ".join(str(error).split())[:200]
        return {"ended": "error", "detail": f"{type(error).__name__}: {says}"}, not isinstance(error, RecursionError)


def function_named(place: str) -> Judge:
    """The function at `module:name`."""
    module, _, name = place.partition(":")
    found: Judge = getattr(import_module(module), name)
    return found


def limit(megabytes: int) -> None:
    """Bound the memory of this process, forbid it to write files or dump its core; where the system can."""
    try:
        import resource
    except ImportError:
        return
    bounds = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)]
    if megabytes:
        bounds.append((resource.RLIMIT_AS, megabytes * 1_000_000))
    for what, most in bounds:
        with suppress(ValueError, OSError):
            hard = resource.getrlimit(what)[1]
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (least, hard))


def _watch(seconds: float) -> None:
    """End this process by itself, if who started it is gone and cannot."""
    with suppress(ValueError, OSError, RuntimeError):
        faulthandler.dump_traceback_later(2 * seconds + 10, exit=True, file=sys.stderr)


def _private_output() -> BinaryIO:
    """Standard output for answers alone: what any library prints goes to standard error."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "wb", buffering=0)


def _silence() -> None:
    """From here on nobody hears what is said outside answers; files cannot be written any more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _put(answers: BinaryIO, data: bytes) -> None:
    """Write all of it; where nobody reads any more, end."""
    view = memoryview(data)
    try:
        while view:
            view = view[answers.write(view) :]
    except OSError:
        os._exit(0)
