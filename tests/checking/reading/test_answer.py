"""An answer read: the text, how it is shown back, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.checking.reading.answer import Answer, claim_of, read_answer
from gradviz.checking.reading.decimals import written_digits
from gradviz.checking.reading.exact import exact
from gradviz.checking.reading.question import Question, question
from gradviz.errors import InternalError, NameProblem, ParseError, UserError
from gradviz.graph.build import build
from gradviz.passes.evaluate import evaluate
from gradviz.syntax.parser import parse


def asked(text: str, wrt: str = "x", order: int = 1, **values: Any) -> Question:
    return question(build(parse(text, known=tuple(values)), values=values), wrt, order)


def read(text: str, answer: str, wrt: str = "x", order: int = 1, **values: Any) -> Answer:
    return read_answer(asked(text, wrt, order, **values), answer)


def value(answer: Answer, **at: Any) -> Any:
    return evaluate(answer.graph, at, [answer.node])[0]


READINGS = [
    ("f = x^2*y", "2xy"),
    ("f = x^2*y", "2 x y"),
    ("f = x^2*y", "yx + xy"),
    ("f = x^2*y", "x(y+y)"),
    ("f = x^2*y", "df/dx = 2xy"),
    ("f = x^2*y", r"\frac{\partial f}{\partial x} = 2 x y"),
    ("f = x^2*y", r"$$\frac{\partial f}{\partial x} = 2 x y$$"),
    ("f = arcsin(x)", "sin^-1(x)"),
    ("f = log(x)", "1/x log(x)"),
    ("f = log(x)", "ln x"),
    ("f = log(x)", "log10(x)"),
    ("f = sqrt(x)", "1/2x^1/2"),
    ("f = sqrt(x)", "½x^(-½)"),
    ("f = exp(2x)", "2e^2x"),
    ("f = exp(2x)", "2e^(2x)"),
    ("f = x*e", "x*e"),
    ("f(x) = x*e^x", "f(x) + e^x"),
    ("g(t) = t^2; f = g(x) + x", "g(x)/x + 1"),
    ("f = sigmoid(x)", "σ(x)(1-σ(x))"),
    ("f = tan x", "sec² x"),
    ("f = |x|", "x/|x|"),
    ("f = θ^2*x", "θ²"),
    ("f = w_1^2*x", "w₁²"),
    ("f = x^2", "2·x"),
    ("f = x^2", "−2×x"),
    ("W : 2x3; x : 3; f = ||W@x||^2", "2 W^T W x"),
    ("W : 2x3; x : 3; f = ||W@x||^2", "2*W.T@(W@x)"),
    ("W : m x n; x : n; f = ||W@x||^2/n", "2/n W^T W x"),
    ("x : 3; f = sum(sin(x))", "[cos(x[0]), cos(x[1]), cos(x[2])]"),
    ("f = x^2", "dy/dx = 2x"),
    ("x^2", "dy/dx = 2x"),
    ("f = x*y", "dy/dx = y"),
]


def test_readings(golden: Callable[[str, str], None]) -> None:
    """Every form with how it is shown back in three notations, and the notes."""
    lines = []
    for problem, text in READINGS:
        answer = read(problem, text)
        assert answer.reading is not None
        lines += [f"{problem}   {text}", *(f"    {one}" for one in (answer.reading.text, answer.reading.unicode))]
        lines += [f"    {answer.reading.latex}", *(f"    note: {note}" for note in answer.notes)]
    golden("check_readings.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("problem", "text", "at", "expected"),
    [
        ("f = x^2*y", "2xy", {"x": 3.0, "y": 5.0}, 30.0),
        ("f = x", "1/2x", {"x": 3.0}, 1.5),
        ("f = x", "½x", {"x": 3.0}, 1.5),
        ("f = x", "e^-x", {"x": 1.0}, 0.36787944117144233),
        ("f = x", "sin^-1(x)", {"x": 0.5}, 0.5235987755982989),
        ("f(x) = x^2 + 1", "f(x)", {"x": 3.0}, 10.0),
        ("q = x + 1; f = q^2", "2q", {"x": 3.0}, 8.0),
        ("g(t) = t^2; f = g(x)", "g(x)/x", {"x": 3.0}, 3.0),
        ("e = 3; f = e*x", "e", {"x": 1.0, "e": 3.0}, 3.0),
        ("f = x", "2", {"x": 1.0}, 2.0),
        ("f = x", r"\frac{1}{\sqrt{x}}", {"x": 4.0}, 0.5),
    ],
)
def test_what_is_read_has_the_value_that_is_meant(
    problem: str, text: str, at: dict[str, float], expected: float
) -> None:
    assert value(read(problem, text), **at) == pytest.approx(expected, rel=1e-14)


def test_a_letter_in_a_shape_is_its_size() -> None:
    answer = read("X : N x 2; f = mean(X^2)", "X/N", wrt="X")
    sizes = answer.graph["X"].shape
    import numpy as np

    assert value(answer, X=np.ones(sizes)) == pytest.approx(np.ones(sizes) / sizes[0])


@pytest.mark.parametrize(
    ("text", "message", "caret"),
    [
        ("", "the answer is empty", None),
        ("   ", "the answer is empty", None),
        ("2x; 3", "here are several", "3"),
        ("2x\n3x", "here are several", "3x"),
        ("2x =", "nothing stands behind", "="),
        ("2x = 3", "no derivative", "2x"),
        ("f = 2x", "no derivative", "f"),
        ("x : 3", "an answer is an expression", "x : 3"),
        ("2*(x", "never closed", "("),
        ("dy/dx = 2*(x", "never closed", "("),
        ("2x, 3", "comma", ","),
        ("2 x z", "the problem has no z", "z"),
        ("df/dx = 2 X", "the problem has no X", "X"),
        ("df/dy = 2x", "df/dy", "df/dy"),
        ("f''(x) = 2", "f''(x)", "f''(x)"),
        ("f'(a) = 2", "no value", "f'(a)"),
        ("f'(1/0) = 2", "no value", "f'(1/0)"),
        ("2x + 2y*y'", "reads as a derivative", "y'"),
        ("df/dx = 2 x′", "reads as a derivative", "x′"),
        ("9**9**9**9", "out of range", None),
        ("((((" * 60, "nested", "("),
    ],
)
def test_bad_answers_say_what_is_wrong_and_where(text: str, message: str, caret: str | None) -> None:
    with pytest.raises(UserError) as found:
        read("f = x^2 + y*0", text)
    error = found.value
    assert message in str(error)
    if caret is not None:
        assert error.source is not None
        assert error.span is not None
        assert error.source.name == "answer"
        assert error.source.text[error.span.start : error.span.end].startswith(caret)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("cosx", "cos(x)"),
        ("xcosx", "x*cos(x)"),
        ("2X", "'x'"),
        ("x^3/3 + C", "constant of integration"),
        ("2x dx", "leave dx out"),
        ("q + 1", "the problem has x, f"),
    ],
)
def test_unknown_names_get_advice(text: str, hint: str) -> None:
    with pytest.raises(NameProblem) as found:
        read("f = x^2", text)
    assert hint in str(found.value.hint)


def test_dy_dx_is_a_habit_but_other_results_are_not_taken_for_the_output() -> None:
    assert read("f = x^2", "dy/dx = 2x").notes == ("y is taken for f",)
    assert read("x^2", "dy/dx = 2x").notes == ()
    assert read("f = x*y", "dy/dx = y").notes == ("dy/dx is read as ∂f/∂x",)
    with pytest.raises(ParseError, match="the answer is of q"):
        read("q = x^2; f = q*x", "dq/dx = 2x")


def test_values_that_the_answer_does_not_mention_are_fixed() -> None:
    answer = read("f = x^3*y", "3x^2", x=2, y=0.1)
    assert answer.fixed == {"y": Fraction(1, 10)}
    assert "judged at y = 0.1, which the answer does not mention" in answer.notes
    assert read("f = x^3*y", "12", x=2, y=1).fixed == {"x": 2, "y": 1}
    assert read("f = x^3*y", "3x^2*y", x=2, y=1).fixed == {}
    assert read("f = x + y", "1", x=2, y=1).fixed == {}  # the derivative does not depend on them


def test_a_point_in_the_heading_fixes_the_input() -> None:
    answer = read("f = x^3", "f'(2) = 12")
    assert answer.fixed == {"x": 2}
    assert answer.notes == ()


def test_arrays_are_fixed_exactly() -> None:
    answer = read("x : 2; f = ||x||^2", "[2, 1]", x=[1, 0.5])
    assert answer.fixed == {"x": (1, Fraction(1, 2))}
    assert exact(0.1) == Fraction(1, 10)
    assert type(exact(2.0)) is int


def test_what_has_no_claim_makes_none() -> None:
    question_ = asked("W : 2x3; x : 3; f = ||W@x||^2", "W")
    answer = read_answer(question_, "2*x@(W@x)")
    assert "inner sizes" in answer.misfit
    with pytest.raises(InternalError):
        claim_of(question_, answer)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        *(("0.333x", 3), ("0.33x + 1.500", 2), ("0.5x", None), ("1/3", None), ("0.5x + 0.333", 3), (".25", 2)),
        *(("1.50e-3 x", 3), ("0.0050", 2), ("12.0x", 3), ("x^1.5", 2), ("3.", None), ("1" * 20 + ".5", 15)),
    ],
)
def test_written_digits(text: str, digits: int | None) -> None:
    assert written_digits(text) == digits


def test_the_graph_of_the_question_is_left_alone() -> None:
    question_ = asked("f = x^2*y")
    before = list(question_.graph.nodes)
    answer = read_answer(question_, "2xy")
    assert question_.graph.nodes == before
    assert answer.graph.nodes[: len(before)] == before


@given(st.text(max_size=30))
@settings(max_examples=150)
def test_no_answer_breaks_the_reader(text: str) -> None:
    try:
        answer = read("f = x^2*y", text)
    except UserError:
        return
    assert answer.reading is not None


@given(st.text(alphabet="xyf'()=d/+-*^2. \\{}[],|eπ½sinlog", max_size=25))
@settings(max_examples=300)
def test_no_likely_answer_breaks_the_reader(text: str) -> None:
    try:
        answer = read("f = x^2*y", text)
    except UserError:
        return
    assert answer.misfit or answer.graph.nodes[answer.node].shape == ()
