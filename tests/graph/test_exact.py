"""Exact arithmetic: what folds, what stays, what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.errors import DomainProblem, LimitError
from gradviz.graph.exact import MAX_DIGITS, fold, representable, tidy
from gradviz.ops.op import PI

EXACT = st.one_of(st.integers(-(10**9), 10**9), st.fractions(max_denominator=10**6))


@given(EXACT, EXACT)
def test_arithmetic_is_that_of_fractions(a, b):
    assert fold("add", (a, b)) == Fraction(a) + b
    assert fold("sub", (a, b)) == Fraction(a) - b
    assert fold("mul", (a, b)) == Fraction(a) * b
    assert fold("neg", (a,)) == -a
    if b:
        assert fold("div", (a, b)) == Fraction(a) / b


@given(st.fractions(max_denominator=99, min_value=-99, max_value=99), st.integers(-60, 60))
def test_whole_powers_are_exact(base, exponent):
    if base or exponent >= 0:
        assert fold("pow", (base, exponent)) == base**exponent


@pytest.mark.parametrize("values", [(2, Fraction(1, 2)), (PI, 2), (2, PI), (1.5, 2), (-8, Fraction(1, 3))])
def test_what_is_not_exact_is_left(values):
    assert fold("pow", values) is None


def test_functions_are_left():
    assert fold("sqrt", (4,)) is None
    assert fold("maximum", (1, 2)) is None


@pytest.mark.parametrize(("name", "values"), [("div", (1, 0)), ("div", (0, 0)), ("pow", (0, -1)), ("power", (0, -2))])
def test_division_by_zero_is_refused(name, values):
    with pytest.raises(DomainProblem):
        fold(name, values)


@pytest.mark.parametrize("values", [(9, 9**9), (9, 10**100), (10, -(10**9)), (Fraction(1, 3), 10**12)])
def test_towers_are_refused_before_they_are_computed(values):
    with pytest.raises(LimitError):
        fold("pow", values)


@pytest.mark.parametrize("exponent", [10**100, -(10**100), 10**100 + 1])
def test_powers_of_one_are_not(exponent):
    assert fold("pow", (1, exponent)) == 1
    assert fold("pow", (-1, exponent)) == (-1 if exponent % 2 else 1)


def test_limits():
    assert tidy(Fraction(4, 2)) == 2
    assert tidy(10 ** (MAX_DIGITS - 1)) == 10 ** (MAX_DIGITS - 1)
    with pytest.raises(LimitError):
        tidy(10 ** (MAX_DIGITS + 1))
    with pytest.raises(LimitError):
        representable(10**309)
    assert representable(Fraction(1, 10**390)) == Fraction(1, 10**390)
