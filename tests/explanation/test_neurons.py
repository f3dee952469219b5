"""Neurons: weights, gradients and biases of a chain of dense layers, against NumPy written out."""

from __future__ import annotations

import re

import numpy as np
import pytest

import gradviz


def network(batch: bool):
    source = np.random.default_rng(0)
    values = {name: source.normal(size=size) for name, size in
              {"W": (2, 3), "b": (3,), "V": (3, 1), "c": (1,)}.items()}  # fmt: skip
    if batch:
        values["X"] = source.normal(size=(5, 2))
        program = "h = tanh(X@W + b); y = sigmoid(h@V + c); f = sum(y^2)"
        x = values["X"]
    else:
        values |= {"W": values["W"].T, "V": values["V"].T, "X": source.normal(size=2)}
        program = "h = tanh(W@X + b); y = sigmoid(V@h + c); f = sum(y^2)"
        x = values["X"][None]
    return gradviz.explain(program, at=values).data, values, x


@pytest.mark.parametrize("batch", [True, False])
def test_weights_gradients_and_values_are_those_of_numpy(batch):
    data, values, x = network(batch)
    W, V = (values["W"], values["V"]) if batch else (values["W"].T, values["V"].T)
    h = np.tanh(x @ W + values["b"])
    y = 1 / (1 + np.exp(-(h @ V + values["c"])))
    back = 2 * y * y * (1 - y)
    inner = (back @ V.T) * (1 - h**2)
    found = data.neurons
    assert [(layer.title, layer.size, layer.activation) for layer in found.layers] == [
        ("X", 2, ""), ("h", 3, "tanh"), ("y", 1, "sigmoid"),
    ]  # fmt: skip
    np.testing.assert_allclose(found.weights[0].values, W)
    np.testing.assert_allclose(found.weights[1].values, V)
    np.testing.assert_allclose(found.weights[0].gradients, x.T @ inner)
    np.testing.assert_allclose(found.weights[1].gradients, h.T @ back)
    np.testing.assert_allclose(found.layers[1].biases, values["b"])
    np.testing.assert_allclose(found.layers[1].bias_gradients, inner.sum(0))
    np.testing.assert_allclose(found.layers[0].values, x[0])
    np.testing.assert_allclose(found.layers[1].values, h[0])
    assert any("first of 5 samples" in text for text in found.says) == batch


def test_of_wide_layers_the_units_with_the_largest_weights_are_shown():
    W = np.full((30, 2), 0.01)
    W[[3, 17, 29]] = 5.0
    found = gradviz.explain("f = sum((x@W)^2)", at={"x": np.ones(30), "W": W}).data.neurons
    assert found.layers[0].size == 30
    assert len(found.layers[0].shown) == 11
    assert {3, 17, 29} <= set(found.layers[0].shown)
    assert found.layers[0].shown == tuple(sorted(found.layers[0].shown))
    assert np.shape(found.weights[0].values) == (11, 2)
    assert any("11 of 30 in x" in text for text in found.says)


@pytest.mark.parametrize(
    ("program", "titles"),
    [
        ("w:2;x:2;b; p = sigmoid(w@x + b); f = p^2", ["x", "p"]),
        ("X:4x2;w:2;b; p = sigmoid(X@w + b); f = mean(p)", ["X", "p"]),
        ("W:3x2;x:2;V:1x3; h = max(0, W@x); y = V@h; f = sum(y)", ["x", "h", "y"]),
        ("X:2x5;W:3x2;b:3x1; h = tanh(W@X + b); f = sum(h)", ["X", "h"]),
    ],
)
def test_layers_written_by_hand_are_found(program, titles):
    found = gradviz.explain(program, seed=1).data.neurons
    assert [layer.title for layer in found.layers] == titles


@pytest.mark.parametrize("program", ["f = (x+y)*z", "x:3; f = sum(tanh(x))"])
def test_what_has_no_layers_has_no_neurons(program):
    assert gradviz.explain(program, seed=1).data.neurons is None


def test_of_many_layers_fewer_units_are_shown_and_the_picture_stays_bounded():
    explained = gradviz.explain("x : 10; y = mlp(x, [10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 1], tanh)",
                                seed=1, formulas=False)  # fmt: skip
    found = explained.data.neurons
    assert found is not None
    assert {len(layer.shown) for layer in found.layers} == {1, 3}
    assert sum("3 of 10 in each" in text for text in found.says) == 1
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', explained.to_svg(view="neurons"))
    assert size is not None
    assert float(size[1]) < 2500
    assert float(size[2]) < 1500


@pytest.mark.parametrize("source", ["X : 4x3x2; h = lstm(X, 3); f = mse(dense(h[:, -1], 1), 0)"])
def test_layers_that_are_left_out_are_named(source):
    found = gradviz.explain(source, seed=1, formulas=False).data.neurons
    assert found is not None
    assert any(text.startswith("Only the dense layers at the end are drawn") for text in found.says)
    whole = gradviz.explain("x : 3; f = sum(dense(x, 2))", seed=1, formulas=False).data.neurons
    assert whole is not None
    assert not any("left out" in text for text in whole.says)
