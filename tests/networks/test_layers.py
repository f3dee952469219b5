"""Layers as blocks: names, groups, sizes for initialisers, what they are called, and that every one is explained."""

import numpy as np
import pytest

import gradviz
from gradviz.graph.graph import Graph
from gradviz.graph.site import GraphSite
from gradviz.networks import attention, convolution, embedding, flatten, normalisation, pooling, recurrent
from gradviz.networks.initialisers import initial
from gradviz.networks.table import BLOCKS
from gradviz.passes.evaluate import evaluate
from tests.networks.layers import built, waves

ROWS = [
    row
    for family in (attention, convolution, embedding, flatten, normalisation, pooling, recurrent)
    for row in family.ROWS
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_says_what_it_is(row):
    assert BLOCKS[row.name] is row
    assert row.doc.endswith(".")
    assert row.title
    assert row.source
    assert row.note is not None
    assert all(parameter.doc for parameter in row.parameters)


NOTES = [
    ("conv2d", (3, 8, 8), {"channels": 6, "size": 5}, "3 → 6 channels, 5×5 kernels, 456 parameters"),
    (
        "conv2d",
        (1, 8, 8),
        {"channels": 1, "size": (1, 2), "stride": (2, 1), "padding": 1, "activation": "relu", "bias": False},
        "1 → 1 channels, 1×2 kernels, stride 2×1, padding 1, relu, 2 parameters",
    ),
    ("max_pool", (4, 4), {"size": 2}, "2×2 windows"),
    ("avg_pool", (4, 4), {"size": 2, "stride": 1}, "2×2 windows, stride 1×1"),
    ("flatten", (10, 3, 4, 4), {}, "10×3×4×4 → 10×48"),
    ("flatten", (3, 4, 4), {}, "3×4×4 → 48"),
    ("embedding", (3,), {"count": 10, "dim": 4}, "10 rows of 4, 40 parameters"),
    ("layer_norm", (2, 3), {}, "3 features, 6 parameters"),
    ("batch_norm", (2, 1, 4, 4), {}, "1 feature, 2 parameters"),
    ("rnn", (5, 3), {"units": 2}, "3 → 2, tanh, 5 steps, 12 parameters"),
    ("lstm", (1, 3), {"units": 2}, "3 → 2, 1 step, 48 parameters"),
    ("attention", (5, 6), {"heads": 2, "causal": True}, "2 heads, causal, 144 parameters"),
]


@pytest.mark.parametrize(("kind", "shape", "settings", "note"), NOTES)
def test_a_group_s_title_is_true(kind, shape, settings, note):
    layer = built(kind, waves(shape), **settings)
    assert layer.graph.groups["h"].note == note
    if "parameter" in note:
        count = sum(np.size(initial(leaf, 0)) for leaf in layer.graph.leaves.values() if leaf.role == "parameter")
        assert f"{count:,} parameter" in note


FANS = [
    ("conv2d", (3, 8, 8), {"channels": 6, "size": (5, 2)}, {"h.W": (30, 60, "lecun_normal")}),
    ("conv2d", (1, 8, 8), {"channels": 1, "size": 2, "activation": "relu"}, {"h.W": (4, 4, "he_normal")}),
    ("conv2d", (1, 8, 8), {"channels": 1, "size": 2, "init": "zeros"}, {"h.W": (4, 4, "zeros")}),
    ("embedding", (2,), {"count": 9, "dim": 4}, {"h.W": (1, 4, "normal 1")}),
    ("rnn", (2, 3), {"units": 4}, {"h.W_x": (3, 4, "xavier_uniform"), "h.W_h": (4, 4, "xavier_uniform")}),
    ("rnn", (2, 3), {"units": 4, "activation": "relu"}, {"h.W_x": (3, 4, "he_normal")}),
    ("lstm", (2, 3), {"units": 4}, {"h.W_x": (3, 4, "xavier_uniform"), "h.b": (1, 1, "zeros")}),
    ("attention", (2, 6), {}, {"h.W_q": (6, 6, "xavier_uniform"), "h.W_o": (6, 6, "xavier_uniform")}),
    ("layer_norm", (2, 6), {}, {"h.gain": (1, 1, "ones"), "h.shift": (1, 1, "zeros")}),
    ("batch_norm", (2, 6), {}, {"h.mean": (1, 1, "zeros"), "h.var": (1, 1, "ones")}),
]


@pytest.mark.parametrize(("kind", "shape", "settings", "expected"), FANS)
def test_leaves_know_their_fans_and_first_values(kind, shape, settings, expected):
    leaves = built(kind, waves(shape), **settings).graph.leaves
    for name, (fan_in, fan_out, init) in expected.items():
        assert (leaves[name].fan_in, leaves[name].fan_out, leaves[name].init) == (fan_in, fan_out, init)


def test_pytorch_calculates_the_same_fans():
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch==2.13.0")
    leaf = built("conv2d", waves((3, 8, 8)), channels=6, size=(5, 2)).graph.leaves["h.W"]
    theirs = torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(leaf.shape))
    assert (leaf.fan_in, leaf.fan_out) == theirs


