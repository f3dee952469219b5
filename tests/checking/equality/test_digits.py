"""Answers in decimals, judged by the digits that they give."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gradviz.checking.equality.digits import half_unit, most
from tests.checking.equality.claims import decided

JUDGED = [
    ("f = x*sin(1)/2", "0.4207", 4, "right"),
    ("f = x*sin(1)/2", "0.4208", 4, "wrong"),
    ("f = x*sin(1)/2", "0.421", 3, "right"),
    ("f = x*sin(1)/2", "-0.421", 3, "wrong"),
    ("f = pi*x", "3.14159", 6, "right"),
    ("f = pi*x", "3.14158", 6, "wrong"),
    ("f = pi*x", "3.14", 3, "right"),
    ("f = x^3/9", "0.333*x^2", 3, "right"),
    ("f = x^3/9", "0.343*x^2", 3, "wrong"),
    ("f = x^3/9 + x/2", "0.333*x^2 + 0.5", 3, "right"),
    ("f = x^3/9 + x*0.52", "0.333*x^2 + 0.5", 3, "wrong"),
    ("f = exp(x/3)", "0.333*exp(0.333*x)", 3, "not decided"),
    ("f = pi*x^2", "6.28*x", 3, "right"),
    ("f = pi*x^2", "6.2*x", 2, "wrong"),
    ("f = pi*x^2", "2*3.14*x", 3, "right"),
    ("f = 2^x", "0.70*2^x", 2, "wrong"),
    ("f = sin(x)", "1.0e9*x - 1.0e9*x + x^2", 2, "not decided"),
    ("f = sin(x)", "cos(12.0e5*x)", 3, "not decided"),
    ("f = x^2", "2*x + 0.10*sin(100000.0*x)", 2, "not decided"),
    ("f = cos(x)", "sin(314159.0*x)*1.0", 2, "not decided"),
    ("f = sin(x)", "1.0/(1.00 - 0.99 - 0.010 + x)", 2, "wrong"),
    ("f = 2^x", "0.693*2^x", 3, "right"),
    ("f = 2^x", "0.7*0.98*2^x", 2, "not decided"),
    ("f = 12.01*x", "12.0", 3, "right"),
    ("f = 12.1*x", "12.0", 3, "wrong"),
]


@pytest.mark.parametrize(("problem", "answer", "digits", "verdict"), JUDGED)
def test_judged_by_the_digits_given(problem: str, answer: str, digits: int, verdict: str) -> None:
    made = decided(problem, answer, digits=digits)
    assert made.verdict == verdict
    if verdict == "right":
        assert made.evidence.kind == "agreement"
        assert f"to the {digits} digits given" in made.evidence.sentence
    if verdict == "wrong":
        assert made.evidence.kind == "counterexample"
        assert made.evidence.sentence.endswith(f"not right to the {digits} digits given.")


def test_without_digits_decimals_are_exact() -> None:
    assert decided("f = x*sin(1)/2", "0.4207").verdict == "wrong"
    assert decided("f = x/2", "0.5").verdict == "right"


def test_an_exact_decimal_is_proved() -> None:
    assert decided("f = x/4", "0.25", digits=2).evidence.kind == "proof"


def test_digits_do_not_excuse_a_domain() -> None:
    assert decided("f = x*log(x^2)", "2.000*log(x) + 2.01", digits=3).verdict == "wrong"


@pytest.mark.parametrize(("value", "digits", "half", "largest"), [
    ("0.4207", 4, Fraction(1, 20000), Fraction(4207, 20_000_000)),
    ("12.5", 3, Fraction(1, 20), Fraction(1, 16)),
    ("0.25", 3, Fraction(1, 2000), Fraction(1, 800)),
    ("1234.5678", 3, Fraction(1, 20000), Fraction(12345678, 2_000_000)),
])  # fmt: skip
def test_how_much_rounding_may_change(value: str, digits: int, half: Fraction, largest: Fraction) -> None:
    assert half_unit(Fraction(value), digits) == half
    assert most(Fraction(value), digits) == largest
