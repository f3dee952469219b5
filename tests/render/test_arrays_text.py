from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.explanation.data import Value
from gradviz.render.arrays_text import summary_text, value_lines, value_text
from gradviz.render.options import Options
from gradviz.render.text_lines import width_of

OPTIONS = Options()


def value(shape: tuple[int, ...], *entries: float) -> Value:
    return Value(shape, tuple(map(float, entries)))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (value((), -0.19661193), "−0.1966"),
        (value((2,), 0.22, 0.26), "[0.22, 0.26]"),
        (value((2, 2), 1, 2, 3, 4), "[[1, 2], [3, 4]]"),
        (value((1, 3), 1, 2, 3), "[[1, 2, 3]]"),
        (value((2, 1, 1), 1, 2), "[[[1]], [[2]]]"),
        (value((0,)), "[]"),
        (value((2, 0)), "[[], []]"),
        (value((0, 3)), "[]"),
    ],
)
def test_small_arrays_stand_in_brackets(given: Value, text: str) -> None:
    assert value_text(given, OPTIONS) == text


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        ([0.0] * 50 + [2.0] * 50, "100 numbers from 0 to 2, 50 % of them 0"),
        ([3.0] * 100, "100 numbers, all 3"),
        ([-1.0] * 99 + [math.nan], "100 numbers from −1 to −1, 1 % of them not finite"),
        ([math.inf] * 100, "100 numbers, none of them finite"),
        ([0.0] + [1.0] * 2000, "2001 numbers from 0 to 1, 1 of them 0"),
    ],
)
def test_large_arrays_are_said_in_words(entries: list[float], text: str) -> None:
    assert summary_text(value((len(entries),), *entries), OPTIONS) == text


def test_a_matrix_that_does_not_fit_takes_a_line_per_row() -> None:
    assert value_lines(value((2, 3), 0.1, -20, 3, 4, 5, -6), OPTIONS, 20) == ["[[0.1, −20,  3],", " [  4,   5, −6]]"]
    rows = value_lines(value((2, 2, 2), *range(8)), OPTIONS, 12)
    assert rows == ["[[[0, 1],", "  [2, 3]],", " [[4, 5],", "  [6, 7]]]"]


def test_a_long_vector_takes_several_lines() -> None:
    assert value_lines(value((5,), 1, 2, 3, 4, 5), OPTIONS, 9) == ["[1, 2,", " 3, 4,", " 5]"]


SHAPES = st.lists(st.integers(0, 5), max_size=4).map(tuple)


@given(SHAPES, st.integers(30, 90), st.data())
def test_every_array_fits_or_is_summarised(shape: tuple[int, ...], width: int, data: st.DataObject) -> None:
    size = math.prod(shape)
    entries = data.draw(st.lists(st.floats(-1e9, 1e9), min_size=size, max_size=size))
    lines = value_lines(Value(shape, tuple(entries)), OPTIONS, width)
    assert lines
    if size <= 64 and lines[0].startswith("["):
        assert all(width_of(part) <= width for part in lines)
