"""Never a wrong answer accepted, never a right one rejected: rewrites, changes, and pairs that once went wrong."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import gradviz
from gradviz.errors import UserError
from tests.checking.rewrites import CHANGES, PROBLEMS, REWRITES, written, x


def verdict(source: str, answer: str) -> str:
    return gradviz.check(source, wrt="x", answer=answer, picture=False).verdict


def never_rejected(problem: sp.Expr, rewrite: str) -> None:
    answer = REWRITES[rewrite](sp.diff(problem, x))
    assume(len(written(answer)) < 500)
    assert verdict(f"({written(problem)})", written(answer)) != "wrong"


def never_accepted(problem: sp.Expr, change: str) -> None:
    truth = sp.diff(problem, x)
    assume(truth != sp.Rational(-1, 2))
    assert verdict(f"({written(problem)})", written(CHANGES[change](truth))) != "right"


@given(PROBLEMS, st.sampled_from(sorted(REWRITES)))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_rewrite_of_the_right_answer_is_never_wrong(problem: sp.Expr, rewrite: str) -> None:
    assume(problem.has(x))
    never_rejected(problem, rewrite)


@given(PROBLEMS, st.sampled_from(sorted(CHANGES)))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_changed_answer_is_never_right(problem: sp.Expr, change: str) -> None:
    assume(problem.has(x))
    never_accepted(problem, change)


@pytest.mark.slow
@given(PROBLEMS, st.sampled_from(sorted(REWRITES)), st.sampled_from(sorted(CHANGES)))
@settings(max_examples=1000, deadline=None, derandomize=True)
def test_many_rewrites_and_changes(problem: sp.Expr, rewrite: str, change: str) -> None:
    assume(problem.has(x))
    never_rejected(problem, rewrite)
    never_accepted(problem, change)


ACCEPTED = [
    ("sin(x)", "1.0e9*x - 1.0e9*x + x^2"),
    ("sin(x)", "cos(12.0e5*x)"),
    ("x^2", "2x + 0.10*sin(100000.0*x)"),
    ("x", "1 + 0*sqrt((x^2-2)^2-1e-12)"),
    ("x", "1 + 0*sqrt(sin(x)+0.9999999)"),
]
"""Answers that are not right: decimals that cancel or turn fast, holes that are narrow."""


@pytest.mark.parametrize(("source", "answer"), ACCEPTED)
def test_answers_that_must_not_be_right(source: str, answer: str) -> None:
    assert verdict(f"f = {source}", answer) != "right"


def test_the_question_itself_is_no_answer() -> None:
    with pytest.raises(UserError, match="reads as a derivative"):
        verdict("f = e^x", "f'")


@pytest.mark.parametrize("answer", ["0", "x^2 + 1"])
def test_the_derivative_of_the_input_itself(answer: str) -> None:
    assert verdict("x", answer) == "wrong"


def test_verdicts_do_not_depend_on_the_process() -> None:
    code = (
        "import gradviz\n"
        "for s, a in (('sin(x)^2','sin(2x)'),('abs(x)','1'),('x^x','x*x^(x-1)'),('x*sin(4x)','sin(4x)+x*cos(4x)')):\n"
        "    print(gradviz.check(s, wrt='x', answer=a).to_json())\n"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "77")
    }
    assert len(told) == 1
