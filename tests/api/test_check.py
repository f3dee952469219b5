"""`gradviz.check`, `check_equal`, `check_steps`: the verdict that a person gets."""

from __future__ import annotations

import dataclasses
import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz
from gradviz.errors import NameProblem, OptionProblem, ParseError, ShapeError, UserError, ValueProblem

CIRCLE = "x^2 + y^2 = 25"
NET = "W : 2x3; x : 3; f = ||W@x||^2"
SIZES = "W : m x n; x : n; f = ||W@x||^2"

RIGHT = [
    # problem, arguments
    ("f=(x+y)*z", {"wrt": "x", "answer": "z"}),
    ("f=(x+y)*z", {"answer": "df/dz = x + y"}),
    ("y = sin(4x)", {"answer": "4cos(4x)"}),
    ("f = x^3", {"answer": "6x", "order": 2}),
    ("f = x^3", {"answer": "f''(x) = 6x"}),
    ("f = x^3*y", {"wrt": "x,y", "order": 2, "answer": "3x^2"}),
    ("f = x^3*y", {"wrt": ["y", "x"], "order": 2, "answer": "3x^2"}),
    ("f = x^3*y", {"answer": r"\frac{\partial^2 f}{\partial x \partial y} = 3x^2"}),
    ("f = x^3*y", {"answer": "∇f = [3x^2*y, x^3]"}),
    ("f = x^3*y", {"wrt": "y,x", "answer": "(x^3, 3x^2 y)"}),
    ("1/(1+exp(-x))", {"answer": "f*(1-f)"}),
    ("f = tan(x)", {"answer": r"$\frac{df}{dx} = \sec^2 x$"}),
    ("f = x^3", {"answer": "12", "at": "x=2"}),
    ("f = x^3; x = 2", {"answer": "12"}),
    ("f = x^3", {"answer": "f'(2) = 12"}),
    ("f = x^3*y", {"wrt": "x", "answer": "3x^2", "at": "y=1"}),
    ("f = sin(x)", {"answer": "0.5403", "at": {"x": 1}}),
    ("f = x^2/3", {"answer": "0.667x"}),
    ("f = x^2/4", {"answer": "0.5x"}),
    (NET, {"wrt": "W", "answer": "2*(W@x)@x.T"}),
    (NET, {"wrt": "x", "answer": "2 W^T W x"}),
    (SIZES, {"wrt": "W", "answer": "2*(W@x)@x.T"}),
    ("X : N x 3; f = mean(X^2)", {"answer": "2X/(3N)"}),
    ("x : 3; y = sin(x)", {"answer": "cos(x)"}),
    ("x : 3; y = sin(x)", {"answer": "diag(cos(x))"}),
    ("x : 3; y = softmax(x)", {"answer": "diag(y) - y@y.T"}),
    ("x : 3; f = ||x||^2", {"answer": "2*eye(3)", "order": 2}),
    ("x : 3; f = sum(x)", {"answer": "1"}),
    ("q = W@x; W : 2x2; x : 2", {"wrt": "x", "answer": "W.T@[1,2]", "upstream": "[1,2]"}),
    ("h = dense(x, 1); x : 2", {"wrt": "x", "answer": "h.W.T"}),
    (CIRCLE, {"answer": "dy/dx = -x/y"}),
    (CIRCLE, {"answer": "-x/y", "of": "y", "wrt": "x"}),
    (CIRCLE, {"answer": "2x + 2y*y' = 0"}),
    (CIRCLE, {"answer": "dx/dy = -y/x"}),
    (CIRCLE, {"answer": "-3/4", "at": "x=3,y=4"}),
    (CIRCLE, {"answer": "-(1 + (dy/dx)^2)/y", "order": 2}),
    ("xy = 1", {"answer": "dy/dx = -y/x"}),
]

