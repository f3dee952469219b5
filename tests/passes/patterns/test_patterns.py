from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.graph.build import Built, build
from gradviz.graph.graph import Graph
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate
from gradviz.passes.patterns.circuits import COUNTED, drawn
from gradviz.passes.patterns.proof import equality
from gradviz.passes.patterns.recognising import recognise
from gradviz.passes.patterns.rewriting import folded, unfolded
from gradviz.passes.patterns.table import PATTERNS
from gradviz.syntax.parser import parse

CIRCUITS = [(name, place) for name in PATTERNS for place in range(len(drawn(name)))]
Shapes = Mapping[str, tuple[int, ...]]


def built(text: str, shapes: Shapes | None = None) -> Built:
    return build(parse(text, known=tuple(shapes or {})), shapes=shapes)


def everything(graph: Graph, output: int, point: Mapping[str, object]) -> list[np.ndarray]:
    """The value, and the gradients by the inputs in the order of their names."""
    backward = differentiate(graph, output)
    ids = [backward.gradients.get(graph.inputs[name], backward.output) for name in sorted(graph.inputs)]
    return [np.asarray(value) for value in evaluate(backward.graph, dict(point), [output, *ids])]


def point_for(graph: Graph, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=graph.nodes[i].shape) for name, i in graph.inputs.items()}


def agree(first: Built, graph: Graph, output: int) -> bool:
    point = point_for(first.graph)
    pairs = zip(everything(first.graph, first.output, point), everything(graph, output, point), strict=True)
    return all(np.allclose(a, b, rtol=1e-9, atol=1e-12) for a, b in pairs)


@pytest.mark.parametrize(("name", "place"), CIRCUITS, ids=lambda value: str(value))
def test_every_circuit_is_recognised_wherever_it_stands(name: str, place: int) -> None:
    way = drawn(name)[place]
    shapes = {hole: shape for hole, shape in way.circuit.shapes.items() if hole not in COUNTED}
    text = way.circuit.text.replace("/n", "/3").replace("r*sum", "1/3*sum")
    program = built(f"q = {text}; f = sum(q*q)" if shapes else f"q = {text}; f = q*q", shapes)
    found = recognise(program.graph, program.output)
    assert name in [one.pattern.name for one in found]
    assert agree(program, *folded(program.graph, program.output))


@pytest.mark.parametrize(("name", "place"), CIRCUITS, ids=lambda value: str(value))
def test_every_circuit_equals_its_gate_in_value_and_slope(name: str, place: int) -> None:
    way = drawn(name)[place]
    # The shift by a maximum is a case distinction, which algebra in exponentials does not decide.
    assert equality(way) == ("tried" if "- max(" in way.circuit.text else "proved")


@pytest.mark.parametrize("name", PATTERNS)
def test_a_gate_unfolds_into_its_first_circuit_and_folds_back(name: str) -> None:
    way = drawn(name)[0]
    holes = {node.name: node.shape for node in way.gate.nodes if node.name}
    program = built(f"f = {way.circuit.gate}", {key: shape for key, shape in holes.items() if key})
    opened, output = unfolded(program.graph, program.output)
    assert name not in [node.op.name for node in opened]
    assert agree(program, opened, output)
    again, _ = folded(opened, output)
    assert [node.op.name for node in again if node.operands] == [name]


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("1/(2 + exp(-u))", {}),
        ("1/(1 - exp(-u))", {}),
        ("1/(1 + exp(-u)) + exp(-v)", {"u": (3,)}),
        ("exp(z)/sum(exp(2*z))", {"z": (3,)}),
        ("exp(z)/sum(exp(z), axis=0)", {"z": (2, 3)}),
        ("sum(z)/4", {"z": (3,)}),
        ("mean((z - mean(z))^3)", {"z": (3,)}),
        ("(exp(u) - exp(-v))/(exp(u) + exp(-u))", {}),
        ("var(z, ddof=1)", {"z": (3,)}),
    ],
)
def test_what_only_looks_like_a_pattern_stays_as_it_is(text: str, shapes: Shapes) -> None:
    program = built(f"f = sum({text})" if shapes else f"f = {text}", shapes)
    graph, output = folded(program.graph, program.output)
    assert agree(program, graph, output)
    if "+ exp(-v)" not in text and "axis=0" not in text:
        assert [node.op.name for node in graph] == [node.op.name for node in program.graph]


