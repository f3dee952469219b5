"""The samples of samples/NETWORKS.md against the lecture's claims, closed forms, NumPy written out, and PyTorch."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import gradviz
from gradviz.cli import program

SAMPLES = Path(__file__).parents[2] / "samples"
Golden = Callable[[str, str], None]
READ = {
    "affine_then_bent": ("--seed", "1"),
    "rnn_unrolled": ("--seed", "1"),
    "two_linear": (),
    "relu_at_zero": (),
    "dropout": ("--seed", "1"),
    "convolution": ("--depth", "0"),
    "normalisation": ("--depth", "0"),
    "lstm": ("--seed", "1", "--depth", "1"),
    "embedding": (),
}


def sample(name: str) -> str:
    return str(SAMPLES / f"{name}.grad")


def said(*arguments: str) -> str:
    result = CliRunner().invoke(program, [*arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def explained(name: str, *options: str) -> Any:
    return json.loads(said("explain", sample(name), *options, "--format", "json"))


def gradient(document: Any, name: str) -> np.ndarray:
    return np.array(document["gradients"][name]["value"], dtype=float)


def value(document: Any, name: str) -> np.ndarray:
    return np.array(next(node for node in document["nodes"] if node["name"] == name)["value"], dtype=float)


@pytest.mark.parametrize("name", READ)
def test_it_reads_like_a_lecture_note(name: str, golden: Golden) -> None:
    golden(f"samples/networks/{name}.txt", said("explain", sample(name), *READ[name]))


def test_which_operations_are_affine_and_which_bend() -> None:
    gates = [node["op"] for node in explained("affine_then_bent", "--seed", "1")["nodes"] if node["op"] != "input"]
    assert gates == ["matmul", "add", "tanh", "matmul", "add"]


def test_two_linear_maps_are_one_and_with_relu_between_they_are_not() -> None:
    first, second = np.array([[1, 2], [0, -1], [3, 1]]), np.array([[1, 0, -1], [2, 1, 1]])
    folded = explained("two_linear", "--fold")
    product = next(node for node in folded["nodes"] if node["value"] == (second @ first).tolist())
    assert product["op"] == "matmul"
    assert folded["value"] == explained("two_linear")["value"] == (second @ first @ [1, 2]).tolist()
    assert any("are one" in note for note in explained("two_linear")["notes"])
    bent = explained("two_linear_bent", "--fold")
    assert bent["value"] == (second @ np.maximum(0, first @ [1, 2])).tolist()
    assert not any("are one" in note for note in bent["notes"])


def test_a_circle_is_shown() -> None:
    result = CliRunner().invoke(program, ["explain", "h = tanh(w*x + u*y); y = v*h"])
    assert result.exit_code == 2
    assert "h → y → h" in result.output


def norms(name: str) -> np.ndarray:
    flow = explained(name, "--seed", "1", "--view", "flow")["flow"]
    return np.array([layer["gradient"] for layer in flow["layers"]])


def test_ten_sigmoid_layers_against_the_bound_and_ten_relu_layers_against_none() -> None:
    sigmoid, relu = norms("ten_sigmoid_layers"), norms("ten_relu_layers")
    assert len(sigmoid) == len(relu) == 11
    assert sigmoid[0] < sigmoid[-1] * 1e-5
    assert relu[0] > relu[-1] / 10


def unrolled(activation: str) -> list[float]:
    """The gradient's norm at each of twenty states, by the chain rule written out."""
    document = explained(f"rnn_{activation}", "--seed", "1")
    held = {name: np.array(given, dtype=float) for name, given in document["inputs"].items()}
    bend, slope = {
        "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
        "relu": (lambda z: np.maximum(0, z), lambda z: (z > 0).astype(float)),
    }[activation]
    state, slopes = np.zeros(8), []
    for row in held["X"]:
        z = row @ held["h.W_x"] + state @ held["h.W_h"] + held["h.b"]
        state = bend(z)
        slopes.append(slope(z))
    back, found = held["y.W"][:, 0], []
    for local in reversed(slopes):
        found.append(float(np.linalg.norm(back)))
        back = held["h.W_h"] @ (back * local)
    return found[::-1]


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_gradient_through_twenty_steps(activation: str) -> None:
    assert norms(f"rnn_{activation}")[:20] == pytest.approx(unrolled(activation), rel=1e-4)


