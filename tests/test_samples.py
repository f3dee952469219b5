"""The lecture's examples, run as a person runs them, against the lecture's numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gradviz.cli import program

SAMPLES = Path(__file__).parents[1] / "samples"
Golden = Callable[[str, str], None]

SIGMOID = {"w0": -0.1966, "x0": 0.3932, "w1": -0.3932, "x1": -0.5898, "w2": 0.1966}
NUMBERS: dict[str, tuple[float, dict[str, Any]]] = {
    "circuit": (-12, {"x": -4, "y": -4, "z": 3}),
    "sigmoid": (0.7311, SIGMOID),
    "sigmoid_folded": (0.7311, SIGMOID),
    "squared_norm": (0.116, {"W": [[0.088, 0.176], [0.104, 0.208]], "x": [-0.112, 0.636]}),
    "fan_out": (0, {"x": 0, "y": 2, "z": 2}),
    "gates": (-20, {"x": -8, "y": 6, "z": 2, "w": 0}),
    "least_squares": (
        0.8,
        {
            "X": [[-0.375, 0.375], [-0.125, 0.125], [-0.125, 0.125], [-0.125, 0.125]],
            "y": [0.75, 0.25, 0.25, 0.25],
            "w": [-1.4, -1.6],
            "lambda": 0.5,
        },
    ),
    "rosenbrock": (0, {"x": 0, "y": 0}),
}


def explained(*arguments: str) -> Any:
    result = CliRunner().invoke(program, ["explain", *arguments, "--format", "json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def node(document: Any, name: str) -> Any:
    return next(node for node in document["nodes"] if node["name"] == name)


def close(found: Any, expected: Any) -> None:
    if isinstance(expected, list):
        assert len(found) == len(expected)
        for part, wanted in zip(found, expected, strict=True):
            close(part, wanted)
    else:
        assert found == pytest.approx(expected, abs=6e-5)


@pytest.mark.parametrize("name", NUMBERS)
def test_the_lectures_numbers(name: str) -> None:
    value, gradients = NUMBERS[name]
    document = explained(str(SAMPLES / f"{name}.grad"))
    close(document["value"], value)
    assert set(document["gradients"]) == set(gradients)
    for key, expected in gradients.items():
        close(document["gradients"][key]["value"], expected)


def test_ridge_regression_in_matrix_form_and_the_banana_valleys_hessian() -> None:
    document = explained(str(SAMPLES / "least_squares.grad"))
    assert document["gradients"]["w"]["formula"] == "2*(1/N*X.T @ (X @ w - y) + lambda*w)"
    second = explained(str(SAMPLES / "rosenbrock.grad"), "--order", "2")["second"]
    close(second["value"], [[802, -400], [-400, 200]])


def test_circuit_in_the_middle() -> None:
    document = explained(str(SAMPLES / "circuit.grad"))
    assert node(document, "q")["value"] == 3
    assert node(document, "q")["gradient"] == -4


def test_sigmoid_gate_by_gate_and_folded() -> None:
    gates = [part["op"] for part in explained(str(SAMPLES / "sigmoid.grad"))["nodes"]]
    assert [gates.count(op) for op in ("mul", "add", "neg", "exp", "div")] == [2, 3, 1, 1, 1]
    folded = explained(str(SAMPLES / "sigmoid_folded.grad"))
    assert folded["nodes"][-1]["op"] == "sigmoid"
    assert folded["edges"][-1]["local_value"] == pytest.approx(0.1966, abs=5e-5)


def test_squared_norm_in_the_middle() -> None:
    close(node(explained(str(SAMPLES / "squared_norm.grad")), "q")["value"], [0.22, 0.26])


def test_relu_routes_and_the_constant_wins_at_zero() -> None:
    document = explained(str(SAMPLES / "relu.grad"))
    assert document["value"] == [1.5, 0, 0, 3]
    assert document["gradients"]["x"]["value"] == [1, 0, 0, 1]
    assert any("constant" in note or "kink" in note or "tie" in note for note in document["notes"])


def test_relu_on_4096_numbers_is_diagonal() -> None:
    document = explained(str(SAMPLES / "relu_4096.grad"), "--seed", "1")
    x, gradient = document["inputs"]["x"], document["gradients"]["x"]["value"]
    assert len(x) == len(gradient) == 4096
    assert gradient == [1.0 if entry > 0 else 0.0 for entry in x]
    (edge,) = document["edges"]
    assert edge["structure"] == "diagonal"
    assert len(edge["local_value"]) == 4096


def test_fan_out_lists_and_sums_its_contributions() -> None:
    document = explained(str(SAMPLES / "fan_out.grad"))
    contributions = [edge["contribution"] for edge in document["edges"] if edge["source"] == "x"]
    assert sorted(contributions) == [-4, 1, 3]
    assert sum(contributions) == document["gradients"]["x"]["value"]


def test_cross_entropy_gives_probabilities_less_the_target() -> None:
    document = explained(str(SAMPLES / "cross_entropy.grad"))
    for i, target in enumerate((1, 0, 0), 1):
        p = node(document, f"p{i}")["value"]
        assert document["gradients"][f"s{i}"]["value"] == pytest.approx(p - target)


READ = (*NUMBERS, "relu", "relu_4096", "softmax", "second_differences", "cross_entropy")
"""Kept word for word, in every form of text; the pages' own tests keep a few of the others."""


@pytest.mark.parametrize("name", READ)
def test_it_reads_as_it_did(name: str, golden: Golden, tmp_path: Path) -> None:
    seed = ["--seed", "1"] if name == "relu_4096" else []
    files = [str(tmp_path / f"{name}.{suffix}") for suffix in ("txt", "dot", "tex", "md")]
    source = str(SAMPLES / f"{name}.grad")
    result = CliRunner().invoke(program, ["explain", source, *(f"-o{file}" for file in files), *seed])
    assert result.exit_code == 0, result.output
    assert result.stdout == Path(files[0]).read_text(encoding="utf-8")
    for file in files:
        golden(f"samples/{Path(file).name}", Path(file).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.grad")), ids=lambda path: path.stem)
def test_text_fits_80_columns(path: Path) -> None:
    for extra in ([], ["--ascii"]):
        result = CliRunner().invoke(program, ["explain", str(path), "--seed", "1", *extra])
        assert result.exit_code == 0, result.output
        assert max(map(len, result.stdout.splitlines())) <= 80
    assert result.stdout.isascii()


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.grad")), ids=lambda path: path.stem)
def test_each_begins_with_what_it_shows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert re.search(rf"gradviz \w+ samples/{re.escape(path.name)}", text)