WRONG = [
    ("f=(x+y)*z", {"wrt": "x", "answer": "y"}),
    ("y = sin(4x)", {"answer": "cos(4x)"}),
    ("f = x^3", {"answer": "3x^2", "order": 2}),
    ("f = x^3", {"answer": "13", "at": "x=2"}),
    ("f = x^3", {"answer": "f'(2) = 4"}),
    ("f = sin(x)", {"answer": "0.5404", "at": {"x": 1}}),
    ("f = x^2/3", {"answer": "0.7x"}),
    (NET, {"wrt": "W", "answer": "2*x@(W@x).T"}),
    (NET, {"wrt": "x", "answer": "2*W@(W@x)"}),
    ("W : 2x3; x : 3; q = W@x", {"wrt": "x", "answer": "W.T"}),
    ("x : 3; y = softmax(x)", {"answer": "y*(1-y)"}),
    (CIRCLE, {"answer": "dy/dx = x/y"}),
    (CIRCLE, {"answer": "y' = y'"}),
    (CIRCLE, {"answer": "2x*y' + 2y = 0"}),
    ("f = log(x)", {"answer": "1/(x*log(10))"}),
    ("f = x^2", {"answer": "2x + 0/0"}),
    ("f = x^2", {"answer": "log(-1)"}),
]


@pytest.mark.parametrize(("source", "given"), RIGHT)
def test_right(source: str, given: dict[str, object]) -> None:
    found = gradviz.check(source, picture=False, **given)
    assert found.verdict == "right", found
    assert found.mistakes == ()
    assert found.evidence is not None
    assert found.evidence.kind in ("proof", "agreement")


@pytest.mark.parametrize(("source", "given"), WRONG)
def test_wrong(source: str, given: dict[str, object]) -> None:
    found = gradviz.check(source, picture=False, **given)
    assert found.verdict == "wrong", found
    assert found.evidence is not None
    assert found.evidence.sentence.endswith(".")


def test_what_holds_on_the_curve_alone() -> None:
    """The second derivative of the circle, with 25 for x² + y²: equal on the curve, and nowhere else."""
    assert gradviz.check(CIRCLE, answer="d²y/dx² = -25/y^3", picture=False).verdict == "right"
    assert gradviz.check("x*y = 1", answer="dy/dx = -1/x^2", picture=False).verdict == "right"
    wrong = gradviz.check(CIRCLE, answer="d²y/dx² = 25/y^3", picture=False)
    assert wrong.verdict == "wrong"


def test_a_verdict_is_frozen_and_has_no_truth_value() -> None:
    found = gradviz.check("f = x^2", answer="2x", picture=False)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.report = None  # type: ignore[misc]
    with pytest.raises(TypeError, match=r"compare \.verdict"):
        bool(found)
    assert repr(found).startswith("<Verdict right")
    assert str(found) == found.to_text()
    assert found._repr_svg_() is None


def test_a_wrong_answer_says_where_and_shows_what_is_right() -> None:
    found = gradviz.check("y = sin(4x)", answer="cos(4x)")
    assert found.verdict == "wrong"
    assert found.evidence is not None
    assert found.evidence.kind == "counterexample"
    assert found.evidence.expected is not None
    assert found.evidence.found is not None
    assert found.reading == "cos(4*x)"
    (facts,) = found.report.answers
    assert facts.correct is not None
    assert facts.correct.unicode == "4·cos(4·x)"
    assert found.mistakes
    assert found.mistakes[0].node
    picture = found.report.picture
    assert picture is not None
    assert [node.id for node in picture.nodes if node.mark == "wrong"] == [found.mistakes[0].node]
    assert found.to_svg().startswith("<svg")
    assert found._repr_svg_() == found.to_svg()


def test_ties_are_listed_once_and_none_is_sure() -> None:
    found = gradviz.check("y = sin(4x)", answer="cos(4x)", picture=False)
    said = [mistake.explanation for mistake in found.mistakes]
    said += [other for mistake in found.mistakes for other in mistake.also]
    assert len(said) == len(set(said))
    assert len(found.mistakes) == 1 or not any(mistake.sure for mistake in found.mistakes)


@pytest.mark.parametrize(
    ("source", "given", "correct"),
    [
        ("f = x^3", {"answer": "1", "order": 2}, "6·x"),
        ("f = x^3*y", {"answer": "f_xy = 1"}, "3·x²"),
        (CIRCLE, {"answer": "dy/dx = 1"}, "−x/y"),
        (NET, {"wrt": "x", "answer": "x"}, "2 Wᵀ W x"),
        ("W : 2x3; x : 3; q = W@x", {"wrt": "x", "answer": "W.T"}, "W"),
    ],
)
def test_the_right_derivative_is_shown(source: str, given: dict[str, object], correct: str) -> None:
    (facts,) = gradviz.check(source, **given).report.answers
    assert facts.correct is not None
    assert facts.correct.unicode == correct


