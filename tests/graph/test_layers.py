"""Layers and losses of a program: groups, parameters, given values, letters, order, limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradviz.errors import LimitError, NameProblem, UserError, ValueProblem
from gradviz.graph.build import Built, build
from gradviz.graph.graph import Graph
from gradviz.passes.backward import differentiate
from gradviz.passes.evaluate import evaluate
from gradviz.syntax.parser import parse


def built(text: str, **given: Any) -> Built:
    return build(parse(text), **given)


def value(made: Built, name: str, **values: Any) -> Any:
    drawn = {
        leaf.name: np.linspace(-1, 1, int(np.prod(leaf.shape))).reshape(leaf.shape) for leaf in made.leaves.values()
    }
    return evaluate(made.graph, {**drawn, **made.values, **values}, [made.graph.names[name]])[0]


def test_a_layer_is_a_group_named_after_its_statement() -> None:
    made = built("X : 4x2; h = dense(X, 8, tanh); L = sum(h)")
    assert made.inputs == ("X", "h.W", "h.b")
    assert made.missing == ("X",)
    assert {name: leaf.shape for name, leaf in made.leaves.items()} == {"h.W": (2, 8), "h.b": (8,)}
    assert made.leaves["h.W"].init == "xavier_uniform"
    assert made.leaves["h.W"].fan_in == 2
    grouped = [node for node in made.graph if node.group is not None]
    assert {node.group.name for node in grouped if node.group} == {"h"}
    assert {node.name for node in grouped} == {"h.W", "h.b", "h.z", "h", None}
    assert made.graph.groups["h"].note == "2 → 8, tanh, 24 parameters"
    assert made.graph["L"].node.group is None


def test_a_vector_and_a_batch_weigh_alike() -> None:
    rows = np.array([[1.0, -2.0], [0.5, 3.0]])
    whole = value(built("X : 2x2; h = dense(X, 3, tanh); L = sum(h)"), "h", X=rows)
    one = value(built("X : 2; h = dense(X, 3, tanh); L = sum(h)"), "h", X=rows[1])
    np.testing.assert_allclose(whole[1], one, rtol=0, atol=1e-15)


def test_an_mlp_holds_dense_layers_and_ends_linear() -> None:
    made = built("X : 4x2; net = mlp(X, [8, 5, 1], tanh); L = sum(net)")
    assert list(made.graph.groups) == ["net", "net.h1", "net.h2", "net.h3"]
    assert made.graph.groups["net.h2"].parent == made.graph.groups["net"]
    assert made.graph["net"].node.op.name == "add"
    assert made.graph["net.h2"].node.op.name == "tanh"
    assert made.graph.groups["net"].note == "2 → 8 → 5 → 1, tanh, 75 parameters"
    assert sum(int(np.prod(leaf.shape)) for leaf in made.leaves.values()) == 75


def test_layers_without_a_name_are_numbered() -> None:
    made = built("X : 4x2; dense2 = 3; f = sum(dense(tanh(dense(X, 1)), 1))*dense2")
    assert list(made.graph.groups) == ["dense1", "dense3"]


def test_a_definition_makes_new_layers_wherever_it_is_called() -> None:
    made = built("layer(t) = dense(t, 2, relu); x : 2; a = layer(x); b = layer(x); f = sum(a*b + layer(layer(x)))")
    assert list(made.graph.groups) == ["a", "b", "dense1", "dense2"]
    assert len(made.leaves) == 8


@pytest.mark.parametrize(
    ("text", "given"),
    [("h.W = [[1], [2]]; h.b = [5]; h = dense(x, 1)", {}), ("h = dense(x, 1)", {"h.W": [[1], [2]], "h.b": [5]})],
)
def test_given_values_win(text: str, given: dict[str, Any]) -> None:
    made = built(f"x = [3, 4]; {text}; f = sum(h)", values=given)
    assert made.output_name == "f"
    assert value(made, "f") == 16.0


def test_a_parameter_may_stand_before_its_layer() -> None:
    text = "L = sum(h) + 0.5*sum(h.W^2) + net.h1.b[0]; h = dense(x, 2); x = [1, 2]; net = mlp(x, [1], none)"
    made = built(text, of="L")
    assert made.inputs == ("x", "h.W", "h.b", "net.h1.b")
    assert list(made.leaves) == ["h.W", "h.b", "net.h1.b"]


def test_parameters_of_letters_follow_them() -> None:
    made = built("X : N x d; h = dense(X, 3); L = mse(h, T)")
    assert made.letters.shapes["h.W"] == ("d", 3)
    assert made.letters.shapes["T"] == ("N", 3)
    assert any("T is taken as" in note.message for note in made.notes)
    other = built("X : N x d; h = dense(X, 3); L = mse(h, T)", sizes={"N": 7, "d": 5})
    assert other.graph["h.W"].shape == (5, 3)
    assert other.graph["T"].shape == (7, 3)


def test_dropout_is_the_identity_in_evaluation() -> None:
    text = "x = [1, 2, 3, 4]; d = dropout(x, 1/4); f = sum(d)"
    trained, used = built(text), built(text, training=False)
    assert trained.leaves["d.mask"].role == "noise"
    assert trained.leaves["d.mask"].init == "bernoulli 0.75"
    assert value(trained, "f", **{"d.mask": [1, 0, 1, 1]}) == 8 / 0.75
    assert not used.leaves
    assert value(used, "f") == 10.0


def test_next_values_of_buffers_are_kept() -> None:
    made = built("X : 4x3; n = batch_norm(X); L = sum(n^2)")
    updates = [leaf.update for leaf in made.leaves.values() if leaf.role == "buffer"]
    assert updates
    assert all(update in made.graph.names for update in updates)
    made.graph.verify()


def test_a_scalar_that_is_one_is_a_vector_of_one() -> None:
    made = built("x = 0.5; h = dense(x, 3); f = sum(h)")
    assert made.leaves["h.W"].shape == (1, 3)
    assert any("vector of one" in note.message for note in made.notes)


def test_a_loss_of_constants_is_computed() -> None:
    made = built("a = mse([1, 2], [1, 4]); f = a*x; x = 3")
    assert made.inputs == ("x",)
    assert value(made, "f") == 6.0


def test_gradient_nodes_lie_in_no_group() -> None:
    made = built("x = [1, 2]; h = dense(x, 3, tanh); f = sum(h^2)")
    back = differentiate(made.graph, made.output)
    assert all(node.group is None for node in back.graph.nodes[len(made.graph) :])
    assert back.graph.leaves == made.graph.leaves


def test_maxout_sends_the_gradient_to_the_winner() -> None:
    text = "x = [1, 2]; h = maxout(x, 1, 2); h.W1 = [[1], [1]]; h.W2 = [[2], [0]]; h.b1 = [0]; h.b2 = [0]; f = sum(h)"
    made = built(text)
    back = differentiate(made.graph, made.output)
    found = [back.gradients[made.graph.names[name]] for name in ("h.W1", "h.W2")]
    winner, loser = evaluate(back.graph, made.values, found)
    assert winner.tolist() == [[1], [2]]
    assert loser.tolist() == [[0], [0]]


def test_declared_parameters() -> None:
    made = built("w : parameter; W : 2x3 parameter; x : 2; f = sum(x @ W)*w")
    assert made.declared == {("w", "parameter"), ("W", "parameter")}
    assert made.graph["w"].shape == ()


DOUBLED = [f"a{i}(t) = a{i + 1}(a{i + 1}(t))" for i in range(16)]
"""Definitions that call the next one twice: sixteen make 65,536 layers."""

BAD = [
    "x = [1, 2]; h = dense(x, 3); f = sum(h) + h.V",
    "x = [1, 2]; h = dense(x, 3); f = sum(h) + hh.W",
    "x = [1, 2]; h = dense(x, 3); f = sum(h) + x.W",
    "x = [1, 2]; h = dense(x, 3); h.W = [1, 2]; f = sum(h)",
    "x = [1, 2]; h = dense(x, 3); h.W = 2*h; f = sum(h)",
    "x = [1, 2]; h = dense(x, 3); h.V = 1; f = sum(h)",
    "x = [1, 2]; h = dense(x, 3); h.W : 3x3; f = sum(h)",
    "x = [1, 2]; h = dense(x, 3, tanh); h.z = 1; f = sum(h)",
    "h = dense(x, 3); f = sum(h)",
    "h = dense(2*x, 3); f = sum(h)",
    "h = dense(h, 3)",
    "x : 2; a = dense(b, 3); b = tanh(a)",
    "x = [1, 2]; h = dense(x*h.b[0], 3); f = sum(h)",
    "x : 2; h = dense(x, 0)",
    "x : 2; h = dense(x, n)",
    "x : 2; h = dense(x, 3, tanhh)",
    "x : 2; h = dense(x, 3, init=hee)",
    "x : 2; h = mlp(x, [10^9], tanh)",
    "x : 2; h = mlp(x, [100000, 100000], tanh)",
    "x : 2; h = dropout(x, 1)",
    "x : 2; h = maxout(x, 3, 1)",
    "x : 2; y : 3; h = mse(x, y)",
    "x : 2; h = dense(x, 3); h = dense(x, 3)",
]


def test_messages(golden: Callable[[str, str], None]) -> None:
    told = []
    for text in BAD:
        with pytest.raises(UserError) as caught:
            built(text)
        told.append(f"{text}\n{type(caught.value).__name__}: {caught.value}\n")
    golden("layer_messages.txt", "\n".join(told))


def test_a_value_for_no_parameter_names_the_nearest() -> None:
    with pytest.raises(NameProblem, match="the layer h has no w") as caught:
        built("x = [1, 2]; h = dense(x, 3); f = sum(h)", values={"h.w": [1]})
    assert "h.W" in str(caught.value)


def test_names_with_a_dot_that_are_given_are_inputs() -> None:
    made = built("f = 2*h.W", values={"h.W": 3})
    assert made.inputs == ("h.W",)
    assert not made.leaves


@pytest.mark.parametrize(
    "text",
    [
        "x : 2; f = mlp(x, [" + "1, " * 1500 + "1], tanh)",
        "x : 2; f = a0(x)\n"
        + "\n".join(f"a{i}(t) = a{i + 1}(a{i + 1}(t))" for i in range(16))
        + "\na16(t) = dense(t, 2)",
    ],
)
def test_too_many_layers_are_refused(text: str) -> None:
    with pytest.raises(LimitError) as caught:
        built(text)
    assert caught.value.span is not None


def test_a_thousand_layers_are_built() -> None:
    text = "h0 : 1\n" + "\n".join(f"h{i + 1} = dense(h{i}, 1)" for i in range(1000))
    assert len(built(text).leaves) == 2000


def test_the_python_builder_makes_the_same_graph() -> None:
    g = Graph()
    h = g.dense(g.input("X", (4, 2)), 8, "tanh", name="h")
    g.name(g.mse(h, g.input("T", (4, 8))), "L")
    text = built("X : 4x2; T : 4x8; h = dense(X, 8, tanh); L = mse(h, T)")
    assert sorted(node.op.name for node in g) == sorted(node.op.name for node in text.graph)
    assert g.leaves == text.leaves
    assert list(g.inputs) == ["X", "h.W", "h.b", "T"]
    assert list(g.groups) == ["h", "loss"]


def test_a_layer_that_fails_leaves_nothing_behind() -> None:
    g = Graph()
    x = g.input("x", (2,))
    for call in (
        lambda: g.dense(x, 3, "tanhh", name="h"),
        lambda: g.mlp(x, [3, 0], "tanh"),
        lambda: g.dense(x, 3, name="x"),
    ):
        with pytest.raises(UserError):
            call()
    assert len(g) == 1
    assert not g.leaves
    assert not g.groups
    assert list(g.names) == ["x"]
    assert g.dense(x, 3, name="h").shape == (3,)


def test_two_layers_of_one_name_are_refused() -> None:
    g = Graph()
    x = g.input("x", (2,))
    g.dense(x, 3, name="h")
    with pytest.raises(NameProblem, match="given twice"):
        g.dense(x, 3, name="h")


def test_an_expression_for_a_computed_name_is_refused() -> None:
    with pytest.raises(ValueProblem, match=r"h\.z, which is computed"):
        built("x = [1, 2]; h = dense(x, 3, tanh); f = sum(h)", values={"h.z": [1, 2, 3]})


def test_losses_and_penalties_without_a_name_have_plain_ones() -> None:
    made = built("f = mse(p, t) + l2(w) + l1(w) + l1(p, t); p : 3; t : 3; w : 3")
    assert list(made.graph.groups) == ["loss", "penalty", "penalty2", "loss2"]
    taken = built("loss = mse(p, t) + mse(p, w); p : 3; t : 3; w : 3")
    assert list(taken.graph.groups) == ["loss2", "loss3"]
