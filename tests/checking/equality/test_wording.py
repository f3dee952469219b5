"""Numbers in words and as intervals."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from gradviz.checking.equality.program import precision
from gradviz.checking.equality.wording import apart, enclosure, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (fmpq(-3, 4), "−3/4"),
        (fmpq(7), "7"),
        (fmpq(1, 8000), "0.000125"),
        (fmpq(22, 7), "22/7"),
        (fmpq(10**30), "1×10³⁰"),
        (fmpq(4207, 10000), "0.4207"),
        (arb(1).cos(), "0.5403023059 ± 1×10⁻¹⁰"),
        (-(arb(100).exp()), "−2.688117142×10⁴³ ± 1×10³⁴"),
        (arb(0, 1e-20), "0 ± 2×10⁻²⁰"),
        (arb(5, 1), "between 3.99 and 6.01"),
    ],
)
def test_shown(value: object, text: str) -> None:
    assert shown(value) == text


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**20), st.integers(0, 10**6), st.integers(-40, 40))
def test_intervals_hold_the_number(top: int, bottom: int, radius: int, power: int) -> None:
    with precision(256):
        value = arb(fmpq(top, bottom), fmpq(radius, bottom)) * arb(10) ** power
        held = enclosure(value)
        low, high = (arb(fmpq(part.numerator, part.denominator)) for part in map(Fraction, (held.low, held.high)))
        assert low <= value.mid() - value.rad() or low.overlaps(value.lower())
        assert high >= value.mid() + value.rad() or high.overlaps(value.upper())


@given(st.integers(1, 10**6), st.integers(1, 45))
def test_different_numbers_read_differently(top: int, power: int) -> None:
    first, second = apart(fmpq(top), fmpq(top) + fmpq(1, 10**power))
    assert first.text != second.text
    assert Fraction(first.high) < Fraction(second.low)
