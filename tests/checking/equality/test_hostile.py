"""Answers meant to explode: they end, in few steps, and in no verdict that is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from gradviz.checking.equality import program
from gradviz.checking.equality.program import Program
from tests.checking.equality.claims import claim, decided

TOWER = "exp(" * 30 + "x" + ")" * 30
POWERS = "(" * 12 + "x" + "^1000)" * 12
HOSTILE = [
    ("f = exp(exp(exp(exp(x))))", "x", "wrong"),
    ("f = exp(exp(exp(exp(x))))", TOWER, "wrong"),
    ("f = x", TOWER, "wrong"),
    ("f = x", POWERS, "wrong"),
    ("f = x", "gamma(10^9*x)", "wrong"),
    ("f = gamma(10^9*x)", "gamma(10^9*x)*digamma(10^9*x)*10^9", "right"),
    ("f = x^1000000", "1000000*x^999999", "right"),
    ("f = x^1000000", "1000000*x^999998", "wrong"),
    ("f = x", "9^9^2", "wrong"),
    ("f = x^x^x^x", "x", "wrong"),
    ("f = sin(10^300*x)", "10^300*cos(10^300*x)", "right"),
    ("f = cosh(x)^1000000", "1", "wrong"),
    ("f = x", "floor(10^300*exp(exp(x)))", "wrong"),
    ("f = x", "polygamma(3, 10^9*x)*polygamma(100000, x)", "wrong"),
    ("f = x", "1/(sin(x)^2 + cos(x)^2 - 1)", "not decided"),
    ("f = x", "+".join(["abs(x)"] * 200), "wrong"),
]


@pytest.mark.parametrize(("problem", "answer", "verdict"), HOSTILE, ids=lambda part: part[:30])
def test_it_ends_with_a_sound_verdict(problem: str, answer: str, verdict: str, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = 0
    plain = Program.run

    def counted(self: Program, *args: Any) -> Any:
        nonlocal runs
        runs += 1
        return plain(self, *args)

    monkeypatch.setattr(Program, "run", counted)
    assert decided(problem, answer).verdict in (verdict, "not decided")
    assert runs < 3000


def test_arrays_that_are_too_large_are_not_evaluated() -> None:
    made = decided("A : 200x200; x : 200; f = x.T@A@A@x", "A@x + x", "x")
    assert made.verdict == "not decided"
    assert "too large" in made.evidence.sentence
    assert program.compiled(claim("A : 60x60; f = det(A)", "A", "A").graph, [1]).too_large


def test_small_arrays_are() -> None:
    assert decided("A : 12x12; f = det(A)", "inv(A)", "A").verdict == "wrong"
