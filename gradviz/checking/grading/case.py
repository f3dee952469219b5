"""One task judged: the question built once, the answer read, decided, explained."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from gradviz.checking.grading.asking import posed
from gradviz.checking.grading.coding import decoded, encoded
from gradviz.checking.grading.judging import correct_answer, judged_answer, judged_lines
from gradviz.checking.grading.tasks import Judged, Task
from gradviz.checking.reading.question import Question
from gradviz.errors import UserError
from gradviz.explanation.data.checks import LineFacts
from gradviz.explanation.data.grading import Outcome
from gradviz.explanation.data.values import Math
from gradviz.explanation.mathematics import partial_math
from gradviz.graph.build import Built

KEPT = 256
"""Questions that a worker keeps."""


def judged(task: Mapping[str, Any]) -> Mapping[str, Any]:
    """A task's result, both as JSON holds them."""
    found: Mapping[str, Any] = encoded(judge(decoded(Task, task)))
    return found


def judge(task: Task) -> Judged:
    """A task's result.

    What is wrong with the text is a result; a problem that cannot be asked would have been refused before.
    """
    if task.kind == "steps":
        return _judged_steps(task)
    asked, correct = _question(task.source, task.at, task.of, task.wrt)
    try:
        facts, counts = judged_answer(asked, correct, task.text, task.digits)
    except UserError as error:
        return Judged("unreadable", unread(error))
    return Judged(facts.verdict, facts=facts, counts=counts)


def unread(error: UserError) -> str:
    """What a student is told of a text that cannot be read, on one line."""
    hint = f"; {error.hint}" if error.hint else ""
    return f"could not be read: {' '.join(f'{error.message}{hint}'.split())}"


@lru_cache(KEPT)
def _built(source: str, at: str, of: str | None) -> Built:
    return posed(source, at, of).built


@lru_cache(KEPT)
def _question(source: str, at: str, of: str | None, wrt: tuple[str, ...]) -> tuple[Question, Math | None]:
    asked = posed(source, at, of, wrt[0]).asked(of, wrt)
    return asked, correct_answer(asked)


def _judged_steps(task: Task) -> Judged:
    built = _built(task.source, task.at, task.of)
    try:
        lines = judged_lines(built, task.text)
    except UserError as error:
        return Judged("unreadable", unread(error))
    gradients = tuple((name, partial_math(built.output_name, name).text) for name in task.wrt)
    return Judged(_outcome(lines, {symbol for _, symbol in gradients}), lines=lines, gradients=gradients)


def _outcome(lines: tuple[LineFacts, ...], wanted: set[str]) -> Outcome:
    """Of staged work: wrong if a line is or a gradient is missing, else not decided if a line is, else right."""
    verdicts = {line.verdict for line in lines}
    reached = {line.symbol.text for line in lines if line.symbol is not None and line.verdict != "not judged"}
    if "wrong" in verdicts or not wanted <= reached:
        return "wrong"
    return "not decided" if "not decided" in verdicts else "right"
