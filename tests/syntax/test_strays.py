"""Signs that stray into an expression are refused at their place, not read as something else."""

import pytest

from gradviz.errors import ParseError
from gradviz.syntax.parser import parse, parse_expression


@pytest.mark.parametrize(("text", "place"), [("x$y", 1), ("(x)$y$", 3)])
def test_a_dollar_in_the_middle_is_refused(text: str, place: int) -> None:
    with pytest.raises(ParseError, match=r"a \$ stands in the middle") as caught:
        parse_expression(text)
    assert caught.value.span is not None
    assert caught.value.span.start == place


@pytest.mark.parametrize("text", ["$x^2$", "$$x^2$$", r"$\frac{x}{2}$"])
def test_dollars_around_a_formula_are_read_over(text: str) -> None:
    assert parse_expression(text) == parse_expression(text.strip("$"))


@pytest.mark.parametrize("text", ["½", "x·½", "¾x"])
def test_numerals_are_no_names(text: str) -> None:
    with pytest.raises(ParseError, match="is not read as a number"):
        parse_expression(text)


@pytest.mark.parametrize("text", ["f'(x)", "2*g'(x+1)", "sin'(x)"])
def test_a_derivative_is_asked_for_by_its_function(text: str) -> None:
    with pytest.raises(ParseError, match="asks for a derivative"):
        parse_expression(text)


def test_a_transpose_before_a_bracket_stays_one() -> None:
    assert parse("A : 2x2; x : 2; f = A'(x + 1)").statements