def test_the_sigmoid_of_a_negated_product_needs_no_second_minus() -> None:
    for text in ("1/(1 + exp(-w*x))", "1/(1 + exp(-(w*x)))", "1/(1 + exp((-1)*(w*x)))"):
        program = built(text)
        graph, output = folded(program.graph, program.output)
        assert [node.op.name for node in graph if node.operands] == ["mul", "sigmoid"], text
        assert agree(program, graph, output)


def test_the_larger_circuit_is_taken() -> None:
    program = built("f = log(exp(z)/sum(exp(z)))[0]", {"z": (3,)})
    names = [one.pattern.name for one in recognise(program.graph, program.output)]
    assert names == ["softmax"]
    program = built("f = u/(1 + exp(-u))")
    assert [one.pattern.name for one in recognise(program.graph, program.output)] == ["silu"]


def test_what_the_user_asks_for_inside_a_circuit_is_kept() -> None:
    program = built("e1 = exp(-x); f = 1/(1 + e1)")
    kept, _ = folded(program.graph, program.output, [program.graph.names["e1"]])
    assert "e1" in kept.names
    gone, _ = folded(program.graph, program.output)
    assert [node.op.name for node in gone] == ["input", "sigmoid"]


def test_a_part_that_is_also_used_elsewhere_stays() -> None:
    program = built("m = mean(x); f = sum((x - m)/sqrt(mean((x - mean(x))^2)))", {"x": (5,)})
    graph, output = folded(program.graph, program.output)
    assert "mean" in [node.op.name for node in graph]
    assert "var" in [node.op.name for node in graph]
    assert agree(program, graph, output)


def test_names_values_and_order_of_inputs_survive() -> None:
    program = built("b = 2; a = 3; h = 1/(1 + exp(-(a*b))); f = h^2")
    graph, output = folded(program.graph, program.output)
    assert list(graph.inputs) == ["b", "a"]
    assert graph.values == {"b": 2, "a": 3}
    assert graph["h"].node.op.name == "sigmoid"
    assert graph.nodes[output].name == "f"


EXPRESSIONS = st.recursive(
    st.sampled_from(["x", "y", "0.5", "2"]),
    lambda inner: st.one_of(
        st.builds("({} + {})".format, inner, inner),
        st.builds("({}*{})".format, inner, inner),
        st.builds("1/(1 + exp(-({})))".format, inner),
        st.builds("log(1 + exp({}))".format, inner),
        st.builds("tanh({})".format, inner),
        st.builds("sigmoid(-({}))".format, inner),
        st.builds("(exp({0}) - exp(-({0})))/(exp({0}) + exp(-({0})))".format, inner),
    ),
    max_leaves=6,
)


@given(EXPRESSIONS)
def test_folding_and_unfolding_change_neither_values_nor_gradients(text: str) -> None:
    program = built(f"f = {text} + 0*x*y")
    for change in (folded, unfolded):
        graph, output = change(program.graph, program.output)
        graph.verify()
        point = {"x": np.array(0.3), "y": np.array(-0.7)}
        with np.errstate(all="ignore"):
            before = everything(program.graph, program.output, point)
            after = everything(graph, output, point)
        for a, b in zip(before, after, strict=True):
            if np.all(np.isfinite(a)):
                assert np.allclose(a, b, rtol=1e-7, atol=1e-9)


def test_a_large_graph_is_left_alone() -> None:
    graph = Graph()
    term = graph.input("x")
    for _ in range(3000):
        term = graph.sin(term)
    assert recognise(graph, term.id) == ()
