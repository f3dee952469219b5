"""Equations as problems, slopes in answers, relations as answers."""

from __future__ import annotations

import pytest

from gradviz.checking.reading.answer import Answer, claim_of, read_answer
from gradviz.checking.reading.implicit import implicit_question, read_equation
from gradviz.checking.reading.question import Question
from gradviz.errors import NameProblem, ParseError, ShapeError, UserError
from gradviz.passes.evaluate import evaluate

CIRCLE = "x^2 + y^2 = 25"


def asked(text: str, of: str | None = None, wrt: str | None = None, order: int = 1) -> Question:
    found = read_equation(text, of=of, wrt=wrt)
    assert found is not None
    return implicit_question(found, of, wrt, order)


def read(text: str, answer: str, order: int = 1) -> Answer:
    return read_answer(asked(text, order=order), answer)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (CIRCLE, "x² + y² = 25"),
        ("sin(xy) = x + y", "sin(x y) = x + y"),
        ("y = sin(x + y)", "y = sin(x + y)"),
        ("x^2/a^2 + y^2/b^2 = 1; a = 3; b = 2", "x²/a² + y²/b² = 1"),
        ("$x^3 + y^3 = 6xy$", "x³ + y³ = 6·x y"),
        ("(x + y)^2 = 4", "(x + y)² = 4"),
        ("y^3 = x", "y³ = x"),
        ("x^2 == y^3", "x² = y³"),
        ("# a circle\nx^2 + y^2 = 25", "x² + y² = 25"),
    ],
)
def test_equations_are_told_from_programs(text: str, title: str) -> None:
    found = read_equation(text)
    assert found is not None
    assert found.title.unicode == title


@pytest.mark.parametrize(
    "text",
    [
        "f = x^2",
        "f(x) = x^2",
        "2x + 1",
        "W : 2x2; f = sum(W)",
        "x = 2; f = x*y",
        "f = sum(x, axis=0)",
        "f = where(x == 0, 1, 2)",
    ],
)
def test_programs_are_no_equations(text: str) -> None:
    assert read_equation(text) is None


def test_what_is_asked_can_make_an_equation() -> None:
    assert read_equation("x = y^2") is None
    assert asked("x = y^2", "y", "x").symbol.unicode == "dy/dx"
    assert read_equation("xy = 1") is None
    assert asked("xy = 1", "y", "x").symbol.unicode == "dy/dx"


@pytest.mark.parametrize(
    ("text", "at", "slope"),
    [
        (CIRCLE, {"x": 3.0, "y": 4.0}, -0.75),
        ("x^3 + y^3 = 6xy", {"x": 3.0, "y": 3.0}, -1.0),
        ("x*y = 1", {"x": 2.0, "y": 0.5}, -0.25),
        ("e^y = x", {"x": 1.0, "y": 0.0}, 1.0),
        ("y = x + y^2", {"x": 0.25, "y": 0.25}, 2.0),
    ],
)
def test_the_slope(text: str, at: dict[str, float], slope: float) -> None:
    question = asked(text)
    assert evaluate(question.graph, at, [question.target])[0] == pytest.approx(slope)
    assert question.zero == question.built.output


def test_the_second_derivative_is_the_total_one() -> None:
    question = asked(CIRCLE, order=2)
    values = evaluate(question.graph, {"x": 3.0, "y": 4.0}, list(question.slopes))
    assert values == pytest.approx([-3 / 4, -25 / 64])  # y'' = −(x² + y²)/y³
    assert question.symbol.unicode == "d²y/dx²"


def test_the_third_derivative() -> None:
    question = asked("x*y = 1", order=3)
    assert evaluate(question.graph, {"x": 1.0, "y": 1.0}, [question.target])[0] == pytest.approx(-6)  # of 1/x


def test_which_variable_depends_on_which() -> None:
    assert asked("u^2 + v^2 = 1", of="u").symbol.unicode == "du/dv"
    assert asked(CIRCLE, of="x").symbol.unicode == "dx/dy"
    assert asked("x^2/a^2 + y^2 = 1").symbol.unicode == "dy/dx"
    with pytest.raises(NameProblem, match="not clear"):
        asked("u^2 + v^2 + w^2 = 1")
    with pytest.raises(NameProblem, match="no variable 'z'"):
        asked(CIRCLE, of="z")
    with pytest.raises(NameProblem, match="two variables"):
        asked("x^2 + x = 1")
    with pytest.raises(ShapeError):
        asked("x : 3; x*y = 1")


RELATIONS = [
    *(
        "2x + 2y*y' = 0",
        "2x + 2yy' = 0",
        "2x + 2y dy/dx = 0",
        r"2x + 2y\frac{dy}{dx} = 0",
        "x = -y*y'",
        "0 = x + y y'(x)",
    ),
    *("2x + 2y*(dy/dx) = 0", r"2x + 2y y^{\prime} = 0", "x + y*y′ = 0", "y' = y' * (x + y*y') + y'*1 - x/y - y'"),
]


@pytest.mark.parametrize("text", RELATIONS)
def test_relations_are_read_as_such(text: str) -> None:
    answer = read(CIRCLE, text)
    assert answer.relation is not None
    assert answer.reading is not None
    assert "y′" in answer.reading.unicode
    assert "y'" in answer.reading.text
    assert not any("1" in note for note in answer.notes)  # no made-up name shows


@pytest.mark.parametrize("text", RELATIONS[:9])
def test_the_difference_of_a_relation_vanishes_on_the_curve(text: str) -> None:
    question = asked(CIRCLE)
    answer = read_answer(question, text)
    claim = claim_of(question, answer)
    at = {"x": 3.0, "y": 4.0}
    assert evaluate(claim.graph, at, [claim.answer, claim.truth]) == pytest.approx([0, 0])
    assert answer.relation is not None
    slope, bend = evaluate(claim.graph, at, list(answer.relation))
    assert slope != 0
    assert bend == 0


def test_slopes_may_stand_in_an_answer_of_higher_order() -> None:
    answer = read(CIRCLE, "d^2y/dx^2 = -(1 + (dy/dx)^2)/y", order=2)
    assert answer.relation is None
    assert answer.reading is not None
    assert answer.reading.unicode == "−(1 + y′²)/y"
    assert evaluate(answer.graph, {"x": 3.0, "y": 4.0}, [answer.node])[0] == pytest.approx(-25 / 64)


def test_a_relation_of_second_order() -> None:
    answer = read(CIRCLE, "1 + y'^2 + y*y'' = 0", order=2)
    assert answer.relation is not None
    assert evaluate(answer.graph, {"x": 3.0, "y": 4.0}, [answer.node])[0] == pytest.approx(0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y' + 1", "which it should give"),
        ("2x + 2y = 0", "no derivative"),
        ("y' = x = 2", "no derivative"),
        ("dx/dy = -y/x", "dx/dy"),
        ("z' = 2", "of z"),
    ],
)
def test_bad_answers(text: str, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        read(CIRCLE, text)


def test_a_first_order_relation_says_nothing_of_the_second_derivative() -> None:
    with pytest.raises(ParseError, match="no derivative"):
        read(CIRCLE, "2x + 2y*y' = 0", order=2)


@pytest.mark.parametrize("text", ["x^2 + = 25", "= 25", "x^2 + y^2 = 25 = z"])
def test_bad_equations(text: str) -> None:
    with pytest.raises(UserError):
        asked(text)
