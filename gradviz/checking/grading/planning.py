"""From problems and submissions to cases: what each student was asked, what is to be judged, and what is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from gradviz.checking.grading.problems import Part, Problem, ProblemSet
from gradviz.checking.grading.splitting import split
from gradviz.checking.grading.submissions import Duplicates, Given, Student, counted
from gradviz.checking.grading.tasks import Task
from gradviz.checking.grading.varying import draw, variant_source

LONGEST = 10_000
"""Signs of an answer; a longer one is not read: nobody differentiated it by hand."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One part of a case.

    Args:
        part: what is asked for.
        given: what counts; None where nothing was handed in.
        task: what is to be judged; None where nothing is.
        trouble: why something that was handed in is not judged.
    """

    part: Part
    given: Given | None = None
    task: Task | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One student's work on one problem: the program and numbers that this student had, part by part."""

    problem: Problem
    source: str
    values: Mapping[str, Fraction]
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: every student with a case for each problem, in order."""

    rows: tuple[tuple[Student, tuple[Case, ...]], ...]

    def tasks(self) -> list[Task]:
        """What is to be judged, each once, problem by problem so that workers keep the questions that they made."""
        found = {
            entry.task.key: entry.task
            for _, cases in self.rows
            for case in cases
            for entry in case.entries
            if entry.task is not None
        }
        return sorted(found.values(), key=lambda task: (task.source, task.wrt, task.key))


def planned(asked: ProblemSet, students: Iterable[Student], duplicates: Duplicates) -> Plan:
    """What is to be done for some students.

    Raises:
        ValueProblem: a student's numbers cannot be drawn.
    """
    return Plan(
        tuple(
            (student, tuple(_case(one, asked, student, duplicates) for one in asked.problems)) for student in students
        )
    )


def _case(problem: Problem, asked: ProblemSet, student: Student, duplicates: Duplicates) -> Case:
    values: Mapping[str, Fraction] = draw(problem, student.id, asked.seed) if problem.vary else MappingProxyType({})
    source = variant_source(problem, values) if problem.vary else problem.source
    whole = _counted(student.answers.get((problem.id, None), ()), duplicates)
    notes = [whole[1]] if whole is not None and whole[1] else []
    texts = None if whole is None else split(whole[0].text, problem.parts)
    entries = []
    for part in problem.parts:
        own = _counted(student.answers.get((problem.id, part.name), ()), duplicates)
        if own is not None and (own[0].text.strip() or whole is None):
            notes += [f"{part.name}: {own[1]}"] if own[1] else []
            entries.append(_entry(problem, part, source, own[0]))
        elif whole is None or not whole[0].text.strip():
            entries.append(Entry(part, None if whole is None else whole[0]))
        elif texts is None:
            entries.append(Entry(part, whole[0], trouble=_cannot_split(problem.parts)))
        elif part.name in texts:
            entries.append(_entry(problem, part, source, Given(texts[part.name], whole[0].place, whole[0].line)))
        else:
            entries.append(Entry(part))
    return Case(problem, source, values, tuple(entries), tuple(notes))


def _counted(given: Sequence[Given], duplicates: Duplicates) -> tuple[Given, str] | None:
    return counted(given, duplicates) if given else None


def _cannot_split(parts: Sequence[Part]) -> str:
    lines = " and ".join(f"{part.name}: …" for part in parts[:3])
    return f"could not be read: {len(parts)} answers are asked for; write {lines} on lines of their own"


def _entry(problem: Problem, part: Part, source: str, given: Given) -> Entry:
    if not given.text.strip():
        return Entry(part, given)
    if len(given.text) > LONGEST:
        return Entry(part, given, trouble=f"could not be read: the text is longer than {LONGEST:,} signs")
    task = Task(source, problem.of, problem.at, problem.kind, part.wrt, problem.digits, given.text)
    return Entry(part, given, task)