def test_relu_blows_up_where_tanh_does_not() -> None:
    tanh, relu = norms("rnn_tanh"), norms("rnn_relu")
    assert relu[0] > 1000 * relu[19]
    assert tanh[0] < tanh[19]


def test_relu_at_zero_where_the_answer_differs() -> None:
    document = explained("relu_at_zero")
    assert document["value"] == 1
    assert gradient(document, "x").tolist() == [1, 0, 1]
    assert any("kink at 1 of 3 entries: slope taken as 0, allowed [0, 1]" in note for note in document["notes"])


def test_three_pieces_lie_along_the_parabola() -> None:
    """Each piece is the least-squares line of the places where it wins, and the middle one is flat."""
    run = gradviz.train(
        Path(sample("maxout_square")).read_text(encoding="utf-8"), "square(n=25)", optimiser="adam", rate=0.05,
        epochs=400, seed=4,
    )  # fmt: skip
    x = np.linspace(-1, 1, 25)
    slopes = [float(run.parameters[f"p.W{piece}"][0, 0]) for piece in (1, 2, 3)]
    lifts = [float(run.parameters[f"p.b{piece}"][0]) for piece in (1, 2, 3)]
    winner = np.argmax([slope * x + lift for slope, lift in zip(slopes, lifts, strict=True)], axis=0)
    for piece in range(3):
        chosen = x[winner == piece]
        slope, lift = np.polyfit(chosen, chosen**2, 1)
        assert (slopes[piece], lifts[piece]) == pytest.approx((slope, lift), abs=2e-3)
        assert slope == pytest.approx(2 * chosen.mean(), abs=1e-9)  # a tangent's slope, in the middle of its stretch


def test_the_gradient_goes_to_the_piece_that_wins() -> None:
    document = explained("maxout_square", "--data", "square(n=5)", "--seed", "4")
    pieces = np.array([value(document, f"p.z{piece}")[:, 0] for piece in (1, 2, 3)])
    edges = [edge for edge in document["edges"] if edge["target"] == "p"]
    shares = np.array([np.array(edge["local_value"])[:, 0] for edge in edges])
    won = pieces == pieces.max(axis=0)
    assert shares == pytest.approx(won / won.sum(axis=0))


def losses(name: str, data: str, what: str, among: list[int]) -> list[float]:
    made = gradviz.compare(
        Path(sample(name)).read_text(encoding="utf-8"), what, among, data=data, optimiser="adam", rate=0.05, epochs=300
    )
    return [run.epochs[-1].train for run in made.runs.values()]


def test_more_units_fit_a_sine_better_and_some_seeds_fail() -> None:
    units = losses("sine", "sine(n=24)", "units", [2, 4, 16, 64])
    assert units == sorted(units, reverse=True)
    seeds = losses("sine", "sine(n=24)", "seed", [0, 1, 2, 3, 4])
    assert max(seeds) > 4 * sorted(seeds)[2]


def test_where_xor_gets_stuck() -> None:
    """Points that a network cannot tell apart get their mean: the loss is its entropy."""
    alike = [math.log(2), 0.75 * (math.log(3) - 2 / 3 * math.log(2)), math.log(2) / 2, math.log(2)]
    found = losses("xor_seeds", "xor(n=4)", "seed", [0, 1, 2, 3, 4])
    assert found[:4] == pytest.approx(alike, abs=2e-3)
    assert found[4] < 0.01


