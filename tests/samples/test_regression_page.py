"""The samples of samples/REGRESSION.md against closed forms and NumPy written out."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from gradviz.cli import program
from gradviz.training.loading import data_for

SAMPLES = Path(__file__).parents[2] / "samples"
Golden = Callable[[str, str], None]


def said(command: str, name: str, *options: str) -> str:
    result = CliRunner().invoke(program, [command, str(SAMPLES / f"{name}.grad"), *options])
    assert result.exit_code == 0, result.output
    return result.stdout


@cache
def rows(name: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    made = data_for("x : N; y : N; f = sum(x*y)", f"{name}(n={count})").arrays
    return made["x"], made["y"]


def test_the_gradients_of_a_line_are_the_textbooks() -> None:
    """−(2/N) Σ r x and −(2/N) Σ r, for every N and on rows."""
    symbolic = json.loads(said("explain", "regression", "--wrt", "w,b", "--format", "json"))["gradients"]
    assert symbolic["w"]["named"] == "-2/N*r.T @ x"
    assert symbolic["b"]["named"] == "-2/N*sum(r)"
    x, y = rows("heights", 5)
    numeric = json.loads(said("explain", "regression", "--data", "heights(n=5)", "--format", "json"))
    assert numeric["value"] == pytest.approx(np.mean(y**2))
    assert numeric["gradients"]["w"]["value"] == pytest.approx(-2 / 5 * np.sum(y * x))
    assert numeric["gradients"]["b"]["value"] == pytest.approx(-2 / 5 * np.sum(y))


def test_gradient_descent_goes_where_numpy_goes() -> None:
    x, y = rows("line", 20)
    w = b = 0.0
    for _ in range(15):
        rest = y - (w * x + b)
        w, b = w + 0.4 * 2 * np.mean(rest * x), b + 0.4 * 2 * np.mean(rest)
    options = ("--data", "line(n=20)", "--optimiser", "gd", "--rate", "0.4", "--epochs", "15", "--format", "json")
    document = json.loads(said("train", "regression", *options))
    assert [document["parameters"][name]["last"] for name in ("w", "b")] == pytest.approx([w, b])


def test_the_bound_on_the_rate_is_two_over_the_largest_eigenvalue() -> None:
    x, _ = rows("heights", 50)
    matrix = 2 * np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1]])
    largest = np.linalg.eigvalsh(matrix)[-1]
    text = " ".join(said("train", "regression", "--data", "heights", "--optimiser", "gd", "--rate", "0.001").split())
    curvature, bound = re.search(r"is λ = ([\d.]+)×10⁴, and gd needs a rate below 2/λ = ([\d.]+)×10⁻⁵", text).groups()  # type: ignore[union-attr]
    assert float(curvature) == pytest.approx(largest / 1e4, rel=0.005)
    assert float(bound) == pytest.approx(2 / largest * 1e5, rel=0.005)


def test_the_affine_map_has_the_jacobian_w_for_each_row() -> None:
    document = json.loads(said("jacobian", "affine", "--wrt", "X", "--format", "json"))
    w = np.array([[1, 2], [0, 1], [-1, 1]])
    assert document["structure"]["kind"] == "Kronecker"
    assert np.array(document["value"]) == pytest.approx(np.kron(np.eye(2), w.T))


def test_the_gradient_of_the_bowl_is_orthogonal_to_its_level_line() -> None:
    gradients = json.loads(said("explain", "bowl", "--format", "json"))["gradients"]
    slope = np.array([gradients["x"]["value"], gradients["y"]["value"]])
    assert slope == pytest.approx([4, 6])
    # Along the ellipse x² + 3y² = 7, parametrised by an angle, through (2, 1).
    angle = math.atan2(math.sqrt(3), 2)
    along = np.array([-math.sqrt(7) * math.sin(angle), math.sqrt(7 / 3) * math.cos(angle)])
    assert slope @ along == pytest.approx(0, abs=1e-12)


def test_adams_second_step_by_hand() -> None:
    x, m, v = -5.0, 0.0, 0.0
    for t in (1, 2):
        g = 0.2 * x
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        x -= 0.4 * (m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8)
    options = ("--rate", "0.4", "--epochs", "2", "--optimiser", "adam", "--explain-step", "2", "--follow", "x")
    text = said("train", "valley", *options)
    shown = re.search(r"x ← x − η·m̂/\(√v̂ \+ ε\)\n.* = −([\d.]+)\n", text)
    assert shown is not None
    assert -float(shown[1]) == pytest.approx(x, abs=5e-4)


def test_small_batches_take_the_same_rows_in_more_updates() -> None:
    options = ("--data", "line(n=40)", "--rate", "0.1", "--epochs", "4", "--compare", "batch=1,8,all")
    found = re.findall(r"^ +batch \w+ +([\d,]+) +(\d+)", said("train", "regression", *options), re.MULTILINE)
    assert [(int(updates), int(size)) for updates, size in found] == [(160, 1), (20, 8), (4, 40)]
    assert {int(updates) * int(size) for updates, size in found} == {4 * 40}


def test_his_first_values_keep_the_second_moment_and_xaviers_halve_it() -> None:
    """E[a²] of a relu layer is n Var(w) E[a²]/2 of the one before it (He et al. 2015), layer by layer, in the mean."""
    first = []
    for spec in ("he_normal", "xavier_normal"):
        text = (SAMPLES / "initialisation.grad").read_text(encoding="utf-8").replace("he_normal", spec)
        result = CliRunner().invoke(program, ["explain", text, "--seed", "1", "--no-formulas"])
        table = re.findall(r"^  net\.h\d  relu .*?([−\d.×⁻¹²³⁴]+) ± ([\d.]+)", result.stdout, re.MULTILINE)
        moments = [float(mean.replace("−", "-")) ** 2 + float(spread) ** 2 for mean, spread in table]
        assert len(moments) == 4
        first.append((moments[-1] / moments[0]) ** (1 / 3))
    assert first[0] == pytest.approx(1, abs=0.3)
    assert first[1] == pytest.approx(0.5, abs=0.15)


def test_early_stopping_is_worth_it_on_rows_that_nothing_was_chosen_by() -> None:
    data = ("--data", "sine(n=60, noise=0.3, seed=1)", "--split", "0.2,0.4,0.4")
    learning = ("--optimiser", "adam", "--rate", "0.01", "--epochs", "400")
    whole = said("train", "overfit", *data, *learning)
    stopped = said("train", "overfit", *data, *learning, "--patience", "40")
    losses = [float(re.search(r"test loss +([\d.]+)", text)[1]) for text in (whole, stopped)]  # type: ignore[index]
    assert "overfitting from epoch" in whole
    assert losses[1] < 0.6 * losses[0]


def test_the_explanation_of_the_line_reads_as_it_did(golden: Golden) -> None:
    golden("samples/regression.txt", said("explain", "regression", "--wrt", "w,b"))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("valley", ("--rate", "0.4", "--epochs", "30", "--optimiser", "adam", "--explain-step", "2", "--follow", "x")),
        ("regression", ("--data", "heights", "--optimiser", "gd", "--rate", "0.001")),
    ],
)
def test_a_run_reads_as_it_did(name: str, options: tuple[str, ...], golden: Golden) -> None:
    golden(f"samples/{name}_run.txt", said("train", name, *options))