def test_several_answers() -> None:
    found = gradviz.check("f=(x+y)*z", answers={"x": "z", "z": "x"}, picture=False)
    assert {name: facts.verdict for name, facts in found.answers.items()} == {"x": "right", "z": "wrong"}
    assert found.verdict == "wrong"
    assert found.reading == "x"  # of the one that is not right
    same = gradviz.check("f=(x+y)*z", answers=["x = z", "df/dz = x"], picture=False)
    assert [facts.verdict for facts in same.answers.values()] == ["right", "wrong"]
    mixed = gradviz.check("f = x^2*y", answers={"x,y": "2x", "x,x": "2y"}, order=2, picture=False)
    assert list(mixed.answers) == ["x,y", "x"] or set(mixed.answers) == {"x,y", "x,x"}


def test_a_list_is_a_gradient() -> None:
    found = gradviz.check("f = x^3*y", wrt="x,y", answer="[3x^2*y, x^2]", picture=False)
    assert {name: facts.verdict for name, facts in found.answers.items()} == {"x": "right", "y": "wrong"}
    with pytest.raises(ParseError, match="2 entries, and here is 1") as error:
        gradviz.check("f = x^3*y", wrt="x,y", answer="[3x^2*y]")
    assert error.value.span is not None
    with pytest.raises(ParseError, match="is one expression"):
        gradviz.check("f = x^3*y", wrt="x,y", answer="3x^2*y")


def test_evidence_of_letters_says_at_which_sizes() -> None:
    found = gradviz.check(SIZES, wrt="x", answer="2 W^T W x", picture=False)
    assert found.verdict == "right"
    assert found.evidence is not None
    assert "at the sizes m = 2, n = 3; m = 2, n = 2" in found.evidence.sentence


def test_a_formula_that_holds_at_one_size_only_is_wrong() -> None:
    """With N = 2, the size that stands for any, 2/N is 1."""
    size = gradviz.check("X : N x 3; f = mean(X^2)", answer="2X/(3N)", picture=False)
    assert size.verdict == "right"
    found = gradviz.check("X : N x 3; f = mean(X^2)", answer="X/3", picture=False)
    assert found.verdict == "wrong"
    assert found.evidence is not None
    assert "With N = 3" in found.evidence.sentence


def test_decimals_are_exact_first() -> None:
    exact = gradviz.check("f = x^2/4", answer="0.5x", picture=False)
    assert exact.evidence is not None
    assert exact.evidence.kind == "proof"
    rounded = gradviz.check("f = x^2/3", answer="0.667x", picture=False)
    assert rounded.evidence is not None
    assert rounded.evidence.kind == "agreement"
    assert "3 digits given" in rounded.evidence.sentence


def test_values_are_exact() -> None:
    assert gradviz.check("f = x^2", answer="0.2", at={"x": 0.1}, picture=False).verdict == "right"
    assert gradviz.check("f = x^2", answer="2/3", at={"x": Fraction(1, 3)}, picture=False).verdict == "right"
    assert (
        gradviz.check("x : 2; f = ||x||^2", answer="[0.2, 6]", at={"x": np.array([0.1, 3])}, picture=False).verdict
        == "right"
    )


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"answer": "1"}, NameProblem, "by which of x, y"),
        ({}, OptionProblem, "no answer"),
        ({"answers": {}}, OptionProblem, "no answer"),
        ({"answers": "x = 1"}, OptionProblem, "mapping"),
        ({"answer": 3, "wrt": "x"}, UserError, "is a text"),
        ({"answer": "1", "wrt": "t"}, NameProblem, "no input 't'"),
        ({"answer": "1", "wrt": "x", "order": 7}, OptionProblem, "order"),
        ({"answer": "1", "wrt": "x", "order": 0}, OptionProblem, "order"),
        ({"answer": "1", "wrt": "x,y", "order": 3}, OptionProblem, "order"),
        ({"answer": "f_xy = 1", "order": 3}, OptionProblem, "order 2"),
        ({"answers": ["x = y", "df/dx = y"]}, NameProblem, "twice"),
        ({"answer": "", "wrt": "x"}, ParseError, "empty"),
    ],
)
def test_bad_input(given: dict[str, object], error: type[UserError], message: str) -> None:
    with pytest.raises(error, match=message):
        gradviz.check("f = x*y", **given)


