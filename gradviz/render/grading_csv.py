"""A graded class as a table of scores, in CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from gradviz.explanation.data import ClassReport, StudentFacts
from gradviz.render.inert import inert
from gradviz.render.options import Options

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell begins with that spreadsheets compute (OWASP, CSV injection), and the same signs in full width."""

_LATER = re.compile(r"(;[\s'\"]*)(?=[=+\-@＝＋－＠])")
"""Where a cell would begin for a spreadsheet that takes semicolons for the separator, as those of many countries do."""


def render_grading_csv(report: ClassReport, options: Options) -> str:
    """A row for each student: what each problem earned, and the whole; the options change nothing."""
    head = ["student", "name", "email", *(problem.id for problem in report.problems), "score", "points", "to look at"]
    return table_text([head, *(_row(student) for student in report.students)])


def _row(student: StudentFacts) -> list[str | float]:
    look = [case.problem for case in student.cases if case.look]
    scores = [case.score for case in student.cases]
    return [student.id, student.name, student.email, *scores, student.score, student.points, " ".join(look)]


def table_text(rows: Iterable[Sequence[str | float]]) -> str:
    """Rows as CSV: numbers as they are, every text on one line and none a formula.

    Example:
        >>> print(table_text([["ada", "=1+1", 2.0]]), end="")
        ada,'=1+1,2
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([[cell(one) for one in row] for row in rows])
    return out.getvalue()


def cell(value: str | float) -> str:
    """One cell; an apostrophe before a text keeps spreadsheets from computing it.

    Example:
        >>> [cell(one) for one in (2.5, 3.0, "@SUM(A1)", " =1", "x - 1", "-x", "ada;=1")]
        ['2.5', '3', "'@SUM(A1)", "' =1", 'x - 1', "'-x", "ada;'=1"]
    """
    if not isinstance(value, str):
        return f"{value:.10g}"
    text = _LATER.sub(r"\1'", inert(value))
    return f"'{text}" if value.startswith(FORMULA) or text.strip().startswith(FORMULA) else text
