"""Proofs by SymPy's simplify, in a process of its own that is killed when it takes too long."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gradviz.checking.claim import Claim
from gradviz.checking.equality.prove.description import described
from gradviz.graph.graph import Graph
from gradviz.ops.op import INPUT
from gradviz.passes.raising import below
from gradviz.shape import size

NODES, ENTRIES = 250, 16
"""How many nodes a claim may have, and entries its sides, to be put to SymPy."""
SECONDS = 20.0
"""The backstop: how long one claim may take. Budgets of size are meant to end it long before."""
JUMPS = frozenset(
    [
        "sign",
        "floor",
        "ceil",
        "where",
        "greater",
        "less",
        "greater_equal",
        "less_equal",
        "equal",
        "not_equal",
        "logical_and",
        "logical_or",
        "logical_not",
        "ratio",
        "xlogy",
        "one_hot",
        "take",
        "scatter_add",
        "relu",
        "leaky_relu",
        "elu",
        "selu",
        "hard_sigmoid",
        "clip",
        "log_clamped",
        "inverse_clamped",
        "maxout",
        "atan2",
        "top_singular",
    ]
)
"""Rows whose value at single points SymPy's form may not have: what they say there is not left to it."""
START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from gradviz.checking.equality.prove.worker import main; main()"
)


def prove_assisted(claim: Claim) -> bool:
    """Whether SymPy, within its budget, shows both sides equal."""
    graph = claim.graph
    order = below(graph, (claim.truth, claim.answer))
    if len(order) > NODES or size(graph.nodes[claim.truth].shape) > ENTRIES or claim.zero is not None:
        return False
    if any(graph.nodes[i].op.name in JUMPS for i in order) or _restricted(claim, order):
        return False
    if any(True for _ in nodes_of_numbers(graph, order)):
        return False
    return _WORKER.ask(described(claim))


def nodes_of_numbers(graph: Graph, order: list[int]) -> Iterator[int]:
    """Special functions of plain numbers: SymPy would compute 10⁹ factorial."""
    varies: set[int] = set()
    for i in order:
        node = graph.nodes[i]
        if node.op is INPUT or any(operand in varies for operand in node.operands):
            varies.add(i)
        elif node.op.family == "special":
            yield i


def _restricted(claim: Claim, order: list[int]) -> bool:
    """Whether inputs are arrays with a fixed value, which has no entry by entry form here."""
    nodes = claim.graph.nodes
    return any(nodes[i].op is INPUT and nodes[i].name in claim.fixed and nodes[i].shape for i in order)


def ran_out_of_time() -> bool:
    """Whether the last claim that was put to SymPy was given up by the clock: the one thing that depends on it."""
    return _WORKER.expired


def start_anew() -> None:
    """Forget how the last claim ended."""
    _WORKER.expired = False


@dataclass(slots=True)
class Worker:
    """The process, started when it is first asked, and again after it was killed. One question at a time."""

    seconds: float = SECONDS
    process: subprocess.Popen[str] | None = None
    expired: bool = False
    """Whether the last question was given up because the time was over."""
    owner: int = 0
    lines: queue.Queue[str] | None = None
    lock: Any = None

    def ask(self, data: Mapping[str, Any]) -> bool:
        """Whether the claim is proved; no if the process fails or takes too long."""
        if self.owner != os.getpid():  # the first question in this process: another's worker is left alone
            self.process, self.lines, self.lock, self.owner = None, None, threading.Lock(), os.getpid()
        with self.lock:
            self.expired = False
            try:
                return self._asked(json.dumps(data) + "\n")
            except queue.Empty:
                self.expired = True
                self.stop()
                return False
            except (OSError, ValueError):
                self.stop()
                return False
            except BaseException:
                self.stop()  # Ctrl-C: what was asked is not wanted any more
                raise

    def _asked(self, line: str) -> bool:
        if self.process is None or self.process.poll() is not None:
            self._start()
        process, lines = self.process, self.lines
        assert process is not None
        assert process.stdin is not None
        assert lines is not None
        process.stdin.write(line)
        process.stdin.flush()
        answer = lines.get(timeout=self.seconds)
        if not answer:
            raise OSError("the worker ended")
        return json.loads(answer) is True

    def _start(self) -> None:
        self.stop()
        # A session (on Windows a group) of its own: Ctrl-C in the terminal is ours to handle, not the worker's.
        apart: dict[str, Any] = (
            {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
            if sys.platform == "win32"
            else {"start_new_session": True}
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, json.dumps([path for path in sys.path if isinstance(path, str)])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            **apart,
        )
        self.lines = queue.Queue()
        threading.Thread(target=_listen, args=(self.process, self.lines), daemon=True).start()

    def stop(self) -> None:
        """End the process."""
        process, self.process = self.process, None
        if process is None or self.owner != os.getpid():
            return
        with contextlib.suppress(OSError):
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError, ValueError):
                    stream.close()


def _listen(process: subprocess.Popen[str], lines: queue.Queue[str]) -> None:
    """Hand answers on; an empty line says that there will be no more."""
    assert process.stdout is not None
    with contextlib.suppress(OSError, ValueError):
        for line in process.stdout:
            lines.put(line)
    lines.put("")


_WORKER = Worker()
atexit.register(_WORKER.stop)