def test_no_input_at_all() -> None:
    with pytest.raises(NameProblem, match="names no input"):
        gradviz.check("f = 3", answer="0")


def test_a_graph_made_by_hand() -> None:
    g = gradviz.Graph()
    x = g.input("x")
    g.name(x**2, "f")
    assert gradviz.check(g, answer="2x", picture=False).verdict == "right"


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ("sin(x)^2 + cos(x)^2", "1", "right"),
        ("(x+1)^2", "x^2 + 2x + 1", "right"),
        ("sqrt(x^2)", "abs(x)", "right"),
        ("sqrt(x^2)", "x", "wrong"),
        ("log(x^2)", "2*log(x)", "wrong"),
        ("x^2/x", "x", "right"),
        ("f = x; x = 2", "2", "right"),
        ("x", "y", "wrong"),
        ("A : 2x2; x : 2; A@x", "A : 2x2; x : 2; x@A.T", "right"),
        ("x : 3; sum(x)", "x : 3; x[0] + x[1]", "wrong"),
        ("x : 3; x", "1", "wrong"),
    ],
)
def test_check_equal(a: str, b: str, verdict: str) -> None:
    there, back = gradviz.check_equal(a, b), gradviz.check_equal(b, a)
    assert there.verdict == verdict
    assert back.verdict == verdict


def test_check_equal_at_values() -> None:
    assert gradviz.check_equal("x^2", "2x", at="x=2").verdict == "right"
    assert gradviz.check_equal("x^2", "2x", at="x=3").verdict == "wrong"


def test_names_of_two_shapes_are_refused() -> None:
    with pytest.raises(ShapeError, match="x is 3 in the first expression and 2 in the second"):
        gradviz.check_equal("x : 3; sum(x)", "x : 2; sum(x)")


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ("x : 3; y : 3; x@y", "y@x", "right"),
        ("x@y", "x : 3; y : 3; y@x", "right"),
        ("x : 3; y : 3; x@y", "2*(y@x)", "wrong"),
        ("x : 3; sum(x)", "x", "wrong"),
    ],
)
def test_a_shape_said_once_holds_for_both(a: str, b: str, verdict: str) -> None:
    assert gradviz.check_equal(a, b).verdict == verdict


@pytest.mark.parametrize(
    ("a", "b", "verdict", "says"),
    [
        ("2x", "2x + 0/0", "wrong", "The second has no value: this divides by zero."),
        ("2x + 0/0", "2x", "wrong", "The first has no value: this divides by zero."),
        ("0/0", "0/0", "not decided", "Neither has a value: this divides by zero."),
        ("log(-1)", "1/0", "not decided", "The second has no value: this divides by zero."),
    ],
)
def test_what_divides_by_zero_equals_nothing(a: str, b: str, verdict: str, says: str) -> None:
    found = gradviz.check_equal(a, b)
    assert found.evidence is not None
    assert (found.verdict, found.evidence.sentence) == (verdict, says)


def test_two_expressions_are_called_the_first_and_the_second() -> None:
    there, back = gradviz.check_equal("log(x^2)", "2 log(x)"), gradviz.check_equal("2 log(x)", "log(x^2)")
    for found, undefined, other in ((there, "second", "first"), (back, "first", "second")):
        assert found.evidence is not None
        assert found.evidence.sentence.startswith(f"The {undefined} is not defined at x = −1")
        assert f"the {other} there is 0: they are equal for x > 0 only" in found.evidence.sentence
    for source, answer in (("x", "2x"), ("x^2/x", "x"), ("sqrt(2)", "1.41"), ("log(-1)", "log(-1)")):
        text = str(gradviz.check_equal(source, answer))
        assert "answer" not in text
        assert "derivative" not in text
        assert "right value" not in text


