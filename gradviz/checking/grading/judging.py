"""The pipeline of a check as a grading run calls it: the right derivative is worked out once per question."""

from __future__ import annotations

from dataclasses import replace

from gradviz.checking.correct import correct_form
from gradviz.checking.judging import Judged, judge
from gradviz.checking.reading.answer import claim_of
from gradviz.checking.reading.decimals import written_digits
from gradviz.checking.reading.question import Question
from gradviz.checking.report import answer_facts
from gradviz.explanation.data.checks import AnswerFacts, LineFacts
from gradviz.explanation.data.values import Math
from gradviz.graph.build import Built


def judged_answer(
    asked: Question, correct: Math | None, text: str, digits: int | None
) -> tuple[AnswerFacts, tuple[int, ...]]:
    """An answer judged, and of each explanation how many mistakes it takes.

    Args:
        asked: the question.
        correct: the right derivative.
        text: the answer.
        digits: by how many digits decimals are judged at most; None for those that the answer gives.

    Raises:
        UserError: the answer cannot be read.
    """
    found = judge(asked, text)
    if digits is not None and found.decision.verdict == "wrong":
        found = _leniently(found, digits)
    counts = tuple(finding.count for finding in found.diagnosis.findings)
    return replace(answer_facts(found, told=False), correct=correct), counts


def _leniently(found: Judged, digits: int) -> Judged:
    """A wrong answer in decimals of more digits than are asked for, judged by these; a wrong one stays wrong."""
    from gradviz.checking.equality.decide import decide

    given = written_digits(found.answer.text)
    if given is None or given <= digits:
        return found
    rounded = replace(found.answer, digits=digits)
    decision = decide(claim_of(found.asked, rounded))
    return found if decision.verdict == "wrong" else Judged(found.asked, rounded, decision)


def correct_answer(asked: Question) -> Math | None:
    """The right derivative, verified, where it has a short form."""
    return correct_form(asked)


def judged_lines(built: Built, text: str) -> tuple[LineFacts, ...]:
    """Staged work judged line by line.

    Raises:
        UserError: it cannot be read.
    """
    from gradviz.checking.staged.steps import judge as judge_steps

    return judge_steps(built, text)
