from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from gradviz.checking.grading.problems import Credit, Part, Problem
from gradviz.checking.grading.scoring import scored
from gradviz.checking.grading.tasks import Judged, stopped
from gradviz.explanation.data.checks import AnswerFacts, Evidence, LineFacts, MistakeFacts
from gradviz.explanation.data.values import Math

POINTS = Fraction(3)
PART = Part("x", ("x",), POINTS)


def said(text: str) -> Math:
    return Math(text, text, text)


NOTHING = Credit()


def problem(credit: Credit = NOTHING, **more: Any) -> Problem:
    return Problem("p", "p", "f = x", "expression", more.pop("kind", "answer"), (PART,), POINTS, credit=credit, **more)


def wrong(*mistakes: tuple[str, int], offset: str = "") -> Judged:
    facts = AnswerFacts(
        said("df/dx"), "1", said("1"), (), "wrong", Evidence("counterexample", "At x = 1 it is 2."),
        tuple(MistakeFacts(name, "", None, f"The {name}.") for name, _ in mistakes), offset,
    )  # fmt: skip
    return Judged("wrong", facts=facts, counts=tuple(count for _, count in mistakes))


HALF, TENTH = Fraction(1, 2), Fraction(1, 10)
BY_NAME = Credit(mistakes=(("sign of *", HALF), ("chain rule", TENTH)), single=Fraction(1, 4))


@pytest.mark.parametrize(
    ("credit", "judged", "share", "sentence"),
    [
        (Credit(), Judged("right"), 1, "right"),
        (Credit(), wrong(("sign of cos′", 1)), 0, "wrong: The sign of cos′."),
        (BY_NAME, wrong(("sign of cos′", 1)), HALF, "wrong: The sign of cos′. Half the points for “sign of cos′”."),
        (BY_NAME, wrong(("inner derivative lost", 1)), TENTH, None),
        (BY_NAME, wrong(("half lost", 1)), Fraction(1, 4), None),
        (BY_NAME, wrong(("half lost", 1), ("sign of cos′", 1)), HALF, None),
        (BY_NAME, wrong(("sign of cos′ and half lost", 2)), 0, None),
        (BY_NAME, wrong(("sign of cos′", 2)), 0, None),
        (BY_NAME, wrong(offset="3 times too large"), 0, "wrong: 3 times too large"),
        (BY_NAME, wrong(), 0, "wrong: At x = 1 it is 2."),
        (BY_NAME, stopped("time", "30 s"), 0, "not decided: the time limit was reached (30 s)"),
        (BY_NAME, Judged("unreadable", "could not be read: why"), 0, "could not be read: why"),
    ],
)
def test_what_an_answer_earns(credit: Credit, judged: Judged, share: Fraction, sentence: str | None) -> None:
    found = scored(problem(credit), PART, judged)
    assert found.earned == share * POINTS
    assert sentence is None or found.sentence == sentence


def test_agreement_earns_what_the_problem_says() -> None:
    facts = AnswerFacts(said("df/dx"), "1", said("1"), (), "not decided", Evidence("agreement", "It agrees."))
    judged = Judged("not decided", facts=facts)
    assert scored(problem(), PART, judged).earned == 0
    assert scored(problem(Credit(agreement=Fraction(1))), PART, judged).earned == POINTS


def line(number: int, name: str, verdict: Any, *mistakes: str) -> LineFacts:
    made = tuple(MistakeFacts(one, "", None, f"The {one}.") for one in mistakes)
    symbol = None if verdict == "not judged" else said(f"df/d{name}")
    return LineFacts(number, f"d{name} = 1", said("1"), symbol, verdict, "why", None, name, made)


ASKED = (("q", "df/dq"), ("x", "df/dx"))
LINES = {"q": Fraction(1), "x": Fraction(2)}


def steps(*lines: LineFacts, credit: Credit = NOTHING, by_line: bool = True) -> Any:
    one = problem(credit, kind="steps", lines=LINES if by_line else {})
    return scored(one, PART, Judged("wrong", lines=lines, gradients=ASKED))


def test_staged_work_earns_line_by_line() -> None:
    found = steps(line(1, "q", "right"), line(2, "x", "right"))
    assert (found.earned, found.sentence) == (3, "right")
    assert [(credit.line, credit.score, credit.points) for credit in found.credits] == [(1, 1.0, 1.0), (2, 2.0, 2.0)]


def test_a_line_that_follows_is_credited() -> None:
    found = steps(line(1, "q", "wrong", "not swapped"), line(2, "x", "follows"))
    assert (found.earned, found.sentence) == (2, "wrong in line 1: The not swapped.")
    assert found.credits[1].sentence == "right, given the wrong line before it"
    assert steps(line(1, "q", "wrong"), line(2, "x", "follows"), credit=Credit(follows=HALF)).earned == 1


def test_the_last_line_for_a_gradient_counts_and_missing_ones_are_said() -> None:
    found = steps(line(1, "q", "right"), line(2, "q", "wrong"), line(3, "t", "not judged"))
    assert (found.earned, found.sentence) == (0, "wrong in line 2: why; no line computes the gradient of x")
    assert steps(line(1, "q", "right")).sentence == "incomplete; no line computes the gradient of x"
    assert steps(line(1, "t", "not judged")).sentence.startswith("no line computes a gradient;")


def test_without_points_by_line_all_lines_share() -> None:
    """What lies on the way counts as well; the output by itself does not."""
    found = steps(
        line(1, "f", "right"), line(2, "h", "wrong"), line(3, "q", "right"), line(4, "x", "follows"), by_line=False
    )
    assert found.earned == 2
    assert [credit.line for credit in found.credits] == [2, 3, 4]


def test_a_wrong_line_may_earn_by_its_mistake() -> None:
    found = steps(line(1, "q", "wrong", "sign of cos′"), line(2, "x", "right"), credit=BY_NAME)
    assert found.earned == HALF + 2