def test_two_lines_do_not_fence_in_a_ring() -> None:
    options = ("--data", "circles(n=60)", "--optimiser", "adam", "--rate", "0.05", "--epochs", "150", "--quiet")
    table = said("train", sample("hyperplanes"), *options, "--compare", "units=2,4,8")
    assert "100 %" not in next(line for line in table.splitlines() if "units = 2" in line)
    assert all("100 %" in line for line in table.splitlines() if line.startswith(("  units = 4", "  units = 8")))


def test_what_is_dropped_gets_no_gradient() -> None:
    x = np.arange(1.0, 7)
    document = explained("dropout", "--seed", "1")
    mask = value(document, "h.mask")
    assert set(mask) == {0.0, 1.0}
    assert gradient(document, "x") == pytest.approx(2 * (x * mask / 0.5) * mask / 0.5)
    assert gradient(explained("dropout", "--mode", "evaluation"), "x") == pytest.approx(2 * x)


def test_embedding_adds_up_what_a_word_gets() -> None:
    document = explained("embedding")
    assert document["value"] == 5 + 6 + 1 + 2 + 5 + 6
    assert gradient(document, "e.W").tolist() == [[1, 1], [0, 0], [2, 2]]


def test_convolution_and_pooling_against_torch() -> None:
    torch = pytest.importorskip("torch", reason="torch is an independent witness")
    document = explained("convolution")
    x, w = (torch.tensor(value(document, name), requires_grad=True) for name in ("x", "c.W"))
    loss = torch.nn.functional.max_pool2d(torch.nn.functional.conv2d(x[None], w), 2).sum()
    loss.backward()
    assert document["value"] == loss.item()
    assert gradient(document, "x") == pytest.approx(x.grad.numpy())
    assert gradient(document, "c.W") == pytest.approx(w.grad.numpy())


def test_normalisation_against_torch() -> None:
    torch = pytest.importorskip("torch", reason="torch is an independent witness")
    document = explained("normalisation")
    x = torch.tensor(value(document, "X"), requires_grad=True)
    made = torch.nn.functional.layer_norm(x, (3,)) + torch.nn.functional.batch_norm(x, None, None, training=True)
    loss = torch.nn.functional.mse_loss(made, torch.eye(3, dtype=torch.float64))
    loss.backward()
    assert document["value"] == pytest.approx(loss.item())
    assert gradient(document, "X") == pytest.approx(x.grad.numpy(), abs=1e-9)


def test_lstm_against_torch() -> None:
    torch = pytest.importorskip("torch", reason="torch is an independent witness")
    document = explained("lstm", "--seed", "1")
    layer = torch.nn.LSTM(2, 2, batch_first=True).double()
    with torch.no_grad():
        layer.weight_ih_l0.copy_(torch.tensor(value(document, "h.W_x").T))
        layer.weight_hh_l0.copy_(torch.tensor(value(document, "h.W_h").T))
        layer.bias_ih_l0.zero_()
        layer.bias_hh_l0.zero_()
    x = torch.tensor(value(document, "X"), requires_grad=True)
    last = layer(x[None])[0][0, -1]
    last.sum().backward()
    assert document["value"] == pytest.approx(last.detach().numpy())
    assert gradient(document, "X") == pytest.approx(x.grad.numpy())
    assert gradient(document, "h.W_h") == pytest.approx(layer.weight_hh_l0.grad.numpy().T)


def test_attention_against_torch() -> None:
    torch = pytest.importorskip("torch", reason="torch is an independent witness")
    document = explained("attention", "--seed", "1")
    x, q, k, v, o = (
        torch.tensor(value(document, name), requires_grad=True) for name in ("X", "a.W_q", "a.W_k", "a.W_v", "a.W_o")
    )
    made = torch.nn.functional.scaled_dot_product_attention(x @ q, x @ k, x @ v) @ o
    made.sum().backward()
    assert np.array(document["value"]) == pytest.approx(made.detach().numpy())
    assert gradient(document, "X") == pytest.approx(x.grad.numpy())
    assert value(document, "a.weights").sum(axis=1) == pytest.approx(np.ones(3))
