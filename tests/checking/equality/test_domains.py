"""Where answers are not defined and derivatives are."""

from __future__ import annotations

import pytest

from tests.checking.equality.claims import decided

OPEN = [
    ("f = x*log(x^2)", "2*log(x) + 2", "log of a negative number", "x > 0"),
    ("f = x", "sqrt(x)/sqrt(x)", "square root of a negative number", "x > 0"),
    ("f = x", "log(3 - x)/log(3 - x)", "log of a negative number", "x < 3"),
    ("f = x", "sqrt(x - 1)/sqrt(x - 1)*sqrt(2 - x)/sqrt(2 - x)", "square root of a negative number", "1 < x < 2"),
    ("f = cbrt(x)", "x^(-2/3)/3", "a negative number to a power that is no whole number", "x > 0"),
    ("f = x", "asin(x)/asin(x)", "asin is only defined from −1 to 1", "-1 < x < 1"),
]


@pytest.mark.parametrize(("problem", "answer", "rule", "region"), OPEN)
def test_an_open_part_is_wrong(problem: str, answer: str, rule: str, region: str) -> None:
    made = decided(problem, answer)
    assert made.verdict == "wrong"
    assert made.evidence.kind == "domain"
    assert made.evidence.rule == rule
    assert made.evidence.region == region
    assert f"right for {region.replace('-', '−')} only" in made.evidence.sentence
    assert made.evidence.expected is not None
    assert made.evidence.found is None


@pytest.mark.parametrize(("problem", "answer", "where"), [
    ("f = x*abs(x)/2", "x^2/abs(x)", "x = 0"),
    ("f = x", "(x - 7/3)/(x - 7/3)", "x = 7/3"),
    ("f = x^2", "2*x^2/x", "x = 0"),
])  # fmt: skip
def test_single_points_are_a_note(problem: str, answer: str, where: str) -> None:
    made = decided(problem, answer)
    assert made.verdict == "right"
    assert made.notes[0].startswith(f"the answer is not defined at {where}, where")


@pytest.mark.parametrize("answer", ["1/x", "abs(x)/x^2*sign(x)", "1/(x*1)"])
def test_a_larger_domain_is_right(answer: str) -> None:
    assert decided("f = log(x)", answer).verdict == "right"


@pytest.mark.parametrize("answer", ["1/(x - x)", "where(x < 5, 1, 1/(x - x))", "log(0*x)"])
def test_never_defined_is_wrong(answer: str) -> None:
    made = decided("f = x", answer)
    assert made.verdict == "wrong"
    assert made.evidence.kind == "domain"


def test_undefined_never_equals_undefined() -> None:
    assert decided("f = asin(x^2 + 2)", "asin(x^2 + 2)").verdict == "not decided"


def test_in_several_variables() -> None:
    made = decided("f = sqrt(x^2*y)", "x*y/(sqrt(x*y)*sqrt(x))")
    assert made.verdict == "wrong"
    hole = decided("f = x*log(y^2)", "2*log(y)")
    assert hole.evidence.kind == "domain"
    assert dict(hole.evidence.point)["y"].startswith("-")


def test_in_an_array() -> None:
    made = decided("x : 3; f = sum(x*log(x^2))", "2*log(x) + 2")
    assert made.verdict == "wrong"
    assert made.evidence.kind == "domain"
    assert len(made.evidence.entry) == 1
