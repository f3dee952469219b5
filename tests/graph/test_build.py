"""Names, order, constants, output, values: what a program means."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradviz.errors import NameProblem, ValueProblem
from gradviz.graph.build import Built, build
from gradviz.ops.op import PI
from gradviz.syntax.parser import parse, parse_point


def built(text: str, **given: object) -> Built:
    made = build(parse(text), **given)  # type: ignore[arg-type]
    made.graph.verify()
    return made


def ops(made: Built) -> list[str]:
    return [node.op.name for node in made.graph if node.op.name not in ("input", "constant")]


def test_the_lecture_circuit():
    made = built("f = (x + y)*z; x = -2; y = 5; z = -4")
    assert made.inputs == ("x", "y", "z")
    assert made.values == {"x": -2, "y": 5, "z": -4}
    assert ops(made) == ["add", "mul"]
    assert made.graph.nodes[made.output].name == made.output_name == "f"
    assert made.missing == ()
    assert made.graph.values == made.values


def test_order_of_statements_does_not_matter():
    lines = ["f = q*z", "q = x + y", "x = 1", "y = 2"]
    made = built("; ".join(lines), of="f")
    other = built("; ".join(reversed(lines)), of="f")
    assert ops(made) == ops(other) == ["add", "mul"]
    assert made.inputs == ("z", "x", "y")
    assert other.inputs == ("y", "x", "z")


def test_inputs_come_first_in_the_order_of_the_text():
    made = built("b = 3; f = c*(a + b)")
    assert made.inputs == ("b", "c", "a")
    assert [node.name for node in made.graph][:3] == ["b", "c", "a"]


def test_intermediates_carry_their_names():
    made = built("q = x + y\nf = q*z")
    assert made.graph["q"].node.op.name == "add"
    assert made.graph["f"].node.op.name == "mul"
    assert made.output == made.graph["f"].id


def test_the_output_is_the_last_statement_that_is_no_constant():
    assert built("q = x^2; f = q + 1; x = 3; W : 2x2").output_name == "f"
    assert built("q = x^2; f = q + 1; x = 3", of="q").output_name == "q"


def test_of_takes_an_input_too():
    made = built("f = x*y; x = 2", of="x")
    assert made.inputs == ("x",)
    assert made.graph.nodes[made.output].op.name == "input"


def test_only_what_the_output_needs_is_kept():
    made = built("q = x + y; h = a*b; f = q*z", of="q")
    assert made.inputs == ("x", "y")
    assert len(made.graph) == 3
    assert "h" not in made.graph.names


def test_what_the_output_does_not_need_is_said():
    made = built("h = x*2; f = x + 1; y = 4")
    assert [note.message for note in made.notes] == ["f does not depend on h", "f does not depend on y"]


def test_arguments_on_the_left_are_inputs_even_if_unused():
    made = built("f(y, x) = x^2")
    assert made.inputs == ("y", "x")
    assert made.missing == ("y", "x")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-2", -2),
        ("2/3", Fraction(2, 3)),
        ("0.1", Fraction(1, 10)),
        ("2^10", 1024),
        ("pi", PI),
        ("pi/2", np.pi / 2),
        ("sqrt(2)", np.sqrt(2)),
        ("e^2", np.e**2),
        ("-(1 + 1)*3", -6),
        ("max(1, 2)", 2.0),
    ],
)
def test_a_name_given_a_constant_is_an_input_with_that_value(text, value):
    made = built(f"x = {text}; f = x^2")
    assert made.inputs == ("x",)
    assert made.values["x"] == pytest.approx(value, rel=1e-15)
    assert type(made.values["x"]) is type(value) or isinstance(made.values["x"], float)


def test_arrays_of_constants_are_float64():
    made = built("W = [[1, 1/2], [-3, sqrt(4)]]; f = W*2")
    assert made.values["W"].dtype == np.float64
    np.testing.assert_array_equal(made.values["W"], [[1, 0.5], [-3, 2]])


def test_a_constant_may_use_a_definition():
    made = built("g(t) = t^2 + 1; x = g(2); f = x*y")
    assert made.values == {"x": 5}


def test_a_name_in_terms_of_an_input_is_no_constant():
    made = built("a = 3; b = 2*a; f = b*x")
    assert made.inputs == ("a", "x")
    assert ops(made) == ["mul", "mul"]


def test_given_values_override_the_programs_own():
    made = built("f = x*y; x = 1; y = 2", values={"y": 7})
    assert made.values == {"x": 1, "y": 7}
    assert made.missing == ()


def test_given_values_may_be_trees():
    made = built("f = W @ x", values=parse_point("x=[1,2],W=[[1,2],[3,4]]"))
    np.testing.assert_array_equal(made.values["W"], [[1, 2], [3, 4]])


@pytest.mark.parametrize("value", [1, 1.5, Fraction(1, 3), np.float32(2), np.int64(3), np.array(4.0), True])
def test_numbers_of_many_kinds_are_scalars(value):
    made = built("f = 2*x", values={"x": value})
    assert float(made.values["x"]) == float(value)
    assert made.graph["x"].shape == ()


@pytest.mark.parametrize("value", ["a", None, [[1, 2], [3]], 1j, np.array([1j]), object()])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueProblem, match="not a number or an array of numbers"):
        built("f = 2*x", values={"x": value})


def test_values_given_are_copied():
    mine = np.ones(3)
    made = built("f = 2*x", values={"x": mine})
    mine[0] = 5
    assert made.values["x"][0] == 1


def test_an_input_can_be_the_output():
    made = built("f = x")
    assert made.output == made.graph["x"].id == made.graph["f"].id
    assert made.output_name == "f"
    assert made.inputs == ("x",)


def test_an_alias_names_the_same_node():
    made = built("a = x*y; b = a; f = b + 1")
    assert made.graph["a"].id == made.graph["b"].id
    assert made.graph["a"].node.name == "a"


@pytest.mark.parametrize(("text", "name"), [("1 + 1", "f"), ("x = -2", "x"), ("sin(1)*2", "f"), ("a = 1; b = 2", "b")])
def test_a_program_of_constants_computes_its_last_one(text, name):
    made = built(text)
    assert made.output_name == name
    assert made.inputs == ()
    assert any("names no input" in note.message for note in made.notes)


def test_constants_of_the_language_and_the_programs_own():
    assert built("f = pi*x + e").inputs == ("x",)
    assert built("f = e*x", values={"e": 2}).inputs == ("e", "x")
    assert built("e = 3; f = e*x").values == {"e": 3}


def test_a_function_name_is_free_for_a_variable():
    assert built("f = gamma*2 + beta").inputs == ("gamma", "beta")


def test_a_program_that_computes_nothing():
    with pytest.raises(NameProblem, match="computes nothing"):
        built("W : 2x2")


def test_every_node_of_the_text_has_its_span():
    text = "f = (x + y)*z"
    made = built(text)
    spans = {node.op.name: text[node.span.start : node.span.end] for node in made.graph}
    assert spans["add"].strip("()") == "x + y"
    assert spans["mul"] == "(x + y)*z"


def test_literals_stay_exact():
    made = built("f = 2/3*x + (1 - 1)*y + x^(1/2) + sqrt(2)")
    values = [node.settings["value"] for node in made.graph if node.op.name == "constant"]
    assert values == [Fraction(2, 3), 0, Fraction(1, 2), 2]
    assert ops(made) == ["mul", "mul", "add", "pow", "add", "sqrt", "add"]


def test_a_long_sum_builds():
    text = "f = " + " + ".join(f"x{i % 7}" for i in range(10_000))
    made = built(text)
    assert len(made.graph) == 7 + 9_999


def test_a_long_chain_of_statements_builds():
    lines = ["a0 = x", *(f"a{i} = a{i - 1} + 1" for i in range(1, 3_000)), "f = a2999"]
    made = built("\n".join(reversed(lines)), of="f")
    assert made.graph["f"].id == made.graph["a2999"].id
