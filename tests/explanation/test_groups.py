"""Groups: open, closed and repeated; at every depth contributions sum to gradients, and formulas hold."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz
from gradviz.explanation.data import ExplanationData, Value
from gradviz.graph.graph import Graph
from gradviz.graph.site import GraphSite


def loaded() -> ModuleType:
    if "explanation_grouped" not in sys.modules:
        spec = importlib.util.spec_from_file_location("explanation_grouped", Path(__file__).with_name("grouped.py"))
        module = importlib.util.module_from_spec(spec)
        sys.modules["explanation_grouped"] = module
        spec.loader.exec_module(module)
    return sys.modules["explanation_grouped"]


grouped = loaded()


def numbers(value: Value) -> np.ndarray:
    return np.array(value.entries).reshape(value.shape)


def sums_hold(data: ExplanationData) -> None:
    for node in data.nodes:
        contributions = [numbers(data.edges[i].contribution) for i in node.ledger]
        if not node.is_output and node.gradient is not None:
            np.testing.assert_allclose(sum(contributions), numbers(node.gradient), rtol=1e-9, atol=1e-12)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**6), depth=st.sampled_from([0, 1, 2, "layers"]))
def test_contributions_into_every_node_sum_to_its_gradient_at_every_depth(seed, depth):
    graph = grouped.scribbled(seed)
    whole = gradviz.explain(graph, formulas=False)
    closed = gradviz.explain(graph, depth=depth, formulas=False)
    sums_hold(closed.data)
    assert closed.value == whole.value
    for name, gradient in whole.gradients.items():
        assert closed.gradients[name].value == gradient.value
    values = {node.name: node.value for node in whole.nodes}
    for node in closed.nodes:  # what keeps its name keeps its value
        if node.is_input or "g" in node.name:
            assert values.get(node.name, node.value) == node.value


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10**6))
def test_upstream_times_local_is_the_contribution_of_closed_groups_of_numbers(seed):
    data = gradviz.explain(grouped.scribbled(seed), depth=0, formulas=False).data
    boxes = {id for group in data.groups if group.collapsed for id in group.nodes}
    for edge in data.edges:
        if edge.target in boxes and edge.active:
            product = edge.upstream.number * edge.local_value.number
            assert product == pytest.approx(edge.contribution.number, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", grouped.NETWORKS)
@pytest.mark.parametrize("depth", [None, 0, 1, "layers"])
def test_networks_sum_at_every_depth(name, depth):
    data = gradviz.explain(grouped.NETWORKS[name](), depth=depth, formulas=depth == 0).data
    sums_hold(data)
    assert not [remark for remark in data.remarks if remark.kind == "warning"]
    ids = {node.id for node in data.nodes}
    for group in data.groups:
        assert set(group.nodes) <= ids
        assert group.output in ids
        assert group.parent == "" or group.parent in {other.id for other in data.groups}
    for node in data.nodes:
        assert node.group == "" or node.group in {group.id for group in data.groups}


def test_a_closed_dense_layer_shows_its_own_local_jacobian():
    data = gradviz.explain(grouped.network([3, 2, 2], batch=None), depth=0).data
    edge = next(edge for edge in data.edges if edge.target == "h1")
    assert edge.local_formula.text == "diag(1 - h1*h1) @ h1.W.T"
    assert (edge.jacobian.rows, edge.jacobian.columns, edge.jacobian.structure) == (2, 3, "dense")
    node = data.node("h1")
    assert node.glyph.kind == "box"
    assert node.expression.text == "tanh(x.T @ h1.W + h1.b)"
    group = next(group for group in data.groups if group.id == "h1")
    assert group.collapsed
    assert group.parameters == 8
    assert group.note == "3 → 2, tanh, 8 parameters"
    assert [form.formula.text for form in group.locals] == [edge.local_formula.text]


def test_the_local_jacobian_is_the_one_that_jacobian_finds():
    graph = grouped.network([3, 2, 2], batch=None)
    data = gradviz.explain(graph, depth=0).data
    edge = next(edge for edge in data.edges if edge.target == "h1")
    h, W = numbers(data.node("h1").value), graph.values["h1.W"]
    local = np.diag(1 - h * h) @ W.T
    np.testing.assert_allclose(local.T @ numbers(edge.upstream), numbers(edge.contribution), rtol=1e-12)


def test_a_closed_layer_on_a_batch_says_what_comes_back():
    data = gradviz.explain(grouped.network([2, 3, 1]), depth=0).data
    rules = {edge.target: edge.rule.unicode for edge in data.edges if edge.source != "y"}
    assert rules == {"h1": "(g ∘ (1 − h₁ ∘ h₁)) h₁.Wᵀ", "h2": "g h₂.Wᵀ", "L": "(g/2) (h₂ − y)"}


def test_parameters_lie_in_the_box_and_keep_their_gradients():
    found = gradviz.explain(grouped.network([2, 3, 1]), depth=0)
    assert [node.name for node in found.nodes] == ["x", "y", "h1", "h2", "L"]
    assert set(found.gradients) == {"x", "y", "h1.W", "h1.b", "h2.W", "h2.b"}
    assert set(found.data.hidden) == {"h1.W", "h1.b", "h2.W", "h2.b"}


def test_a_parameter_that_is_read_outside_stands_outside():
    site = GraphSite(Graph())
    x = site.graph.input("x", value=[1.0, 2.0])
    made = grouped.dense(site, x, "h", 2, "tanh")
    site.graph.name(site.apply("sum", made) + site.apply("sum", site.graph["h.W"] ** 2), "f")
    grouped.filled(site)
    data = gradviz.explain(site.graph, depth=0).data
    assert "h.W" in {node.name for node in data.nodes}
    assert "h.b" not in {node.name for node in data.nodes}
    sums_hold(data)


def test_scalar_boxes_have_a_derivative_in_what_enters_and_leaves():
    data = gradviz.explain(grouped.two_outputs(), depth=0).data
    formulas = {(edge.source, edge.target): edge.local_formula for edge in data.edges}
    assert all(formulas.values())
    names = {node.name for node in data.nodes}
    from gradviz.syntax.parser import parse_expression
    from gradviz.syntax.tree import Name, postorder

    for formula in formulas.values():
        tree = parse_expression(formula.text, known=names)
        assert {part.id for part in postorder(tree) if isinstance(part, Name)} <= names


def test_equal_blocks_in_a_row_are_shown_once():
    data = gradviz.explain(grouped.network([3] + [4] * 12 + [1], inner="net"), depth=1, formulas=False).data
    sums_hold(data)
    row = next(group for group in data.groups if group.repeated > 1)
    assert row.repeated == 11
    assert row.collapsed
    assert row.parameters == 11 * 20
    assert len(data.nodes) <= 8
    assert any("11 equal blocks" in remark.text for remark in data.remarks)


def test_blocks_that_differ_stay_apart():
    data = gradviz.explain(grouped.network([3, 4, 5, 6, 7, 1], inner="net"), depth=1, formulas=False).data
    assert all(group.repeated == 1 for group in data.groups)


def test_a_large_graph_is_closed_until_it_fits_and_says_so():
    site = GraphSite(Graph())
    h = site.graph.input("x", value=np.linspace(-1, 1, 4))
    with site.group("net", "mlp"):
        for i in range(12):
            with site.group(f"h{i + 1}", "block", "4 → 4"):
                W = site.parameter("W", (4, 4))
                for _ in range(105):
                    h = site.tanh(h @ W) * 0.5 + h
    site.graph.name(site.apply("sum", h**2), "f")
    grouped.filled(site)
    assert len(site.graph) > 5000
    data = gradviz.explain(site.graph).data
    assert len(data.nodes) < 60
    assert any("--depth" in remark.text for remark in data.remarks)
    sums_hold(data)


def test_small_graphs_stay_open():
    data = gradviz.explain(grouped.network([2, 3, 1])).data
    assert not any(group.collapsed for group in data.groups)
    assert [group.title for group in data.groups] == ["h1", "h2", "loss"]


def test_layers_are_the_groups_that_hold_operations():
    data = gradviz.explain(grouped.network([2, 4, 4, 1], inner="net"), depth="layers").data
    assert {group.id: group.collapsed for group in data.groups} == {
        "net": False, "net.h1": True, "net.h2": True, "net.h3": True, "loss": True,
    }  # fmt: skip


def test_without_groups_nothing_changes():
    at = "x=1,y=2,z=3"
    assert gradviz.explain("f=(x+y)*z", at).data == gradviz.explain("f=(x+y)*z", at, depth=0).data
