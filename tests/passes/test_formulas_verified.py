"""Formulas against numbers: what is shown is right, readable by gradviz and by SymPy, and a wrong one is not shown."""

import math

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.explanation.explain import explain_graph
from gradviz.graph.graph import Graph, Term
from gradviz.ops.table import OPS
from gradviz.passes.verify import Samples, tree_value
from gradviz.syntax.parser import parse_expression
from gradviz.syntax.tree import Name

NAMES = ("x", "y", "z")
SMOOTH = ["add", "sub", "mul", "div", "sin", "exp", "tanh", "sigmoid", "softplus", "neg", "sqrt", "log", "relu", "abs"]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    g = Graph()
    pool: list[Term] = [g.input(name) for name in NAMES]
    for _ in range(draw(st.integers(1, 6))):
        name = draw(st.sampled_from(SMOOTH))
        count = 2 if name in ("add", "sub", "mul", "div") else 1
        pool.append(g.apply(name, *(draw(st.sampled_from(pool)) for _ in range(count))))
    return g


@settings(max_examples=60, deadline=None)
@given(graphs(), st.tuples(*[st.floats(0.3, 1.7)] * 3))
def test_a_formula_evaluated_is_the_gradient(g: Graph, point: tuple[float, ...]) -> None:
    values = dict(zip(NAMES, point, strict=True))
    data = explain_graph(g, len(g) - 1, values=values)
    assert not [remark.text for remark in data.remarks if "bug" in remark.text]
    names = {**values, **{node.name: node.value.number for node in data.nodes if node.value is not None}}
    for node in data.nodes:
        for formula in (node.formula, node.named):
            if formula is None or node.gradient is None or not math.isfinite(node.gradient.number):
                continue
            found = float(tree_value(parse_expression(formula.text, known=tuple(names)), names))
            assert found == pytest.approx(node.gradient.number, rel=1e-6, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(graphs(), st.tuples(*[st.floats(0.3, 1.7)] * 3))
def test_sympy_reads_the_text(g: Graph, point: tuple[float, ...]) -> None:
    values = dict(zip(NAMES, point, strict=True))
    data = explain_graph(g, len(g) - 1, values=values)
    symbols = {name: sp.Symbol(name, real=True) for name in NAMES}
    for name, facts in data.gradients.items():
        if facts.formula is None or facts.value is None or not math.isfinite(facts.value.number):
            continue
        made = sp.sympify(facts.formula.text, locals=symbols)
        number = complex(sp.N(made.subs({symbols[key]: value for key, value in values.items()})))
        assert number.real == pytest.approx(facts.value.number, rel=1e-6, abs=1e-6), name


SCALAR = [name for name, op in OPS.items() if op.elementwise and op.differentiable and op.samples]


@pytest.mark.parametrize("name", SCALAR)
def test_every_elementwise_operation_has_verified_formulas(name: str) -> None:
    sample = OPS[name].samples[0]
    operands = [float(np.asarray(operand, dtype=float).ravel()[0]) for operand in sample.operands]
    g = Graph()
    inputs = [g.input(f"x{i}") for i in range(len(operands))]
    data = explain_graph(
        g,
        g.apply(name, *inputs, **dict(sample.attributes)).id,
        values={f"x{i}": operand for i, operand in enumerate(operands)},
    )
    assert not [remark.text for remark in data.remarks if "bug" in remark.text]
    assert all(facts.formula is not None for facts in data.gradients.values())
    symbols = {key: sp.Symbol(key, real=True) for key in data.gradients}
    for facts in data.gradients.values():
        assert facts.formula is not None
        assert facts.value is not None
        at = {symbols[f"x{i}"]: operand for i, operand in enumerate(operands)}
        made = complex(sp.N(sp.sympify(facts.formula.text, locals=symbols).subs(at)))
        assert made.real == pytest.approx(facts.value.number, rel=1e-6, abs=1e-9)


def test_a_wrong_formula_does_not_agree() -> None:
    samples = Samples(({"x": 2.0}, {"x": 3.0}), ({0: 4.0}, {0: 9.0}))
    assert samples.agrees([parse_expression("x^2")], 0)
    assert not samples.agrees([parse_expression("2*x")], 0)
    assert not samples.agrees([Name("unknown")], 0)


def test_a_wrong_rule_is_reported_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    from gradviz.passes import formulas

    lower = formulas.lower

    def broken(*args: object, **kwargs: object) -> object:
        lowered = lower(*args, **kwargs)  # type: ignore[arg-type]
        return {i: np.asarray(made + 1, dtype=object) for i, made in lowered.items()}

    monkeypatch.setattr(formulas, "lower", broken)
    g = Graph()
    x = g.input("x")
    data = explain_graph(g, (g.sin(x) * x).id, values={"x": 1.0})
    assert data.gradients["x"].formula is None
    assert any("bug in gradviz" in remark.text for remark in data.remarks)
