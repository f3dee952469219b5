"""A class graded: what was asked, what every student handed in and earned, and what the teacher should know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gradviz.explanation.data.checks import AnswerFacts, LineFacts
from gradviz.explanation.data.explanation import ExplanationData
from gradviz.explanation.data.values import Math

Outcome = Literal["right", "wrong", "not decided", "unreadable", "no answer"]
"""A verdict, or why there is none. "not decided" is for the teacher to look at, and earns nothing until then."""

ProblemKind = Literal["answer", "steps"]


@dataclass(frozen=True, slots=True)
class LineCredit:
    """What one line of staged work earned.

    Args:
        line: its number, as in `LineFacts.number`.
        score, points: what it earned, of how much.
        sentence: why, where that is not plain ("follows from line 2").
        place: which of `PartFacts.lines` it is, from 0: `dq, dz = z, q` is two of them on one line.
    """

    line: int
    score: float
    points: float
    sentence: str = ""
    place: int = 0


@dataclass(frozen=True, slots=True)
class PartFacts:
    """One answer that was asked for, as one student gave it.

    Args:
        name: of the part, as in the problem (`x`); "steps" for staged work.
        symbol: what was asked for (`∂f/∂x`); None for staged work.
        given: the answer exactly as handed in; "" if there is none.
        outcome: right, wrong, not decided, unreadable, no answer.
        score, points: what it earned, of how much.
        sentence: what came of it, and why it earned what it did, for the student ("half the points: the only mistake
            is the sign of cos′", "could not be read: …").
        place: where the answer stands in the file, for people (`class.csv:12, column answer`); "" if nowhere.
        facts: the answer judged; None where nothing was judged (unreadable, no answer, the time limit).
        lines, credits: of staged work, line by line; empty otherwise. Credits are of the lines that earn points.
    """

    name: str
    symbol: Math | None
    given: str
    outcome: Outcome
    score: float
    points: float
    sentence: str
    place: str = ""
    facts: AnswerFacts | None = None
    lines: tuple[LineFacts, ...] = ()
    credits: tuple[LineCredit, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What one student handed in for one problem.

    Args:
        problem: the problem's id, as in `ProblemFacts.id`.
        source: the program as this student had it.
        title: the same as mathematics; None where it could not be built.
        parts: the answers asked for, in the problem's order.
        score, points: the sums over the parts.
        variant: of a problem with variants, this student's numbers: ("a", "7").
        picture: a key of `ClassReport.pictures`; "" where there is none.
        notes: what else is to be said ("the second of two submissions").
        look: why the teacher should look at it; "" where there is no need.
    """

    problem: str
    source: str
    title: Math | None
    parts: tuple[PartFacts, ...]
    score: float
    points: float
    variant: tuple[tuple[str, str], ...] = ()
    picture: str = ""
    notes: tuple[str, ...] = ()
    look: str = ""


@dataclass(frozen=True, slots=True)
class StudentFacts:
    """One student.

    Args:
        id: as in the file; unique in the class.
        name, email: passed through; "" where the file has none.
        anchor: letters, digits and hyphens only, unique in the class: the name of an HTML anchor and of a file.
        cases: one per problem, in the problems' order, also where nothing was handed in.
        score, points: the sums over the cases.
    """

    id: str
    name: str
    email: str
    anchor: str
    cases: tuple[CaseFacts, ...]
    score: float
    points: float


@dataclass(frozen=True, slots=True)
class MistakeCount:
    """How often a mistake was made in a problem.

    Args:
        name: of the mistake (`MistakeFacts.name`).
        count: in how many answers.
        explanation: of the commonest answer with it.
        examples: answers with it, the commonest first, at most three: each with how often it was given.
    """

    name: str
    count: int
    explanation: str
    examples: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """A wrong answer that no mistake explains: how often it was given, and by what it is off ("" if not simple)."""

    text: str
    count: int
    offset: str = ""


@dataclass(frozen=True, slots=True)
class ProblemFacts:
    """One problem, and how the class did.

    Args:
        id, title: from the file.
        source: the program as written, before any variant.
        formula: the same as mathematics; None for a problem with variants.
        symbols: what is asked for.
        kind: an answer each, or staged work.
        points: for everything that is asked.
        varies: whether every student has other numbers.
        outcomes: how many answers came out how, every outcome of `Outcome` in its order (of several parts asked, every
            part counts; of staged work, the whole).
        mean: the mean score of all students; None without students.
        earned: the same as a share of the points, 0 to 1.
        mistakes: the commonest first.
        unexplained: the commonest wrong answers that no mistake explains.
    """

    id: str
    title: str
    source: str
    formula: Math | None
    symbols: tuple[Math, ...]
    kind: ProblemKind
    points: float
    varies: bool
    outcomes: Mapping[Outcome, int]
    mean: float | None
    earned: float | None
    mistakes: tuple[MistakeCount, ...] = ()
    unexplained: tuple[WrongAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """Something for the teacher to look at: a student's id and anchor, the problem's id, the part, and why."""

    student: str
    anchor: str
    problem: str
    part: str
    given: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ClassReport:
    """A class graded.

    Args:
        title: from the file of problems, or its name.
        problems: in the file's order, with the statistics.
        students: in the order of the file of submissions.
        points: that can be had.
        mean, median: of the students' scores; None without students.
        hardest: ids of problems, the smallest share of points earned first; empty if there is one problem only.
        look: what the teacher should look at: what was not decided, or ended by a limit.
        troubles: what is wrong with rows of the file of submissions, each a sentence with file, row and column.
        pictures: graphs with the nodes marked, by key, shared by equal cases; empty unless the format draws them.
        settings: choices in words, in pairs such as ("duplicates", "the last one counts").
    """

    title: str
    problems: tuple[ProblemFacts, ...]
    students: tuple[StudentFacts, ...]
    points: float
    mean: float | None
    median: float | None
    hardest: tuple[str, ...] = ()
    look: tuple[Look, ...] = ()
    troubles: tuple[str, ...] = ()
    pictures: Mapping[str, ExplanationData] = field(default_factory=dict)
    settings: tuple[tuple[str, str], ...] = ()
    schema: int = 1
