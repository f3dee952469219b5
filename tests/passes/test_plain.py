"""Formulas written without SymPy are those that SymPy would give."""

from __future__ import annotations

import sys
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz
from gradviz.graph.graph import Graph
from gradviz.passes import formulas
from gradviz.passes.plain import rules_on, size_of, terms_of, tree_of
from gradviz.passes.simplify import Effort, candidates
from gradviz.passes.symbolic import Symbols, lower, tree_size
from gradviz.passes.textbook import Writer

NAMES = ("x", "y", "z", "w")
MORE = 3
"""Rules beside those of `simplify` in a program that does not ask for equality."""
EXPRESSIONS = [
    *("(x + y)*z", "x*y*z*w", "x - y + z", "-x - y", "y - x", "x + 1", "x - 1/2", "3 - x", "2*x*y", "x*y/3", "-x^3"),
    *("(2*x)^3", "(x*y)^2", "x*0 + y", "x - x + y", "z*(x + y - x)", "2*(x + y)", "0.1*x*y", "x^2 + y^2", "a = 2; a*x"),
    *(
        "q = x + y; q*z",
        "u = x*y; v = u*u; v - u",
        "x + y + z + w + 7",
        "1/3*x^2*y",
        "-(x*y) + (y*x)",
        "x^1",
        "5 - 5 + x",
    ),
    *("u = 1/x; u*y", "sin(x)*y", "x*(y + z)^2", "x^64*y", "2^x*y", "x*x*x*x", "exp(x + y)", "1e20*x", "max(x, y)*z"),
]


def both(monkeypatch: pytest.MonkeyPatch, program: str, at: str | None = None) -> tuple[str, str]:
    ours = gradviz.explain(program, at=at).to_text(detail="full")
    with monkeypatch.context() as patched:
        patched.setattr(formulas, "rules_on", lambda terms, more: None)
        return ours, gradviz.explain(program, at=at).to_text(detail="full")


@pytest.mark.parametrize("program", EXPRESSIONS)
def test_explanations_are_the_same_with_sympy(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    ours, sympys = both(monkeypatch, program)
    assert ours == sympys


def polynomials(b: Graph, inputs: list) -> st.SearchStrategy:
    numbers = st.sampled_from([0, 1, -1, 2, 3, Fraction(1, 2), Fraction(-2, 3), 0.25, 10])
    leaves = st.one_of(st.sampled_from(inputs), numbers.map(b.constant))
    return st.recursive(
        leaves,
        lambda parts: st.one_of(
            st.builds(lambda x, y: x + y, parts, parts),
            st.builds(lambda x, y: x - y, parts, parts),
            st.builds(lambda x, y: x * y, parts, parts),
            st.builds(lambda x: -x, parts),
            st.builds(lambda x, n: x**n, parts, st.integers(1, 4)),
        ),
        max_leaves=6,
    )


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_terms_are_what_sympy_holds_and_nothing_makes_them_simpler(data) -> None:
    graph = Graph()
    inputs = [graph.input(name) for name in NAMES]
    made = data.draw(polynomials(graph, inputs))
    leaves = dict(enumerate(NAMES))
    places = {name: place for place, name in enumerate(NAMES)}
    terms = terms_of(graph, [made.id], leaves, places).get(made.id)
    if terms is None:
        return
    symbols = Symbols(frozenset(NAMES))
    for name in NAMES:
        symbols.leaf(name, ())
    expr = lower(graph, [made.id], leaves, symbols)[made.id].item()
    assert size_of(terms) == tree_size(expr) if terms else expr == 0
    steps = rules_on(terms, MORE)
    if steps is None:
        return
    writer = Writer(symbols)
    tree, spent = tree_of(terms, NAMES, writer), Effort(nodes=30_000)
    assert tree == writer.tree(expr)
    forms = list(candidates(expr, spent, (lambda e: e,) * MORE))
    assert {writer.tree(form) for form in forms[:1]} == {tree}
    cheapest = min((formulas.cost(writer.tree(form)), place) for place, form in enumerate(forms))
    assert writer.tree(forms[cheapest[1]]) == tree
    assert 30_000 - spent.nodes == steps * size_of(terms)


@pytest.mark.parametrize(
    ("write", "why"),
    [
        (lambda x, y: (x + y) * (x - y), "a product of sums is not multiplied out"),
        (lambda x, y: x / y, "no quotients"),
        (lambda x, y: x**y, "no powers that are no numbers"),
        (lambda x, y: (x + y) ** 2, "no powers of sums"),
        (lambda x, y: x**100, "no high powers"),
        (lambda x, y: 10**20 * x, "no large numbers"),
    ],
)
def test_what_needs_more_is_left_to_sympy(write, why: str) -> None:
    graph = Graph()
    made = write(graph.input("x"), graph.input("y"))
    assert made.id not in terms_of(graph, [made.id], {0: "x", 1: "y"}, {"x": 0, "y": 1}), why


def test_effort_that_runs_out_runs_out_at_the_same_place(monkeypatch: pytest.MonkeyPatch) -> None:
    program = "q = x + y - z; r = q*w*x; f = r + sin(x)*cos(y)*(1 - sin(x)^2)"
    for nodes in (5, 30, 60, 120, 300):
        monkeypatch.setattr("gradviz.explanation.wording.EFFORT", nodes)
        ours, sympys = both(monkeypatch, program)
        assert ours == sympys


def test_sympy_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sympy", None)
    found = gradviz.explain("f = (x + y)*z - 2*x", at="x=1,y=2,z=3").gradients
    assert {name: gradient.formula for name, gradient in found.items()} == {"x": "z - 2", "y": "z", "z": "x + y"}