def test_steps_are_groups_inside_the_layer():
    """Each with the same operations, so that equal blocks can be counted."""
    for kind, nodes in (("rnn", "rnn step"), ("lstm", "lstm step")):
        graph = built(kind, waves((2, 4, 3)), units=2).graph
        steps = [group for group in graph.groups.values() if group.kind == nodes]
        assert [step.name for step in steps] == [f"h.step{t}" for t in (1, 2, 3, 4)]
        assert all(step.parent is graph.groups["h"] for step in steps)
        inside = [[node.op.name for node in graph if node.group is step] for step in steps]
        assert inside[0] == inside[1] == inside[2] == inside[3]


def test_returns_last_is_the_last_of_all():
    for kind in ("rnn", "lstm"):
        every, last = (built(kind, waves((3, 5, 2)), units=4, returns=word).value() for word in ("all", "last"))
        np.testing.assert_array_equal(every[:, -1], last)
        assert every.shape == (3, 5, 4)


def test_a_batch_is_its_samples_one_by_one():
    """Of layers in which samples do not meet."""
    for kind, shape, settings in (
        ("conv2d", (3, 2, 5, 5), {"channels": 2, "size": 3}),
        ("max_pool", (3, 2, 4, 4), {"size": 2}),
        ("avg_pool", (3, 2, 4, 4), {"size": 2}),
        ("layer_norm", (3, 4), {}),
        ("rnn", (3, 4, 2), {"units": 2}),
        ("lstm", (3, 4, 2), {"units": 2}),
        ("attention", (3, 4, 6), {"heads": 2}),
    ):
        x = waves(shape)
        whole = built(kind, x, **settings).value()
        for sample, expected in zip(x, whole, strict=True):
            np.testing.assert_allclose(built(kind, sample, **settings).value(), expected, rtol=1e-12, atol=1e-14)


def test_a_causal_place_does_not_see_later_ones():
    x = waves((5, 4))
    before = built("attention", x, heads=2, causal=True).value()
    x[3:] += 1
    after = built("attention", x, heads=2, causal=True).value()
    np.testing.assert_array_equal(before[:3], after[:3])
    assert np.all(before[3:] != after[3:])


def test_ties_share_the_gradient_of_a_window():
    layer = built("max_pool", np.array([[1.0, 1.0, 0.0, 2.0], [0.0, 0.5, 2.0, 2.0]]), size=2)
    expected = [[0.5, 0.5, 0, 1 / 3], [0, 0, 1 / 3, 1 / 3]]
    np.testing.assert_allclose(layer.gradients(np.ones((1, 2)))["x"], expected)


