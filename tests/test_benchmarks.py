"""The benchmarks run, and what they compare agrees; how fast anything is, no test says."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks"


@pytest.mark.parametrize("case", ["xor", "mnist"])
def test_training_steps_agree_with_the_peers_that_are_there(case: str) -> None:
    command = [sys.executable, "training_step.py", "--case", case, "--rounds", "1", "--slice", "0.001"]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "gradviz" in done.stdout
    assert "1.00" in done.stdout


def test_verdicts_agree_with_the_corpus_and_with_sympy() -> None:
    command = [sys.executable, "verdicts.py", "--count", "30", "--every", "5"]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "verdicts agree" in done.stdout
    assert "SymPy simplify" in done.stdout


def test_every_script_is_named_in_the_readme() -> None:
    named = (FOLDER / "README.md").read_text(encoding="utf-8")
    scripts = {path.name for path in FOLDER.glob("*.py")} - {"interleaved.py"}
    assert all(f"`{name}`" in named for name in scripts)
