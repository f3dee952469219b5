"""The samples of samples/README.md against the lecture's numbers, and against NumPy written out."""

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


def said(*arguments: str) -> str:
    result = CliRunner().invoke(program, [*arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def explained(name: str, *options: str) -> Any:
    return json.loads(said("explain", sample(name), *options, "--format", "json"))


def sample(name: str) -> str:
    return str(SAMPLES / f"{name}.grad")


def trained(name: str, *options: str) -> Any:
    return json.loads(said("train", sample(name), *options, "--quiet", "--format", "json"))


@pytest.mark.parametrize("name", ["chain_rule", "max_tie", "copy", "two_layer"])
def test_it_reads_like_a_lecture_note(name: str, golden: Golden) -> None:
    golden(f"samples/{name}.txt", said("explain", sample(name)))


def test_the_chain_rule_along_both_paths() -> None:
    document = explained("chain_rule")
    x = 2.0
    u, v = x**2, 3 * x
    ways = {edge["target"]: edge["contribution"] for edge in document["edges"] if edge["source"] == "x"}
    assert ways == {"u": v * 2 * x, "v": u * 3}
    assert document["gradients"]["x"]["value"] == 9 * x**2 == 36


def test_a_tie_shares_the_gradient_and_says_so() -> None:
    document = explained("max_tie")
    assert {name: found["value"] for name, found in document["gradients"].items()} == {"x": 1.5, "y": 1.5}
    assert "shared equally" in said("explain", sample("max_tie"))
    nudged = explained("max_tie", "--at", "x=2.001")
    assert {name: found["value"] for name, found in nudged["gradients"].items()} == {"x": 3, "y": 0}


def test_what_was_copied_gets_a_sum() -> None:
    document = explained("copy")
    rows = np.array([[1, 2], [3, 4], [5, 6]]) + np.array([1, -1])
    np.testing.assert_allclose(document["gradients"]["X"]["value"], rows)
    np.testing.assert_allclose(document["gradients"]["b"]["value"], rows.sum(axis=0))


def test_the_sigmoid_is_recognised_folded_and_unfolded() -> None:
    gates, folded = explained("sigmoid"), explained("sigmoid", "--fold")
    assert [node["op"] for node in folded["nodes"]].count("sigmoid") == 1
    assert not {"exp", "div", "neg"} & {node["op"] for node in folded["nodes"]}
    unfolded = explained("sigmoid_folded", "--unfold")
    assert [node["op"] for node in unfolded["nodes"]] == [node["op"] for node in gates["nodes"]]
    for document in (folded, unfolded):
        assert document["gradients"].keys() == gates["gradients"].keys()
        for name, found in document["gradients"].items():
            assert found["value"] == pytest.approx(gates["gradients"][name]["value"], rel=1e-14)
    s = 1 / (1 + math.exp(-1))
    assert folded["edges"][-1]["local_value"] == pytest.approx(s * (1 - s))
    note = " ".join(said("explain", sample("sigmoid")).split())
    assert "its local derivative σ(1 − σ) = 0.7311 × 0.2689 = 0.1966 is proved equal to the circuit's" in note


def test_relu_on_a_batch_is_never_formed() -> None:
    found = gradviz.jacobian(Path(sample("relu_batch")).read_text(encoding="utf-8"), seed=1)
    assert found.shape == (409_600, 409_600)
    assert found.nnz == 409_600
    assert found.structure == "diagonal"
    report = said("jacobian", sample("relu_batch"), "--seed", "1")
    assert "409,600 of 167,772,160,000 entries" in report
    assert 409_600**2 == 167_772_160_000


def test_numerical_differentiation_counted_against_one_sweep_back() -> None:
    report = json.loads(said("vjp", sample("numerical"), "--wrt", "w", "--seed", "1", "--format", "json"))
    cost = report["cost"]
    assert cost["numerical"] == 1001 * cost["value"]
    assert cost["value"] + cost["cotangent"] < 2.1 * cost["value"]
    X, w, y = (np.array(report["inputs"][name]) for name in "Xwy")
    np.testing.assert_allclose(report["results"]["w"]["value"], 2 / 100 * X.T @ (X @ w - y), rtol=1e-9, atol=1e-9)


def test_what_nobody_asked_for_is_not_said_to_be_zero() -> None:
    report = json.loads(said("vjp", sample("numerical"), "--wrt", "w", "--seed", "1", "--format", "json"))
    carried = {step["name"]: step["carried"] for step in report["steps"]}
    assert carried["X"] is None
    assert carried["y"] is None
    assert carried["w"] is not None


PERCEPTRON = ("--rate", "4", "--epochs", "400", "--optimiser", "gd")


@pytest.mark.parametrize("gate", ["and", "or"])
def test_one_layer_learns_and_and_or(gate: str) -> None:
    report = trained(gate, "--data", gate, *PERCEPTRON)
    assert report["accuracy"]["training"] == 1
    assert report["epochs"][-1]["training"] < 0.01


def test_one_layer_cannot_learn_xor() -> None:
    report = trained("xor_single", "--data", "xor", *PERCEPTRON)
    assert report["epochs"][-1]["training"] == pytest.approx(1 / 4, abs=1e-12)
    for parameter in report["parameters"].values():
        np.testing.assert_allclose(parameter["last"], 0, atol=1e-9)
    assert any("50 % of the training rows wrong" in note for note in report["notes"])
    regions = next(plot for plot in report["plots"] if plot["title"] == "decision regions")
    assert "the same everywhere" in regions["subtitle"]
    assert not np.any(regions["field"]["values"])


def test_two_layers_learn_xor() -> None:
    report = trained("xor", "--optimiser", "adam", "--rate", "0.1", "--epochs", "200")
    assert report["accuracy"]["training"] == 1
    assert report["epochs"][-1]["training"] < 0.001
    assert {plot["title"] for plot in report["plots"]} >= {"decision regions", "hyperplanes of the first layer"}


def test_the_gradient_of_xor_by_numpy() -> None:
    document = explained("xor", "--seed", "3")
    given = {name: np.array(value) for name, value in document["inputs"].items()}
    X, y = given["X"], given["y"]
    h = np.tanh(X @ given["h.W"] + given["h.b"])
    p = 1 / (1 + np.exp(-(h @ given["p.W"] + given["p.b"])))
    back = 2 / 4 * (p - y) * p * (1 - p)
    below = back @ given["p.W"].T * (1 - h**2)
    wanted = {"p.W": h.T @ back, "p.b": back.sum(0), "h.W": X.T @ below, "h.b": below.sum(0)}
    for name, expected in wanted.items():
        np.testing.assert_allclose(document["gradients"][name]["value"], expected, atol=1e-14)
    assert document["value"] == pytest.approx(np.mean((p - y) ** 2))


def test_two_matrix_products_with_relu_between() -> None:
    document = explained("two_layer")
    x, t = np.array([1.0, -2.0]), np.array([1.0, 3.0])
    W1, W2 = np.array([[1.0, 0], [2, 3], [0, -1]]), np.array([[2.0, 1, 0], [1, -1, 2]])
    q = W1 @ x
    h = np.maximum(0, q)
    back = 2 * (W2 @ h - t)
    below = (W2.T @ back) * (q > 0)
    wanted = {"W2": np.outer(back, h), "W1": np.outer(below, x), "x": W1.T @ below, "t": -back}
    assert document["value"] == 5
    for name, expected in wanted.items():
        np.testing.assert_allclose(document["gradients"][name]["value"], expected)
    assert not wanted["W1"][1].any()
    assert not wanted["W2"][:, 1].any()


def test_three_layers_on_a_batch_are_three_boxes() -> None:
    document = explained("three_layer", "--data", "moons(n=6)", "--depth", "0")
    given = {name: np.array(value) for name, value in document["inputs"].items()}
    hidden = given["X"]
    for layer in ("h1", "h2"):
        hidden = np.maximum(0, hidden @ given[f"{layer}.W"] + given[f"{layer}.b"])
    s = hidden @ given["s.W"] + given["s.b"]
    y = given["y"].reshape(s.shape)
    assert document["value"] == pytest.approx(np.mean(np.log1p(np.exp(s)) - y * s))
    p = 1 / (1 + np.exp(-s))
    np.testing.assert_allclose(document["gradients"]["s.W"]["value"], hidden.T @ (p - y) / 6, atol=1e-14)


def test_lambda_and_not_the_number_of_units_keeps_the_border_straight() -> None:
    """The stronger the penalty, the nearer the score is to a straight line in the plane."""
    bends = []
    for strength in ("0.001", "0.01", "0.1"):
        report = trained(
            "regularisation",
            *("--data", "moons(n=80, noise=0.3)", "--at", f"lambda={strength}"),
            *("--optimiser", "adam", "--rate", "0.05", "--batch", "80", "--epochs", "300"),
        )
        field = next(plot["field"] for plot in report["plots"] if plot["title"] == "decision regions")
        across, up = np.meshgrid(field["x"], field["y"])
        score = np.array(field["values"]).ravel()
        plane = np.stack([across.ravel(), up.ravel(), np.ones(score.size)], axis=1)
        rest = score - plane @ np.linalg.lstsq(plane, score, rcond=None)[0]
        bends.append(float(np.linalg.norm(rest) / np.linalg.norm(score - score.mean())))
    assert bends[0] > 2 * bends[1] > 8 * bends[2]


def test_with_cross_entropy_the_single_layer_stays_at_ln_2() -> None:
    program = "X : N x 2; y : N x 1; p = dense(X, 1, sigmoid); loss = bce(p, y)"
    report = gradviz.train(program, "xor", optimiser="gd", rate=1.0, epochs=500)
    assert report.loss == pytest.approx(math.log(2), abs=1e-9)
