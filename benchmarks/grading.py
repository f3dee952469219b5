"""A made-up class graded by `gradviz.grade`: submissions per second on two worker processes.

    python benchmarks/grading.py

Questions and answers are those of tests/checking/corpus. "all different": as many students as the question with the
most answers has, each with another one. "a class": every student answers every question, drawn so that a few answers
are common and the others rare, as in a class; each different one is judged once. Before anything is timed the outcomes
must agree with the corpus. The time is that of the whole: files read, workers started, answers judged, report put
together. Rounds take both classes by turns.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from corpus_mix import Item, corpus, spread

from suite.telling import in_a_line

Rows = list[list[str]]
"""A table of submissions: the head, then a row for each student."""


def questions(count: int) -> dict[str, list[Item]]:
    """So many questions of the corpus by their ids, each with its answers, right ones and wrong ones."""
    by_question: dict[tuple[str, str, int, str], list[Item]] = {}
    for item in corpus():
        by_question.setdefault((item.text, item.wrt, item.order, item.implicit), []).append(item)
    mixed = [items for items in by_question.values() if {item.right for item in items} == {True, False}]
    chosen = [items[0] for items in mixed]
    taken = {(item.text, item.wrt, item.order, item.implicit) for item in spread(chosen, min(count, len(chosen)))}
    return {f"q{i}": by_question[key] for i, key in enumerate(sorted(taken))}


def toml_of(asked: Mapping[str, Sequence[Item]]) -> str:
    """The file of problems."""
    lines = ['title = "A made-up class"']
    for name, (item, *_) in asked.items():
        lines += ["[[problem]]", f"id = {json.dumps(name)}", f"source = {json.dumps(item.text)}"]
        lines += [f"wrt = {json.dumps(item.wrt)}", f"order = {item.order}"]
        lines += [f"of = {json.dumps(item.implicit)}"] if item.implicit else []
    return "\n".join(lines) + "\n"


def all_different(asked: Mapping[str, Sequence[Item]]) -> Rows:
    """Every answer once."""
    most = max(map(len, asked.values()))
    rows = [[items[k].answer if k < len(items) else "" for items in asked.values()] for k in range(most)]
    return [["student", *asked], *([f"student{k}", *row] for k, row in enumerate(rows))]


def a_class(asked: Mapping[str, Sequence[Item]], students: int) -> Rows:
    """Every student answers every question; the k-th answer is k times as rare as the first, which is right."""
    rng = random.Random(5)
    rows = [["student", *asked]]
    ranked = [sorted(items, key=lambda item: not item.right) for items in asked.values()]
    for k in range(students):
        drawn = [rng.choices(items, [1 / (1 + i) for i in range(len(items))])[0].answer for items in ranked]
        rows.append([f"student{k}", *drawn])
    return rows


def graded(folder: Path, name: str, workers: int) -> tuple[object, float]:
    """The class graded, and the seconds that it took."""
    import gradviz

    start = time.perf_counter()
    found = gradviz.grade(folder / "problems.toml", folder / f"{name}.csv", workers=workers)
    return found, time.perf_counter() - start


def agreed(found: object, asked: Mapping[str, Sequence[Item]]) -> dict[str, int]:
    """The outcomes held against the corpus; how many there are of each.

    Raises:
        SystemExit: a right answer is called wrong, or a wrong one right.
    """
    known = {(name, item.answer): item.right for name, items in asked.items() for item in items}
    counts: dict[str, int] = {}
    for student in found.plain.students:  # type: ignore[attr-defined]
        for case in student.cases:
            for part in case.parts:
                if not part.given:
                    continue
                counts[part.outcome] = counts.get(part.outcome, 0) + 1
                if part.outcome == ("wrong" if known[case.problem, part.given] else "right"):
                    raise SystemExit(
                        f"gradviz disagrees with the corpus on {case.source}: {part.given}: {part.outcome}"
                    )
    return counts


def main() -> None:
    """Make the classes, compare, time, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--students", type=int, default=250, help="in the class with duplicates")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    chosen = parser.parse_args()
    asked = questions(chosen.questions)
    tables = {"all different": all_different(asked), "a class": a_class(asked, chosen.students)}
    found: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "problems.toml").write_text(toml_of(asked), encoding="utf-8")
        for name, rows in tables.items():
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(rows)
            done, _ = graded(folder, name, chosen.workers)
            given = sum(bool(cell) for row in rows[1:] for cell in row[1:])
            found[name] = {"submissions": given, "judged": done.made, "outcomes": agreed(done, asked)}  # type: ignore[attr-defined]
        times: dict[str, list[float]] = {name: [] for name in tables}
        for _ in range(chosen.rounds):
            for name in tables:
                times[name].append(graded(folder, name, chosen.workers)[1])
    for name, one in found.items():
        seconds = statistics.median(times[name])
        one |= {"seconds": seconds, "submissions per second": one["submissions"] / seconds}  # type: ignore[operator]
        one |= {"judged per second": one["judged"] / seconds}  # type: ignore[operator]
    show(found, chosen.workers, chosen.json)


def show(found: Mapping[str, Mapping[str, object]], workers: int, as_json: bool) -> None:
    """Print the table, or JSON."""
    if as_json:
        print(json.dumps({"machine": in_a_line(), "workers": workers, "classes": found}, indent=2))
        return
    print(f"{in_a_line()}; {workers} workers on {os.cpu_count()} cores; outcomes agree with the corpus\n")
    print(f"  {'':16}{'submissions':>13}{'judged':>9}{'seconds':>10}{'per second':>12}{'judged per s':>14}")
    for name, one in found.items():
        print(
            f"  {name:16}{one['submissions']:>13}{one['judged']:>9}{one['seconds']:>10.2f}"
            f"{one['submissions per second']:>12.1f}{one['judged per second']:>14.1f}"
        )


if __name__ == "__main__":
    main()
