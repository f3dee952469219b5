from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from gradviz.checking.grading.keys import KEYS

Run = Callable[..., Result]

PROBLEMS = """
title = "Homework 3"
[[problem]]
id = "chain"
title = "The chain rule"
source = "f = cos(4x)"
points = 2
credit = {"any single mistake" = 0.5}
[[problem]]
id = "back"
kind = "steps"
source = "q = x + y; f = q*z"
points = 3
[[problem]]
id = "own"
source = "f = exp(a x)"
vary = {a = "2..9"}
"""


@pytest.fixture
def folder(tmp_path: Path, run: Run) -> Path:
    """A class of three: all right, partly right, and nothing but trouble."""
    (tmp_path / "p.toml").write_text(PROBLEMS, encoding="utf-8")
    (tmp_path / "roster.csv").write_text("student\nada\nbob\neve\n")
    key = run("variants", str(tmp_path / "p.toml"), "--students", str(tmp_path / "roster.csv"), "--format", "json")
    own = {row["student"]: row["answer"] for row in json.loads(key.stdout) if row["problem"] == "own"}
    steps = "dq = z\ndz = q\ndx = dq\ndy = dq"
    rows = [
        ("ada", "chain", "-4 sin(4x)"),
        ("ada", "back", steps),
        ("ada", "own", own["ada"]),
        ("bob", "chain", "-sin(4x)"),
        ("bob", "back", steps.replace("dq = z", "dq = x")),
        ("bob", "own", f"{own['bob']} + 1"),
        ("eve", "chain", "cos("),
        ("eve", "chian", "1"),
    ]
    with (tmp_path / "class.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("student", "problem", "answer"), *rows])
    return tmp_path


def test_reports_scores_and_a_second_run_that_takes_all_from_the_journal(run: Run, folder: Path) -> None:
    arguments = ["grade", str(folder / "p.toml"), str(folder / "class.csv")]
    outputs = [part for name in ("r.html", "r.csv", "r.json") for part in ("-o", str(folder / name))]
    first = run(*arguments, *outputs)
    assert first.exit_code == 0, first.output
    assert first.stdout == ""
    assert "note: 1 row has something wrong: class.csv:15, column problem: there is no problem 'chian'" in first.stderr
    rows = list(csv.DictReader(io.StringIO((folder / "r.csv").read_text(encoding="utf-8"))))
    assert [(row["student"], row["chain"], row["own"], row["points"]) for row in rows] == [
        ("ada", "2", "1", "6"),
        ("bob", "1", "0", "6"),
        ("eve", "0", "0", "6"),
    ]
    assert float(rows[0]["back"]) == 3
    assert 0 < float(rows[1]["back"]) < 3
    assert "<script" not in (folder / "r.html").read_text(encoding="utf-8")
    whole = {name: (folder / name).read_bytes() for name in ("r.csv", "r.json", "r.html")}
    second = run(*arguments, *outputs)
    assert "7 different answers were taken from the journal, 0 graded now" in second.stderr
    assert {name: (folder / name).read_bytes() for name in whole} == whole
    printed = run(*arguments, "--journal", str(folder / "r.html.journal.jsonl"))
    assert printed.stdout.startswith("Homework 3\n")
    assert not any(len(line) > 80 for line in printed.stdout.splitlines())
    one = json.loads(run(*arguments, "--journal", str(folder / "r.html.journal.jsonl"), "--format", "json").stdout)
    assert one == json.loads(whole["r.json"])


def test_pages_and_exports(run: Run, folder: Path) -> None:
    journal = ["--journal", str(folder / "j.jsonl"), "--quiet"]
    arguments = ["grade", str(folder / "p.toml"), str(folder / "class.csv"), *journal]
    assert run(*arguments, "-o", f"{folder}/pages/").exit_code == 0
    assert sorted(path.name for path in (folder / "pages").iterdir()) == [
        "ada.html",
        "bob.html",
        "eve.html",
        "index.html",
    ]
    assert "bob" not in (folder / "pages" / "ada.html").read_text(encoding="utf-8")
    assert run(*arguments, "--export", "gradescope", "-o", f"{folder}/gs/").exit_code == 0
    assert json.loads((folder / "gs" / "ada" / "results.json").read_text(encoding="utf-8"))["score"] == 6
    assert run(*arguments, "--export", "junit").stdout.startswith("<?xml")
    moodle = run(*arguments, "--export", "moodle", "-o", str(folder / "m.csv"))
    assert "wrote" in moodle.stderr
    assert (folder / "m.csv").read_text(encoding="utf-8").startswith("Username,Email address,Full name,The chain rule,")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.toml", "class.csv"], "there is no file"),
        (["p.toml", "none.csv"], "there is no file"),
        (["p.toml", "class.csv", "-o", "r.png"], "cannot show a graded class"),
        (["p.toml", "class.csv", "-o", "nowhere/r.csv"], "there is no directory"),
        (["p.toml", "class.csv", "--export", "gradescop"], "did you mean 'gradescope'"),
        (["p.toml", "class.csv", "--export", "gradescope"], "say which: -o gradescope/"),
        (["p.toml", "class.csv", "--export", "gradescope", "-o", "r.json"], "writes a folder"),
        (["p.toml", "class.csv", "--export", "moodle", "-o", "r/"], "writes one file"),
        (["p.toml", "class.csv", "--export", "moodle", "--format", "csv"], "has a format of its own"),
        (["p.toml", "class.csv", "--executor", "dask"], "needs the address of a scheduler"),
        (["p.toml", "class.csv", "--time-limit", "0"], "the time limit is"),
        (["p.toml", "class.csv", "--memory-limit", "50"], "at least 200 megabytes"),
        (["p.toml", "class.csv", "--journal", "class.csv"], "is no journal of grading"),
        (["class.csv", "p.toml"], "hint: the file of problems comes first"),
    ],
)
def test_bad_input(arguments: list[str], said: str, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    before = sorted(path.name for path in folder.iterdir())
    found = run("grade", *arguments)
    assert found.exit_code == 2
    assert said in found.stderr
    assert "Traceback" not in found.output
    assert sorted(path.name for path in folder.iterdir()) == before


def test_help_has_every_key(run: Run) -> None:
    text = " ".join(run("grade", "--help").stdout.split())
    for table in KEYS.values():
        for key in table.values():
            assert key.name in text
            assert " ".join(key.says.split()) in text
    assert max(map(len, run("grade", "--help").stdout.splitlines())) <= 80
    assert "inner derivative lost" in run("grade", "--mistakes").stdout


def test_ctrl_c_says_where_the_results_are(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gradviz.checking.grading.journal import Journal

    def pressed(self: object, key: str, result: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Journal, "add", pressed)
    arguments = ["grade", str(folder / "p.toml"), str(folder / "class.csv")]
    found = run(*arguments, "--journal", str(folder / "j.jsonl"))
    assert found.exit_code == 130
    assert found.stderr.startswith("interrupted after 0 of 7 different answers; they are in")
    assert "nothing was kept" in run(*arguments).stderr


def test_variants(run: Run, folder: Path) -> None:
    arguments = ["variants", str(folder / "p.toml"), "--students", str(folder / "roster.csv")]
    printed = run(*arguments)
    assert printed.stdout.splitlines()[0] == "student,problem,numbers,source,asked,answer"
    assert run(*arguments, "-o", str(folder / "key.md")).exit_code == 0
    assert (folder / "key.md").read_text(encoding="utf-8").startswith("| student | problem |")
    assert run(*arguments, "--seed", "1").stdout != printed.stdout
    assert "give one of the two" in run("variants", str(folder / "p.toml")).stderr
    assert "says no form of variants" in run(*arguments, "-o", str(folder / "key.xlsx")).stderr


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_ctrl_c_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Work that would take a minute stops at once, and the next run goes on."""
    (tmp_path / "p.toml").write_text('[[problem]]\nid = "q"\nsource = "f = sin(x)*exp(2*x)"\n')
    rows = [f"s{i},q,{i}*x + {i * i}" for i in range(3000)]
    (tmp_path / "class.csv").write_text("\n".join(["student,problem,answer", *rows]))
    journal = tmp_path / "r.json.journal.jsonl"
    command = [sys.executable, "-m", "gradviz", "grade", "p.toml", "class.csv", "-o", "r.json"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < 20):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert re.fullmatch(
        r"interrupted after \d+ of 3,000 different answers; they are in r.json.journal.jsonl: .*\n", said
    )
    assert not (tmp_path / "r.json").exists()
    assert journal.read_bytes().endswith(b"\n")
