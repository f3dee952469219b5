"""The lecture's five examples with every fact, and the cases that are not in the lecture."""

import math

import numpy as np
import pytest

from gradviz.errors import NameProblem, ShapeError, ValueProblem
from gradviz.explanation.data import EdgeFacts, ExplanationData, NodeFacts
from gradviz.explanation.explain import explain_graph
from gradviz.graph.graph import Graph


def circuit() -> ExplanationData:
    g = Graph()
    f = (g.input("x") + g.input("y")) * g.input("z")
    return explain_graph(g, f.id, values={"x": -2, "y": 5, "z": -4}, source="f=(x+y)*z")


def neuron(values: dict[str, float] | None = None) -> ExplanationData:
    g = Graph()
    w0, x0, w1, x1, w2 = (g.input(name) for name in ("w0", "x0", "w1", "x1", "w2"))
    f = 1 / (1 + g.exp(-(w0 * x0 + w1 * x1 + w2)))
    return explain_graph(g, f.id, values=values or {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3})


def fan_out() -> ExplanationData:
    g = Graph()
    x, y, z = g.input("x"), g.input("y"), g.input("z")
    return explain_graph(g, (x * y + x * z + x).id, values={"x": 2, "y": 3, "z": -4})


def number(data: NodeFacts | EdgeFacts, field: str) -> float:
    value = getattr(data, field)
    assert value is not None
    return float(value.number)


def test_the_circuit_has_the_lectures_numbers() -> None:
    data = circuit()
    assert data.value is not None
    assert (data.output, data.value.number) == ("f", -12)
    assert [(node.name, number(node, "value"), number(node, "gradient")) for node in data.nodes] == [
        ("x", -2, -4),
        ("y", 5, -4),
        ("q", 3, -4),
        ("z", -4, 3),
        ("f", -12, 1),
    ]
    assert data.title.unicode == "f = (x + y)·z"


def test_the_circuit_has_four_facts_on_every_edge() -> None:
    facts = [
        (e.symbol.unicode, number(e, "upstream"), e.local_formula and e.local_formula.text, number(e, "local_value"))
        for e in circuit().edges
    ]
    assert facts == [
        ("∂q/∂x", -4, "1", 1),
        ("∂q/∂y", -4, "1", 1),
        ("∂f/∂q", 1, "z", -4),
        ("∂f/∂z", 1, "q", 3),
    ]
    assert [number(e, "contribution") for e in circuit().edges] == [-4, -4, -4, 3]


def test_the_circuit_says_gradients_in_both_forms_and_the_chain() -> None:
    data = circuit()
    by = data.gradients
    assert {name: facts.formula and facts.formula.text for name, facts in by.items()} == {
        "x": "z",
        "y": "z",
        "z": "x + y",
    }
    assert data.node("z").named is not None
    assert data.node("z").named.text == "q"  # type: ignore[union-attr]
    chain = by["x"].chain
    assert chain is not None
    assert (chain.symbols.unicode, chain.factors.unicode) == ("∂f/∂q · ∂q/∂x", "z · 1")


def test_gates_are_named_as_in_the_lecture() -> None:
    captions = [(node.caption, node.is_gate, node.glyph.kind) for node in neuron().nodes if not node.is_input]
    assert captions == [
        ("swaps", True, "circle"),
        ("swaps", True, "circle"),
        ("distributes", True, "circle"),
        ("distributes", True, "circle"),
        ("flips", True, "circle"),
        ("exp", False, "curve"),
        ("passes", True, "circle"),
        ("1/x", False, "curve"),
    ]
    marks = [node.glyph.latex for node in neuron().nodes if node.glyph.kind == "circle"]
    assert marks == [r"\times", r"\times", "+", "+", r"\times{-1}", "+1"]


def test_the_sigmoid_circuit_has_the_lectures_numbers() -> None:
    data = neuron()
    assert data.value is not None
    assert data.value.number == pytest.approx(0.7311, abs=5e-5)
    found = {name: facts.value.number for name, facts in data.gradients.items() if facts.value}
    expected = {"w0": -0.1966, "x0": 0.3932, "w1": -0.3932, "x1": -0.5898, "w2": 0.1966}
    assert found == pytest.approx(expected, abs=5e-5)


