"""From cases and results to the records that reports show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from gradviz.checking.grading.mistakes import is_listed
from gradviz.checking.grading.planning import Case, Entry, Plan
from gradviz.checking.grading.problems import STEPS, ProblemSet
from gradviz.checking.grading.scoring import Score, number, scored
from gradviz.checking.grading.statistics import hardest, middle, problem_facts
from gradviz.checking.grading.submissions import Student
from gradviz.checking.grading.tasks import Judged, stopped
from gradviz.checking.grading.titles import program_math
from gradviz.explanation.data.grading import CaseFacts, ClassReport, Look, Outcome, PartFacts, StudentFacts
from gradviz.explanation.data.values import Math

NO_ANSWER = "no answer"

_DEVICES = (*["con", "prn", "aux", "nul"], *(f"{port}{i}" for port in ("com", "lpt") for i in range(10)))
RESERVED = frozenset(("index", *_DEVICES))
"""Names that no student's file gets: the overview's, and those of devices under Windows."""

Results = Mapping[str, Judged]
Settings = tuple[tuple[str, str], ...]


def class_report(
    asked: ProblemSet, plan: Plan, results: Results, troubles: Sequence[str] = (), settings: Settings = ()
) -> ClassReport:
    """A class graded.

    Args:
        asked: the problems.
        plan: what every student was asked and handed in.
        results: by the task's key; a task without one was not judged.
        troubles: what is wrong with rows of the file.
        settings: choices in words.
    """
    anchors = _anchors([student.id for student, _ in plan.rows])
    students = tuple(
        _student(student, cases, anchor, results) for (student, cases), anchor in zip(plan.rows, anchors, strict=True)
    )
    scores = [student.score for student in students]
    problems = tuple(
        problem_facts(problem, [student.cases[i] for student in students]) for i, problem in enumerate(asked.problems)
    )
    return ClassReport(
        title=asked.title,
        problems=problems,
        students=students,
        points=number(sum((problem.points for problem in asked.problems), Fraction(0))),
        mean=round(sum(scores) / len(scores), 4) if scores else None,
        median=middle(scores),
        hardest=hardest(problems),
        look=tuple(_looks(students)),
        troubles=(*_unlisted(asked), *troubles),
        settings=settings,
    )


def _unlisted(asked: ProblemSet) -> list[str]:
    """What is said of credit for mistakes that no table has: they may be found all the same, or never."""
    return [
        f"problem {problem.id}: credit for {name!r}: no listed mistake has that name (gradviz grade --mistakes)"
        for problem in asked.problems
        for name, _ in problem.credit.mistakes
        if not is_listed(name)
    ]


def _anchors(ids: Sequence[str]) -> list[str]:
    """For each id a name of letters, digits and hyphens that no other has, whatever the case.

    Files are called by them: none is that of the overview, nor of a device.
    """
    taken = set(RESERVED)
    made = []
    for i, id in enumerate(ids):
        plain = unicodedata.normalize("NFKD", id).encode("ascii", "ignore").decode()
        stem = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:60] or f"student-{i + 1}"
        anchor, count = stem, 1
        while anchor.casefold() in taken:
            count += 1
            anchor = f"{stem}-{count}"
        taken.add(anchor.casefold())
        made.append(anchor)
    return made


def _student(student: Student, cases: Sequence[Case], anchor: str, results: Results) -> StudentFacts:
    made = tuple(_case(case, results) for case in cases)
    return StudentFacts(
        id=student.id,
        name=student.name,
        email=student.email,
        anchor=anchor,
        cases=made,
        score=round(sum(case.score for case in made), 4),
        points=round(sum(case.points for case in made), 4),
    )


def _case(case: Case, results: Results) -> CaseFacts:
    judged = [_part(case, entry, results) for entry in case.entries]
    parts = tuple(part for part, _ in judged)
    looks = [part.sentence for part, look in judged if look]
    return CaseFacts(
        problem=case.problem.id,
        source=case.source,
        title=_title(case.source, case.problem.at),
        parts=parts,
        score=number(sum((Fraction(str(part.score)) for part in parts), Fraction(0))),
        points=number(case.problem.points),
        variant=tuple((name, str(value)) for name, value in case.values.items()),
        notes=case.notes,
        look=looks[0] if looks else "",
    )


@lru_cache(4096)
def _title(source: str, at: str) -> Math | None:
    return program_math(source, at)


def _part(case: Case, entry: Entry, results: Results) -> tuple[PartFacts, bool]:
    """A part's record, and whether the teacher should look at it."""
    outcome, score, judged = _outcome(case, entry, results)
    given = entry.given
    return (
        PartFacts(
            name=entry.part.name,
            symbol=entry.part.symbol,
            given="" if given is None else given.text,
            outcome=outcome,
            score=number(score.earned),
            points=number(entry.part.points),
            sentence=score.sentence,
            place="" if given is None else given.place,
            facts=None if judged is None else judged.facts,
            lines=() if judged is None else judged.lines,
            credits=score.credits,
        ),
        outcome == "not decided",
    )


def _outcome(case: Case, entry: Entry, results: Results) -> tuple[Outcome, Score, Judged | None]:
    if entry.trouble:
        return "unreadable", Score(Fraction(0), entry.trouble), None
    if entry.task is None:
        return "no answer", Score(Fraction(0), NO_ANSWER), None
    judged = results.get(entry.task.key) or stopped("crash")
    return judged.outcome, scored(case.problem, entry.part, judged), judged


def _looks(students: Sequence[StudentFacts]) -> list[Look]:
    return [
        Look(
            student.id, student.anchor, case.problem, "" if part.name == STEPS else part.name, part.given, part.sentence
        )
        for student in students
        for case in student.cases
        for part in case.parts
        if part.outcome == "not decided"
    ]
