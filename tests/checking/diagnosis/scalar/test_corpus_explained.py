"""The answers of the corpus that may be looked at: how many are explained, and how rarely by accident."""

from __future__ import annotations

import random
from functools import cache

from gradviz.checking.diagnosis.diagnose import diagnose
from gradviz.checking.reading.answer import read_answer
from gradviz.checking.reading.question import Question
from gradviz.errors import UserError
from tests.checking.corpus.corpus import Problem, problems
from tests.checking.diagnosis.scalar.asking import asked

PROBLEMS = problems("dev_scalar.toml")
FOREIGN = 4
"""How many answers to other problems each problem is given."""


@cache
def put(problem: Problem) -> Question:
    return asked(problem.text, problem.wrt, problem.order, problem.implicit)


def explained(question: Question, answer: str) -> bool | None:
    """None where the answer names what the problem does not have."""
    try:
        return bool(diagnose(question, read_answer(question, answer)).findings)
    except UserError:
        return None


def test_wrong_answers_are_explained() -> None:
    wrong = [(put(one), each) for one in PROBLEMS for each in one.wrong if each.mistakes != ("none",)]
    found = [explained(question, each.answer) for question, each in wrong]
    assert sum(one is True for one in found) >= 0.97 * len(found)


def test_what_no_teacher_could_explain_is_not_explained() -> None:
    slips = [(put(one), each) for one in PROBLEMS for each in one.wrong if each.mistakes == ("none",)]
    assert sum(explained(question, each.answer) is True for question, each in slips) <= 1


def test_right_answers_get_no_diagnosis() -> None:
    assert not any(explained(put(one), one.answer) for one in PROBLEMS if one.answer)


def test_answers_to_other_problems_are_hardly_ever_explained() -> None:
    drawn = random.Random(11)
    fired = tried = 0
    for problem in PROBLEMS:
        question = put(problem)
        others = [
            each.answer for one in PROBLEMS if one is not problem and one.wrt == problem.wrt for each in one.wrong
        ]
        for answer in drawn.sample(others, min(FOREIGN, len(others))):
            found = explained(question, answer)
            tried += found is not None
            fired += found is True
    assert tried > 150
    assert fired <= 0.02 * tried
