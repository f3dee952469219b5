"""One task through the whole check."""

from __future__ import annotations

import pytest

from gradviz.checking.grading.case import judge, judged
from gradviz.checking.grading.coding import decoded, encoded
from gradviz.checking.grading.tasks import Judged, Task


def task(text: str, source: str = "f = x^2*y", wrt: str = "y", at: str = "", digits: int | None = None) -> Task:
    return Task(source, None, at, "answer", (wrt,), digits, text)


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (task("x^2"), "right"),
        (task("2x"), "wrong"),
        (task("x^"), "unreadable"),
        (task("9", at="x=3,y=2"), "right"),
        (task("9.0004", at="x=3,y=2"), "wrong"),
        (task("9.0004", at="x=3,y=2", digits=3), "right"),
        (task("9.04", at="x=3,y=2", digits=2), "right"),
        (task("9.04", at="x=3,y=2", digits=3), "wrong"),
        (task("9.4", at="x=3,y=2", digits=3), "wrong"),
        (task("-x/y", "x^2 + y^2 = 25", "x"), "right"),
        (task("2 W x x^T", "W : 2x3; x : 3; q = W@x; f = sum(q^2)", "W"), "right"),
    ],
)
def test_what_becomes_of_an_answer(given: Task, outcome: str) -> None:
    found = judge(given)
    assert found.outcome == outcome
    assert found.facts is None or found.facts.given == given.text


def test_steps_and_the_gradients_that_are_wanted() -> None:
    def steps(text: str) -> Judged:
        return judge(Task("q = x + y; f = q*z", None, "", "steps", ("q", "x"), None, text))

    right = steps("dq = z\ndx = dq")
    assert (right.outcome, right.gradients) == ("right", (("q", "df/dq"), ("x", "df/dx")))
    assert steps("dq = z").outcome == "wrong"
    assert [line.verdict for line in steps("dq = x\ndx = dq").lines] == ["wrong", "follows"]
    assert steps("dq = (").outcome == "unreadable"


@pytest.mark.parametrize("text", ["-4*sin(4x)", "4 sin(4x)", "cos("])
def test_results_survive_the_way_through_json(text: str) -> None:
    import json

    made = task(text, "f = cos(4x)", "x")
    found = json.loads(json.dumps(judged(json.loads(made.line()))))
    assert decoded(Judged, found) == judge(made)
    assert encoded(decoded(Judged, found)) == found
