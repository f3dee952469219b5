"""Whatever is wrong with the input: one paragraph with the place or the name at fault, exit code 2, no traceback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]

BAD = {
    "syntax": ["explain", "f = x +* y"],
    "unclosed": ["explain", "f = (x + y"],
    "empty": ["explain", ""],
    "blank": ["explain", "   "],
    "comment_only": ["explain", "# nothing"],
    "no_output": ["explain", "x : 3"],
    "unknown_function": ["explain", "sinn(x)"],
    "unknown_name_in_of": ["explain", "f=x*y", "--of", "g"],
    "unknown_name_in_wrt": ["explain", "f=alpha*y", "--wrt", "alhpa"],
    "cycle": ["explain", "a = b + 1; b = a*2"],
    "given_twice": ["explain", "a = x; a = y"],
    "shape_mismatch": ["explain", "W@x", "--at", "W=[[1,2],[3,4]],x=[1,2,3]"],
    "elementwise_mismatch": ["explain", "x+y", "--at", "x=[1,2,3],y=[1,2]"],
    "letters_mismatch": ["explain", "A : m x n; B : p x q; f = sum(A + B)"],
    "star_for_product": ["explain", "A : 2x3; B : 3x4; f = sum(A*B)"],
    "dot_of_lengths": ["explain", "dot(x, y)", "--at", "x=[1,2],y=[1,2,3]"],
    "outer_of_matrices": ["explain", "sum(outer(A, y))", "--at", "A=[[1,2]],y=[1,2,3]"],
    "determinant_of_oblong": ["explain", "det(A)", "--at", "A=[[1,2,3],[4,5,6]]"],
    "inverse_of_oblong": ["explain", "sum(A^-1)", "--at", "A=[[1,2,3],[4,5,6]]"],
    "trace_of_vector": ["explain", "trace(x)", "--at", "x=[1,2,3]"],
    "inverse_of_singular": ["explain", "sum(inv(A))", "--at", "A=[[1,2],[2,4]]"],
    "inverse_of_singular_by_rounding": ["explain", "sum(inv(A))", "--at", "A=[[1,2,3],[4,5,6],[7,8,9]]"],
    "solve_with_singular": ["explain", "sum(solve(A@B, c))", "--at", "A=[[1,0],[0,0]],B=[[1,2],[3,4]],c=[1,1]"],
    "logdet_of_singular": ["explain", "logdet(A)", "--at", "A=[[1,2],[2,4]]"],
    "logdet_of_negative": ["explain", "logdet(A)", "--at", "A=[[1,0],[0,-4]]"],
    "axes_of_transpose": ["explain", "sum(transpose(X, axes=(0, 1)))", "--seed", "1", "--at", "X=[[[1,2]],[[3,4]]]"],
    "extra_value": ["explain", "x*y", "--at", "x=1,y=2,z=3"],
    "value_of_computed": ["explain", "q=x+y;f=q*z", "--at", "x=1,y=2,z=3,q=4"],
    "value_no_number": ["explain", "x*y", "--at", "x=two,y=2"],
    "value_nan": ["explain", "x*y", "--at", "x=[1,nan],y=2"],
    "value_infinite": ["explain", "x*y", "--at", "x=-inf,y=2"],
    "upstream_infinite": ["explain", "x*y", "--at", "x=1,y=2", "--upstream", "inf"],
    "value_ragged": ["explain", "W@x", "--at", "W=[[1,2],[3]],x=[1,2]"],
    "value_wrong_shape": ["explain", "x : 3; f = sum(x)", "--at", "x=[1,2]"],
    "value_twice": ["explain", "x*y", "--at", "x=1,x=2"],
    "value_without_name": ["explain", "x*y", "--at", "3"],
    "value_not_finite": ["explain", "x*y", "--at", "x=1e999,y=1"],
    "log_of_negative": ["explain", "log(x)", "--at", "x=-1"],
    "division_by_zero": ["explain", "1/x", "--at", "x=0"],
    "division_by_zero_written": ["explain", "1/0"],
    "root_of_negative": ["explain", "y + sqrt(x*y)", "--at", "x=-1,y=2"],
    "power_tower": ["explain", "9**9**9**9"],
    "large_power": ["explain", "x^(10^10^10)", "--at", "x=2"],
    "overflow": ["explain", "exp(exp(x))", "--at", "x=100"],
    "nested": ["explain", "(" * 10_000 + "x" + ")" * 10_000],
    "nested_calls": ["explain", "sin(" * 5_000 + "x" + ")" * 5_000],
    "upstream_shape": ["explain", "x*y", "--at", "x=1,y=2", "--upstream", "[1,2]"],
    "upstream_syntax": ["explain", "x*y", "--at", "x=1,y=2", "--upstream", "1+"],
    "unknown_suffix": ["explain", "x*y", "-o", "f.xyz"],
    "no_suffix": ["explain", "x*y", "-o", "picture"],
    "unknown_format": ["explain", "x*y", "--format", "jsno"],
    "no_directory": ["explain", "x*y", "-o", "no/such/place/f.svg"],
    "output_is_directory": ["explain", "x*y", "-o", "."],
    "no_such_file": ["explain", "nowhere.grad"],
    "no_such_values": ["explain", "x*y", "--values", "nowhere.json"],
    "no_such_option": ["explain", "x*y", "--presicion", "3"],
    "bad_precision": ["explain", "x*y", "--precision", "0"],
    "bad_detail": ["explain", "x*y", "--detail", "most"],
    "no_source": ["explain"],
    "no_such_command": ["explian", "x*y"],
    "no_such_operation": ["ops", "sigmod"],
    "shell_code": ["explain", "__import__('os').system('echo hi')"],
    "control": ["explain", "x + \x07 y"],
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def shown(result: Result) -> str:
    return result.stderr.replace("\x07", "?")


@pytest.mark.parametrize("name", BAD)
def test_one_paragraph_and_exit_code_2(run: Run, name: str, tmp_path: Path) -> None:
    result = run(*BAD[name])
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert 1 <= len(result.stderr.strip().splitlines()) <= 6
    assert all(len(line) <= 200 for line in result.stderr.splitlines())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", [name for name in BAD if name != "control"])
def test_the_message_is_what_it_was(run: Run, name: str, golden: Callable[[str, str], None]) -> None:
    words = " ".join(word if len(word) < 80 else f"{word[:20]}…" for word in BAD[name])
    golden(f"errors/{name}.txt", f"$ gradviz {words}\n{run(*BAD[name]).stderr}")


@pytest.mark.parametrize(
    "name", ["syntax", "unclosed", "unknown_function", "shape_mismatch", "log_of_negative", "nested"]
)
def test_a_caret_points_at_the_place(run: Run, name: str) -> None:
    assert "^" in run(*BAD[name]).stderr


def test_in_a_file_the_name_and_the_line_come_first(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.grad").write_text("# two lines\nf = x +* y\n")
    result = run("explain", "net.grad")
    assert result.exit_code == 2
    assert result.stderr.startswith("net.grad:2: error: ")


def test_standard_input_is_measured(run: Run) -> None:
    result = run("explain", "-", stdin="x + " * 300_000 + "x")
    assert result.exit_code == 2
    assert "was not read" in result.stderr


def test_a_megabyte_on_one_line_is_refused_before_it_is_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "long.grad").write_text("x + " * 262_144 + "x")
    result = run("explain", "long.grad")
    assert result.exit_code == 2
    assert "larger than 100 kB, and was not read" in result.stderr


def test_nothing_is_written_when_one_of_several_fails(run: Run, tmp_path: Path) -> None:
    result = run("explain", "x*y", "--at", "x=1,y=2", "-o", "a.json", "-o", "a.xyz")
    assert result.exit_code == 2
    assert not list(tmp_path.iterdir())


def test_the_real_program_says_the_same(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gradviz", "explain", "f = x +* y"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def test_a_reader_who_leaves_is_no_error() -> None:
    command = f'"{sys.executable}" -m gradviz explain "x*y" --at x=1,y=2 --format json | true; echo ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.strip() in ("0", "141")


def test_an_interruption_is_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gradviz.api.explain", interrupt)
    result = run("explain", "x*y")
    assert result.exit_code == 130
    assert result.stderr.strip() == "interrupted"


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (ZeroDivisionError("inside"), 70, "this is a bug in gradviz, not in your input\nZeroDivisionError: inside\n"),
        (RecursionError("deep"), 70, "RecursionError: deep"),
        (MemoryError(), 2, "not enough memory"),
    ],
)
def test_a_bug_is_reported_as_one(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, says: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.delenv("GRADVIZ_DEBUG", raising=False)
    monkeypatch.setattr("gradviz.api.explain", fail)
    result = run("explain", "x*y")
    assert result.exit_code == code
    assert says in result.stderr
    assert "Traceback" not in result.output


def test_a_bug_can_be_looked_into(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setenv("GRADVIZ_DEBUG", "1")
    monkeypatch.setattr("gradviz.api.explain", fail)
    assert isinstance(run("explain", "x*y").exception, ZeroDivisionError)