def test_batch_norm_in_training_leaves_no_mean_and_no_scale():
    graph = Graph()
    site = GraphSite(graph)
    site.block("batch_norm", graph.input("x", (50, 3)), name="h")
    values = {"x": 7 + 5 * waves((50, 3))} | {leaf.name: initial(leaf, 0) for leaf in graph.leaves.values()}
    (made,) = evaluate(graph, values, [graph["h"].id])
    np.testing.assert_allclose(made.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(made.var(axis=0), 1, atol=1e-5)


def test_running_statistics_converge_to_those_of_the_data():
    """A hundred steps on one batch, then evaluation gives nearly what training gave."""
    layer = built("batch_norm", 3 + 2 * waves((40, 2)))
    values = dict(layer.values)
    updates = {leaf.name: layer.graph[leaf.update].id for leaf in layer.graph.leaves.values() if leaf.update}
    assert set(updates) == {"h.mean", "h.var"}
    for _ in range(200):
        values |= dict(zip(updates, evaluate(layer.graph, values, list(updates.values())), strict=True))
    np.testing.assert_allclose(values["h.mean"], values["x"].mean(axis=0), rtol=1e-8)
    np.testing.assert_allclose(values["h.var"], values["x"].var(axis=0, ddof=1), rtol=1e-8)
    evaluation = built("batch_norm", values["x"], training=False)
    evaluation.values.update(values)
    layer.values.update(values)
    np.testing.assert_allclose(evaluation.value(), layer.value(), rtol=0.02, atol=0.02)


EXPLAINED = [
    ("conv2d", (1, 2, 2), {"channels": 1, "size": 2}),
    pytest.param("layer_norm", (2,), {}, marks=pytest.mark.slow),
    ("batch_norm", (2, 1), {}),
    ("lstm", (1, 1), {"units": 1}),
    ("attention", (2, 1), {}),
    pytest.param("conv2d", (1, 3, 3), {"channels": 1, "size": 2}, marks=pytest.mark.slow),
    pytest.param(
        "conv2d",
        (2, 1, 3, 3),
        {"channels": 2, "size": 2, "activation": "relu", "padding": 1, "stride": 2},
        marks=pytest.mark.slow,
    ),
    ("max_pool", (1, 3, 3), {"size": 2, "stride": 1}),
    ("avg_pool", (2, 4), {"size": 2}),
    ("flatten", (2, 1, 2, 2), {}),
    ("embedding", (3,), {"count": 4, "dim": 2}),
    pytest.param("layer_norm", (2, 2), {}, marks=pytest.mark.slow),
    pytest.param("batch_norm", (3, 2), {}, marks=pytest.mark.slow),
    ("rnn", (2, 2), {"units": 1}),
    pytest.param("lstm", (1, 2), {"units": 1, "returns": "last"}, marks=pytest.mark.slow),
    pytest.param("attention", (2, 2), {"causal": True}, marks=pytest.mark.slow),
    pytest.param("attention", (2, 2, 2), {"heads": 2}, marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("kind", "shape", "settings"), EXPLAINED)
def test_explain_never_fails(kind, shape, settings):
    """At values and without them; the gradients that it shows are those of the graph."""
    x = np.resize([0.0, 2.0, 2.0], shape) if kind == "embedding" else waves(shape)
    layer = built(kind, x, **settings)
    layer.graph.name(layer.graph.sum(layer.output**2), "L")
    assert str(gradviz.explain(layer.graph))
    explained = gradviz.explain(layer.graph, at=layer.values)
    assert "∂L/∂x" in str(explained)
    assert "bug" not in str(explained)


def test_the_formula_of_an_embedding_counts_who_picked_the_row():
    layer = built("embedding", [0.0, 2.0, 2.0], count=3, dim=1)
    assert "where(x[0] == 1, 1, 0) + where(x[1] == 1, 1, 0)" in " ".join(
        str(gradviz.explain(layer.graph, at=layer.values)).split()
    )
