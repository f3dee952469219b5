from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Run = Callable[..., Result]


def test_curves_are_written(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "sigmoid.svg"
    result = run("ops", "sigmoid", "relu", "--plot", "-o", str(target))
    assert result.exit_code == 0, result.output
    assert "<svg" in target.read_text(encoding="utf-8")


def test_plot_needs_names_and_a_file(run: Run, tmp_path: Path) -> None:
    assert "needs a file" in run("ops", "sigmoid", "--plot").stderr
    assert "needs the names" in run("ops", "--plot", "-o", str(tmp_path / "a.svg")).stderr
    assert "is for --plot" in run("ops", "sigmoid", "-o", str(tmp_path / "a.svg")).stderr
