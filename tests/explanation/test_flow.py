"""The flow of the gradient: norms against NumPy written out, verdicts, words, units that are stuck."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz
from gradviz.explanation.data import GradientFlow
from gradviz.explanation.figures import figure, fraction_text
from gradviz.explanation.flow import flow_of
from gradviz.explanation.slopes import slopes_of
from gradviz.explanation.subject import subject_of
from gradviz.graph.graph import Graph
from gradviz.graph.site import GraphSite

FORWARD = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
}
SLOPE = {
    "sigmoid": lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "relu": lambda z: (z > 0).astype(float),
}


def chain(activations, size=6, rows=10, seed=0, scale=1.0, bias=0.0, grouped=False):
    """A chain of layers, with the norms that it must have, worked out by NumPy alone."""
    source, graph = np.random.default_rng(seed), Graph()
    site = GraphSite(graph)
    value = source.normal(size=(rows, size))
    a, kept, current = graph.input("X", value=value), [], value
    for k, name in enumerate(activations, 1):
        W, b = source.normal(size=(size, size)) * scale / math.sqrt(size), np.full(size, bias)
        if grouped:
            with site.group(f"h{k}", "dense"):
                terms = site.parameter("W", (size, size)), site.parameter("b", (size,))
                graph.values.update({f"h{k}.W": W, f"h{k}.b": b})
                a = graph.apply(name, a @ terms[0] + terms[1])
        else:
            a = graph.apply(name, a @ graph.input(f"W{k}", value=W) + graph.input(f"b{k}", value=b))
        graph.name(a, f"h{k}")
        z = current @ W + b
        kept.append((W, z, current))
        current = FORWARD[name](z)
    output = graph.sum(a * a)
    upstream, norms, parameters = 2 * current, [], []
    for name, (W, z, before) in zip(reversed(activations), reversed(kept), strict=True):
        norms.append(np.linalg.norm(upstream))
        back = upstream * SLOPE[name](z)
        parameters.append(math.hypot(np.linalg.norm(before.T @ back), np.linalg.norm(back.sum(0))))
        upstream = back @ W.T
    flow = flow_of(subject_of(graph, output.id, "f", {}, None, None))
    assert flow is not None
    return flow, norms[::-1], parameters[::-1], kept


def said(flow: GradientFlow) -> str:
    return " ".join(flow.says)


@given(
    activations=st.lists(st.sampled_from(sorted(FORWARD)), min_size=2, max_size=6),
    seed=st.integers(0, 1000),
    scale=st.floats(0.3, 2.0),
    grouped=st.booleans(),
)
@settings(max_examples=30, deadline=None)
def test_norms_are_those_of_numpy(activations, seed, scale, grouped):
    flow, norms, parameters, kept = chain(activations, seed=seed, scale=scale, grouped=grouped)
    assert [step.activation for step in flow.steps] == activations
    np.testing.assert_allclose([step.gradient for step in flow.steps], norms, rtol=1e-10, atol=1e-300)
    np.testing.assert_allclose([step.parameters for step in flow.steps], parameters, rtol=1e-10, atol=1e-300)
    for step, name, (_, z, _) in zip(flow.steps, activations, kept, strict=True):
        steep = SLOPE[name](z)
        assert step.dead == (int((steep == 0).all(axis=0).sum()) if name == "relu" else 0)
        share = (steep < 0.1 * {"sigmoid": 0.25, "tanh": 1.0, "relu": 1.0}[name]).mean(axis=0)
        assert step.saturated == (0 if name == "relu" else int((share >= 0.9).sum()))
        assert step.mean == pytest.approx(FORWARD[name](z).mean())
        assert step.deviation == pytest.approx(FORWARD[name](z).std())
        assert (step.units, step.rows) == (6, 10)


@given(activations=st.lists(st.sampled_from(["sigmoid", "tanh"]), min_size=2, max_size=6), seed=st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_nothing_beats_the_bound_with_weights_of_norm_one(activations, seed):
    source, graph = np.random.default_rng(seed), Graph()
    a = graph.input("X", value=source.normal(size=(7, 4)))
    for k, name in enumerate(activations):
        W = source.normal(size=(4, 4))
        a = graph.apply(name, a @ graph.input(f"W{k}", value=W / np.linalg.norm(W, 2)))
    flow = flow_of(subject_of(graph, graph.sum(a).id, "f", {}, None, None))
    expected = [4.0 ** -activations[k + 1 :].count("sigmoid") for k in range(len(activations))]
    if "sigmoid" in activations[1:]:
        assert flow.bound == pytest.approx(expected)
        assert all(step.relative <= most * (1 + 1e-12) for step, most in zip(flow.steps, flow.bound, strict=True))
    else:
        assert flow.bound == ()


def test_ten_sigmoids_vanish_and_the_reason_is_said(golden):
    flow, *_ = chain(["sigmoid"] * 10, size=8, rows=16, seed=3)
    assert flow.kind == "vanishing"
    assert flow.bound[0] == pytest.approx(4.0**-9)
    assert "nine slopes σ′ ≤ 1/4" in said(flow)
    assert "4⁻⁹ = 3.8×10⁻⁶" in said(flow)
    golden("flow/vanishing.txt", "\n".join(flow.says) + "\n")


@pytest.mark.parametrize(
    ("kind", "activation", "scale", "bias"),
    [("healthy", "relu", 1.4, 0.5), ("exploding", "relu", 12.0, 0.5), ("dead", "relu", 1.0, -50.0),
     ("saturated", "tanh", 20.0, 0.0)],
)  # fmt: skip
def test_verdicts(kind, activation, scale, bias, golden):
    flow, *_ = chain([activation] * 6, size=8, rows=16, seed=1, scale=scale, bias=bias)
    assert flow.kind == kind
    golden(f"flow/{kind}.txt", "\n".join(flow.says) + "\n")


def test_a_dead_layer_names_its_units():
    data = gradviz.explain(
        "h = relu(X@W + b); y = h@V; f = sum(y^2)",
        at={"X": [[float(i)] for i in range(1, 11)], "W": [[1.0, -1.0, -2.0]], "b": [0, 0, 0], "V": [[1.0], [1], [1]]},
    ).data
    step = data.flow.steps[0]
    assert (step.dead, step.units, step.which) == (2, 3, (1, 2))
    assert data.flow.kind == "dead"
    assert any("2 of 3 in h (2, 3)" in remark.text for remark in data.remarks)


def test_one_sample_does_not_say_that_a_unit_is_dead():
    data = gradviz.explain(
        "h = relu(W@x); f = sum(V@h)", at={"W": [[1.0, 2.0], [-1.0, -3.0]], "x": [1.0, 1.0], "V": [[1.0, 1.0]]}
    ).data
    assert data.flow.steps[0].dead == 1
    assert data.flow.kind == "healthy"
    assert not any("Dead" in remark.text for remark in data.remarks)


def recurrent(activation: str, steps: int = 12) -> GradientFlow:
    source = np.random.default_rng(4)
    graph = Graph()
    U, V = np.abs(source.normal(size=(4, 4))), source.normal(size=(3, 4))
    h = graph.input("h0", value=np.full(4, 0.1))
    u, v = graph.input("U", value=U), graph.input("V", value=V)
    for t in range(1, steps + 1):
        x = graph.input(f"x{t}", value=np.abs(source.normal(size=3)))
        h = graph.name(graph.apply(activation, x @ v + h @ u), f"h{t}")
    flow = flow_of(subject_of(graph, graph.sum(h).id, "f", {}, None, None))
    assert flow is not None
    return flow


def test_a_relu_in_a_recurrent_network_can_blow_up():
    blown, held = recurrent("relu"), recurrent("tanh")
    assert blown.recurrent
    assert blown.kind == "exploding"
    assert len(blown.steps) == 12
    assert "every step multiplies it by the same matrix: ‖u‖" in said(blown).lower()
    assert held.kind == "vanishing"


@pytest.mark.parametrize("program", ["f = (x+y)*z", "A:3x3;B:3x3;C:3x3; f = sum(A@B@C)", "x : 3; f = sum(tanh(x))"])
def test_what_is_no_network_has_no_flow(program):
    assert gradviz.explain(program, seed=1).data.flow is None


def test_without_values_there_is_no_flow():
    assert gradviz.explain("W:3x2;V:2x3;x:2; f = sum(tanh(V@tanh(W@x)))").data.flow is None


def test_a_maximum_with_zero_is_a_relu():
    flow = gradviz.explain("W:3x2;V:2x3;x:2; f = sum(V@max(0, W@x))", seed=1).data.flow
    assert [step.activation for step in flow.steps] == ["relu", ""]


@pytest.mark.parametrize(
    ("name", "greatest"),
    [("sigmoid", 0.25), ("tanh", 1), ("relu", 1), ("softplus", 1), ("hard_sigmoid", 1 / 6), ("exp", math.inf),
     ("sin", 1), ("atan", 1), ("elu", 1), ("tan", math.inf), ("log", math.inf), ("sign", 0)],
)  # fmt: skip
def test_greatest_slopes(name, greatest):
    assert slopes_of(name).greatest == pytest.approx(greatest)


def test_where_the_sigmoid_saturates():
    s = (1 - math.sqrt(0.9)) / 2  # σ(1 − σ) = 1/40
    edge = math.log(s / (1 - s))
    assert slopes_of("sigmoid").left == pytest.approx(edge)
    assert slopes_of("sigmoid").right == pytest.approx(-edge)


@pytest.mark.parametrize(("value", "text"), [(1e-300, "1×10⁻³⁰⁰"), (0.0, "0"), (math.inf, "∞"), (99.6, "100")])
def test_figures(value, text):
    assert figure(value) == text


def test_slopes_are_fractions_where_they_can_be():
    assert [fraction_text(x) for x in (0.25, 1 / 6, 1.0, 1.7581)] == ["1/4", "1/6", "1", "1.76"]


def test_of_many_layers_the_stuck_units_are_counted() -> None:
    flow, *_ = chain(["tanh"] * 20, size=4, rows=8, seed=2, scale=9.0, bias=0.0)
    [said] = [text for text in flow.says if text.startswith("Saturated")]
    stuck = [step for step in flow.steps if step.saturated]
    assert len(stuck) > 5
    count, units = sum(step.saturated for step in stuck), sum(step.units for step in flow.steps)
    among = "all 20 layers" if len(stuck) == 20 else f"{len(stuck)} of 20 layers"
    assert said.startswith(f"Saturated: {count} of {units} tanh units, in {among}, the most in ")
    worst = max(stuck, key=lambda step: step.saturated / step.units)
    assert f"the most in {worst.title} (" in said


def test_the_steps_of_an_lstm_are_told_by_their_states() -> None:
    found = gradviz.explain("X : 5x2; h = lstm(X, 3); L = sum(h**2)", seed=1, formulas=False, depth=2).data
    assert found.flow is not None
    assert [step.activation for step in found.flow.steps] == ["gates"] * 5
    assert found.flow.recurrent
    assert found.flow.bound == ()
    for k, step in enumerate(found.flow.steps, 1):
        node = next(node for node in found.nodes if node.name == f"h.step{k}.h")
        assert step.units == 3
        assert step.gradient == pytest.approx(math.hypot(*node.gradient.entries))
    assert not any("′" in text for text in found.flow.says)