@pytest.mark.parametrize(
    ("source", "answer", "verdict"),
    [
        ("cbrt(x)", "1/3*x^(-2/3)", "right"),
        ("(x^2)^(1/3)", "2/3*x^(-1/3)", "right"),
        ("cbrt(x)", "1/3*x^{-\\frac{2}{3}}", "right"),
        ("cbrt(x)", "2/3*x^(-2/3)", "wrong"),
        ("cbrt(x)", "-1/3*x^(-2/3)", "wrong"),
        ("(x^2)^(1/3)", "2/3*(x^2)^(-1/6)", "wrong"),
        ("cbrt(x)", "1/3*(x^4)^(-1/6)", "right"),
        ("abs(x)^(3/2)", "3/2*x^(1/2)", "wrong"),
    ],
)
def test_odd_roots_of_negative_numbers_are_the_real_ones_where_that_makes_it_right(
    source: str, answer: str, verdict: str
) -> None:
    found = gradviz.check(source, answer=answer, picture=False)
    assert found.verdict == verdict
    noted = any("is read as the real root" in note for note in found.report.answers[0].notes)
    assert noted == (verdict == "right" and "x^4" not in answer)


def test_equal_by_real_roots() -> None:
    found = gradviz.check_equal("(-8)^(1/3)", "-2")
    assert found.verdict == "right"
    assert found.report.answers[0].notes == ("(−8)^(1/3) is read as the real root",)
    assert gradviz.check_equal("(-8)^(1/3)", "2").verdict == "wrong"
    assert gradviz.check_equal("x^(2/3)", "(x^2)^(1/3)").verdict == "right"


def test_check_steps() -> None:
    found = gradviz.check_steps("q = x + y; f = q*z", "dq = z; dz = q; dx = 2*dq; dy = dq", picture=False)
    assert [line.verdict for line in found.report.lines] == ["right", "right", "wrong", "right"]
    assert found.verdict == "wrong"
    assert found.evidence is not None
    assert found.reading == "2*dq"
    assert found.answers == {}


def test_json_has_the_verdict() -> None:
    found = json.loads(gradviz.check("f = x^2", answer="2x").to_json())
    assert found["verdict"] == "right"


def test_the_same_input_gives_the_same_report() -> None:
    once, again = (gradviz.check("y = sin(4x)*x", answer="cos(4x)", picture=False).report for _ in range(2))
    assert once == again


@given(st.integers(-5, 5), st.integers(0, 4), st.integers(-3, 3), st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_polynomials(a: int, n: int, b: int, m: int) -> None:
    """A right power rule is never rejected, and a perturbed one never accepted."""
    source = f"f = {a}*x^{n} + ({b})*x^{m} + x"
    right = (
        f"{a * n}*x^({n - 1}) + ({b * m})*x^({m - 1}) + 1"
        if n and m
        else f"({a * n})*x^{max(n - 1, 0)} + ({b * m})*x^{max(m - 1, 0)} + 1"
    )
    assert gradviz.check(source, "x", right, picture=False).verdict == "right"
    assert gradviz.check(source, "x", f"{right} + x/1000", picture=False).verdict == "wrong"


def test_a_large_elementwise_jacobian_is_proved() -> None:
    assert gradviz.check("x : 50; f = tanh(x)", answer="1 - f^2", picture=False).verdict == "right"
    assert gradviz.check("x : 50; f = tanh(x)", answer="1 + f^2", picture=False).verdict == "wrong"
    assert gradviz.check("x : 50; f = 3*x", answer="3", picture=False).verdict == "right"


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("dy/dx = x/y", "minus lost"),
        ("dy/dx = -y/x", "reciprocal"),
        ("2x", "y held constant"),
        ("y/x", "reciprocal, minus lost"),
    ],
)
def test_mistakes_in_an_implicit_derivative(answer: str, name: str) -> None:
    found = gradviz.check(CIRCLE, answer=answer, picture=False)
    assert found.verdict == "wrong"
    assert name in [mistake.name for mistake in found.mistakes]
    assert all("{" not in mistake.explanation for mistake in found.mistakes)


