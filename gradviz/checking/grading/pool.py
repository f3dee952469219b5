"""Worker processes: one per core, each killed where it takes too long, and replaced."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO, Any

from gradviz.checking.grading.coding import decoded
from gradviz.checking.grading.tasks import Ended, Judged, Limits, Task, stopped
from gradviz.checking.grading.worker import JUDGE, READY
from gradviz.errors import UserError

START = (
    "import json, sys; sys.path[:] = json.loads(sys.stdin.buffer.readline()); "
    "from gradviz.checking.grading.worker import main; main()"
)
"""What a worker runs: nothing is imported before it has our own search path."""

STARTING = 300.0
"""Seconds after which a worker that is not ready never will be."""

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Workers are as many as cores: inside each, one thread is enough."""

TRIES = 2


class Worker:
    """A process that judges; it is started when it is first asked, and again after it has died.

    Args:
        limits: of each task.
        judge: the function that judges, as `module:name`.
    """

    def __init__(self, limits: Limits, judge: str = JUDGE) -> None:
        self.limits, self.judge = limits, judge
        self.process: subprocess.Popen[bytes] | None = None
        self.closed = False

    def judged(self, task: Task) -> Judged:
        """The result of a task; where the process dies of it, once more by a new one.

        Raises:
            UserError: no process can be started.
        """
        for _ in range(TRIES):
            if self.closed:
                break
            reply, ended = self._asked(task.line().encode() + b"\n", self.limits.seconds)
            if reply is not None:
                return result_of(reply)
            if ended == "time":
                return stopped("time", f"{self.limits.seconds:g} s")
        return stopped("crash")

    def _asked(self, line: bytes, seconds: float) -> tuple[Any, Ended]:
        """The reply to a line, or why there is none."""
        if self.process is None:
            self._start()
        if self.closed:
            self.stop()
            return None, "crash"
        process = self.process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()
        timer = threading.Timer(seconds, _end, (process, late))
        timer.start()
        try:
            process.stdin.write(line)
            process.stdin.flush()
            reply = process.stdout.readline()
        except (OSError, ValueError):
            reply = b""
        finally:
            timer.cancel()
        if not reply.endswith(b"\n"):
            self.stop()
            return None, "time" if late.is_set() else "crash"
        found = reply if reply == READY else json.loads(reply)
        if isinstance(found, dict) and found.get("ended") == "memory":
            self.stop()
        return found, ""

    def _start(self) -> None:
        with tempfile.TemporaryFile() as said:
            self._begin(said)

    def _begin(self, said: IO[bytes]) -> None:
        """Start the process; what it says on standard error before it is ready is kept, to be told if it never is."""
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env={**os.environ, **dict.fromkeys(ONE_THREAD, "1"), "PYTHONDONTWRITEBYTECODE": "1"},
            start_new_session=os.name == "posix",
        )
        settings = {"judge": self.judge, "megabytes": self.limits.megabytes, "seconds": self.limits.seconds}
        lines = json.dumps(sys.path) + "\n" + json.dumps(settings) + "\n"
        reply, _ = self._asked(lines.encode(), STARTING)
        if reply != READY:
            said.seek(0)
            last = said.read().decode("utf-8", "replace").strip().splitlines()[-1:]
            raise UserError(
                f"a worker process could not be started{f': {last[0]}' if last else ''}",
                hint="give it more memory with --memory-limit" if self.limits.megabytes else None,
            )

    def close(self) -> None:
        """End whatever it is doing, from another thread, for good."""
        self.closed = True
        process = self.process
        if process is not None:
            _kill(process)

    def stop(self) -> None:
        """End the process and all that it started; the next task starts a new one."""
        process, self.process = self.process, None
        if process is None:
            return
        _kill(process)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.wait()


def result_of(reply: dict[str, Any]) -> Judged:
    """A worker's reply as a result."""
    if "outcome" not in reply:
        return stopped(reply["ended"], reply.get("detail", ""))
    return decoded(Judged, reply)


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with the whole group that it leads."""
    if process.returncode is not None:
        return
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def local(
    tasks: Sequence[Task], limits: Limits, *, workers: int | None = None, judge: str = JUDGE
) -> Iterator[tuple[str, Judged]]:
    """Judge tasks by processes of this machine.

    Args:
        tasks: each with another key.
        limits: of each.
        workers: how many processes; one per core if None.
        judge: the function that judges, as `module:name`.

    Yields:
        Each task's key and result, in the order in which they are ready.

    Raises:
        UserError: no process can be started.
    """
    waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[str, Judged] | BaseException] = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    pool = [Worker(limits, judge) for _ in range(max(1, min(workers or cores(), len(tasks))))]
    ending = threading.Event()
    threads = [threading.Thread(target=_serve, args=(worker, waiting, done, ending), daemon=True) for worker in pool]
    for thread in threads:
        thread.start()
    try:
        for _ in tasks:
            found = done.get()
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        ending.set()
        for worker in pool:
            worker.close()
        for thread in threads:
            thread.join()


def _serve(
    worker: Worker,
    waiting: queue.SimpleQueue[Task],
    done: queue.SimpleQueue[tuple[str, Judged] | BaseException],
    ending: threading.Event,
) -> None:
    """One worker's thread: task after task, until there are none or all is over."""
    try:
        while not ending.is_set():
            try:
                task = waiting.get_nowait()
            except queue.Empty:
                return
            done.put((task.key, worker.judged(task)))
    except BaseException as error:
        done.put(error)
    finally:
        worker.stop()


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
