"""Workers that die, hang or eat: each costs its own case only."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from gradviz.checking.grading.pool import local
from gradviz.checking.grading.tasks import Judged, Limits, Task
from gradviz.errors import UserError

pytestmark = pytest.mark.skipif(os.name == "nt", reason="memory limits and signals are POSIX")


def task(text: str) -> Task:
    return Task("f = x", None, "", "answer", ("x",), None, text)


def judged(judge: str, texts: list[str], limits: Limits | None = None, workers: int = 2) -> dict[str, Judged]:
    tasks = {task(text).key: text for text in texts}
    found = dict(local([task(text) for text in texts], limits or Limits(20, 500), workers=workers, judge=judge))
    assert set(found) == set(tasks)
    return {text: found[key] for key, text in tasks.items()}


def test_a_case_that_kills_its_worker_costs_itself_only(judge: str, tmp_path: Path) -> None:
    once = f"once:{tmp_path / 'been'}"
    texts = ["die", "a", once, "b", "die too", "c", "raise", "print", "d"]
    found = judged(judge, texts)
    assert [found[text].ended for text in texts] == ["crash", "", "", "", "crash", "", "error", "", ""]
    assert found["die"].sentence == "not decided: the check ended unexpectedly, twice"
    assert found["raise"].sentence == "not decided: the check failed (RuntimeError: a bug of ours)"
    assert found[once].outcome == "right"
    assert found["print"] == Judged("right", "print")


def test_time_and_memory_are_bounded(judge: str) -> None:
    found = judged(judge, ["hang", "eat", "fine", "spin", "too"], Limits(1.5, 500))
    assert {text: result.ended for text, result in found.items()} == {
        "hang": "time",
        "spin": "time",
        "eat": "memory",
        "fine": "",
        "too": "",
    }
    assert found["hang"].sentence == "not decided: the time limit was reached (1.5 s)"
    assert found["hang"].outcome == "not decided"


def test_no_worker_is_left_when_nobody_wants_more(judge: str) -> None:
    others = set(children())
    results = local([task("first"), task("hang"), task("hang on")], Limits(60, 500), workers=2, judge=judge)
    assert next(results)[1].outcome == "right"
    before = [process for process in children() if process not in others]
    assert len(before) == 2
    close(results)
    wait_until_gone(before)


def close(results: Iterator[object]) -> None:
    getattr(results, "close")()  # noqa: B009


def children() -> list[int]:
    """The processes that this one started and that are still there."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[1]) == os.getpid() and fields[0] != "Z":
                found.append(int(path.parent.name))
    return found


def wait_until_gone(processes: list[int]) -> None:
    end = time.monotonic() + 30
    while set(children()) & set(processes):
        assert time.monotonic() < end


def test_a_judge_that_cannot_be_found_is_said() -> None:
    with pytest.raises(UserError, match="a worker process could not be started: ModuleNotFoundError"):
        judged("no_such_module:judged", ["a"])


def test_answers_of_any_signs_go_to_a_worker_and_back(judge: str) -> None:
    texts = ["\0", "\ud800", "\u202eab", "a\nb", "é" * 50_000, '"\\', "€\r\n"]
    found = judged(judge, texts, workers=1)
    assert all(found[text].sentence == text for text in texts)
