from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from gradviz.cli import program


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(program, ["plot", *arguments])
    return result.exit_code, result.stdout + result.stderr


def test_it_is_told_in_words_and_drawn(tmp_path: Path) -> None:
    target = tmp_path / "f.svg"
    code, output = run("f = -log(p)", "--over", "p=0.01:1", "-o", str(target))
    assert code == 0
    assert output.startswith("f over p\n\nf for p from 0.01 to 1 between 0 and 4.605\n")
    assert "<svg" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["x", "x=1", "x=a:b", "x=1:2,x=2:3", "=1:2", "x=1:2:3"])
def test_a_range_that_is_none_is_refused(text: str) -> None:
    code, output = run("f = x^2", "--over", text)
    assert code == 2
    assert "hint: " in output
