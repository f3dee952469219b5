"""The teacher's key: every student's numbers, program, and the right answers by our verified formulas."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradviz.checking.grading.asking import posed
from gradviz.checking.grading.judging import correct_answer
from gradviz.checking.grading.problems import Part, Problem, ProblemSet
from gradviz.checking.grading.varying import draw, variant_source
from gradviz.explanation.mathematics import partial_math

Row = tuple[str, str, str, str, str, str]
"""Student, problem, numbers, program, what is asked, the right answer."""


def key_rows(asked: ProblemSet, students: Sequence[str], told: Callable[[int, int], None]) -> tuple[Row, ...]:
    """A row for each student and each answer that is asked; equal variants are worked out once.

    Raises:
        ValueProblem: a student's numbers cannot be drawn.
    """
    known: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    rows: list[Row] = []
    told(0, len(students))
    for done, student in enumerate(students, start=1):
        for problem in asked.problems:
            values = draw(problem, student, asked.seed) if problem.vary else {}
            source = variant_source(problem, values) if values else problem.source
            said = ", ".join(f"{name} = {value}" for name, value in values.items())
            place = (problem.id, source)
            if place not in known:
                known[place] = tuple(pair for part in problem.parts for pair in _part_answers(problem, part, source))
            rows += [(student, problem.id, said, source, symbol, answer) for symbol, answer in known[place]]
        told(done, len(students))
    return tuple(rows)


def _part_answers(problem: Problem, part: Part, source: str) -> list[tuple[str, str]]:
    """What is asked, and the right answer: "" where there is no short verified form."""
    made = posed(source, problem.at, problem.of, part.wrt[0])
    if problem.kind == "answer":
        found = correct_answer(made.asked(problem.of, part.wrt))
        return [("" if part.symbol is None else part.symbol.text, "" if found is None else found.text)]
    pairs = []
    for name in part.wrt:
        symbol = partial_math(made.built.output_name, name).text
        known = correct_answer(made.asked(problem.of, (name,))) if name in made.built.inputs else None
        pairs.append((symbol, "" if known is None else known.text))
    return pairs
