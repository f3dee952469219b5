"""Problems: what is asked, for how many points, and what partly right answers earn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from gradviz.explanation.data.grading import ProblemKind
from gradviz.explanation.data.values import Math

STEPS = "steps"
"""What the only part of staged work is called."""


@dataclass(frozen=True, slots=True)
class Credit:
    """What answers earn that are not simply right, as shares of the points.

    Args:
        mistakes: by the mistake's name, its family, or a pattern (`sign of *`), in the order of the file.
        single: for an answer that one known mistake explains.
        follows: for a line of staged work that is right given a wrong one.
        agreement: for an answer that agrees at all points, unproved.
    """

    mistakes: tuple[tuple[str, Fraction], ...] = ()
    single: Fraction = Fraction(0)
    follows: Fraction = Fraction(1)
    agreement: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Part:
    """One answer that is asked for.

    Args:
        name: as submissions name it.
        wrt: the inputs to differentiate by, one after the other; of staged work the gradients that must be reached.
        points: for it.
        symbol: what is asked for (`∂f/∂x`); None for staged work.
    """

    name: str
    wrt: tuple[str, ...]
    points: Fraction
    symbol: Math | None = None


@dataclass(frozen=True, slots=True)
class Vary:
    """A number that differs by student, one of these."""

    name: str
    choices: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem.

    Args:
        id: short and unique.
        title: for people.
        source: the program; names of `vary` stand for numbers in it.
        origin: what errors call it.
        kind: an answer each, or staged work.
        parts: what is asked for; of staged work one part, whose `wrt` are the gradients that must be reached.
        order: how often each answer is differentiated.
        of: the output, where it is not the last statement.
        at: a point, as text; "" for none.
        points: of the parts together.
        lines: of staged work, points by gradient; empty where they are shared equally.
        digits: decimals are judged by so many at most.
        credit: what partly right answers earn.
        vary: what differs by student.
        such_that: what these numbers obey.
    """

    id: str
    title: str
    source: str
    origin: str
    kind: ProblemKind
    parts: tuple[Part, ...]
    points: Fraction
    order: int = 1
    of: str | None = None
    at: str = ""
    lines: Mapping[str, Fraction] = field(default_factory=dict)
    digits: int | None = None
    credit: Credit = Credit()
    vary: tuple[Vary, ...] = ()
    such_that: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProblemSet:
    """A file of problems: its title, the problems, the seed of the variants, and a hash of the text."""

    title: str
    problems: tuple[Problem, ...]
    seed: int
    fingerprint: str

    def named(self, id: str) -> Problem:
        """The problem of that id."""
        return next(problem for problem in self.problems if problem.id == id)