def test_a_point_off_the_curve_is_bad_input() -> None:
    with pytest.raises(ValueProblem, match="x = 3, y = 5 is no point of the curve: its sides differ by 9 there"):
        gradviz.check(CIRCLE, answer="-3/5", at="x=3,y=5")
    assert gradviz.check(CIRCLE, answer="-3/5", at="x=3,y=4", picture=False).verdict == "wrong"


HOSTILE = [
    *("(x+x^2+1)^60", "x^x^x^x^x^x", "gamma(x^9)", "exp(exp(exp(exp(x))))", "sin(" * 150 + "x" + ")" * 150),
    *(
        "+".join(f"x^{n}" for n in range(1, 800)),
        "x*" * 2000 + "1",
        "-" * 3000 + "x",
        "1/" * 500 + "x",
        "9" * 900 + "x",
    ),
    *(
        "(" * 199 + "x" + ")" * 199,
        "x^999999",
        "x^(1/999983)",
        "where(x>0,x,x)" * 40,
        "__import__('os')",
        "\x00",
        "x'" * 50,
    ),
    *(
        "\\frac{" * 90 + "x" + "}{2}" * 90,
        "<script>",
        "=cmd|' /C calc'!A0",
        "{x}",
        "x;" * 500,
        "ones(10^9)",
        "lambda: x",
    ),
]


@pytest.mark.parametrize("answer", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_answers_end_in_a_verdict_or_an_error(answer: str) -> None:
    try:
        found = gradviz.check("f = x^2", answer=answer, picture=False)
    except UserError:
        return
    assert found.verdict in ("wrong", "not decided")


def test_a_list_of_lists_is_a_hessian() -> None:
    right = "[[2y^3, 6xy^2], [6xy^2, 6x^2y]]"
    found = gradviz.check("f = x^2*y^3", wrt="x,y", order=2, answer=right, picture=False)
    assert {name: facts.verdict for name, facts in found.answers.items()} == dict.fromkeys(
        ["x,x", "x,y", "y,x", "y,y"], "right"
    )
    wrong = gradviz.check("f = x^2*y^3", wrt="x,y", order=2, answer=right.replace("6x^2y", "6x^2"), picture=False)
    assert [name for name, facts in wrong.answers.items() if facts.verdict == "wrong"] == ["y,y"]


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ({"wrt": "x", "answer": "df/dy = x"}, "--wrt y"),
        ({"wrt": "x", "answer": "f_xy = 1"}, "--wrt x,y --order 2"),
        ({"wrt": "x", "answer": "∂²f/∂x² = 0"}, "--wrt x --order 2"),
        ({"wrt": "x", "answer": "f''(x) = 0"}, "--wrt x --order 2"),
    ],
)
def test_a_left_side_that_says_something_else(given: dict[str, str], hint: str) -> None:
    with pytest.raises(ParseError, match="is asked for") as found:
        gradviz.check("f = x*y", **given)
    assert str(found.value.hint).endswith(hint)


@pytest.mark.parametrize(
    ("source", "answer", "at"),
    [
        ("sin(x)", "sqrt(2)/2", "x=pi/4"),
        ("sin(x)", "0", "x=pi/2"),
        ("sin(x); x = pi/3", "1/2", None),
        ("x^2", "2*sqrt(2)", "x=sqrt(2)"),
        ("f = sin(x)", "f'(pi/4) = sqrt(2)/2", None),
        ("x^2 + y^2 = 3", "-1/sqrt(2)", "x=1,y=sqrt(2)"),
    ],
)
def test_points_that_are_no_fractions_are_exact(source: str, answer: str, at: str | None) -> None:
    found = gradviz.check(source, answer=answer, at=at, picture=False)
    assert found.verdict == "right"
    assert found.evidence is not None
    assert found.evidence.kind == "proof"
    assert gradviz.check(source, answer=f"{answer} + 1/10^9", at=at, picture=False).verdict == "wrong"


def test_what_is_given_wins_over_what_the_program_says() -> None:
    assert gradviz.check("sin(x); x = pi/3", answer="1", at={"x": 0}, picture=False).verdict == "right"
    assert gradviz.check("sin(x); x = pi/3", answer="0", at="x=pi/2", picture=False).verdict == "right"


