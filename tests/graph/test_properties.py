"""Properties of building: values are those of exact arithmetic, and neither order nor names nor definitions matter."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.graph.build import build
from gradviz.passes.evaluate import evaluate
from gradviz.syntax.parser import parse

NAMES = ("x", "y", "z")

LEAVES = st.one_of(st.sampled_from(NAMES), st.integers(0, 9).map(str))


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
    return st.one_of(binary, inner.map(lambda t: f"(-{t})"), inner.map(lambda t: f"({t})**2"))


EXPRESSIONS = st.recursive(LEAVES, _grown, max_leaves=12)
POINTS = st.fixed_dictionaries({name: st.fractions(-3, 3, max_denominator=8) for name in NAMES})


def exactly(text: str, point: dict[str, Fraction]) -> Fraction:
    return Fraction(eval(text, {"__builtins__": {}}, dict(point)))


@given(EXPRESSIONS, POINTS)
@settings(max_examples=150, deadline=None)
def test_values_are_those_of_exact_arithmetic(text, point):
    made = build(parse(f"f = {text}"), values={name: point[name] for name in NAMES if name in text})
    made.graph.verify()
    (found,) = evaluate(made.graph, made.values, [made.output])
    want = float(exactly(text, point))
    assert found == pytest.approx(want, rel=1e-9, abs=1e-6 * (1 + abs(want)))


@given(EXPRESSIONS)
@settings(max_examples=100, deadline=None)
def test_constants_are_exact(text):
    point = {"x": Fraction(1, 3), "y": Fraction(-2), "z": Fraction(5, 7)}
    for name, value in point.items():
        text = text.replace(name, f"({value})")
    made = build(parse(f"c = {text}; f = c*x"))
    made.graph.verify()
    # Python's own division would be of floats.
    import re

    want = eval(re.sub(r"\d+", lambda m: f"F({m.group()})", text).replace("**F(2)", "**2"), {"F": Fraction})
    assert made.values["c"] == want
    assert isinstance(made.values["c"], (int, Fraction))


@given(st.lists(EXPRESSIONS, min_size=2, max_size=6), POINTS, st.randoms(use_true_random=False))
@settings(max_examples=75, deadline=None)
def test_the_order_of_statements_does_not_matter(texts, point, dice: random.Random):
    lines, names = [], []
    for i, text in enumerate(texts):
        previous = f" + q{i - 1}" if i else ""
        names.append(f"q{i}")
        lines.append(f"q{i} = {text}{previous}*x")
    shuffled = list(lines)
    dice.shuffle(shuffled)
    results = []
    for version in (lines, shuffled):
        made = build(parse("\n".join(version), known=NAMES), values=used(point, "x".join(lines)), of=names[-1])
        made.graph.verify()
        results.append(evaluate(made.graph, made.values, [made.output])[0])
    assert results[0] == pytest.approx(results[1], rel=1e-12)


def used(point: dict[str, Fraction], text: str) -> dict[str, Fraction]:
    return {name: value for name, value in point.items() if name in text}


@given(EXPRESSIONS, EXPRESSIONS, POINTS)
@settings(max_examples=75, deadline=None)
def test_a_call_is_its_body_with_the_argument_put_in(body, argument, point):
    body = body.replace("y", "1").replace("z", "2").replace("x", "t")
    program = parse(f"g(t) = {body}; f = g({argument}) + x + y + z")
    made = build(program, values=point)
    made.graph.verify()
    (found,) = evaluate(made.graph, made.values, [made.output])
    want = float(exactly(f"({body.replace('t', f'({argument})')}) + x + y + z", point))
    assert found == pytest.approx(want, rel=1e-9, abs=1e-6 * (1 + abs(want)))
