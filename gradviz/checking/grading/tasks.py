"""What is to be judged, each once: a task is a question and a text, a result what became of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from gradviz.checking.grading.coding import encoded
from gradviz.explanation.data.checks import AnswerFacts, LineFacts
from gradviz.explanation.data.grading import Outcome, ProblemKind

Ended = Literal["", "time", "memory", "crash", "error"]
"""How the work ended: as it should (""), by a limit, with the worker, or by a fault of ours."""

SAID: Mapping[Ended, str] = MappingProxyType(
    {
        "time": "not decided: the time limit was reached",
        "memory": "not decided: the memory limit was reached",
        "crash": "not decided: the check ended unexpectedly, twice",
        "error": "not decided: the check failed",
    }
)
"""What is said where the work did not end as it should."""


@dataclass(frozen=True)
class Task:
    """A question and a text. Equal ones are judged once.

    Args:
        source: the program, of this variant.
        of: the output, where it is not the last statement.
        at: the point, as text; "" for none.
        kind: an answer, or staged work.
        wrt: by what is differentiated, one after the other; of staged work the gradients that are wanted.
        digits: see `Problem.digits`.
        text: what was handed in.
    """

    source: str
    of: str | None
    at: str
    kind: ProblemKind
    wrt: tuple[str, ...]
    digits: int | None
    text: str

    @cached_property
    def key(self) -> str:
        """A hash of all of it: what the result is filed under."""
        return hashlib.sha256(self.line().encode()).hexdigest()

    def line(self) -> str:
        """The task as a line of JSON, in ASCII."""
        return json.dumps(encoded(self), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a task.

    Args:
        outcome: right, wrong, not decided, or unreadable.
        sentence: why there is no verdict, or what is to be said of it; "" where the facts say all.
        facts: of an answer.
        counts: for each of its `mistakes`, how many are made together.
        lines: of staged work.
        gradients: of staged work, the wanted gradients with what the lines call them: ("x", "df/dx").
        ended: see `Ended`.
    """

    outcome: Outcome
    sentence: str = ""
    facts: AnswerFacts | None = None
    counts: tuple[int, ...] = ()
    lines: tuple[LineFacts, ...] = ()
    gradients: tuple[tuple[str, str], ...] = ()
    ended: Ended = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Per case: seconds, a backstop only, and megabytes (0: none)."""

    seconds: float = 30.0
    megabytes: int = 2000


def stopped(ended: Ended, detail: str = "") -> Judged:
    """The result of work that did not end as it should."""
    return Judged("not decided", f"{SAID[ended]}{f' ({detail})' if detail else ''}", ended=ended)
