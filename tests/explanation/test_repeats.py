"""Equal blocks in a row, steps with the same parameters, and formulas of boxes that fail."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz
from gradviz.explanation import blocks
from gradviz.explanation.data import ExplanationData, Value
from gradviz.graph.graph import Graph
from gradviz.graph.site import GraphSite

COUNT = 5


def numbers(value: Value) -> np.ndarray:
    return np.array(value.entries).reshape(value.shape)


def row_of(block) -> int:
    """How many of five blocks in a row are shown as one; `block` makes the k-th of them."""
    site = GraphSite(Graph())
    x = site.graph.input("x", value=np.linspace(-1, 1, 8))
    h = x[0:2]
    for k in range(COUNT):
        with site.group(f"h{k}", "block"):
            h = block(site, x, h, k)
    site.graph.name(site.apply("sum", h), "f")
    data = gradviz.explain(site.graph, depth=0, formulas=False).data
    return max(group.repeated for group in data.groups)


SAME = {
    "a constant": lambda site, x, h, k: site.tanh(h) * 0.5,
    "a constant vector": lambda site, x, h, k: h * site.constant((1, 2), (2,)),
    "what is made of constants": lambda site, x, h, k: h * site.exp(site.constant(2, ())),
    "parts of what is inside": lambda site, x, h, k: site.concat(h[1:2], h[0:1]),
    "the step that is read": lambda site, x, h, k: h * x[k],
    "the step that is read backwards": lambda site, x, h, k: h * x[7 - k],
}
APART = {
    "a constant": lambda site, x, h, k: site.tanh(h) * (k + 1),
    "a constant vector": lambda site, x, h, k: h * site.constant((1, k + 2), (2,)),
    "what is made of constants": lambda site, x, h, k: h * site.exp(site.constant(k, ())),
    "an operation": lambda site, x, h, k: (site.tanh if k % 2 else site.sin)(h),
    "steps that do not count": lambda site, x, h, k: h * x[k * k % 7],
    "steps that go back and forth": lambda site, x, h, k: h * x[k % 2],
    "by more than one": lambda site, x, h, k: h * x[k] if k < 3 else h * x[7],
    "which slice is read": lambda site, x, h, k: h * x[k : k + 2],
    "which part of the inside": lambda site, x, h, k: h * (h + 1)[k % 2],
}


@pytest.mark.parametrize("name", SAME)
def test_blocks_that_are_the_same_are_shown_once(name):
    assert row_of(SAME[name]) == COUNT


@pytest.mark.parametrize("name", APART)
def test_blocks_that_differ_are_shown_apart(name):
    assert row_of(APART[name]) < COUNT


RECURRENT = ["X : 6x3; h = rnn(X, 4); L = sum(h**2)", "X : 5x2; h = lstm(X, 3); L = sum(h**2)"]


def explained(source: str, **settings) -> ExplanationData:
    return gradviz.explain(source, seed=1, formulas=False, **settings).data


@pytest.mark.parametrize("source", RECURRENT)
def test_steps_with_the_same_parameters_are_boxes_that_hold_them(source):
    data = explained(source)
    steps = [group for group in data.groups if group.parent == "h"]
    assert len(steps) >= 5
    assert all(group.collapsed for group in steps)
    assert {"h.W_x", "h.W_h", "h.b"} <= set(data.hidden)
    assert not {"h.W_x", "h.W_h", "h.b"} & {node.name for node in data.nodes}
    assert any(f"the {len(steps)} steps of h have the same parameters" in r.text and "--depth 2" in r.text
               for r in data.remarks)  # fmt: skip
    assert "lstmstep" not in "".join(node.glyph.latex for node in data.nodes)


@pytest.mark.parametrize("source", RECURRENT)
def test_steps_keep_all_numbers_and_sum_to_the_gradients(source):
    closed, whole = explained(source), explained(source, depth=2)
    assert not any(group.collapsed for group in whole.groups)
    assert closed.value == whole.value
    assert set(closed.gradients) == set(whole.gradients)
    for name, gradient in whole.gradients.items():
        assert closed.gradients[name].value == gradient.value
    for node in closed.nodes:
        contributions = [numbers(closed.edges[i].contribution) for i in node.ledger]
        if not node.is_output and node.gradient is not None:
            np.testing.assert_allclose(sum(contributions), numbers(node.gradient), rtol=1e-9, atol=1e-12)


def test_a_shared_parameter_that_is_read_elsewhere_too_stands_outside():
    data = explained("X : 4x3; h = rnn(X, 2); L = sum(h**2) + sum(h.W_h**2)")
    names = {node.name for node in data.nodes}
    assert "h.W_h" in names
    assert "h.W_x" not in names


def test_two_layers_that_share_nothing_stay_open():
    data = explained("X : 4x3; a = dense(X, 3, tanh); b = dense(a, 3, tanh); c = dense(b, 3, tanh); L = sum(c**2)")
    assert not any(group.collapsed for group in data.groups)


@pytest.mark.parametrize(
    "source", ["x : 3; h = dense(x, 2, tanh); f = sum(h**2)", "X : 4x3; h = dense(X, 2); f = mse(h, 1)"]
)
@pytest.mark.parametrize("failing", ["gradient_forms", "wording_of", "jacobian_form"])
def test_a_formula_of_a_box_that_fails_is_told_and_costs_no_numbers(source, failing, monkeypatch):
    def fails(*_: object, **__: object) -> None:
        raise LookupError

    reached = []

    def listening(*args: object, **settings: object) -> None:
        reached.append(1)
        fails()

    monkeypatch.setattr(blocks, failing, listening)
    data = gradviz.explain(source, depth=0, seed=1).data
    warnings = [remark.text for remark in data.remarks if remark.kind == "warning"]
    assert any("this is a bug in gradviz" in text and "LookupError" in text for text in warnings) == bool(reached)
    assert all(edge.contribution is not None for edge in data.edges if edge.active)
    if failing == "gradient_forms":
        assert reached
        assert all(edge.rule is None for edge in data.edges if edge.target == "h")


def test_a_formula_of_a_box_that_disagrees_is_told(monkeypatch):
    original = blocks.gradient_forms

    def lying(backward, wanted, **settings):
        found = original(backward, wanted, **settings)
        return type(found)(failures=tuple(found.whole) or (0,))

    monkeypatch.setattr(blocks, "gradient_forms", lying)
    data = gradviz.explain("x : 3; h = dense(x, 2, tanh); f = sum(h**2)", depth=0, seed=1).data
    assert any("did not agree with the numbers" in remark.text for remark in data.remarks)


@pytest.mark.parametrize(
    "source",
    [
        "x : 3; a = maxout(x, 2, 2); f = sum(a)",
        "X : 4x3; h = dropout(layer_norm(X), 0.5); L = sum(h**3)",
        pytest.param("X : 1x6x6; c = conv2d(X, 2, 3, relu); L = mean(max_pool(c, 2)**2)", marks=pytest.mark.slow),
        pytest.param("X : 6x3; h = batch_norm(X); L = sum(h**2*X)", marks=pytest.mark.slow),
        pytest.param("X : 4x3; h = attention(X); L = sum(h**2)", marks=pytest.mark.slow),
    ],
)
def test_boxes_of_layers_say_nothing_of_bugs(source):
    data = gradviz.explain(source, depth=0, seed=1).data
    assert not [remark.text for remark in data.remarks if "bug" in remark.text]
