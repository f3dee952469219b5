"""`gradviz hessian`, and `gradviz explain --order 2`."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
ROSENBROCK = ["f = (1-x)^2 + 100*(y-x^2)^2", "--at", "x=1,y=1"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def ok(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_main_job(run: Run) -> None:
    text = ok(run("hessian", *ROSENBROCK))
    for part in ("∂²f/∂(x,y)²", "1200·x² − 400·y + 2", "802", "positive definite", "2508"):
        assert part in text


def test_a_second_derivative_is_a_number_with_a_formula(run: Run) -> None:
    text = ok(run("hessian", "x^3 - 2x", "--at", "x=-1"))
    assert "∂²f/∂x² = 6·x" in text
    assert "∂²f/∂x² = −6" in text
    symbolic = ok(run("hessian", "x^3 - 2x"))
    assert "∂²f/∂x² = 6·x" in symbolic
    assert "x has no value" in symbolic


def test_json(run: Run) -> None:
    found = json.loads(ok(run("hessian", *ROSENBROCK, "--format", "json")))
    assert found["kind"] == "Hessian"
    assert found["value"] == [[802, -400], [-400, 200]]
    assert found["curvature"]["definiteness"] == "positive definite"


def test_a_matrix_form_is_shown(run: Run) -> None:
    assert "2 Aᵀ A" in ok(run("hessian", "A : 3x2; b : 3; f = ||A@x-b||^2", "--wrt", "x"))


def test_an_array_has_no_hessian(run: Run) -> None:
    result = run("hessian", "x*x", "--at", "x=[1,2]")
    assert result.exit_code == 2
    assert "a Hessian is of one number" in result.stderr


def test_order_two_in_every_format(run: Run, tmp_path: Path) -> None:
    names = ["a.svg", "a.pdf", "a.png", "a.tex", "a.md", "a.json", "a.dot"]
    outputs = [part for name in names for part in ("-o", name)]
    text = ok(run("explain", "f=x^2*y", "--at", "x=1,y=2", "--order", "2", *outputs))
    assert "second derivatives   ∂²f/∂(x,y)²" in text
    assert "indefinite" in text
    found = json.loads((tmp_path / "a.json").read_text())
    assert found["second"]["value"] == [[4, 2], [2, 0]]
    assert "## Second derivatives" in (tmp_path / "a.md").read_text()
    assert r"\section*{Second derivatives" in (tmp_path / "a.tex").read_text()
    picture = ET.parse(tmp_path / "a.svg").getroot()
    first = run("explain", "f=x^2*y", "--at", "x=1,y=2", "--format", "svg").stdout
    assert float(picture.get("height", "0")) > float(ET.fromstring(first).get("height", "0"))


def test_order_one_is_the_default(run: Run) -> None:
    assert "second" not in json.loads(ok(run("explain", "f=x^2*y", "--at", "x=1,y=2", "--format", "json")))


def test_order_two_of_an_array_or_with_an_upstream_gradient_is_refused(run: Run) -> None:
    result = run("explain", "x*x", "--at", "x=[1,2]", "--order", "2")
    assert result.exit_code == 2
    assert "a Hessian is of one number" in result.stderr
    result = run("explain", "x*x", "--at", "x=1", "--order", "2", "--upstream", "3")
    assert result.exit_code == 2
    assert "leave the upstream gradient out" in result.stderr


def test_the_forward_pass_alone_has_no_second_order(run: Run) -> None:
    text = ok(run("explain", "f=x^2*y", "--at", "x=1,y=2", "--order", "2", "--detail", "values"))
    assert "second derivatives" not in text