def test_the_sigmoid_circuit_is_written_with_sigmoids() -> None:
    data = neuron()
    formula = data.gradients["w0"].formula
    assert formula is not None
    assert formula.unicode == "x₀·σ(w₀·x₀ + w₁·x₁ + w₂)·(1 − σ(w₀·x₀ + w₁·x₁ + w₂))"
    assert "exp" in formula.text
    assert "sigmoid" not in formula.text
    local = data.edges[-1].local_formula
    assert local is not None
    assert local.unicode == "−f²"


def test_made_up_names_follow_the_order() -> None:
    assert [node.name for node in neuron().nodes if not node.is_input] == ["q", "r", "s", "t", "u", "v", "p", "f"]


def test_fan_out_lists_and_sums_its_contributions() -> None:
    data = fan_out()
    x = data.node("x")
    assert [number(data.edges[place], "contribution") for place in x.ledger] == [3, -4, 1]
    assert x.gradient is not None
    assert x.gradient.number == 0
    assert x.sum_sentence == "x is used 3 times, so its contributions are added: 3 + (−4) + 1 = 0"
    assert x.formula is not None
    assert x.formula.unicode == "y + z + 1"
    chain = data.gradients["x"].chain
    assert chain is not None
    assert chain.symbols.unicode == "∂f/∂q · ∂q/∂x + ∂f/∂r · ∂r/∂x + ∂f/∂x|s"
    assert chain.factors.unicode == "1 · y + 1 · z + 1"


def test_a_square_by_hand_has_two_edges() -> None:
    g = Graph()
    x = g.input("x")
    data = explain_graph(g, (x * x).id, values={"x": 3}, upstream=2)
    assert [(edge.copy, edge.symbol.unicode) for edge in data.edges] == [(1, "∂f/∂x⁽¹⁾"), (2, "∂f/∂x⁽²⁾")]
    assert [number(edge, "contribution") for edge in data.edges] == [6, 6]
    assert data.upstream_given
    assert data.numerator is not None
    assert data.numerator.text == "L"
    assert data.gradients["x"].symbol.unicode == "∂L/∂x"


def test_relu_on_a_vector_and_on_4096_numbers() -> None:
    g = Graph()
    x = g.input("x", (4096,))
    data = explain_graph(g, g.maximum(0, x).id, values={"x": np.linspace(-1, 1, 4096)})
    (edge,) = data.edges
    assert edge.jacobian is not None
    assert (edge.jacobian.structure, edge.jacobian.rows, edge.jacobian.columns) == ("diagonal", 4096, 4096)
    assert edge.jacobian.nonzeros == 4096
    assert len(edge.jacobian.pattern) <= 8
    assert data.value is not None
    assert data.value.summary is not None
    assert data.value.summary.zeros == pytest.approx(0.5)
    assert data.gradients["x"].formula is not None
    assert any(remark.kind == "assumption" and "ones" in remark.text for remark in data.remarks)


def test_a_squared_norm_has_the_lectures_numbers() -> None:
    g = Graph()
    weights, x = g.input("W", (2, 2)), g.input("x", (2,))
    f = g.squared_norm(g.name(weights @ x, "q"))
    data = explain_graph(g, f.id, values={"W": [[0.1, 0.5], [-0.3, 0.8]], "x": [0.2, 0.4]})
    assert data.value is not None
    assert data.value.number == pytest.approx(0.116)
    by = {name: facts.value for name, facts in data.gradients.items()}
    assert by["W"] is not None
    assert np.allclose(by["W"].nested(), [[0.088, 0.176], [0.104, 0.208]])
    assert by["x"] is not None
    assert np.allclose(by["x"].nested(), [-0.112, 0.636])
    assert len(data.gradients["W"].entries) == 4
    named = data.node("q").named
    assert named is not None
    assert named.unicode == "2 q"


def test_without_values_there_are_formulas_and_no_numbers() -> None:
    g = Graph()
    x, y = g.input("x"), g.input("y")
    data = explain_graph(g, (g.sin(x) * y).id)
    assert data.missing == ("x", "y")
    assert data.value is None
    assert all(node.value is None for node in data.nodes)
    assert {name: facts.formula and facts.formula.text for name, facts in data.gradients.items()} == {
        "x": "y*cos(x)",
        "y": "sin(x)",
    }


