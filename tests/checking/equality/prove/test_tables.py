"""Textbook identities are proved, and near misses never are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pytest

from gradviz.checking.claim import Claim
from gradviz.checking.equality.prove import prove
from gradviz.checking.equality.prove.cases import attempt, by_cases
from gradviz.checking.equality.prove.field import Field
from gradviz.checking.equality.prove.ring import Look
from gradviz.graph.graph import Graph
from tests.checking.equality.prove.claims import claim, differs_somewhere
from tests.checking.equality.prove.tables import (
    ARRAYS,
    CONSTRAINED,
    DIFFERENT,
    DIFFERENT_ARRAYS,
    EQUAL,
    THIN,
)


def lines(table: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for text in table.values():
        for line in text.strip().splitlines():
            left, right = line.split(" | ")
            yield left.strip(), right.strip()


NOT_BY_ALGEBRA = {("x^y*x^z", "x^(y+z)")}
"""What only SymPy shows: at negative x these are powers at single points."""


@pytest.mark.parametrize(("left", "right"), list(lines(EQUAL)))
def test_identities_are_proved_by_algebra(left: str, right: str) -> None:
    assert (by_cases(claim(left, right)).rule is None) == ((left, right) in NOT_BY_ALGEBRA)


@pytest.mark.parametrize(("left", "right"), sorted(NOT_BY_ALGEBRA))
def test_what_algebra_does_not_show_sympy_does(left: str, right: str) -> None:
    assert prove(claim(left, right)) == "by SymPy's simplify"


@pytest.mark.parametrize(("declared", "left", "right"), ARRAYS)
def test_identities_of_arrays_are_proved(declared: str, left: str, right: str) -> None:
    assert prove(claim(left, right, declared)) is not None


@pytest.mark.parametrize(("zero", "left", "right"), CONSTRAINED)
def test_what_holds_on_a_curve_is_proved_there_and_only_there(zero: str, left: str, right: str) -> None:
    assert by_cases(claim(left, right, zero=zero)).rule is not None
    assert by_cases(claim(left, right)).rule is None


@pytest.mark.parametrize(("left", "right"), list(lines(DIFFERENT)))
def test_near_misses_are_never_proved(left: str, right: str) -> None:
    assert prove(claim(left, right)) is None


@pytest.mark.parametrize("look", ["coarse", "fine", "whole"])
@pytest.mark.parametrize(("left", "right"), list(lines(DIFFERENT)))
def test_no_look_alone_proves_a_near_miss(left: str, right: str, look: Look) -> None:
    assert attempt(Field(look), claim(left, right))[0] == 0


@pytest.mark.parametrize(
    ("left", "right", "rule"),
    [
        ("x*y+1", "1+y*x", "by the same canonical form"),
        ("(x+1)^2", "x^2+2*x+1", "as polynomials"),
        ("1/x+1", "(x+1)/x", "as rational functions"),
        ("sin(2*x)", "2*sin(x)*cos(x)", "as polynomials with sines and cosines"),
        ("abs(x)", "sqrt(x^2)", "as polynomials, in each case of signs"),
        ("exp(ln(x)+1)", "e*x", "as polynomials with logarithms and exponentials"),
    ],
)
def test_the_rule_is_said(left: str, right: str, rule: str) -> None:
    assert prove(claim(left, right)) == rule


@pytest.mark.parametrize(("left", "right"), [pair for pair in lines(DIFFERENT) if pair not in THIN])
def test_near_misses_are_different(left: str, right: str) -> None:
    assert differs_somewhere(claim(left, right))


@pytest.mark.parametrize(("declared", "left", "right"), DIFFERENT_ARRAYS)
def test_near_misses_of_arrays_are_never_proved(declared: str, left: str, right: str) -> None:
    made = claim(left, right, declared)
    assert prove(made) is None
    assert differs_somewhere(made)


def test_fixed_inputs_have_their_value() -> None:
    free = claim("x^2+y", "2*x+y")
    assert by_cases(free).rule is None
    at_two = Claim(free.graph, free.truth, free.answer, fixed={"x": 2})
    assert prove(at_two) == "as polynomials"


def test_a_function_s_domain_is_known_of_points() -> None:
    made = claim("sqrt(x^2)", "x")
    domain = made.graph.log(made.graph["x"])
    assert prove(made) is None
    assert prove(Claim(made.graph, made.truth, made.answer, domain=(domain.id,))) is not None


def test_what_a_branch_needs_is_no_fact_elsewhere() -> None:
    assert prove(claim("where(y > 0, ln(x), 0) + abs(x)", "where(y > 0, ln(x), 0) + x")) is None


def test_what_other_entries_need_is_no_fact() -> None:
    assert prove(claim("ln(x)[0]+abs(x[1])", "ln(x[0])+x[1]", "x : 3")) is None


def test_different_shapes_are_not_equal() -> None:
    g = Graph()
    x = g.input("x", (2,))
    assert prove(Claim(g, x.id, g.sum(x).id)) is None


def test_nothing_that_is_nowhere_defined_is_proved() -> None:
    assert by_cases(claim("sqrt(-1-x^2)", "sqrt(-1-x^2)+1")).rule is None
    assert by_cases(claim("1/(x-x)", "2/(x-x)+1")).rule is None


def test_arrays_of_numbers_that_numpy_gives_are_exact() -> None:
    g = Graph()
    x = g.input("x", (2,))
    assert prove(Claim(g, (x * np.array([0.5, 0.25])).id, (x / np.array([2.0, 4.0])).id)) == "as polynomials"
