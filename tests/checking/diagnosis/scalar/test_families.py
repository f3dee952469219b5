"""One fact is told once: the same factor or sign, seen from two places or in two readings, is one mistake."""

from __future__ import annotations

import pytest

from gradviz.checking.diagnosis.finding import Finding
from tests.checking.diagnosis.scalar.asking import diagnosed


def only(text: str, answer: str, order: int = 1) -> Finding:
    """The one finding that there is."""
    found = diagnosed(text, answer, order=order).findings
    assert len(found) == 1, [one.explanation for one in found]
    assert not found[0].also
    return found[0]


@pytest.mark.parametrize(
    ("text", "answer", "name", "place"),
    [
        ("cos(4x)", "-sin(4x)", "inner derivative lost", "cos(4·x)"),
        ("(2x+1)^3", "3*(2x+1)^2", "inner derivative lost", "(2·x + 1)³"),
        ("exp(sin(2x))", "exp(sin(2x))*cos(2x)", "inner derivative lost", "sin(2·x)"),
        ("(1-x)^3", "3*(1-x)^2", "inner derivative lost", "(1 − x)³"),
        ("tan(3x)", "sec(3x)^2/3", "divided by the inner slope", "tan(3·x)"),
        ("tan(3x)", "9*sec(3x)^2", "inner derivative twice", "tan(3·x)"),
    ],
)
def test_a_factor_is_told_at_the_function_around_it(text: str, answer: str, name: str, place: str) -> None:
    found = only(text, answer)
    assert found.name == name
    assert f"At {place}:" in found.explanation


def test_the_same_holds_within_two_mistakes() -> None:
    findings = diagnosed("x^2*cos(4x)", "-2x*sin(4x)").findings
    assert [one.name for one in findings].count("u′v′ and inner derivative lost") <= 1
    assert not any("coefficient lost" in one.name for one in findings)
    assert any("inner derivative lost" in one.name and "u′v′" in one.name for one in findings)


@pytest.mark.parametrize(
    ("text", "answer", "name"),
    [
        ("cos(5x)", "5*sin(5x)", "sign of cos′"),
        ("-x^3", "3x^2", "minus lost"),
        ("x^(-3)", "3*x^(-4)", "minus lost"),
        ("exp(x*y)", "-y*exp(x*y)", "overall sign"),
        ("3*x^4 - 5*x^2 + 7", "-12x^3 + 10x", "overall sign"),
        ("(x+1)^2 - 4*(x-3)", "2*(x+1) + 4", "minus lost"),
    ],
)
def test_a_wrong_sign_is_told_with_its_reason(text: str, answer: str, name: str) -> None:
    findings = diagnosed(text, answer).findings
    assert [one.name for one in findings if "sign" in one.name or "minus" in one.name] == [name]


def test_two_reasons_for_one_sign_stay_a_tie() -> None:
    found = diagnosed("ln(ln(x))", "-1/(x*ln(x))").findings
    assert [one.name for one in found] == ["sign of ln′", "sign of ln′"]
    assert found[0].node != found[1].node


@pytest.mark.parametrize(
    ("text", "answer", "name"),
    [
        ("sqrt(x)", "1/sqrt(x)", "half lost"),
        ("1/(x^2+5)", "-2x/(x^2+5)", "square lost"),
        ("x^3", "x^4/4", "integrated"),
    ],
)
def test_the_reading_that_is_written_is_told(text: str, answer: str, name: str) -> None:
    assert only(text, answer).name == name


def test_once_for_twice_is_told_once() -> None:
    assert only("sin(3x)", "3*cos(3x)", 2).name == "differentiated too few times"


def test_mistakes_of_different_rules_are_not_said_to_be_the_same() -> None:
    # The exponent at x² and the coefficient at 5x have names that are alike and are two mistakes.
    found = diagnosed("x^2*(5*x - 4)", "6*x^2 - 4*x").findings
    assert not any("The same mistake at x² and 5·x" in one.explanation for one in found)
