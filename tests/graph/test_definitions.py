"""Definitions with arguments: inlined, shared, bounded."""

from __future__ import annotations

import pytest

from gradviz.errors import LimitError, NameProblem, ParseError
from gradviz.graph.build import build
from gradviz.passes.evaluate import evaluate
from gradviz.syntax.parser import parse


def value(text: str, **values: float) -> float:
    made = build(parse(text), values=values)
    made.graph.verify()
    (found,) = evaluate(made.graph, made.values, [made.output])
    return float(found)


def test_a_definition_is_inlined_where_it_is_called():
    assert value("g(t) = t^2 + 1; f = g(x) + g(y)", x=2, y=3) == 15


def test_definitions_call_each_other():
    assert value("g(t) = 2*t; h(a, b) = g(a) - g(g(b)); f = h(x, 1)", x=5) == 6


def test_a_parameter_hides_a_name_of_the_program():
    assert value("x = 100; t = 7; g(t) = t + x; f = g(3) + t", x=1) == 11


def test_an_argument_named_like_a_parameter_is_not_captured():
    assert value("g(a, b) = a - b; f = g(b, a)", a=1, b=10) == 9


def test_free_names_of_a_body_are_the_programs():
    assert value("g(t) = t*w; w = 2*x; f = g(x)", x=3) == 18


def test_equal_calls_share_one_node():
    made = build(parse("g(t) = sin(t)*t; f = g(x) + g(x)"))
    assert sum(node.op.name == "sin" for node in made.graph) == 1
    assert len(set(made.graph.nodes[made.output].operands)) == 1


def test_sharing_keeps_doubling_small():
    lines = ["g0(t) = t*t", *(f"g{i}(t) = g{i - 1}(t) + g{i - 1}(t)" for i in range(1, 60)), "f = g59(x)"]
    assert len(build(parse("\n".join(lines))).graph) < 100


@pytest.mark.parametrize("body", ["{0}(t + 1)*{0}(t + 2)", "{0}(2*t) + {0}(t/3)"])
def test_what_cannot_be_shared_is_bounded(body):
    lines = ["g0(t) = 0*t", *(f"g{i}(t) = {body.format(f'g{i - 1}')}" for i in range(1, 40)), "f = x + g39(x)"]
    with pytest.raises(LimitError):
        build(parse("\n".join(lines)))


def test_the_output_can_be_a_definition():
    made = build(parse("g(t) = t^2 + x; f = g(x)"), of="g")
    assert made.output_name == "g"
    assert made.inputs == ("t", "x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("g(t) = g(t - 1); f = g(x)", "g → g"),
        ("g(t) = h(t); h(t) = g(t); f = g(x)", "g → h → g"),
        ("g(t) = t + q; q = g(x); f = q", "q → g → q"),
    ],
)
def test_recursion_is_shown(text, message):
    with pytest.raises(NameProblem, match=message):
        build(parse(text))


@pytest.mark.parametrize("call", ["g(x)", "g(x, x, x)"])
def test_a_wrong_number_of_arguments_is_refused(call):
    with pytest.raises(ParseError):
        build(parse(f"g(a, b) = a*b; f = {call}"))


def test_a_definition_overrides_a_function():
    assert value("relu(t) = 2*t; f = relu(x)", x=-3) == -6
