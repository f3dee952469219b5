"""Every student's own numbers in a problem, with the right answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from gradviz.errors import OptionProblem

FilePath = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Variants:
    """Every student's numbers, programs and right answers.

    Args:
        rows: a row for each student, problem and part: see `COLUMNS` in `render/grading_variants.py`.
    """

    rows: tuple[tuple[str, ...], ...]

    def saved_as(self, form: str) -> str:
        """As `csv`, `json` or `md`.

        Raises:
            OptionProblem: there is no such form.
        """
        from gradviz.render.grading_variants import written

        return written(self.rows, form)


def variants(
    problems: FilePath,
    *,
    students: FilePath | None = None,
    count: int | None = None,
    seed: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Variants:
    """The variants of problems by student, with the right answers.

    Args:
        problems: a TOML file of problems.
        students: a CSV file with a column of students.
        count: or how many students there are; they are called 1, 2, 3, …
        seed: instead of the one in the file.
        on_progress: is told how many are done, of how many.

    Raises:
        UserError: a file is wrong, or both or none of `students` and `count` are given.
    """
    from gradviz.checking.grading.keying import key_rows
    from gradviz.checking.grading.submissions import read_roster
    from gradviz.checking.grading.toml_reading import read_problems

    if (students is None) == (count is None):
        raise OptionProblem("variants are for a list of students or for a number of them", hint="give one of the two")
    if count is not None and not 1 <= count <= 100_000:
        raise OptionProblem(f"the number of students is from 1 to 100,000, not {count}")
    asked = read_problems(Path(problems))
    if seed is not None:
        asked = replace(asked, seed=seed)
    names = read_roster(Path(students)) if students is not None else tuple(str(i + 1) for i in range(count or 0))
    return Variants(key_rows(asked, names, on_progress or (lambda done, total: None)))
