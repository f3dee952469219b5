"""`gradviz check`: what is printed, and the exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["f=(x+y)*z", "--wrt", "x", "--answer", "z"], 0),
        (["f=(x+y)*z", "--answer", "x=z", "--answer", "y=z"], 0),
        (["f=(x+y)*z", "--answer", "x=z", "--answer", "df/dz = x"], 1),
        (["f = x^3", "--order", "2", "--answer", "6x"], 0),
        (["f = x^3*y", "--wrt", "x,y", "--order", "2", "--answer", "3x^2"], 0),
        (["f = x^3", "--at", "x=2", "--answer", "12"], 0),
        (["q = x^2; f = sin(q)", "--of", "q", "--answer", "2x"], 0),
        (["W : 2x2; x : 2; q = W@x", "--wrt", "x", "--upstream", "[1,2]", "--answer", "W.T@[1,2]"], 0),
        (["x^2 + y^2 = 25", "--answer", "dy/dx = -x/y"], 0),
        (["x^2 + y^2 = 25", "--wrt", "x", "--of", "y", "--answer", "x/y"], 1),
        (["sin(x)^2", "--equal", "1 - cos(x)^2"], 0),
        (["sqrt(x^2)", "--equal", "x"], 1),
        (["q = x + y; f = q*z", "--steps", "dq = z; dz = q; dx = dq; dy = dq"], 0),
        (["q = x + y; f = q*z", "--steps", "dq = z; dz = q; dx = -dq; dy = dq"], 1),
        (["x^2 + y^2 = 25", "--answer", "(y' + x/y)*(y' - 5) = 0"], 3),
    ],
)
def test_exit_codes(run: Run, arguments: list[str], code: int) -> None:
    result = run("check", *arguments)
    assert result.exit_code == code, result.output
    assert {0: "right", 1: "wrong", 3: "not decided"}[code] in result.stdout


def test_wrong_weighs_more_than_not_decided(run: Run) -> None:
    undecided = ["--answer", "(y' + x/y)*(y' - 5) = 0"]
    result = run("check", "x^2 + y^2 = 25", *undecided, "--answer", "dx/dy = y/x")
    assert result.exit_code == 1
    assert run("check", "x^2 + y^2 = 25", *undecided, "--answer", "dx/dy = -y/x").exit_code == 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["f = x^2"], "nothing to check"),
        (["f = x^2", "--answer", "2*(x"], "never closed"),
        (["f = x^2", "--answer", ""], "is empty"),
        (["f = x*y", "--answer", "y"], "--wrt x"),
        (["f = x^2", "--answer", "2y"], "the problem has no y"),
        (["f = x^2", "--answer", "2x", "--equal", "x"], "different things"),
        (["f = x^2", "--equal", "x", "--wrt", "x"], "--wrt does not go with --equal"),
        (["f = x^2", "--steps", "df = 1", "--order", "2"], "--order does not go with --steps"),
        (["f = x^2", "--steps", "nofile.txt"], "nofile.txt"),
        (["f = x^2", "--answer", "2x", "--format", "nonsense"], "nonsense"),
        (["f = x^2", "--answer", "2x", "--order", "9"], "9"),
        (["f = x^2 +", "--answer", "2x"], "f = x^2 +"),
        (["f = x^2", "--answer", "9**9**9**9"], "out of range"),
        (["f = x^2", "--answer", "(" * 500], "nested"),
        (["f = x^2", "--answer", "__import__('os').system('true')"], "error"),
    ],
)
def test_bad_input_is_exit_code_2(run: Run, arguments: list[str], says: str) -> None:
    result = run("check", *arguments)
    assert result.exit_code == 2, result.output
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert not result.stdout


def test_the_caret_points_into_the_answer(run: Run) -> None:
    result = run("check", "f = x^2", "--answer", "df/dx = 2*q")
    assert result.exit_code == 2
    assert "  df/dx = 2*q\n            ^" in result.stderr
    assert result.stderr.startswith("answer:1: error: the problem has no q")


def test_an_order_is_shown_back(run: Run) -> None:
    text = run("check", "f = log(x)", "--answer", "1/x + 0*log(x)").stdout
    assert "log is read as the natural logarithm" in text


def test_files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "problem.grad").write_text("q = x + y\nf = q*z\n", encoding="utf-8")
    (tmp_path / "work.txt").write_text("dq = z\ndz = q\ndx = dq\ndy = dq\n", encoding="utf-8")
    result = run("check", "problem.grad", "--steps", "work.txt", "-o", "report.json", "-o", "report.svg")
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["verdict"] == "right"
    assert (tmp_path / "report.svg").read_text(encoding="utf-8").startswith("<svg")


def test_steps_from_standard_input(run: Run) -> None:
    assert run("check", "q = x + y; f = q*z", "--steps", "-", stdin="dq = z\ndx = dq\n").exit_code == 0


def test_json_is_one_document(run: Run) -> None:
    result = run("check", "y = sin(4x)", "--answer", "cos(4x)", "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["verdict"] == "wrong"


def test_lines_fit_the_terminal(run: Run) -> None:
    text = run("check", "y = sin(4x)*exp(-x^2)/(1 + x^2)", "--answer", "cos(4x)*exp(-x^2)/(1 + x^2)").stdout
    assert max(map(len, text.splitlines())) <= 80


def test_the_help_says_the_exit_codes(run: Run) -> None:
    assert "0 right, 1 wrong, 2 the input is bad, 3 not decided" in run("check", "--help").stdout
    assert "3  not decided" in run("--help").stdout


@pytest.mark.parametrize(("upstream", "code"), [("2", 0), ("1", 1)])
def test_steps_with_an_upstream(upstream: str, code: int, run: Run) -> None:
    steps = "dq = 2*z; dz = 2*q; dx = dq; dy = dq"
    result = run("check", "q = x + y; f = q*z", "--steps", steps, "--upstream", upstream, "--format", "json")
    assert result.exit_code == code, result.output
