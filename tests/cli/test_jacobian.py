"""`gradviz jacobian`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

Run = Callable[..., Result]
PRODUCT = ["q = W@x", "--wrt", "W", "--at", "W=[[0.1,0.5],[-0.3,0.8]],x=[0.2,0.4]"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def ok(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(result: Result) -> str:
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.stderr
    return result.stderr


def test_the_main_job(run: Run) -> None:
    text = ok(run("jacobian", *PRODUCT))
    for part in ("∂q/∂W", "Kronecker", "4 of 8 entries", "64 B", "x[0]", "0.4"):
        assert part in text


def test_structure_needs_no_values(run: Run) -> None:
    text = ok(run("jacobian", "x : 4096; y = relu(x)", "--of", "y", "--wrt", "x"))
    assert "diagonal" in text
    assert "4,096 of 16,777,216" in text
    assert "134 MB" in text
    assert "x has no value" in text


def test_every_format_is_written(run: Run, tmp_path: Path) -> None:
    names = ["a.svg", "a.png", "a.pdf", "a.tex", "a.md", "a.json", "a.txt"]
    ok(run("jacobian", *PRODUCT, *(part for name in names for part in ("-o", name))))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    assert json.loads((tmp_path / "a.json").read_text())["shape"] == [2, 4]
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<svg")


def test_format_prints_instead_of_text(run: Run) -> None:
    found = json.loads(ok(run("jacobian", *PRODUCT, "--format", "json")))
    assert found["structure"]["kind"] == "Kronecker"
    assert found["value"] == [[0.2, 0.4, 0, 0], [0, 0, 0.2, 0.4]]
    assert [entry["formula"] for entry in found["entries"]] == ["x[0]", "x[1]", "x[0]", "x[1]"]


def test_values_from_files_and_seeds(run: Run, tmp_path: Path) -> None:
    np.savez(tmp_path / "v.npz", x=np.array([1.0, 2.0]))
    found = json.loads(ok(run("jacobian", "x*x", "--values", "v.npz", "--format", "json")))
    assert found["value"] == [[2, 0], [0, 4]]
    seeded = [ok(run("jacobian", "x : 3; y = x^3", "--seed", seed, "--format", "json")) for seed in ("1", "1", "2")]
    assert seeded[0] == seeded[1] != seeded[2]


def test_the_choices_of_a_rendering(run: Run) -> None:
    assert ok(run("jacobian", *PRODUCT, "--ascii")).isascii()
    assert "0.3333" not in ok(run("jacobian", "x/3*y", "--at", "x=1,y=1", "--precision", "2"))
    assert "#14181d" in ok(run("jacobian", *PRODUCT, "--format", "svg", "--theme", "dark"))


def test_an_intermediate_can_be_differentiated_by(run: Run) -> None:
    found = json.loads(ok(run("jacobian", "q = x+y; f = q*z", "--wrt", "q", "--at", "x=1,y=2,z=4", "--format", "json")))
    assert found["wrt"] == ["q"]
    assert found["value"] == [[4]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["q = x*y", "--wrt", "v"], "'v'"),
        (["x+y", "--of", "g"], "g"),
        (["x+", "--at", "x=1"], ""),
        (["x", "--format", "dot"], "cannot show a Jacobian"),
        (["x", "--format", "xyz"], "the formats are text, svg, png, pdf, json, tex, md"),
        (["x", "-o", "a.dot"], "cannot show a Jacobian"),
        (["x", "-o", "a.xyz"], "suffix"),
        (["x*y", "--at", "x=1", "--at", "x=2"], "given twice"),
        (["x", "--values", "nothing.json"], "nothing.json"),
    ],
)
def test_bad_input_is_one_paragraph(run: Run, arguments: list[str], said: str) -> None:
    assert said in refused(run("jacobian", *arguments))


def test_help_has_examples(run: Run) -> None:
    text = ok(run("jacobian", "--help"))
    assert "gradviz jacobian" in text
    assert "SOURCE is an expression" in text