def test_with_some_values_what_they_determine_is_known() -> None:
    g = Graph()
    x, y = g.input("x"), g.input("y")
    data = explain_graph(g, (g.sin(x) * y).id, values={"x": 0})
    assert data.missing == ("y",)
    assert data.inputs["y"] is None
    assert data.node("q").value is not None
    assert data.gradients["y"].value is not None
    assert data.gradients["x"].value is None


def test_only_what_was_asked_for_has_gradients() -> None:
    g = Graph()
    x, y = g.input("x"), g.input("y")
    data = explain_graph(g, (x * y).id, values={"x": 2, "y": 3}, wrt=["x"])
    assert list(data.gradients) == ["x"]
    assert [edge.active for edge in data.edges] == [True, False]
    assert data.node("y").gradient is None


def test_an_input_that_does_not_matter_has_gradient_zero() -> None:
    g = Graph()
    x, y = g.input("x"), g.input("y")
    data = explain_graph(g, (x * 2).id, values={"x": 2, "y": 3}, wrt=["x", "y"])
    assert data.gradients["y"].value is not None
    assert data.gradients["y"].value.number == 0
    assert y.id < len(g)


def test_kinks_are_said() -> None:
    g = Graph()
    data = explain_graph(g, g.relu(g.input("x")).id, values={"x": 0})
    node = data.node("f")
    assert [remark.text for remark in node.remarks] == ["kink: slope taken as 0, allowed [0, 1]"]
    assert node.glyph.curve is not None
    assert node.glyph.curve.kink
    assert node.glyph.curve.slope is None


def test_ties_are_said() -> None:
    g = Graph()
    x, y = g.input("x"), g.input("y")
    shared = explain_graph(g, g.maximum(x, y).id, values={"x": 3, "y": 3})
    assert "shared equally" in shared.node("f").remarks[0].text
    assert shared.gradients["x"].value is not None
    assert shared.gradients["x"].value.number == 0.5
    h = Graph()
    fixed = explain_graph(h, h.maximum(0, h.input("x")).id, values={"x": 0})
    assert "the constant wins" in fixed.node("f").remarks[0].text


def test_nan_is_traced() -> None:
    g = Graph()
    data = explain_graph(g, (g.log(g.input("x")) * 2).id, values={"x": -1})
    assert any(remark.kind == "warning" and "log of a negative number" in remark.text for remark in data.remarks)
    assert data.value is not None
    assert math.isnan(data.value.number)


def test_user_names_are_respected() -> None:
    g = Graph()
    x = g.input("q")
    data = explain_graph(g, (g.sin(x) + g.name(g.cos(x), "r1")).id, output_name="f")
    assert [node.name for node in data.nodes] == ["q", "s", "r1", "f"]


def test_an_output_that_is_an_input() -> None:
    g = Graph()
    data = explain_graph(g, g.input("x").id, values={"x": 2})
    assert data.gradients["x"].value is not None
    assert data.gradients["x"].value.number == 1
    assert data.edges == ()


def test_identifiers_are_plain_and_unique() -> None:
    g = Graph()
    x = g.input("h.W")
    data = explain_graph(g, (x * g.input("h_W")).id)
    ids = [node.id for node in data.nodes]
    assert len(set(ids)) == len(ids)
    assert all(id.isidentifier() for id in ids)


def test_bad_requests_are_user_errors() -> None:
    g = Graph()
    x = g.input("x")
    f = x * 2
    with pytest.raises(NameProblem):
        explain_graph(g, f.id, wrt=["w"])
    with pytest.raises(ValueProblem):
        explain_graph(g, f.id, values={"x": [1, 2]})
    with pytest.raises(ShapeError):
        explain_graph(g, f.id, values={"x": 1}, upstream=[1, 2])


def test_a_large_graph_keeps_everything_but_the_long_formulas() -> None:
    g = Graph()
    term = g.input("x")
    for _ in range(600):
        term = g.sin(term)
    data = explain_graph(g, term.id, values={"x": 0.5})
    assert len(data.nodes) == 601
    assert all(edge.local_formula is not None for edge in data.edges)
    assert data.nodes[0].formula is None


def test_it_is_the_same_every_time() -> None:
    assert neuron() == neuron()


def test_zero_sized_arrays() -> None:
    g = Graph()
    x = g.input("x", (0, 3))
    data = explain_graph(g, (x * x).id, values={"x": np.zeros((0, 3))})
    assert data.value is not None
    assert data.value.shape == (0, 3)
