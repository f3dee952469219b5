"""Networks through the façade: first values, modes, what is differentiated, formulas."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz
from gradviz.errors import OptionProblem
from gradviz.graph.graph import Graph
from gradviz.networks.initialisers import initial
from gradviz.networks.leaf import Leaf

XOR = "X = [[0, 0], [0, 1], [1, 0], [1, 1]]; T = [[0], [1], [1], [0]]; net = mlp(X, [3, 1], tanh); L = mse(net, T)"


def remarks(found: gradviz.Explanation) -> list[str]:
    return [remark.text for remark in found.data.remarks]


def test_a_network_with_data_has_first_values() -> None:
    found = gradviz.explain(XOR, formulas=False)
    leaf = Leaf("net.h1.W", (2, 3), "parameter", "xavier_uniform", 2, 3)
    shown = found.data.inputs["net.h1.W"]
    assert shown is not None
    assert np.array_equal(np.array(shown.nested()), initial(leaf, 0))
    assert found.value is not None
    assert not found.data.missing
    said = [text for text in remarks(found) if text.startswith("first values (seed 0)")]
    assert said == [
        "first values (seed 0): net.h1.W by xavier_uniform, net.h1.b and net.h2.b zeros, net.h2.W by lecun_normal"
    ]


def test_the_seed_decides_and_given_values_win() -> None:
    one, two = (gradviz.explain(XOR, seed=seed, formulas=False).value for seed in (1, 2))
    assert one != two
    assert one == gradviz.explain(XOR, seed=1, formulas=False).value
    zero = {"net.h1.W": np.zeros((2, 3)), "net.h2.W": np.zeros((3, 1))}
    given = gradviz.explain(XOR, at=zero, formulas=False)
    assert given.value == 0.5


def test_a_network_without_data_stays_symbolic() -> None:
    found = gradviz.explain("X : N x 2; T : N x 3; h = dense(X, 3); L = mse(h, T)")
    assert found.value is None
    assert found.data.missing == ("X", "T")
    assert found.gradients["h.W"].formula == "2/(3*N)*X.T @ (X @ h.W + ones(N) @ h.b.T - T)"
    assert not any("first values" in text for text in remarks(found))


def test_a_dense_layers_gradient_is_written_with_xt() -> None:
    found = gradviz.explain("X : N x d; T : N x 3; h = dense(X, 3); L = sum((h - T)^2)")
    assert found.gradients["h.W"].formula == "2*X.T @ (X @ h.W + ones(N) @ h.b.T - T)"
    assert found.data.gradients["h.W"].formula is not None
    assert "W_{h}" in found.data.gradients["h.W"].formula.latex


def test_noise_and_buffers_are_not_differentiated() -> None:
    text = "X = [[1, 2], [3, 5], [4, -1]]; d = dropout(X, 1/2); n = batch_norm(d); L = sum(n^3)"
    found = gradviz.explain(text, formulas=False)
    assert {"X", "n.gain", "n.shift"} == set(found.gradients)
    made = gradviz.compile(text)
    assert "d.mask" in made.inputs
    assert set(gradviz.jacobian(text, wrt=None).wrt) == {"X", "n.gain", "n.shift"}


@pytest.mark.parametrize("call", [gradviz.explain, gradviz.jacobian, gradviz.vjp, gradviz.hessian])
def test_modes(call: object) -> None:
    text = "x = [1, 2]; d = dropout(x, 1/2); L = sum(d^2)"
    assert callable(call)
    used = call(text, mode="evaluation")
    trained = call(text, mode="training", seed=3)
    assert used is not None
    assert trained is not None
    with pytest.raises(OptionProblem, match="there is no mode 'test'"):
        call(text, mode="test")


def test_evaluation_drops_nothing() -> None:
    text = "x = [1, 2, 3]; d = dropout(x, 1/2); L = sum(d)"
    assert gradviz.explain(text, mode="evaluation").value == 6.0
    assert gradviz.compile(text, mode="evaluation").inputs == ("x",)


def test_a_graph_made_by_hand_has_its_mode() -> None:
    graph = Graph(training=False)
    x = graph.input("x", value=[1.0, 2.0])
    graph.sum(graph.dropout(x, 0.5, name="d"))
    assert gradviz.explain(graph, mode="evaluation").value == 3.0
    with pytest.raises(OptionProblem, match="made for evaluation"):
        gradviz.explain(graph)
    trained = Graph()
    trained.sum(trained.dense(trained.input("x", value=[1.0, 2.0]), 3, name="h"))
    assert gradviz.explain(trained).value is not None


def test_gradients_of_a_network_agree_with_differences() -> None:
    found = gradviz.explain(XOR, formulas=False)
    leaf = Leaf("net.h1.W", (2, 3), "parameter", "xavier_uniform", 2, 3)
    start, step = initial(leaf, 0), 1e-6
    gradient = np.array(found.gradients["net.h1.W"].value)
    for place in np.ndindex(start.shape):
        values = []
        for sign in (1, -1):
            moved = start.copy()
            moved[place] += sign * step
            values.append(gradviz.explain(XOR, at={"net.h1.W": moved}, formulas=False).value)
        assert gradient[place] == pytest.approx((values[0] - values[1]) / (2 * step), abs=1e-8)
