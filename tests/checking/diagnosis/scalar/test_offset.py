"""Where no mistake explains an answer, a simple factor or difference is said, and nothing else."""

from __future__ import annotations

import pytest

from tests.checking.diagnosis.scalar.asking import diagnosed


@pytest.mark.parametrize(
    ("factor", "says"),
    [
        ("5*{}", "the answer is 5 times too large"),
        ("-7*{}", "the answer is 7 times too large, and its sign is wrong"),
        ("{}/5", "the answer is 5 times too small"),
        ("{}/x^3", "the factor x³ is missing"),
        ("{}*x^4", "the factor x⁴ is too much"),
        ("{}/exp(x)", "the factor exp(x) is missing"),
        ("{} + 9", "the answer is 9 too large"),
        ("{} - x^3", "the term x³ is missing"),
        ("{} + 2*sin(x)", "the term 2·sin(x) is too much"),
    ],
)
def test_a_simple_factor_or_difference_is_said(factor: str, says: str) -> None:
    right = "(exp(x)*sin(x) + exp(x)*cos(x) + 4*x)"
    found = diagnosed("exp(x)*sin(x) + 2*x^2", factor.format(right))
    assert found.findings == ()
    assert found.offset == says


@pytest.mark.parametrize("answer", ["x^7 + tan(x)", "exp(x)*sin(x)*1.0001 + 4*x", "gamma(x)"])
def test_nothing_simple_is_nothing(answer: str) -> None:
    assert diagnosed("exp(x)*sin(x) + 2*x^2", answer).offset == ""
