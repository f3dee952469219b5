from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

PROBLEMS = """
title = "Homework 3"
seed = 2026

[[problem]]
id = "chain"
title = "The chain rule"
source = "f = cos(4x)"
points = 2
[problem.credit]
"inner derivative lost" = 0.5

[[problem]]
id = "circuit"
source = "f = (x+y)*z"
wrt = ["x", "z"]
points = {x = 1, z = 2}
"""

CLASS = """student,name,problem,answer
ada,Ada,chain,-4 sin(4x)
ada,,circuit.x,z
ada,,circuit.z,x+y
bob,Bob,chain,-sin(4x)
bob,,circuit,"x: z
z: x"
eve,,chain,cos(
"""

JUDGE = '''
import os, signal, time

def judged(task):
    """Stands in for the check: right, or whatever the text asks for."""
    text = task["text"]
    if text.startswith("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if text.startswith("once"):
        place = text.split(":", 1)[1]
        if not os.path.exists(place):
            os.mkdir(place)
            os._exit(3)
    if text.startswith("hang"):
        while True:
            time.sleep(1)
    if text.startswith("spin"):
        sum(iter(int, 1))
    if text.startswith("eat"):
        return {"outcome": "right", "sentence": str(len(bytearray(10**12)))}
    if text.startswith("raise"):
        raise RuntimeError("a bug of ours")
    if text.startswith("print"):
        print("noise on standard output")
    return {"outcome": "right", "sentence": text}
'''


@pytest.fixture
def files(tmp_path: Path) -> Callable[[str, str], tuple[Path, Path]]:
    """Write a file of problems and one of submissions."""

    def written(problems: str = PROBLEMS, submissions: str = CLASS) -> tuple[Path, Path]:
        first, second = tmp_path / "homework.toml", tmp_path / "class.csv"
        first.write_text(problems, encoding="utf-8")
        second.write_text(submissions, encoding="utf-8")
        return first, second

    return written


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The place of a judge that does what a text says, where workers find it."""
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "stand_in_judge.py").write_text(JUDGE)
    monkeypatch.syspath_prepend(str(tmp_path / "modules"))
    return "stand_in_judge:judged"
