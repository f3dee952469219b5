"""The benchmarks run, and what they compare agrees; how fast anything is, no test says."""

import json
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


def ran(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=FOLDER, capture_output=True, encoding="utf-8", errors="strict", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_verdicts_agree_with_the_corpus_and_with_sympy() -> None:
    found = json.loads(ran("verdicts.py", "--count", "30", "--every", "5", "--json"))
    assert found["agreement"]["answers"] == 30
    assert found["agreement"]["right"] == 15
    assert found["agreement"]["wrong refuted"] == 15
    assert found["agreement"]["SymPy proved"] > 0
    assert set(found["times"]) >= {"gradviz", "SymPy simplify, the same"}
    assert all(one["p90 ms"] >= one["median ms"] > 0 for one in found["times"].values())


def test_verdicts_are_told_in_a_table() -> None:
    told = ran("verdicts.py", "--count", "4", "--every", "1")
    assert "verdicts agree" in told
    assert "SymPy simplify" in told


def test_a_class_is_graded_as_the_corpus_says() -> None:
    found = json.loads(ran("grading.py", "--questions", "3", "--students", "8", "--rounds", "1", "--json"))
    different, duplicates = found["classes"]["all different"], found["classes"]["a class"]
    assert different["submissions"] == different["judged"]
    assert duplicates["submissions"] == 3 * 8 > duplicates["judged"]
    assert {"right", "wrong"} <= set(duplicates["outcomes"])
    assert different["submissions per second"] > 0


def test_every_script_is_named_in_the_readme() -> None:
    named = (FOLDER / "README.md").read_text(encoding="utf-8")
    scripts = {path.name for path in FOLDER.glob("*.py")} - {"interleaved.py"}
    assert all(f"`{name}`" in named for name in scripts)
