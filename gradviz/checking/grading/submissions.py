"""Reading a file of submissions: CSV as spreadsheets and other systems write it, with nothing lost."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from gradviz.checking.grading.headers import Columns, Role, answer_of, columns_of
from gradviz.checking.grading.problems import Problem
from gradviz.checking.grading.rows import LIMIT, decoded, rows_of
from gradviz.errors import FileProblem, nearest
from gradviz.files import contents

MAX_TROUBLES = 1000
LONGEST_QUOTED = 60

Duplicates = Literal["last", "first"]

HINT = "it needs a column student (or email), and either problem and answer, or a column for each problem"


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it was handed in: the text, and where it stands ("class.csv:12, column answer")."""

    text: str
    place: str
    line: int


@dataclass(slots=True)
class Student:
    """A student's rows together.

    Args:
        id: as in the file, or what the row is called where it names nobody.
        name, email: as in the file.
        answers: by problem and part (None where a text answers all parts), all that were given, in order.
    """

    id: str
    name: str = ""
    email: str = ""
    answers: dict[tuple[str, str | None], list[Given]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submissions:
    """A file of submissions.

    Args:
        students: in the order in which they first appear.
        troubles: what is wrong with rows, in sentences.
        fingerprint: a hash of the file.
    """

    students: tuple[Student, ...]
    troubles: tuple[str, ...]
    fingerprint: str


def read_submissions(path: Path, problems: Sequence[Problem]) -> Submissions:
    """Read a file of submissions.

    UTF-8 with or without a byte order mark (or UTF-16 with one), separated by commas, semicolons or tabs; texts in
    quotes may have several lines.

    Raises:
        FileProblem: it cannot be read, or has no columns that could be submissions.
    """
    data = contents(path, LIMIT, "split it into several files")
    text, troubles = decoded(data, path.name)
    rows = rows_of(text, path.name)
    header = next(rows, None)
    if header is None:
        raise FileProblem(f"{path.name} is empty", hint=HINT)
    columns = columns_of(header[1], problems)
    _check_columns(columns, header[1], path.name)
    reader = _Reader(path.name, header[1], columns, problems, troubles)
    for line, row in rows:
        reader.take(line, row)
    reader.tell_likes()
    shown = tuple(troubles[:MAX_TROUBLES])
    if len(troubles) > MAX_TROUBLES:
        shown = (*shown, f"{path.name}: {len(troubles) - MAX_TROUBLES:,} more rows have something wrong")
    return Submissions(tuple(reader.students.values()), shown, hashlib.sha256(data).hexdigest())


def read_roster(path: Path) -> tuple[str, ...]:
    """The students' ids in a file that has a column for them, each once, in order.

    Raises:
        FileProblem: it cannot be read, or no column says which student.
    """
    text, _ = decoded(contents(path, LIMIT, "split it into several files"), path.name)
    rows = rows_of(text, path.name)
    header = next(rows, None)
    if header is None:
        raise FileProblem(f"{path.name} is empty", hint="it needs a column student")
    roles = columns_of(header[1], ()).roles
    if not IDENTITY & set(roles):
        raise FileProblem(f"{path.name}:1: no column says which student", hint="it needs a column student")
    ids = (identity(row + [""] * (len(header[1]) - len(row)), roles)[0] for _, row in rows)
    return tuple(dict.fromkeys(id for id in ids if id))


IDENTITY = frozenset({"id", "email", "name", "last name"})
"""The columns of which one says which student it is."""


def identity(row: Sequence[str], roles: Mapping[Role, int]) -> tuple[str, str, str]:
    """A row's student: id, name, email. Without an id the email stands for it, or else the name."""

    def cell(role: Role) -> str:
        # Two ways to write é are one: files from different systems name the same student.
        return unicodedata.normalize("NFC", row[roles[role]].strip()) if role in roles else ""

    name = cell("name") or f"{cell('first name')} {cell('last name')}".strip()
    return cell("id") or cell("email") or name, name, cell("email")


def _check_columns(columns: Columns, header: Sequence[str], name: str) -> None:
    listed = ", ".join(repr(_short(cell)) for cell in header[:12])
    if not IDENTITY & set(columns.roles):
        raise FileProblem(f"{name}:1: no column says which student; there are {listed}", hint=HINT)
    if not columns.long and not columns.answers:
        raise FileProblem(f"{name}:1: no column holds answers; there are {listed}", hint=HINT)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_QUOTED else text[: LONGEST_QUOTED - 1] + "…"


class _Reader:
    """Takes one row after the other; what is wrong with one is noted, and its answers are kept all the same."""

    def __init__(
        self, name: str, header: Sequence[str], columns: Columns, problems: Sequence[Problem], troubles: list[str]
    ) -> None:
        self.name, self.header, self.columns, self.problems, self.troubles = name, header, columns, problems, troubles
        self.students: dict[str, Student] = {}
        self.first: dict[str, int] = {}

    def take(self, line: int, row: list[str]) -> None:
        if len(row) > len(self.header):
            extra = _short(", ".join(row[len(self.header) :]))
            if extra.strip(" ,"):
                self._tell(line, f"there are {len(row)} cells and {len(self.header)} columns; not read: {extra!r}")
        row = row + [""] * (len(self.header) - len(row))
        student = self._student(line, row)
        if self.columns.long:
            self._long(line, row, student)
        for column, problem, part in self.columns.answers:
            self._give(student, problem, part, row[column], line, column)

    def tell_likes(self) -> None:
        """Say which students may be one: their ids differ only in case, width or spaces."""
        seen: dict[str, str] = {}
        for id, line in self.first.items():
            plain = "".join(unicodedata.normalize("NFKC", id).casefold().split())
            former = seen.setdefault(plain, id)
            if former != id:
                says = f"{_short(id)!r} and {_short(former)!r} in line {self.first[former]} are graded as two students"
                self._tell(line, says, self._column_of_id())

    def _column_of_id(self) -> int | None:
        return next((self.columns.roles[role] for role in ("id", "email", "name") if role in self.columns.roles), None)

    def _tell(self, line: int, says: str, column: int | None = None) -> None:
        self.troubles.append(f"{self._place(line, column)}: {says}")

    def _place(self, line: int, column: int | None) -> str:
        at = f"{self.name}:{line}"
        return at if column is None else f"{at}, column {_short(self.header[column])}"

    def _cell(self, row: Sequence[str], role: Role) -> str:
        return row[self.columns.roles[role]].strip() if role in self.columns.roles else ""

    def _student(self, line: int, row: Sequence[str]) -> Student:
        id, name, email = identity(row, self.columns.roles)
        if not id:
            self._tell(line, "no student is named; the row is graded on its own")
            id = f"(line {line})"
        student = self.students.setdefault(id, Student(id))
        self.first.setdefault(id, line)
        student.name, student.email = student.name or name, student.email or email
        return student

    def _long(self, line: int, row: Sequence[str], student: Student) -> None:
        column = self.columns.roles["problem"]
        asked, part = self._cell(row, "problem"), self._cell(row, "part")
        found = answer_of(f"{asked}.{part}" if part else asked, self.problems) or (
            answer_of(asked, self.problems) if not part else None
        )
        if found is None:
            known = [problem.id for problem in self.problems]
            close = nearest(asked, known)
            advice = f"did you mean {close!r}?" if close else f"the problems are {', '.join(known[:20])}"
            wanted = f"{asked}.{part}" if part else asked
            self._tell(line, f"there is no problem {_short(wanted)!r} ({advice}); the answer was not graded", column)
            return
        answer = self.columns.roles["answer"]
        self._give(student, *found, row[answer], line, answer)

    def _give(self, student: Student, problem: str, part: str | None, text: str, line: int, column: int) -> None:
        given = Given(text, self._place(line, column), line)
        student.answers.setdefault((problem, part), []).append(given)


PLACES = MappingProxyType({"last": -1, "first": 0})


def counted(given: Sequence[Given], duplicates: Duplicates) -> tuple[Given, str]:
    """The answer of several that counts, and what is said of that; one that is empty does not count.

    Example:
        >>> first, second = Given("2*x", "a.csv:2", 2), Given("2", "a.csv:7", 7)
        >>> counted([first, second], "last")
        (Given(text='2', place='a.csv:7', line=7), 'answered 2 times, in lines 2 and 7: the last one counts')
    """
    filled = [one for one in given if one.text.strip()]
    if len(filled) <= 1:
        return (filled or list(given))[0], ""
    lines = [str(one.line) for one in filled]
    listed = ", ".join(lines[:-1]) + f" and {lines[-1]}"
    return filled[PLACES[duplicates]], f"answered {len(filled)} times, in lines {listed}: the {duplicates} one counts"
