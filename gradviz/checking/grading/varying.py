"""Variants: numbers that differ by student, drawn from a seed and the student's id, put into the program's tree."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from gradviz.checking.grading.constraints import constraints_of
from gradviz.checking.grading.numbers_in import Values, put_in
from gradviz.checking.grading.problems import Problem
from gradviz.errors import ValueProblem
from gradviz.syntax.parser import parse
from gradviz.syntax.show import program_text
from gradviz.syntax.tree import Define, Program, Statement

if TYPE_CHECKING:
    from gradviz.checking.grading.making import Refuse

MAX_DRAWS = 10_000
"""Draws after which the constraints are taken to be impossible."""


def first_variant(problem: Problem, refuse: Refuse) -> str:
    """The program of some variant, to try out what is asked."""
    if not problem.vary:
        return problem.source
    try:
        return variant_source(problem, draw(problem, "", 0))
    except ValueProblem as error:
        refuse("such_that" if problem.such_that else "vary", error.message, error.hint)


def draw(problem: Problem, student: str, seed: int) -> dict[str, Fraction]:
    """A student's numbers: always the same for the same seed, problem and student, on every machine.

    Raises:
        ValueProblem: nothing that was drawn obeys the constraints.
    """
    constraints = constraints_of(problem.such_that)
    for attempt in range(MAX_DRAWS):
        values = {
            one.name: one.choices[_index(len(one.choices), seed, problem.id, student, one.name, attempt)]
            for one in problem.vary
        }
        if all(constraint.holds(values) for constraint in constraints):
            return values
    raise ValueProblem(
        f"no numbers for problem {problem.id} obey {' and '.join(problem.such_that)}",
        hint=f"{MAX_DRAWS:,} draws were tried: give more choices, or fewer constraints",
    )


def _index(count: int, *drawn_for: object) -> int:
    """A number below `count` that depends on all that it is drawn for, and on nothing else."""
    text = "\x1f".join(map(str, drawn_for))
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()) % count


def variant_source(problem: Problem, values: Values) -> str:
    """The program with numbers in the place of the names that vary.

    The numbers are put into the tree, exactly, and the tree is written: a name inside another one, or behind a minus
    sign, comes out as it should.

    Raises:
        ValueProblem: the program gives such a name a meaning of its own, or does not use it.
    """
    known = tuple(values)
    program = parse(problem.source, name=problem.origin, known=known)
    used: set[str] = set()
    statements = tuple(_put_in_statement(statement, values, used) for statement in program.statements)
    for name in values:
        if name not in used:
            raise ValueProblem(f"{name} varies, and the program does not use it", hint="leave it out of vary")
    return program_text(Program(statements, program.source))


def _put_in_statement(statement: Statement, values: Values, used: set[str]) -> Statement:
    own = (statement.name, *(statement.parameters if isinstance(statement, Define) else statement.arguments))
    for name in own:
        if name in values:
            raise ValueProblem(f"{name} varies, and the program gives it a meaning", hint="use another name in vary")
    if isinstance(statement, Define):
        return replace(statement, body=put_in(statement.body, values, used))
    if statement.expression is None:
        return statement
    return replace(statement, expression=put_in(statement.expression, values, used))
