"""What one sign says about others, and what is impossible."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gradviz.checking.equality.prove.bounds import Range, narrowed
from gradviz.checking.equality.prove.cases import by_cases
from gradviz.checking.equality.prove.field import Field
from tests.checking.equality.prove.claims import claim


@pytest.mark.parametrize(
    ("low", "open_low", "high", "open_high", "empty"),
    [(0, False, 1, False, False), (1, False, 1, False, False), (1, True, 1, False, True), (2, False, 1, False, True)],
)
def test_a_range_without_numbers_is_empty(low: int, open_low: bool, high: int, open_high: bool, empty: bool) -> None:
    assert Range(Fraction(low), open_low, Fraction(high), open_high).empty is empty


def test_the_narrower_end_stays() -> None:
    known = narrowed(Range(), Fraction(1), Fraction(1), ">")
    assert known == Range(Fraction(1), True)
    assert narrowed(known, Fraction(1), Fraction(0), ">=") == known
    assert narrowed(known, Fraction(-2), Fraction(1), ">").empty  # −2(x − 1) > 0 is x < 1


def test_a_sign_says_others() -> None:
    field = Field()
    x = field.ring.gen(field.generator("input", ("x", ())))
    field.begin(((x - 1, ">"),))
    assert [field.facts(x + c) for c in (-2, -1, 0, 1)] == [None, ">", ">", ">"]
    assert field.facts(-x) == "<"
    field.assume(x + 1, "<=")
    assert field.impossible


@pytest.mark.parametrize(
    "text", ["1-cos(x)", "2+sin(x)", "x^2+1", "x^2-x+1", "exp(x)", "1+cosh(x)", "pi-3", "2-sqrt(3)"]
)
def test_what_is_seen_not_to_be_negative_needs_no_cases(text: str) -> None:
    found = by_cases(claim(f"abs({text})", text)).rule
    assert found is not None
    assert "case" not in found
