"""`gradviz code`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from gradviz.cli.shaped import shapes_of
from gradviz.errors import OptionProblem
from gradviz.passes.compiling.emit.table import LANGUAGES

Run = Callable[..., Result]
SAMPLES = Path(__file__).parents[2] / "samples"


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


def ran(text: str, *values: Any) -> Any:
    space: dict[str, Any] = {}
    exec(compile(text, "program", "exec"), space)
    return space["value_and_gradients"](*values)


def test_the_main_job(run: Run) -> None:
    text = ok(run("code", "f=(x+y)*z"))
    assert text.startswith("import numpy as np\n")
    assert ran(text, -2, 5, -4) == (-12, (-4, -4, 3))


def test_a_file_says_its_language(run: Run, tmp_path: Path) -> None:
    for name, sign in (("a.py", "import numpy"), ("a.c", "double"), ("a.js", "export function"), ("a.tex", "align")):
        done = run("code", "f=(x+y)*z", "-o", name)
        assert ok(done) == ""
        assert done.stderr == f"wrote {name}\n"
        assert sign in (tmp_path / name).read_text(encoding="utf-8")


def test_the_option_wins_over_the_suffix(run: Run, tmp_path: Path) -> None:
    ok(run("code", "f=(x+y)*z", "--to", "python", "-o", "a.py"))
    assert ran((tmp_path / "a.py").read_text(encoding="utf-8"), -2, 5, -4) == (-12, (-4, -4, 3))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_printed_to_a_pipe(language: str, run: Run) -> None:
    assert "gradient by" in ok(run("code", "q=x+y; f=q*z", "--to", language, "-o", "-"))


def test_a_file_with_arrays(run: Run) -> None:
    text = ok(run("code", str(SAMPLES / "two_layer.grad"), "--wrt", "W1,W2"))
    assert "return f, (d_W1, d_W2)" in text


def test_shapes_and_types(run: Run) -> None:
    text = ok(run("code", "f = sum((W@x)^2)", "--shapes", "W=3x2, x=2", "--dtype", "float32"))
    assert "W = np.asarray(W, dtype=np.float32)  # 3×2" in text
    assert ran(text, [[1, 2], [3, 4], [5, 6]], [1, 1])[0] == 9 + 49 + 121


def test_what_is_refused(run: Run) -> None:
    assert "did you mean 'torch'?" in refused(run("code", "f=x", "--to", "troch"))
    assert "write the program by --to numpy" in refused(run("code", "x : 3; f=sum(x)", "--to", "python"))
    assert "does not say in which language" in refused(run("code", "f=x", "-o", "a.txt"))
    assert "there is no directory" in refused(run("code", "f=x", "-o", "nowhere/a.py"))
    assert "write --shapes W=3x2,x=2" in refused(run("code", "f=x", "--shapes", "x=big"))
    assert "is given twice" in refused(run("code", "f=x", "--shapes", "x=2,x=3"))
    assert "nothing is named 'q'" in refused(run("code", "f=x", "--wrt", "q"))


@pytest.mark.parametrize("text", ["x", "x=", "=2", "x=2x", "x=-1", "x=2 3"])
def test_what_is_no_shape(text: str) -> None:
    with pytest.raises(OptionProblem, match="gives no shape"):
        shapes_of((text,))


def test_help_lists_the_languages(run: Run) -> None:
    text = ok(run("code", "--help"))
    assert all(language.says in text for language in LANGUAGES.values())
