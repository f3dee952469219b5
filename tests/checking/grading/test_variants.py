from __future__ import annotations

from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.api import variants
from gradviz.checking.grading.constraints import constraints_of
from gradviz.checking.grading.numbers_in import put_in
from gradviz.checking.grading.problems import Problem, Vary
from gradviz.checking.grading.varying import draw, variant_source
from gradviz.errors import OptionProblem, ValueProblem
from gradviz.syntax.parser import parse, parse_expression
from gradviz.syntax.tree import Assign, Expr, Name, postorder


def problem(source: str, *such_that: str, **vary: tuple[Fraction, ...]) -> Problem:
    made = tuple(Vary(name, choices) for name, choices in vary.items())
    return Problem("p", "p", source, "expression", "answer", (), Fraction(1), vary=made, such_that=such_that)


NUMBERS = tuple(Fraction(n) for n in range(2, 10))


def test_numbers_depend_on_seed_problem_and_student_only() -> None:
    one = problem("a*x + b", "a != b", a=NUMBERS, b=NUMBERS)
    drawn = [draw(one, f"student{i}", 7) for i in range(400)]
    assert drawn == [draw(one, f"student{i}", 7) for i in range(400)]
    assert drawn != [draw(one, f"student{i}", 8) for i in range(400)]
    assert all(values["a"] != values["b"] for values in drawn)
    counts = Counter(values["a"] for values in drawn)
    assert set(counts) == set(NUMBERS)
    assert max(counts.values()) < 2 * 400 / len(NUMBERS)


def test_the_numbers_of_a_student_never_change() -> None:
    """The same on every machine and with every version: homework has been handed out."""
    one = problem("a*x + b", "a != b", a=NUMBERS, b=NUMBERS)
    assert [tuple(map(int, draw(one, name, 2026).values())) for name in ("ada", "bob", "Émile")] == PINNED


PINNED = [(6, 3), (7, 8), (8, 5)]


@pytest.mark.parametrize(
    ("source", "value", "expected"),
    [
        ("f = cos(a x)", "3", "f = cos(3*x)"),
        ("f = cos(a x)", "-3", "f = cos(-3*x)"),
        ("f = cos(a x)^a", "-2", "f = cos(-2*x)^(-2)"),
        ("f = x - a", "-1/3", "f = x - (-1)/3"),
        ("f = a/x + alpha", "1/2", "f = 0.5/x + alpha"),
        ("g(t) = a t; f = g(x)", "5", "g(t) = 5*t\nf = g(x)"),
        ("f = x^a", "-1/2", "f = x^(-0.5)"),
    ],
)
def test_numbers_are_put_into_the_tree(source: str, value: str, expected: str) -> None:
    one = problem(source, a=(Fraction(value),))
    assert parse(variant_source(one, {"a": Fraction(value)})) == parse(expected)


@given(
    st.fractions(min_value=-50, max_value=50, max_denominator=12),
    st.sampled_from(["x^a", "a^x", "-a x", "x/a/y", "x-a-y"]),
)
def test_what_is_written_is_what_is_in_the_tree(value: Fraction, text: str) -> None:
    """The text of a variant, read again, has the numbers where the name was."""
    from gradviz.graph.given import evaluated

    one = problem(f"f = {text} + 0*a", a=(value,))
    values = {"a": value, "x": Fraction(3), "y": Fraction(7)}
    if value == 0:
        return
    again = expression_of(variant_source(one, {"a": value}))
    whole = expression_of(one.source)
    assert not any(isinstance(node, Name) and node.id == "a" for node in postorder(again))
    assert evaluated("f", put_in(again, values)) == pytest.approx(evaluated("f", put_in(whole, values)), rel=1e-12)


def expression_of(source: str) -> Expr:
    statement = parse(source, known=("a",)).statements[-1]
    assert isinstance(statement, Assign)
    assert statement.expression is not None
    return statement.expression


@pytest.mark.parametrize("source", ["a = 3; f = a x", "g(a) = a^2; f = g(x)", "f(a, x) = a x"])
def test_a_name_that_means_something_else_is_refused(source: str) -> None:
    with pytest.raises(ValueProblem, match="the program gives it a meaning"):
        variant_source(problem(source, a=NUMBERS), {"a": Fraction(2)})


def test_constraints() -> None:
    (less,) = constraints_of(["a + b/2 <= 4"])
    assert less.holds({"a": Fraction(3), "b": Fraction(2)})
    assert not less.holds({"a": Fraction(3), "b": Fraction(3)})
    (odd,) = constraints_of(["1/(a - b) > 0"])
    assert not odd.holds({"a": Fraction(1), "b": Fraction(1)})
    assert parse_expression("a") == less.left.operands[0]  # type: ignore[union-attr]


TOML = """
seed = 3
[[problem]]
id = "p"
source = "f = cos(a x)"
vary = {a = "2..9"}
[[problem]]
id = "same"
source = "f = x*y"
"""


def test_the_key_has_right_answers_and_grading_finds_the_same_numbers(tmp_path: Path) -> None:
    from gradviz import check

    (tmp_path / "p.toml").write_text(TOML)
    (tmp_path / "roster.csv").write_text("Email address,Name\nada@x.org,Ada\nbob@x.org,Bob\nada@x.org,again\n")
    found = variants(tmp_path / "p.toml", students=tmp_path / "roster.csv")
    assert [row[:2] for row in found.rows] == [(f"{s}@x.org", p) for s in ("ada", "bob") for p in ("p", "same", "same")]
    for _, _, _, source, asked, answer in found.rows:
        assert check(source, wrt=asked[-1], answer=answer, picture=False).verdict == "right"
    assert found.saved_as("csv").startswith("student,problem,numbers,source,asked,answer\n")
    assert '"student": "ada@x.org"' in found.saved_as("json")
    assert "| ada@x\\.org | same |" in found.saved_as("md")
    with pytest.raises(OptionProblem, match="csv, json, md"):
        found.saved_as("xlsx")
    assert len(variants(tmp_path / "p.toml", count=3, seed=1).rows) == 9
    with pytest.raises(OptionProblem, match="give one of the two"):
        variants(tmp_path / "p.toml")
