from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
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


def test_the_main_job(run: Run, tmp_path: Path) -> None:
    result = run("explain", *POINT, "-o", "f.svg")
    text = ok(result)
    for part in ("f = (x + y)·z", "q = x + y", "1 × (−4)", "distributes", "swaps", "∂f/∂z = q = x + y = 3"):
        assert part in text
    assert (tmp_path / "f.svg").read_text(encoding="utf-8").startswith(("<svg", "<?xml"))
    assert "wrote f.svg" in result.stderr


def test_the_installed_program_runs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gradviz", "explain", *POINT], capture_output=True, encoding="utf-8", check=True
    )
    assert "f = q·z   = −12" in done.stdout


def test_several_files_at_once(run: Run, tmp_path: Path) -> None:
    ok(run("explain", *POINT, "-o", "a.json", "-o", "a.dot", "-o", "a.gv", "-o", "a.tex", "-o", "a.md", "-o", "A.TXT"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["A.TXT", "a.dot", "a.gv", "a.json", "a.md", "a.tex"]
    assert (tmp_path / "a.dot").read_text() == (tmp_path / "a.gv").read_text()


def test_format_prints_instead_of_text(run: Run) -> None:
    assert json.loads(ok(run("explain", *POINT, "--format", "json")))["value"] == -12


def test_format_decides_where_a_suffix_does_not(run: Run, tmp_path: Path) -> None:
    text = ok(run("explain", *POINT, "--format", "json", "-o", "facts"))
    assert "forward" in text
    assert json.loads((tmp_path / "facts").read_text())["value"] == -12


def test_a_dash_is_standard_output(run: Run, tmp_path: Path) -> None:
    assert json.loads(ok(run("explain", *POINT, "--format", "json", "-o", "-")))["value"] == -12
    text = ok(run("explain", *POINT, "-o", "-", "-o", "a.json"))
    assert "forward" in text
    assert (tmp_path / "a.json").exists()


def test_source_from_standard_input_and_from_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.grad").write_text("x = 3; f = x*x\n")
    assert "= 9" in ok(run("explain", "net.grad"))
    assert "= 9" in ok(run("explain", "-", stdin="x = 3; f = x*x\n"))


def test_values_may_be_given_in_parts(run: Run) -> None:
    text = ok(run("explain", "f=W@x", "--at", "W=[[1,2],[3,4]]", "--at", "x=[1,1]"))
    assert "[3, 7]" in text


def test_at_wins_over_files_and_files_over_the_program(run: Run, tmp_path: Path) -> None:
    (tmp_path / "v.json").write_text('{"x": 2, "y": 3}')
    found = ok(run("explain", "x=1;y=1;z=1;f=x+10*y+100*z", "--values", "v.json", "--at", "y=5", "--format", "json"))
    assert json.loads(found)["inputs"] == {"x": 2, "y": 5, "z": 1}


@pytest.mark.parametrize("suffix", ["json", "npz", "csv"])
def test_values_from_files(run: Run, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"v.{suffix}"
    if suffix == "json":
        path.write_text('{"x": [1, 2, 3], "y": [4, 5, 6]}')
    elif suffix == "npz":
        np.savez(path, x=np.array([1, 2, 3]), y=np.array([4.0, 5, 6]))
    else:
        path.write_text("x,y\n1,4\n2,5\n3,6\n")
    found = json.loads(ok(run("explain", "f=dot(x,y)", "--values", path.name, "--format", "json")))
    assert found["value"] == 32
    assert found["gradients"]["x"]["value"] == [4, 5, 6]


def test_without_values_it_is_symbolic_and_says_how_to_add_them(run: Run) -> None:
    text = ok(run("explain", "f=(x+y)*z"))
    assert "∂f/∂z = q = x + y" in text
    assert "x, y and z have no values: for numbers, add  --at x=…,y=…,z=…" in text


def test_some_values_are_asked_for(run: Run) -> None:
    text = ok(run("explain", "f=(x+y)*z", "--at", "x=-2,y=5"))
    assert "z has no value: for numbers, add  --at z=…" in text
    assert "∂f/∂x = " in text


def test_wrt_chooses(run: Run) -> None:
    found = json.loads(ok(run("explain", *POINT, "--wrt", "z, x", "--format", "json")))
    assert list(found["gradients"]) == ["z", "x"]


def test_of_chooses(run: Run) -> None:
    found = json.loads(ok(run("explain", "q=x+y;f=q*z", "--of", "q", "--at", "x=1,y=2", "--format", "json")))
    assert found["output"] == "q"
    assert found["value"] == 3


def test_upstream_scales(run: Run) -> None:
    found = json.loads(ok(run("explain", *POINT, "--upstream", "1/2", "--format", "json")))
    assert found["gradients"]["z"]["value"] == 1.5


def test_seed_gives_the_same_random_values(run: Run) -> None:
    first = ok(run("explain", "W : 2x3; f = sum(W@x)", "--at", "x=[1,2,3]", "--seed", "7", "--format", "json"))
    again = ok(run("explain", "W : 2x3; f = sum(W@x)", "--at", "x=[1,2,3]", "--seed", "7", "--format", "json"))
    other = ok(run("explain", "W : 2x3; f = sum(W@x)", "--at", "x=[1,2,3]", "--seed", "8", "--format", "json"))
    assert first == again != other
    found = json.loads(first)["inputs"]
    assert found["x"] == [1, 2, 3]
    assert np.array(found["W"]).shape == (2, 3)


def test_detail_decides_how_much_is_said(run: Run) -> None:
    values = ok(run("explain", *POINT, "--detail", "values"))
    assert "forward" in values
    assert "backward" not in values
    numbers = ok(run("explain", *POINT, "--detail", "gradients"))
    assert "∂f/∂z = 3" in numbers
    assert "x + y = 3" not in numbers


def test_no_formulas(run: Run) -> None:
    found = json.loads(ok(run("explain", *POINT, "--no-formulas", "--format", "json")))
    assert found["gradients"]["z"] == {"formula": None, "latex": None, "value": 3.0}


def test_precision(run: Run) -> None:
    assert "0.33 " in ok(run("explain", "x/3", "--at", "x=1", "--precision", "2")) + " "
    assert "0.3333333333" in ok(run("explain", "x/3", "--at", "x=1", "--precision", "10"))


def test_ascii(run: Run) -> None:
    text = ok(run("explain", "f = α*x", "--at", "alpha=2,x=-3", "--ascii"))
    assert text.isascii()
    assert "df/dx     = alpha = 2" in text


def test_ascii_where_the_terminal_knows_nothing_else(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gradviz", "explain", *POINT],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(sys.path)},
        check=True,
    )
    assert b"df/dz" in done.stdout


def test_colour_only_where_it_is_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert "\x1b[" not in ok(run("explain", *POINT))
    monkeypatch.setenv("FORCE_COLOR", "1")
    from gradviz.cli.delivering import for_terminal
    from gradviz.render.options import Options

    assert for_terminal(Options()).color


def test_open_shows_the_picture(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(click, "launch", lambda path: shown.append(path) or 0)
    ok(run("explain", *POINT, "--open", "-o", "a.json", "-o", "a.svg"))
    assert shown == ["a.svg"]
    ok(run("explain", *POINT, "--open"))
    assert Path(shown[1]).suffix == ".svg"
    assert Path(shown[1]).exists()


def test_open_without_a_viewer_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click, "launch", lambda path: 3)
    result = run("explain", *POINT, "--open", "-o", "a.svg")
    assert result.exit_code == 0
    assert "no program was found that shows a.svg" in result.stderr


def test_pictures_in_pixels_and_on_paper(run: Run, tmp_path: Path) -> None:
    ok(run("explain", *POINT, "-o", "a.png", "-o", "a.pdf", "--direction", "TB", "--theme", "dark"))
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_a_picture_may_be_piped(run: Run) -> None:
    assert run("explain", *POINT, "--format", "png").stdout_bytes.startswith(b"\x89PNG")


LONG = "; ".join(["a0 = sin(x)", *(f"a{i} = sin(a{i - 1})" for i in range(1, 300))])


def test_a_long_chain_is_shown_by_its_ends(run: Run) -> None:
    text = ok(run("explain", LONG, "--at", "x=1", "--no-formulas"))
    assert "… 220 more: --detail full shows them all" in text
    assert "a₁₅₀" not in text
    assert "a₁₅₀" in ok(run("explain", LONG, "--at", "x=1", "--no-formulas", "--detail", "full"))


def test_formulas_of_a_long_chain_do_not_break_it(run: Run) -> None:
    assert "gradients" in ok(run("explain", LONG, "--at", "x=1"))


def test_help_says_what_there_is(run: Run, golden: Callable[[str, str], None]) -> None:
    assert "Examples:" in ok(run("--help"))
    assert "--upstream" in ok(run("explain", "--help"))
    assert ok(run("--version")).startswith("gradviz 0.")
