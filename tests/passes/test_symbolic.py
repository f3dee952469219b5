import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz
from gradviz.graph.graph import Graph, Term
from gradviz.ops.cases import cases, greatest, least
from gradviz.ops.table import OPS
from gradviz.passes.evaluate import evaluate
from gradviz.passes.symbolic import OPAQUE, Symbols, lower, lower_pointwise, tree_size, written_out

NAMES = ("N", "S", "gamma")


def lowered(g: Graph, term: Term) -> sp.Expr:
    leaves = {i: name for name, i in g.inputs.items()}
    return lower(g, [term.id], leaves, Symbols())[term.id].item()


def test_names_that_sympy_uses_are_only_names() -> None:
    g = Graph()
    terms = [g.input(name) for name in ("N", "S", "gamma", "lambda", "E", "I", "zeta", "beta")]
    total = terms[0]
    for term in terms[1:]:
        total = total * term
    made = lowered(g, total)
    assert {symbol.name for symbol in made.free_symbols} == {"N", "S", "gamma", "lambda", "E", "I", "zeta", "beta"}


def test_decimals_are_exact() -> None:
    g = Graph()
    assert lowered(g, g.input("x") * Fraction(1, 10)).coeff(sp.Symbol("x", real=True)) == sp.Rational(1, 10)


def test_a_sigmoid_stays_closed_until_it_is_written_out() -> None:
    g = Graph()
    made = lowered(g, g.sigmoid(g.input("x")))
    x = sp.Symbol("x", real=True)
    assert made.func.__name__ == "sigmoid"
    assert sp.simplify(written_out(made) - 1 / (1 + sp.exp(-x))) == 0


def test_what_is_too_large_has_no_expression() -> None:
    g = Graph()
    term = g.input("x")
    for _ in range(12):
        term = g.sin(term) * term + g.cos(term)
    assert term.id not in lower(g, [term.id], {0: "x"}, Symbols())


def test_huge_powers_of_numbers_are_left_alone() -> None:
    g = Graph()
    term = (g.constant(9) ** g.constant(9**9)) * g.input("x")
    assert term.id not in lower(g, [term.id], {g.names["x"]: "x"}, Symbols())


def test_arrays_are_lowered_entry_by_entry() -> None:
    g = Graph()
    x = g.input("x", (2, 2))
    made = lower(g, [(x * x).id], {x.id: "x"}, Symbols())[x.id + 1]
    assert made.shape == (2, 2)
    assert str(made[1, 0]) == "x[1,0]**2"


def test_one_expression_for_every_entry() -> None:
    g = Graph()
    x = g.input("x", (1000,))
    made = lower_pointwise(g, (3 * x * x).id, {x.id: "x"}, Symbols())
    assert str(made) == "3*x**2"


def test_tree_size_counts_what_is_written() -> None:
    x = sp.Symbol("x")
    assert tree_size(x) == 1
    assert tree_size(sp.sin(x) + x) == 4


def test_every_opaque_function_is_an_operation() -> None:
    assert set(OPS) >= OPAQUE


NESTED = {
    "choices compared": "a : 3; b : 3; c : 3; u : 3; v : 3; w : 3; "
    "f = max(tanh(a) - mean(where(a > b, c, b) + where(b > u, v, w)))",
    "shares of choices": "a : 3; b : 3; c : 3; u : 3; v : 3; w : 3; "
    "f = max((tanh(a) - mean(where(a > b, c, b) + where(b > u, v, w)))/(1 + softmax(a)^2))",
    "slopes opened in a condition": "w : 3; c : 3; b : 3; f = min((minimum(maximum((where(w < w, w, b) * "
    "leaky_relu(w)), minimum(maximum(b, c, c), b), b), c) + b))",
    "a choice by a choice": "c : 3; b : 3; f = var((maximum(where(where(maximum(b, b) > sum(softmax(c)), softmax(c), "
    "(c / (1 + b^2))) > max(maximum(elu(c), b, c)), c, b), b, c) * c))",
}
"""Programs on which SymPy did not come to an end: it multiplies case distinctions out inside conditions."""


@pytest.mark.parametrize("name", NESTED)
def test_nested_case_distinctions_come_to_an_end(name: str) -> None:
    found = gradviz.explain(NESTED[name], seed=1)
    assert np.isfinite(found.value)
    assert all(made.value is not None for made in found.gradients.values())


def test_a_condition_about_many_cases_is_refused() -> None:
    x = sp.Symbol("x", real=True)
    step = cases(sp, 1, x > 0, 0)
    assert cases(sp, 2, step + x > 1, 3).subs(x, 1) == 2
    with pytest.raises(ValueError, match="too many"):
        cases(sp, 2, step + cases(sp, x, x > 2, 0) * cases(sp, x, x > 3, 1) > 1, 3)


def test_a_long_maximum_is_left_as_it_stands() -> None:
    x, y = sp.symbols("x y", real=True)
    assert greatest(sp, x, x + 1) == x + 1
    long = sum(x**i * y for i in range(40))
    assert set(greatest(sp, long, long + 1).args) == {long, long + 1}
    assert least(sp, y, y, y + x**2) == y


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Random scalar graphs of smooth operations on three inputs; the last node is the output."""
    g = Graph()
    pool: list[Term] = [g.input(name) for name in NAMES]
    for _ in range(draw(st.integers(1, 7))):
        name = draw(st.sampled_from(["add", "sub", "mul", "sin", "tanh", "sigmoid", "softplus", "neg", "atan"]))
        count = 2 if name in ("add", "sub", "mul") else 1
        pool.append(g.apply(name, *(draw(st.sampled_from(pool)) for _ in range(count))))
    return g


@settings(max_examples=60, deadline=None)
@given(graphs(), st.tuples(*[st.floats(-2, 2)] * 3))
def test_forward_and_symbolic_agree(g: Graph, point: tuple[float, ...]) -> None:
    output = len(g) - 1
    symbols = Symbols()
    made = lower(g, [output], {i: name for name, i in g.inputs.items()}, symbols).get(output)
    if made is None:
        return
    values = dict(zip(NAMES, point, strict=True))
    at = {symbol: values[symbol.name] for symbol in symbols.trees}
    symbolic = float(written_out(made.item()).subs(at).evalf())
    numeric = float(np.asarray(evaluate(g, values, [output])[0]))
    assert symbolic == pytest.approx(numeric, rel=1e-9, abs=1e-9)
    assert math.isfinite(numeric)
