"""Gaps in an answer's domain that no point shows, and kinks that are no points to show."""

from __future__ import annotations

import pytest

from gradviz.checking.claim import Claim
from gradviz.checking.equality.prove.domains import surely_defined
from gradviz.graph.graph import Graph
from tests.checking.equality.claims import decided

NARROW = [
    ("f = x", "1 + 0*sqrt((x^2 - 2)^2 - 1e-12)"),
    ("f = x", "1 + 0*sqrt(sin(x) + 0.9999999)"),
    ("f = x", "1 + 0*sqrt(cos(x) + 1 - 1e-9)"),
    ("f = x*y", "y + 0*sqrt(x^2 + y^2 - 1e-9)"),
    ("f = x", "1 + 0*sqrt((x - 1.3)^2 - 1e-20)"),
    ("f = x", "sqrt((x - 1.3)^2 - 1e-20)/sqrt((x - 1.3)^2 - 1e-20)"),
    ("x : 3; f = sum(x)", "1 + 0*sqrt(x^2 - 1e-30)"),
]


@pytest.mark.parametrize(("problem", "answer"), NARROW)
def test_a_narrow_gap_is_not_proved_over(problem: str, answer: str) -> None:
    assert decided(problem, answer).verdict in ("wrong", "not decided")


@pytest.mark.parametrize(
    ("problem", "answer"),
    [
        ("f = x", "1 + 0*sqrt(x^2 + 1)"),
        ("f = x", "1 + 0*log(2 + sin(x))"),
        ("f = x", "1 + 0*asin(sin(x))"),
        ("f = x*log(x)", "(log(x) + 1)*sqrt(x)/sqrt(x)"),
        ("x : 3; f = sum(x)", "1 + 0*sqrt(exp(x))"),
    ],
)
def test_what_is_surely_defined_may_be_dropped(problem: str, answer: str) -> None:
    assert decided(problem, answer).verdict == "right"


def test_domains_are_shown_by_signs() -> None:
    graph = Graph()
    x = graph.input("x")
    claim = Claim(graph, graph.log(x).id, x.id)
    assert surely_defined(claim, [graph.sqrt(x).id, graph.log(x * 2).id])
    assert not surely_defined(claim, [graph.sqrt(x - 1).id])
    assert not surely_defined(claim, [graph.log(x - 1).id])


@pytest.mark.parametrize(
    ("problem", "answer"), [("f = max(x, 1)", "2*x"), ("f = abs(x - 1)", "2"), ("f = max(x^2, x)", "3*x")]
)
def test_a_counterexample_lies_on_no_kink(problem: str, answer: str) -> None:
    made = decided(problem, answer)
    assert made.verdict == "wrong"
    assert dict(made.evidence.point)["x"] not in ("0", "1")


def test_a_hole_at_a_kink_is_no_note_where_the_derivative_jumps() -> None:
    assert decided("f = abs(x)", "x/sqrt(x^2)").notes == ()
    assert decided("f = x*abs(x)/2", "x^2/abs(x)").notes != ()
