"""Runs that are killed at any moment and taken up again."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gradviz.checking.grading.journal import Journal
from gradviz.checking.grading.tasks import Judged, Limits
from gradviz.errors import FileProblem

PRINTS = {"problems": "p", "submissions": "s"}
LIMITS = Limits()

RUN = """
import sys
from functools import partial
from pathlib import Path
from gradviz.checking.grading.journal import Journal
from gradviz.checking.grading.pool import local
from gradviz.checking.grading.running import run
from gradviz.checking.grading.tasks import Limits, Task

tasks = [Task("f = x", None, "", "answer", ("x",), None, str(i)) for i in range(int(sys.argv[2]))]
with Journal(Path(sys.argv[1]), "1", {"problems": "p", "submissions": "s"}, Limits()) as journal:
    ran = run(tasks, partial(local, workers=2, judge="stand_in_judge:judged"), journal, Limits(), lambda *_: None)
print(ran.taken, ran.made, *sorted(f"{key[:6]}{result.sentence}" for key, result in journal.results.items()))
"""


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True) if path.exists() else []


def killed_after(count: int, path: Path, arguments: list[str], environment: dict[str, str]) -> bool:
    """Start, and kill when the journal has so many lines; whether it was still running."""
    process = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and len(lines(path)) < count:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    return process.wait() != 0


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_killed_at_random_moments_and_resumed_is_as_if_never_killed(judge: str, tmp_path: Path) -> None:
    total, draws, path = 400, random.Random(5), tmp_path / "run.jsonl"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "modules")}
    run = [sys.executable, "-c", RUN]
    once = subprocess.run(
        [*run, str(tmp_path / "whole.jsonl"), str(total)], env=environment, capture_output=True, check=True
    )
    kills = 0
    for _ in range(4):
        wanted = len(lines(path)) + draws.randrange(1, 60)
        kills += killed_after(wanted, path, [*run, str(path), str(total)], environment)
        with path.open("ab") as file:  # what a write leaves that was cut off
            file.write(b'{"key": "torn, wi'[: draws.randrange(1, 17)])
    assert kills >= 2
    last = subprocess.run([*run, str(path), str(total)], env=environment, capture_output=True, check=True)
    taken, made, *results = last.stdout.split()
    assert results == once.stdout.split()[2:]
    assert int(taken) + int(made) == total
    assert int(taken) >= kills
    keys = [json.loads(line)["key"] for line in lines(path)[1:]]
    assert len(keys) == len(set(keys)) == total, "nothing is graded twice"


def journal(path: Path, version: str = "1", limits: Limits = LIMITS, **prints: str) -> Journal:
    return Journal(path, version, {**PRINTS, **prints}, limits)


def written(path: Path, *results: tuple[str, Judged]) -> None:
    with journal(path) as kept:
        for key, result in results:
            kept.add(key, result)


RIGHT = Judged("right", "")


def test_a_torn_line_is_graded_again(tmp_path: Path) -> None:
    path = tmp_path / "j"
    written(path, ("a", RIGHT), ("b", RIGHT))
    whole = path.read_bytes()
    for cut in range(len(lines(path)[0]), len(whole)):
        path.write_bytes(whole[:cut])
        with journal(path) as kept:
            complete = [key for key, end in (("a", 2), ("b", 3)) if cut >= sum(map(len, whole.splitlines(True)[:end]))]
            assert list(kept.results) == complete
            kept.add("c", RIGHT)
        with journal(path) as kept:
            assert list(kept.results) == [*complete, "c"]


def test_a_torn_header_is_begun_again(tmp_path: Path) -> None:
    path = tmp_path / "j"
    written(path, ("a", RIGHT))
    head = lines(path)[0]
    for cut in (0, 1, len(head) - 1):
        path.write_bytes(head[:cut] if cut != 1 else b'{"format"')
        with journal(path) as kept:
            assert not kept.results
        assert lines(path) == [head]


def test_a_damaged_line_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "j"
    written(path, ("a", RIGHT), ("b", RIGHT), ("c", RIGHT))
    made = lines(path)
    path.write_bytes(
        b"".join([made[0], made[1], b'{"key": "b", "result": {"outcome": "perhaps"}}\n', b"[]\n", made[3]])
    )
    with journal(path) as kept:
        assert list(kept.results) == ["a", "c"]


def test_what_changed_is_said(tmp_path: Path) -> None:
    path = tmp_path / "j"
    written(path, ("a", RIGHT))
    with journal(path, problems="others") as kept:
        assert list(kept.results) == ["a"]
        assert "the problems changed since" in kept.notes[0]
    with journal(path) as kept:
        assert not kept.notes
    with pytest.raises(FileProblem, match="was begun by gradviz 1, and this is 2"), journal(path, version="2"):
        pass


def test_what_ended_at_other_limits_is_graded_again(tmp_path: Path) -> None:
    path = tmp_path / "j"
    late, crashed = Judged("not decided", "late", ended="time"), Judged("not decided", "crash", ended="crash")
    written(path, ("a", late), ("b", RIGHT), ("c", crashed))
    with journal(path) as kept:
        assert list(kept.results) == ["a", "b"]
    with journal(path, limits=Limits(60)) as kept:
        assert list(kept.results) == ["b"]
        kept.add("a", RIGHT)
    with journal(path) as kept:
        assert kept.results == {"a": RIGHT, "b": RIGHT}


@pytest.mark.parametrize("content", [b"hello\n", b"{}\n", b'{"format": 9, "gradviz": "1"}\n', b"\x89PNG\r\n\x1a\n"])
def test_another_file_is_never_written_over(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "j"
    path.write_bytes(content)
    with pytest.raises(FileProblem, match="is no journal of grading"), journal(path):
        pass
    assert path.read_bytes() == content


def test_two_runs_do_not_share_a_journal(tmp_path: Path) -> None:
    pytest.importorskip("fcntl", reason="files are locked on POSIX")
    with journal(tmp_path / "j"), pytest.raises(FileProblem, match="another run writes"), journal(tmp_path / "j"):
        pass


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_the_command_line_killed_and_resumed(files: Callable[..., tuple[Path, Path]], tmp_path: Path) -> None:
    rows = [f"s{i},{'chain' if i % 2 else 'circuit.x'},{i}*x + {i * i}" for i in range(120)]
    problems, submissions = files(submissions="\n".join(["student,problem,answer", *rows]))
    command = [sys.executable, "-m", "gradviz", "grade", str(problems), str(submissions), "-o"]
    subprocess.run([*command, str(tmp_path / "whole.json")], check=True, capture_output=True)
    draws, path = random.Random(8), tmp_path / "again.json.journal.jsonl"
    for _ in range(3):
        wanted = len(lines(path)) + draws.randrange(1, 30)
        killed_after(wanted, path, [*command, str(tmp_path / "again.json")], dict(os.environ))
    subprocess.run([*command, str(tmp_path / "again.json")], check=True, capture_output=True)
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "whole.json").read_bytes()