def test_floats_of_full_length_are_not_held_against_an_answer() -> None:
    found = gradviz.check("sin(x)", answer="sqrt(2)/2", at={"x": np.pi / 4}, picture=False)
    assert found.verdict == "not decided"
    assert gradviz.check("sin(x)", answer="0.7072", at={"x": np.pi / 4}, picture=False).verdict == "wrong"
    assert gradviz.check("sin(x)", answer="0.7071", at={"x": np.pi / 4}, picture=False).verdict == "right"


@pytest.mark.parametrize("answer", ["f'", "f''", "f'(x)", "(e^x)'", "f^\\prime", "f + 0*f'"])
def test_a_derivative_that_is_not_written_out_is_bad_input(answer: str) -> None:
    with pytest.raises(UserError, match="reads as a derivative"):
        gradviz.check("f = e^x", answer=answer)


def test_a_transpose_of_a_number_by_its_mark_is_an_unknown_name() -> None:
    with pytest.raises(NameProblem, match="the problem has no T"):
        gradviz.check("f = e^x", answer="f^T")


@pytest.mark.parametrize("upstream", [2, "1/2"])
def test_steps_with_an_upstream(upstream: Any) -> None:
    lines = f"df = {upstream}; dq = df*z; dz = df*q; dx = dq; dy = dq"
    assert gradviz.check_steps("q = x + y; f = q*z", lines, upstream=upstream, picture=False).verdict == "right"
    assert gradviz.check_steps("q = x + y; f = q*z", lines, picture=False).verdict == "wrong"


def test_steps_with_an_upstream_array() -> None:
    program, pulled = "W : 2x3; x : 3; D = W@x", [1.0, 2.0]
    right = gradviz.check_steps(program, "dD = [1, 2]; dW = dD @ x.T; dx = W.T @ dD", upstream=pulled, picture=False)
    wrong = gradviz.check_steps(program, "dD = [1, 1]; dW = dD @ x.T; dx = W.T @ dD", upstream=pulled, picture=False)
    assert right.verdict == "right"
    assert [line.verdict for line in wrong.report.lines] == ["wrong", "follows", "follows"]


def test_the_picture_has_the_numbers_of_the_counterexample_where_there_are_no_others() -> None:
    found = gradviz.check("f = x^2*y", wrt="x", answer="2x")
    assert found.report.drawn_at == "at x = 2, y = 3, where it is wrong"
    assert found.report.picture is not None
    assert found.report.picture.inputs["x"].number == 2
    assert "are those at x = 2, y = 3, where it is wrong" in found.to_svg()
    assert gradviz.check("f = x^2*y", wrt="x", answer="2x", at="x=1").report.drawn_at == ""
    assert gradviz.check("f = x^2*y", wrt="x", answer="2x*y").report.drawn_at == ""
    assert gradviz.check("x : 3; f = sum(x^2)", answer="x").report.drawn_at == ""


def test_what_to_do_next() -> None:
    def said(*args: Any, **options: Any) -> str:
        return gradviz.check(*args, picture=False, **options).report.answers[0].advice

    assert said("f = x*log(x^2)", answer="2*log(x) + 2").endswith("such as ln|u| for ln(u)")
    assert said("A : 3x3; x : 3; f = x^T A x", "x", "2 A x").startswith("if A is symmetric, say so")
    assert said("f = x^2", answer="2x") == ""
    assert "--steps" in said("f = sin(x*exp(x))*x", answer="cos(cosh(x)) + 17")


def test_x_as_a_function_of_y_and_the_other_way_round() -> None:
    assert gradviz.check("x = y^2", answer="1/(2y)", wrt="x", picture=False).verdict == "right"
    assert gradviz.check("x = y^2", answer="dy/dx = 1/(2y)", picture=False).verdict == "right"
    assert gradviz.check("x = y^2", answer="2y", wrt="y", picture=False).verdict == "right"
    taken = gradviz.check("x = y^2", answer="1/(2y)", picture=False)
    assert taken.verdict == "wrong"
    assert taken.report.answers[0].advice.endswith("begin the answer with dy/dx =")
    with pytest.raises(NameProblem):
        gradviz.check("f = x^2", answer="1/(2x)", wrt="f")
