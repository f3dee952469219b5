"""What the columns of a file of submissions are called, in ours and in other systems' exports."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from gradviz.checking.grading.problems import Problem
from gradviz.syntax.names import canonical

Role = Literal["id", "name", "first name", "last name", "email", "problem", "part", "answer"]

ROLES: Mapping[Role, tuple[str, ...]] = MappingProxyType(
    {
        "id": (
            "student",
            "id",
            "student id",
            "studentid",
            "sid",
            "id number",
            "username",
            "user",
            "login",
            "matriculation",
        ),
        "name": ("name", "full name", "student name"),
        "first name": ("first name", "given name", "firstname"),
        "last name": ("last name", "surname", "family name", "lastname"),
        "email": ("email", "email address", "e-mail", "mail", "e-mail address"),
        "problem": ("problem", "problem id", "question", "exercise", "task"),
        "part": ("part", "wrt"),
        "answer": ("answer", "response", "submission", "solution"),
    }
)
"""Names of columns, without regard to case; the first of a role that a file has is taken."""

_NUMBERED = re.compile(r"(?:response|question|problem|q|p|answer)[\s_#]*(\d{1,4})(?:[\s_:]*(?:response|answer))?")


@dataclass(frozen=True, slots=True)
class Columns:
    """What is where.

    Args:
        roles: the column of each role that there is.
        answers: columns that hold the answers to one problem (and one part of it, or None for all), of a wide file.
        unused: columns that say nothing to us.
    """

    roles: Mapping[Role, int]
    answers: tuple[tuple[int, str, str | None], ...]
    unused: tuple[int, ...]

    @property
    def long(self) -> bool:
        """Whether a row holds one answer, and says to which problem."""
        return "problem" in self.roles and "answer" in self.roles


def columns_of(header: Sequence[str], problems: Sequence[Problem]) -> Columns:
    """Read a row of names.

    Example:
        >>> columns_of(["Student", "problem", "answer"], ()).long
        True
    """
    names = [" ".join(name.replace("\ufeff", "").split()).casefold() for name in header]
    roles: dict[Role, int] = {}
    for role, known in ROLES.items():
        found = [names.index(name) for name in known if name in names]
        if found:
            roles[role] = found[0]
    taken = set(roles.values())
    by_problem = {i: problem for i, name in enumerate(names) if (problem := answer_of(name, problems)) is not None}
    if "problem" in roles and "answer" in roles:
        by_problem = {}
    else:
        roles = {role: i for role, i in roles.items() if i not in by_problem}
        by_problem |= {
            i: one for i, one in _numbered(names, problems).items() if i not in taken and i not in by_problem
        }
    answers = tuple((i, id, part) for i, (id, part) in sorted(by_problem.items()))
    used = {*roles.values(), *by_problem}
    return Columns(roles, answers, tuple(i for i in range(len(names)) if i not in used))


def answer_of(name: str, problems: Sequence[Problem]) -> tuple[str, str | None] | None:
    """The problem and the part that a name means: `q1`, its title, `q1.x`, `q1 x`, `q1:x`.

    Args:
        name: of a column, or what a row has in its column of problems; without regard to case.
        problems: all that there are.
    """
    name = " ".join(name.split()).casefold()
    for problem in problems:
        if name in (problem.id.casefold(), " ".join(problem.title.split()).casefold()):
            return problem.id, None
    for problem in problems:
        for sign in ".: _/":
            head, separator, tail = name.rpartition(sign)
            parts = {canonical(part.name).casefold(): part.name for part in problem.parts}
            if separator and head.strip() == problem.id.casefold() and canonical(tail.strip()) in parts:
                return problem.id, parts[canonical(tail.strip())]
    return None


def _numbered(names: Sequence[str], problems: Sequence[Problem]) -> dict[int, tuple[str, str | None]]:
    """Columns such as `Response 1` of an export: the problems in order."""
    found: dict[int, tuple[str, str | None]] = {}
    for i, name in enumerate(names):
        match = _NUMBERED.fullmatch(name)
        if match and 1 <= int(match[1]) <= len(problems):
            found[i] = (problems[int(match[1]) - 1].id, None)
    return found
