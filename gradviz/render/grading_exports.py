"""EXPORTS: a graded class as the files that other systems take in. The one list."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

from gradviz.errors import OptionProblem, nearest
from gradviz.explanation.data import CaseFacts, ClassReport, PartFacts, StudentFacts
from gradviz.render.grading_csv import table_text
from gradviz.render.inert import inert

Files = Mapping[str, str]
"""Contents by file name, below the folder that is written; one file of the name "" where it is a file."""

RIGHT, UNDECIDED = "right", "not decided"
LONGEST = 2_000
"""Signs of an answer that feedback quotes."""


@dataclass(frozen=True, slots=True)
class Export:
    """One export.

    Args:
        name: as `--export` takes it.
        folder: whether it is a folder of files; else it is one file.
        doc: one line.
        files: makes them.
    """

    name: str
    folder: bool
    doc: str
    files: Callable[[ClassReport], Files]


def gradescope(report: ClassReport) -> Files:
    """For each student `ID/results.json`, as Gradescope's autograder leaves it."""
    titles = {problem.id: problem.title for problem in report.problems}
    return {
        f"{student.anchor}/results.json": json.dumps(_results(student, titles), ensure_ascii=False, indent=2) + "\n"
        for student in report.students
    }


def _results(student: StudentFacts, titles: Mapping[str, str]) -> dict[str, Any]:
    tests = [
        {
            "number": str(i + 1) if len(case.parts) == 1 else f"{i + 1}.{j + 1}",
            "name": inert(_named(case, part, titles)),
            "score": part.score,
            "max_score": part.points,
            **({"status": "passed" if part.outcome == RIGHT else "failed"} if part.outcome != UNDECIDED else {}),
            "output": feedback(part),
            "output_format": "text",
            "visibility": "visible",
        }
        for i, case in enumerate(student.cases)
        for j, part in enumerate(case.parts)
    ]
    return {
        "score": student.score,
        "output_format": "text",
        "tests": tests,
        "extra_data": {
            "student": inert(student.id),
            "points": student.points,
            "look": [case.problem for case in student.cases if case.look],
        },
    }


def _named(case: CaseFacts, part: PartFacts, titles: Mapping[str, str]) -> str:
    title = titles.get(case.problem, case.problem)
    return title if len(case.parts) == 1 else f"{title}: {part.name}"


def feedback(part: PartFacts) -> str:
    """What came of an answer, in lines of plain text."""
    given = "" if part.lines else inert(part.given[:LONGEST])
    lines = [f"answer: {given}"] if given.strip() else []
    lines.append(inert(part.sentence))
    earned = {credit.place: credit for credit in part.credits}
    for place, line in enumerate(part.lines):
        says = f"line {line.number}: {inert(line.text)}: {line.verdict}"
        if place in earned:
            says += f" ({earned[place].score:g} of {earned[place].points:g})"
        if line.verdict in ("wrong", "not decided"):
            says += f": {inert(line.mistakes[0].explanation if line.mistakes else line.sentence)}"
        lines.append(says)
    if part.facts is not None and part.outcome != RIGHT and part.facts.correct is not None:
        lines.append(f"right: {inert(part.facts.correct.unicode)}")
    return "\n".join(lines)


def moodle(report: ClassReport) -> Files:
    """A table that Moodle's grade import takes: who, a grade and feedback for each problem, the total."""
    head: list[str | float] = ["Username", "Email address", "Full name"]
    for problem in report.problems:
        head += [problem.title, f"{problem.title} (feedback)"]
    rows = [[*head, "Total"]]
    for student in report.students:
        row: list[str | float] = [student.id, student.email, student.name]
        for case in student.cases:
            row += [case.score, " | ".join(_short(case, part) for part in case.parts)]
        rows.append([*row, student.score])
    return {"": table_text(rows)}


def _short(case: CaseFacts, part: PartFacts) -> str:
    return part.sentence if len(case.parts) == 1 else f"{part.name}: {part.sentence}"


def junit(report: ClassReport) -> Files:
    """JUnit's XML: a suite for each student, a case for each answer."""
    titles = {problem.id: problem.title for problem in report.problems}
    root = ElementTree.Element("testsuites", name=_xml(report.title))
    totals = [0, 0, 0, 0]
    for student in report.students:
        suite = ElementTree.SubElement(root, "testsuite", name=_xml(student.id))
        counts = [0, 0, 0, 0]
        for case in student.cases:
            for part in case.parts:
                name = _xml(_named(case, part, titles))
                made = ElementTree.SubElement(suite, "testcase", classname=_xml(case.problem), name=name)
                kind = JUNIT[part.outcome]
                counts[0] += 1
                if kind is not None:
                    counts[COUNTED.index(kind)] += 1
                    told = ElementTree.SubElement(made, kind, message=_xml(part.sentence))
                    if kind != "skipped":
                        told.set("type", part.outcome)
                        told.text = _xml(feedback(part))
        for name, count in zip(("tests", *COUNTED[1:]), counts, strict=True):
            suite.set(name if name == "tests" or name == "skipped" else f"{name}s", str(count))
        totals = [a + b for a, b in zip(totals, counts, strict=True)]
    for name, count in zip(("tests", "failures", "errors"), totals, strict=False):
        root.set(name, str(count))
    ElementTree.indent(root)
    return {"": '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"}


COUNTED = ("", "failure", "error", "skipped")

JUNIT: Mapping[str, str | None] = MappingProxyType(
    {"right": None, "wrong": "failure", "unreadable": "failure", "not decided": "error", "no answer": "skipped"}
)
"""How an outcome is called in JUnit's XML; None where the case is simply passed."""


def _xml(text: str) -> str:
    """A text that XML can hold: control signs and halves of characters are replaced; line breaks stay."""
    return "\n".join(inert(line) for line in text.split("\n"))


_LIST = (
    Export("gradescope", True, "results.json for each student, in a folder", gradescope),
    Export("moodle", False, "a CSV of grades and feedback", moodle),
    Export("junit", False, "JUnit's XML, a case for each answer", junit),
)

EXPORTS: Mapping[str, Export] = MappingProxyType({export.name: export for export in _LIST})


def export_named(name: str) -> Export:
    """The export of that name.

    Raises:
        OptionProblem: there is none; the hint says which there are.
    """
    if name not in EXPORTS:
        close = nearest(name, EXPORTS)
        hint = f"did you mean {close!r}?" if close else f"the exports are {', '.join(EXPORTS)}"
        raise OptionProblem(f"there is no export {name!r}", hint=hint)
    return EXPORTS[name]
