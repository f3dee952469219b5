"""NaN and infinity: which node made the first one, and why, in words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradviz.errors import DomainProblem
from gradviz.graph.graph import Graph
from gradviz.ops.table import OPS
from gradviz.passes.backward import differentiate
from gradviz.passes.domain import CAUSES, INDETERMINATE
from gradviz.passes.evaluate import evaluate
from gradviz.passes.trace import domain_problem, gradient_trouble, value_trouble
from gradviz.source import Span

NOTATION = {"eˣ": "exp(x)", "e^x": "exp(x)", "ln(": "log(", "arcsin(": "asin(", "√(x)": "√x", "sqrt(x)": "√x"}


def plain(text):
    """How an operation is displayed is its row's affair, and not tested here."""
    for shown, written in NOTATION.items():
        text = text.replace(shown, written)
    return text


def why(make, **values):
    g = Graph()
    f = make(g, *(g.input(name, np.shape(value)) for name, value in values.items()))
    return value_trouble(g, evaluate(g, values), [f.id])


def why_gradient(make, **values):
    g = Graph()
    f = make(g, *(g.input(name, np.shape(value)) for name, value in values.items()))
    back = differentiate(g, f.id)
    return gradient_trouble(back, evaluate(back.graph, values))


@pytest.mark.parametrize(
    ("make", "values", "says"),
    [
        (lambda g, x: 2 * g.log(x) + 1, {"x": -1}, "log of a negative number: log(x) at x = −1"),
        (lambda g, x: g.log(x), {"x": 0}, "log of zero: log(x) at x = 0"),
        (lambda g, x: 1 / x, {"x": 0}, "division by zero: 1/x at x = 0"),
        (lambda g, x: x / x, {"x": 0}, "zero divided by zero: x/x at x = 0"),
        (lambda g, x: g.sqrt(x - 2), {"x": 1}, "square root of a negative number: √(x − 2) at x − 2 = −1"),
        (lambda g, x: g.asin(x), {"x": 2}, "asin is only defined from −1 to 1: asin(x) at x = 2"),
        (lambda g, x: 1 / g.exp(x), {"x": -800}, "division by zero: 1/exp(x) at exp(x) = 0"),
        (lambda g, x: g.exp(x), {"x": 1000}, "overflow: exp is too large for a number here: exp(x) at x = 1000"),
        (lambda g, x, y: x * y, {"x": 1e200, "y": 1e200}, "overflow: the product is too large"),
        (lambda g, x: x**0.5, {"x": -4}, "a negative number to a power that is no whole number"),
        (lambda g, x: x**-1, {"x": 0}, "zero to a negative power"),
        (lambda g, x: g.gamma(x), {"x": -2}, "a pole"),
        (lambda g, x: 0 * g.log(x), {"x": 0}, "log of zero: log(x) at x = 0; then 0·∞"),
        (lambda g, x: g.exp(x) - g.exp(x), {"x": 999}, "; then ∞ − ∞"),
        (lambda g, x: x + 1, {"x": math.nan}, "x is given as NaN"),
        (lambda g, x: x + 1, {"x": -math.inf}, "x is given as −∞"),
        (lambda g, x, y: g.log(x) * y, {"x": [1.0, -2.0], "y": [1.0, 1.0]}, "at x = −2 (entry 1)"),
    ],
)
def test_reasons(make, values, says):
    assert says in plain(why(make, **values).says)


def test_nothing_to_explain():
    assert why(lambda g, x: 1 / (1 + g.exp(x)), x=1000) is None
    assert why_gradient(lambda g, x: x * x, x=1.0) is None


def test_the_first_of_several():
    g = Graph()
    x, y = g.input("x"), g.input("y")
    first = g.log(x)
    f = first + 1 / y
    trouble = value_trouble(g, evaluate(g, {"x": -1, "y": 0}), [f.id])
    assert (trouble.node, trouble.kind, trouble.inputs) == (first.id, "NaN", ("x",))


def test_a_branch_that_is_not_taken_is_not_to_blame():
    def make(g, x, y):
        return g.where(x > 0, g.log(x), 1 / y)

    assert why(make, x=-1, y=2) is None
    assert "division by zero" in why(make, x=-1, y=0).says
    assert "log of" not in why(make, x=[-1.0, 1.0], y=[0.0, 1.0]).says


def test_names_are_used():
    g = Graph()
    x = g.input("x")
    q = g.name(x * 2 - 6, "q")
    f = g.log(q)
    assert plain(value_trouble(g, evaluate(g, {"x": 3}), [f.id]).says) == "log of zero: log(q) at q = 0"


@pytest.mark.parametrize(
    ("make", "x", "says"),
    [
        (lambda g, x: g.sqrt(x), 0.0, "the slope is infinite: √x at x = 0"),
        (lambda g, x: g.cbrt(x), 0.0, "the slope is infinite"),
        (lambda g, x: x * g.log(x), 0.0, "log of zero"),
        (lambda g, x: g.sqrt(x) * g.sqrt(x) * 0, 0.0, None),
        (lambda g, x: g.where(x > 0, g.sqrt(x), 0), 0.0, "its upstream gradient is 0, and 0·∞ has no value"),
        (lambda g, x: 1 / (1 + g.exp(-x)), -1000.0, "overflow: exp"),
        (lambda g, x: g.sqrt(x), [1.0, 0.0], "at x = 0 (entry 1)"),
    ],
)
def test_gradients(make, x, says):
    trouble = why_gradient(make, x=x)
    if says is None:
        assert trouble is None or trouble.in_gradient
    else:
        assert says in plain(trouble.says)


def test_only_in_the_gradient():
    trouble = why_gradient(lambda g, x: g.sqrt(x), x=0.0)
    assert trouble.in_gradient
    assert trouble.kind == "infinity"
    assert not why_gradient(lambda g, x: g.log(x), x=0.0).in_gradient


def test_as_an_error():
    g = Graph()
    x = g.input("x")
    f = g.apply("log", x, span=Span(4, 10))
    problem = domain_problem(value_trouble(g, evaluate(g, {"x": -1}), [f.id]))
    assert isinstance(problem, DomainProblem)
    assert problem.span == Span(4, 10)
    assert plain(problem.message) == "this gives NaN: log of a negative number: log(x) at x = −1"
    assert problem.hint == "try other values for x"


def test_the_words_belong_to_operations_that_exist():
    assert set(CAUSES) <= set(OPS)
    assert set(INDETERMINATE) <= set(OPS)


def test_a_long_chain():
    g = Graph()
    x = g.input("x")
    t = g.log(x)
    for _ in range(20_000):
        t = g.sin(t)
    trouble = value_trouble(g, evaluate(g, {"x": -1}), [t.id])
    assert plain(trouble.says) == "log of a negative number: log(x) at x = −1"
