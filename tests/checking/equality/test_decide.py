"""Decisions: pairs on which other systems fail, and what is said of them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gradviz.checking.claim import Claim
from gradviz.checking.equality.decide import decide
from gradviz.graph.graph import Graph
from tests.checking.equality.claims import decided

WRONG = [
    ("f = -1e-50*cos(x)", "1e-50*cos(x)"),
    ("f = sin(x)", "cos(x) + 1e-50*cos(x)"),
    ("f = abs(x + 100)", "sign(x + 101)"),
    ("f = x^2/2", "sqrt(x^2)"),
    ("f = log(x - 2000)", "5/(x - 2000)"),
    ("f = log(abs(x))", "1/abs(x)"),
    ("f = x", "1 + relu((x - 1000.1)*(1000.2 - x))"),
    ("f = x", "1 + max(0, x - 1000.1)*(x < 1000.2)"),
    ("f = x^3*y + y*x", "3*x^2*y + y + 1e-30*x"),
    ("f = sqrt(x - 5)*sqrt(6 - x)", "1"),
    ("f = where(x > 0, sqrt(x), 0)", "where(x > 0, 1/(2*sqrt(x)), 5)"),
    ("f = log(1e-9 - abs(x - 1/3))", "1"),
    ("f = pi*x", "22/7"),
    ("f = relu(x)", "sign(x)"),
    ("f = x", "1/(floor(x) - x)"),
]


@pytest.mark.parametrize(("problem", "answer"), WRONG)
def test_wrong_answers_are_refuted(problem: str, answer: str) -> None:
    made = decided(problem, answer)
    assert made.verdict == "wrong"
    assert made.evidence.kind == "counterexample"
    assert made.evidence.point
    assert made.evidence.expected is not None
    assert made.evidence.found is not None
    assert made.evidence.expected.text != made.evidence.found.text


RIGHT = [
    ("f = tan(x)", "tan(x)^2 + 1"),
    ("f = tan(x)", "sec(x)^2"),
    ("f = log(x + sqrt(x^2 + 1))", "1/sqrt(x^2 + 1)"),
    ("f = asinh(x)", "1/sqrt(x^2 + 1)"),
    ("f = abs(x^2 - 4)", "2*x*(x^2 - 4)/(abs(x - 2)*abs(x + 2))"),
    ("f = log(x - 2000)", "1/(x - 2000)"),
    ("f = sqrt(x - 5)*sqrt(6 - x)", "(11 - 2*x)/(2*sqrt((x - 5)*(6 - x)))"),
    ("f = where(x > 0, sqrt(x), 0)", "where(x > 0, 1/(2*sqrt(x)), 0)"),
    ("f = x^x", "x^x*(log(x) + 1)"),
    ("f = x*abs(x)", "2*abs(x)"),
    ("f = abs(x)", "where(x > 0, 1, -1)"),
    ("f = floor(x)*x", "floor(x)"),
    ("f = floor(x)", "0"),
    ("f = log(x - y) + log(y - z) + log(z - 100)", "1/(x - y)"),
    ("f = sin(x)/x", "(x*cos(x) - sin(x))/x^2"),
]


@pytest.mark.parametrize(("problem", "answer"), RIGHT)
def test_right_answers_are_proved(problem: str, answer: str) -> None:
    made = decided(problem, answer)
    assert made.verdict == "right"
    assert made.evidence.kind == "proof"
    assert made.evidence.rule


def test_the_simplest_point_is_told() -> None:
    made = decided("f = x^2/2", "sqrt(x^2)")
    assert made.evidence.point == (("x", "-1"),)
    assert made.evidence.sentence == "At x = −1 the right value is −1, the answer gives 1."


def test_enclosures_are_told_apart() -> None:
    evidence = decided("f = sin(x)", "cos(x) + 1e-50*cos(x)").evidence
    assert evidence.expected is not None
    assert evidence.found is not None
    assert Fraction(evidence.expected.high) < Fraction(evidence.found.low)
    assert evidence.sentence == "At x = 1 the answer is off by 5.4×10⁻⁵¹."


def test_what_is_not_proved_is_not_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradviz.checking.equality.prove.prove", lambda claim: None)
    made = decided("f = tan(x)", "sec(x)^2")
    assert made.verdict == "not decided"
    assert made.evidence.kind == "agreement"
    assert made.evidence.digits > 250
    assert made.evidence.points >= 40
    assert "was not proved" in made.evidence.sentence


def test_an_answer_that_is_wrong_at_one_point_only_is_not_right() -> None:
    made = decided("f = x", "where(x == 1, 5, 1)")
    assert made.verdict == "not decided"
    assert made.notes == ("only at x = 1 the answer gives 5, where 1 is taken",)


def test_at_a_kink_the_given_point_decides_nothing() -> None:
    made = decided("f = abs(x)", "1", fixed={"x": 0})
    assert made.verdict == "not decided"
    assert "kink at x = 0" in made.evidence.sentence
    assert decided("f = abs(x)", "0", fixed={"x": 0}).verdict == "right"
    assert decided("f = x^(3/2)", "1", fixed={"x": 0}).verdict == "wrong"


@pytest.mark.parametrize(("answer", "verdict"), [("4", "right"), ("5", "wrong"), ("2*x", "right"), ("3*x", "wrong")])
def test_at_a_given_point(answer: str, verdict: str) -> None:
    assert decided("f = x^2", answer, fixed={"x": 2}).verdict == verdict


ARRAYS = [
    ("W : 2x3; x : 3; f = ||W@x||^2", "W", "2*(W@x)@x.T", "right"),
    ("W : 2x3; x : 3; f = ||W@x||^2", "x", "W.T@W@x", "wrong"),
    ("A : 3x3; f = logdet(A)", "A", "inv(A)", "wrong"),
    ("A : 3x3 symmetric; f = logdet(A)", "A", "inv(A)", "right"),
    ("p : 3 stochastic; f = sum(p*log(p))", "p", "log(p) + sum(p)", "right"),
    ("p : 3; f = sum(p*log(p))", "p", "log(p) + sum(p)", "wrong"),
    ("z : 3; f = -log(softmax(z))[0]", "z", "softmax(z) - [1, 0, 0]", "right"),
    ("E : 5x2; i : 3; f = sum(take(E, i)^2)", "E", "scatter_add(take(E, i), i, 5)", "wrong"),
]


@pytest.mark.parametrize(("problem", "wrt", "answer", "verdict"), ARRAYS)
def test_arrays(problem: str, wrt: str, answer: str, verdict: str) -> None:
    made = decided(problem, answer, wrt)
    assert made.verdict == verdict
    if verdict == "wrong":
        assert made.evidence.entry


def test_the_entry_that_differs_is_told() -> None:
    made = decided("x : 3; f = sum(x^2)", "2*x*[1, 1, 3]")
    assert made.evidence.entry == (2,)
    assert made.evidence.sentence == "At x = [2, 3, 5] the right value of entry [2] is 10, the answer gives 30."


def test_no_point_no_verdict() -> None:
    made = decided("f = sqrt(sin(x) - 2)", "cos(x)/(2*sqrt(sin(x) - 2))")
    assert made.verdict == "not decided"
    assert made.evidence.kind == "domain"
    assert decided("f = sqrt(x)", "3", fixed={"x": 0}).evidence.rule == "division by zero"


def test_a_function_without_real_values_is_judged_by_its_formula() -> None:
    right = decided("f = log(-x^2 - 1)", "2*x/(x^2 + 1)")
    assert right.verdict == "right"
    assert "no real value" in right.notes[0]
    assert decided("f = log(-x^2 - 1)", "2*x/(x^2 - 1)").verdict == "wrong"


CURVE = Fraction(1, 10**30)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [("-x/y", "right"), ("-y/x", "wrong"), ("-x*y/(25-x*x)", "right"), ("-x/sqrt(25-x*x)", "wrong"), ("tiny", "wrong")],
)
def test_on_an_implicit_curve(answer: str, verdict: str) -> None:
    graph = Graph()
    x, y = graph.input("x"), graph.input("y")
    given = {
        "-x/y": -x / y,
        "-y/x": -y / x,
        "-x*y/(25-x*x)": -x * y / (25 - x * x),
        "-x/sqrt(25-x*x)": -x / graph.sqrt(25 - x * x),
        "tiny": -x / y + CURVE,
    }[answer]
    made = decide(Claim(graph, (-x / y).id, given.id, zero=(x * x + y * y - 25).id))
    assert made.verdict == verdict


def test_a_point_off_the_curve_does_not_count() -> None:
    graph = Graph()
    x, y = graph.input("x"), graph.input("y")
    made = Claim(graph, (-x / y).id, (y / x).id, zero=(x * x + y * y - 25).id, fixed={"x": 1, "y": 1})
    assert decide(made).verdict == "not decided"
