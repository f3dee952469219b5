"""The pipeline of a check as a grading run calls it: the right derivative is worked out once per question."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from gradviz.checking.correct import correct_form
from gradviz.checking.judging import Judged, judge
from gradviz.checking.reading.question import Question
from gradviz.checking.report import answer_facts
from gradviz.explanation.data.checks import AnswerFacts, LineFacts
from gradviz.explanation.data.values import Math
from gradviz.graph.build import Built

_LAST = re.compile(r"[^\S\n]*(?:#[^\n]*)?(?:\n|\Z)")
"""Behind the last statement of a line."""

_DECIMAL = re.compile(r"(?<![\w.])\d{0,50}\.\d{1,200}(?![\w.])")


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
    found, note = judge(asked, text), ""
    if digits is not None and found.decision.verdict == "wrong":
        found, note = _leniently(found, text, digits)
    counts = tuple(finding.count for finding in found.diagnosis.findings)
    facts = answer_facts(found, told=False)
    notes = (*facts.notes, note) if note else facts.notes
    return replace(facts, given=text, notes=notes, correct=correct), counts


def _leniently(found: Judged, text: str, digits: int) -> tuple[Judged, str]:
    """A wrong answer with its decimals rounded to the digits that are asked for; one that stays wrong is as it was."""
    rounded = rounded_decimals(text, digits)
    if rounded == text:
        return found, ""
    again = judge(found.asked, rounded)
    if again.decision.verdict == "wrong":
        return found, ""
    return again, f"decimals are judged by {digits} digits: {rounded}"


def rounded_decimals(text: str, digits: int) -> str:
    """The text with its decimals rounded to so many significant digits; those that give fewer stay as they are.

    Example:
        >>> rounded_decimals("9.0004*x + 0.12345 - 1234.5 + x1.25 + 0.5", 3)
        '9.00*x + 0.123 - 1234.5 + x1.25 + 0.5'
    """

    def rounded(found: re.Match[str]) -> str:
        number = Decimal(found[0])
        places = digits - 1 - number.adjusted()
        if not number or places < 1 or places >= -int(number.as_tuple().exponent):
            return found[0]
        return f"{number:.{places}f}"

    return _DECIMAL.sub(rounded, text)


def correct_answer(asked: Question) -> Math | None:
    """The right derivative, verified, where it has a short form."""
    return correct_form(asked)


def judged_lines(built: Built, text: str) -> tuple[LineFacts, ...]:
    """Staged work judged line by line.

    Raises:
        UserError: it cannot be read.
    """
    from gradviz.checking.staged.steps import judge as judge_steps

    return judge_steps(built, on_own_lines(text))


def on_own_lines(text: str) -> str:
    r"""The text with a line for each statement, so that each can be spoken of by its number.

    Example:
        >>> on_own_lines("dq = z; dz = q;  # both; right\ndW = [1; 2]").splitlines()
        ['dq = z', ' dz = q;  # both; right', 'dW = [1; 2]']
    """
    made, depth, comment = [], 0, False
    for place, sign in enumerate(text):
        comment = sign == "#" or (comment and sign != "\n")
        if not comment:
            depth += (sign in "([{") - (sign in ")]}")
        apart = sign == ";" and not comment and depth == 0 and not _LAST.match(text, place + 1)
        made.append("\n" if apart else sign)
    return "".join(made)
