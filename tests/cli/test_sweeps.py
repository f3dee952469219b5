"""`gradviz jvp` and `gradviz vjp`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
POINT = ["f=(x+y)*z", "--at", "x=-2,y=5,z=-4"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def ok(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_directional_derivative(run: Run) -> None:
    text = ok(run("jvp", *POINT, "--along", "x=1,y=0"))
    for part in ("forward sweep", "ẋ + ẏ = 1", "= −4", "operations"):
        assert part in text


def test_a_gradient_pulled_back(run: Run) -> None:
    arguments = ["q=W@x", "--upstream", "[1,-1]", "--at", "W=[[0.1,0.5],[-0.3,0.8]],x=[0.2,0.4]"]
    found = json.loads(ok(run("vjp", *arguments, "--format", "json")))
    assert found["kind"] == "vjp"
    assert found["results"]["W"]["value"] == [[0.2, 0.4], [-0.2, -0.4]]
    assert found["results"]["x"]["value"] == pytest.approx([0.4, -0.3])
    assert found["cost"]["outputs"] == 2


def test_both_agree_on_a_scalar(run: Run) -> None:
    forward = json.loads(ok(run("jvp", *POINT, "--along", "z=1", "--format", "json")))
    reverse = json.loads(ok(run("vjp", *POINT, "--wrt", "z", "--format", "json")))
    assert forward["results"]["f"]["value"] == reverse["results"]["z"]["value"] == 3


@pytest.mark.parametrize("command", ["jvp", "vjp"])
def test_every_format_is_written(run: Run, tmp_path: Path, command: str) -> None:
    names = ["a.svg", "a.png", "a.pdf", "a.tex", "a.md", "a.json", "a.txt"]
    along = ["--along", "x=1"] if command == "jvp" else []
    ok(run(command, *POINT, *along, *(part for name in names for part in ("-o", name))))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<svg")


def test_measuring_is_asked_for(run: Run) -> None:
    assert json.loads(ok(run("vjp", *POINT, "--format", "json")))["cost"]["seconds"] is None
    measured = json.loads(ok(run("vjp", *POINT, "--measure", "--format", "json")))["cost"]["seconds"]
    assert set(measured) >= {"value", "cotangent", "numerical"}


def test_without_values_there_are_rules(run: Run) -> None:
    text = ok(run("jvp", "f=x*y", "--along", "x=1"))
    assert "x and y have no values" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["jvp", *POINT], "--along"),
        (["jvp", *POINT, "--along", "w=1"], "w"),
        (["jvp", *POINT, "--along", "x=1", "--along", "x=2"], "one --along only"),
        (["jvp", *POINT, "--along", "x=[1,2]"], "the direction of x"),
        (["vjp", *POINT, "--upstream", "[1,2]"], "upstream gradient has the shape"),
        (["vjp", *POINT, "--format", "dot"], "cannot show a forward or reverse sweep"),
    ],
)
def test_bad_input_is_one_paragraph(run: Run, arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert "Traceback" not in result.stderr
