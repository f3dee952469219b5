"""The marked pictures of a graded class: each graph explained once, marked where a step is wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from gradviz.checking.grading.asking import posed
from gradviz.checking.grading.problems import Problem, ProblemSet
from gradviz.checking.report import picture_of
from gradviz.errors import UserError
from gradviz.explanation.data import ExplanationData
from gradviz.explanation.data.grading import CaseFacts, ClassReport, PartFacts
from gradviz.explanation.marking import marked, strongest

LINE_MARKS = {"right": "right", "wrong": "wrong", "follows": "follows"}
"""The verdicts on lines that mark the node whose gradient they compute."""


def with_pictures(report: ClassReport, asked: ProblemSet) -> ClassReport:
    """The report with a picture for every case in which a node is marked; equal cases share it."""
    explained: dict[tuple[str, str], ExplanationData | None] = {}
    pictures: dict[str, ExplanationData] = {}
    students = tuple(
        replace(student, cases=tuple(_pictured(case, asked, explained, pictures) for case in student.cases))
        for student in report.students
    )
    return replace(report, students=students, pictures=pictures)


def _pictured(
    case: CaseFacts,
    asked: ProblemSet,
    explained: dict[tuple[str, str], ExplanationData | None],
    pictures: dict[str, ExplanationData],
) -> CaseFacts:
    marks = strongest([mark for part in case.parts for mark in marks_of(part)])
    if not marks:
        return case
    place = (case.problem, case.source)
    if place not in explained:
        explained[place] = _explained(asked.named(case.problem), case.source)
    data = explained[place]
    if data is None:
        return case
    key = picture_key(place, marks)
    if key not in pictures:
        pictures[key] = marked(data, marks)
    return replace(case, picture=key)


def marks_of(part: PartFacts) -> list[tuple[str, str]]:
    """Nodes and marks: where the likeliest mistake was made; of staged work every line's node."""
    if part.lines:
        return [(line.node, LINE_MARKS[line.verdict]) for line in part.lines if line.verdict in LINE_MARKS]
    if part.facts is not None and part.facts.verdict == "wrong" and part.facts.mistakes:
        return [(part.facts.mistakes[0].node, "wrong")]
    return []


def picture_key(place: tuple[str, str], marks: Mapping[str, str]) -> str:
    """A name for a picture, of letters and digits."""
    text = json.dumps([*place, sorted(marks.items())])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _explained(problem: Problem, source: str) -> ExplanationData | None:
    """The problem explained; None where no picture can be made of it."""
    inputs = problem.parts[0].wrt
    try:
        built = posed(source, problem.at, problem.of, inputs[0]).built
        return picture_of(built, source, [name for name in inputs if name in built.inputs])
    except UserError:
        return None
