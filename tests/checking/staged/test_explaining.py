"""What is said of wrong lines: an assignment that should have added, gates written out, letters as sizes."""

from __future__ import annotations

from gradviz.checking.staged.steps import judge
from gradviz.explanation.data.checks import LineFacts
from gradviz.graph.build import build
from gradviz.syntax.parser import parse


def lines_of(source: str, text: str) -> tuple[LineFacts, ...]:
    return judge(build(parse(source)), text)


TWICE = "q = x + y\nf = q*z + x*y"


def test_the_line_that_overwrites_is_blamed() -> None:
    lines = lines_of(TWICE, "dq = z\ndx = dq*1\ndy = dq*1\ndy += x\ndx = y")
    assert [line.verdict for line in lines] == ["right", "right", "right", "right", "wrong"]
    assert lines[1].sentence == "Right as a contribution, but line 5 overwrites it."
    assert lines[4].sentence == "Line 5 overwrites dx of line 2: write dx += …."
    assert [mistake.name for mistake in lines[4].mistakes] == ["overwritten"]


def test_two_wrong_assignments_are_no_overwriting() -> None:
    lines = lines_of(TWICE, "dq = z\ndx = dq*2\ndx = y")
    assert [line.verdict for line in lines] == ["right", "wrong", "wrong"]
    assert "overwrites" not in lines[2].sentence


def test_a_second_assignment_that_is_right_overwrites_nothing() -> None:
    lines = lines_of(TWICE, "dq = z\ndx = dq\ndx = dq + y")
    assert lines[2].verdict == "right"


def test_a_sigmoid_of_five_nodes_has_one_mistake() -> None:
    lines = lines_of("dot = w*x\nm = -dot\ne = exp(m)\nd = 1 + e\nf = 1/d", "ddot = f\ndw = ddot*x")
    assert [line.verdict for line in lines] == ["wrong", "follows"]
    assert lines[0].mistakes[0].explanation == "At f = σ(dot): the factor 1 − σ is missing."
    assert lines[0].mistakes[0].sure


def test_sizes_that_were_chosen_explain_nothing() -> None:
    lines = lines_of("s = W @ x\nL = sum(s^2)\nW : m x n\nx : n", "ds = s")
    assert [mistake.name for mistake in lines[0].mistakes] == ["factor 2 lost"]


def test_a_lost_size_is_called_by_its_letter() -> None:
    lines = lines_of("S = X @ W\nL = mean(S^2)\nX : N x D\nW : D x C", "dS = 2*S/N\ndW = X.T @ dS")
    assert "a factor 1/C is lost" in lines[0].mistakes[0].explanation
    assert lines[0].mistakes[0].also == ()
    assert lines[1].verdict == "follows"


def test_a_step_names_what_came_back_as_the_student_does() -> None:
    """An addition passes its gradient on, so that dx is dq; the step at q starts from dq."""
    yours = lines_of("q = x + y\nf = q*z", "dq = z\ndx = dq*y")[1].mistakes[0].yours
    assert yours is not None
    assert yours.unicode == "dq·y"
