"""The benchmarks run, and what they compare agrees; how fast anything is, no test says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks"


def ran(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=FOLDER, capture_output=True, encoding="utf-8", errors="strict", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def listed() -> list[str]:
    return ran("run.py", "--list").split()


def test_every_subject_has_cases_and_stands_in_the_readme() -> None:
    subjects = {name.partition(":")[0] for name in listed()}
    named = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in named for name in subjects)
    assert {path.stem for path in (FOLDER / "cases").glob("*.py")} - {"__init__", "table"} == subjects


def test_a_case_is_measured_told_written_and_drawn(tmp_path: Path) -> None:
    told = ran(
        *("run.py", "--only", "symbolic:nest-10", "--rounds", "1", "--slice", "0"),
        *("-o", str(tmp_path / "r.json"), "--plot", str(tmp_path / "r.svg")),
    )
    assert "gradviz" in told
    found = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    (case,) = found["cases"].values()
    ours = case["peers"]["gradviz"]
    assert ours["median"] > 0
    assert ours["apart"] is None or ours["apart"] <= case["tolerance"]
    assert (tmp_path / "r.svg").read_text(encoding="utf-8").count("<svg") == 1


def test_a_peer_that_disagrees_stops_the_run() -> None:
    script = """
import numpy as np
from suite.case import Case, Ready
from suite.measuring import measured
peers = {name: (lambda value=value: Ready(lambda: value, answer=np.atleast_1d)) for name, value in
         {"gradviz": 1.0, "another": 1.0 + 1e-5}.items()}
measured(Case(title="a number", peers=peers, reference="gradviz"), 1, 0)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=FOLDER, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1
    assert "another disagrees with gradviz" in done.stderr


def test_unknown_subjects_and_cases_are_named() -> None:
    for wanted, told in {"speed": "there is no subject 'speed'", "symbolic:x": "symbolic has no case 'x'"}.items():
        done = subprocess.run(
            [sys.executable, "run.py", "--only", wanted], cwd=FOLDER, capture_output=True, encoding="utf-8", check=False
        )
        assert told in done.stderr
        assert "Traceback" not in done.stderr


LONG = {"scalar:compile100000", "scalar:compile1000000", "scalar:compile10000"}
"""Cases that take minutes and compare gradviz with itself alone."""


@pytest.mark.slow
@pytest.mark.parametrize("subject", ["scalar", "batch", "networks", "symbolic", "jacobians", "checking"])
def test_all_peers_that_are_there_agree(subject: str) -> None:
    keys = [key for key in listed() if key.partition(":")[0] == subject and key not in LONG]
    ran("run.py", *(part for key in keys for part in ("--only", key)), "--rounds", "1", "--slice", "0")


@pytest.mark.slow
def test_whole_commands_run() -> None:
    keys = ("startup:help", "startup:numbers", "pictures:7")
    ran("run.py", *(part for key in keys for part in ("--only", key)), "--rounds", "1", "--slice", "0")


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
    assert all(f"`{path.name}`" in named or f"/{path.name}" in named for path in FOLDER.glob("*.py"))


@pytest.mark.parametrize("case", ["xor-f64", "784-128-10-f32", "step-xor-adam"])
def test_networks_agree_with_what_is_written_by_hand(case: str) -> None:
    told = ran(
        "run.py", "--only", f"networks:{case}", "--peers", "NumPy naive,autograd", "--rounds", "1", "--slice", "0"
    )
    assert "gradviz" in told
    assert "target:" in told


def test_without_the_reference_ratios_refer_to_gradviz() -> None:
    script = """
import numpy as np
from suite.case import Absent, Case, Ready
from suite.measuring import measured
from suite.telling import table
def absent():
    raise Absent("it is not installed")
def ready():
    return Ready(lambda: 1.0, answer=np.atleast_1d)
case = Case(title="a number", peers={"gradviz": ready, "other": ready, "gone": absent}, reference="gone", at_most=9.0)
found = measured(case, 1, 0)
print(found.figures["gradviz"].ratio, found.met, sorted(found.figures))
print(table(found))
"""
    told = ran("-c", script)
    assert "1.0 None ['gradviz', 'other']" in told
    assert "left out: it is not installed" in told
