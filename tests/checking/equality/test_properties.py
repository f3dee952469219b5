"""Random expressions: rewritten they are never refuted, perturbed they always are; and the same every time."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gradviz.checking.claim import Claim
from gradviz.checking.equality.holes import open_hole
from gradviz.checking.equality.refute import Examined, examine
from gradviz.checking.reading.question import question
from gradviz.graph.build import build
from gradviz.graph.graph import Graph, Term
from gradviz.syntax.parser import parse

LEAVES = st.sampled_from(["x", "x", "x", "y", "2", "3", "1/2"])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    functions = ["sin", "cos", "exp", "log", "sqrt", "tanh", "relu", "atan", "tan", "sigmoid", "abs", "softplus"]
    return st.one_of(
        st.tuples(st.sampled_from(functions), inner).map(lambda part: f"{part[0]}({part[1]})"),
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda part: f"({part[0]}{part[1]}{part[2]})"),
        st.tuples(inner, st.sampled_from(["2", "3", "(-1)", "(1/2)"])).map(lambda part: f"({part[0]})^{part[1]}"),
        st.tuples(inner, inner).map(lambda part: f"max({part[0]}, {part[1]})"),
    )


EXPRESSIONS = st.recursive(LEAVES, grown, max_leaves=6)
FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def asked(text: str) -> tuple[Graph, Term, int]:
    """The derivative of an expression by x, in a graph that may grow, and the expression's node."""
    built = build(parse(f"f = {text} + 0*x"))
    assume("x" in built.inputs)
    made = question(built, "x")
    graph = made.graph.copy()
    return graph, Term(graph, made.target), built.output


def seen(graph: Graph, truth: Term, answer: Term, output: int) -> Examined:
    return examine(Claim(graph, truth.id, answer.id, (output,)))


REWRITES = {
    "itself": lambda g, x, t: t * 1,
    "more and less": lambda g, x, t: (t + x) - x,
    "doubled and halved": lambda g, x, t: (2 * t) / 2,
    "by sin² + cos²": lambda g, x, t: g.sin(x) ** 2 * t + t * g.cos(x) ** 2,
    "turned twice": lambda g, x, t: 1 - (1 - t),
    "by an even function": lambda g, x, t: t * g.cosh(x) / g.cosh(-x),
}


@pytest.mark.parametrize("name", REWRITES)
@FEW
@given(EXPRESSIONS)
def test_rewritten_it_is_never_refuted(name: str, text: str) -> None:
    graph, truth, output = asked(text)
    made = seen(graph, truth, REWRITES[name](graph, graph["x"], truth), output)
    assert made.counter is None
    assert open_hole(made) is None


TINY = Fraction(1, 10**30)
CHANGES = {
    "a tiny term": lambda g, x, t: t + TINY * x,
    "a tiny constant": lambda g, x, t: t + TINY,
    "one more": lambda g, x, t: t + 1,
    "a tiny function": lambda g, x, t: t + TINY * g.exp(x / 7),
}


@pytest.mark.parametrize("name", CHANGES)
@FEW
@given(EXPRESSIONS)
def test_perturbed_it_is_always_refuted(name: str, text: str) -> None:
    graph, truth, output = asked(text)
    made = seen(graph, truth, CHANGES[name](graph, graph["x"], truth), output)
    assume(made.counted or made.counter)
    assert made.counter is not None


@FEW
@given(EXPRESSIONS)
def test_the_opposite_sign_is_refuted_unless_it_is_zero(text: str) -> None:
    graph, truth, output = asked(text)
    made = seen(graph, truth, -truth, output)
    zero = seen(graph, truth, truth * 0, output)
    assert (made.counter is None) == (zero.counter is None)


CODE = """
from tests.checking.equality.claims import decided
for problem, answer in (("f = tan(x)*y", "2*y"), ("f = x*log(x^2)", "2*log(x) + 2"), ("f = max(x, y)", "x > y"),
                        ("f = log(x - 2000)", "5/(x - 2000)"), ("f = sqrt(x^2*y)", "sqrt(y)")):
    print(decided(problem, answer))
"""


def test_the_same_decision_in_every_process() -> None:
    texts = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.getcwd()}
        ran = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=True)
        texts.append(ran.stdout)
    assert texts[0] == texts[1]
    assert texts[0].count("Decision") == 5
