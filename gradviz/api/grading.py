"""A class graded: problems from a file, submissions from a file, a report for the teacher and each student."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gradviz.api import showing
from gradviz.errors import OptionProblem, nearest

if TYPE_CHECKING:
    from gradviz.checking.grading.problems import ProblemSet
    from gradviz.checking.grading.running import Executor, Told
    from gradviz.explanation.data import ClassReport

FilePath = str | os.PathLike[str]
ExecutorName = Literal["local", "dask"]
EXECUTORS: tuple[ExecutorName, ...] = ("local", "dask")


@dataclass(frozen=True, eq=False)
class Graded:
    """A class graded.

    Args:
        plain: everything as plain data, without pictures.
        problems: the file of problems.
        notes: on the journal: what was taken from it, what has changed.
        taken, made: how many different answers came from the journal, and how many were judged.
    """

    plain: ClassReport
    problems: ProblemSet
    notes: tuple[str, ...] = ()
    taken: int = 0
    made: int = 0

    @property
    def scores(self) -> Mapping[str, float]:
        """Every student's score, by id."""
        return {student.id: student.score for student in self.plain.students}

    @cached_property
    def report(self) -> ClassReport:
        """The report with the marked pictures of wrong answers, drawn when it is first asked for."""
        from gradviz.checking.grading.picturing import with_pictures

        return with_pictures(self.plain, self.problems)

    def shown_as(self, form: str) -> ClassReport:
        """The report as a format needs it: with pictures where it draws them."""
        return self.report if form == "html" else self.plain

    def save(self, path: FilePath, **options: Any) -> Path:
        """Write a file in the format that its suffix says (.html, .csv, .json, .txt), and return its path.

        Raises:
            OptionProblem: the suffix or an option does not exist.
            FileProblem: the file cannot be written.
        """
        suffix = Path(os.fspath(path)).suffix.lower()
        return showing.save(self.shown_as("html" if suffix in (".html", ".htm") else suffix), path, options)

    def files(self, export: str) -> Mapping[str, str]:
        """The files of an export (`gradescope`, `moodle`, `junit`): contents by name, "" where there is one file only.

        Raises:
            OptionProblem: there is no such export.
        """
        from gradviz.render.grading_exports import export_named

        return export_named(export).files(self.plain)

    def pages(self, **options: Any) -> Mapping[str, str]:
        """A page for the teacher, `index.html`, and one for each student: contents by file name."""
        from gradviz.render.html.grading import overview_page
        from gradviz.render.html.students import student_pages
        from gradviz.render.options import Options

        report, chosen = self.report, Options(**options)
        return {**student_pages(report, chosen), "index.html": overview_page(report, chosen)}

    def _repr_html_(self) -> str:
        return showing.text_in(self.report, "html", {})

    def __str__(self) -> str:
        return showing.text_in(self.plain, "text", {})


def grade(
    problems: FilePath,
    submissions: FilePath,
    *,
    journal: FilePath | None = None,
    workers: int | None = None,
    time_limit: float = 30.0,
    memory_limit: int = 2000,
    duplicates: Literal["last", "first"] = "last",
    executor: ExecutorName = "local",
    scheduler: str | None = None,
    on_progress: Told | None = None,
) -> Graded:
    """Grade a class.

    Every different answer is judged once, in a process of its own kind that is killed where it takes too long. The same
    files give the same report, whatever the number of workers.

    Args:
        problems: a TOML file of problems; `gradviz grade --help` says what it may hold.
        submissions: a CSV file; a row for each answer (student, problem, answer), or a column for each problem.
        journal: a file that keeps results as they come; a run that ends early goes on where it was.
        workers: processes; one per core if None.
        time_limit: seconds for an answer; what takes longer is not decided, and listed for the teacher.
        memory_limit: megabytes for a process, where the system can bound them; 0 for none.
        duplicates: which one counts of several answers to one problem.
        executor: "local" processes, or the workers of a "dask" cluster.
        scheduler: the address of the cluster's scheduler.
        on_progress: is told how many different answers are judged, of how many.

    Raises:
        UserError: a file or an option is wrong; a wrong answer is none of these.

    Example:
        >>> done = grade("homework.toml", "class.csv", journal="run.jsonl")  # doctest: +SKIP
        >>> done.scores["ada"], done.save("report.html")  # doctest: +SKIP
    """
    from gradviz.checking.grading.assembling import class_report
    from gradviz.checking.grading.journal import Journal
    from gradviz.checking.grading.planning import planned
    from gradviz.checking.grading.running import run
    from gradviz.checking.grading.submissions import read_submissions
    from gradviz.checking.grading.tasks import Limits
    from gradviz.checking.grading.toml_reading import read_problems

    _check(time_limit, memory_limit, workers, duplicates)
    where = executor_named(executor, scheduler, workers)
    asked = read_problems(Path(problems))
    given = read_submissions(Path(submissions), asked.problems)
    plan = planned(asked, given.students, duplicates)
    limits = Limits(float(time_limit), int(memory_limit))
    prints = {"problems": asked.fingerprint, "submissions": given.fingerprint}
    with Journal(None if journal is None else Path(journal), _version(), prints, limits) as kept:
        ran = run(plan.tasks(), where, kept, limits, on_progress or _silent)
    settings = (("duplicates", f"of several answers to one problem the {duplicates} counts"),)
    report = class_report(asked, plan, kept.results, given.troubles, settings)
    return Graded(report, asked, tuple(kept.notes), ran.taken, ran.made)


def executor_named(name: str, scheduler: str | None, workers: int | None) -> Executor:
    """Where answers are judged.

    Raises:
        OptionProblem: there is no such executor, or it needs a scheduler, or does not.
    """
    if name not in EXECUTORS:
        close = nearest(str(name), EXECUTORS)
        hint = f"did you mean {close!r}?" if close else f"the executors are {', '.join(EXECUTORS)}"
        raise OptionProblem(f"there is no executor {name!r}", hint=hint)
    if name == "dask":
        if not scheduler:
            raise OptionProblem(
                "the executor dask needs the address of a scheduler", hint="give it, such as tcp://10.0.0.1:8786"
            )
        from gradviz.checking.grading.clusters import spread

        return partial(spread, scheduler=scheduler)
    if scheduler:
        raise OptionProblem("a scheduler is of the executor dask", hint="choose the executor dask, or leave it out")
    from gradviz.checking.grading.pool import local

    return partial(local, workers=workers)


def _check(time_limit: float, memory_limit: int, workers: int | None, duplicates: str) -> None:
    if not 0 < time_limit <= 86_400:
        raise OptionProblem(f"the time limit is a number of seconds up to a day, not {time_limit!r}")
    if memory_limit and not 200 <= memory_limit <= 1_000_000:
        raise OptionProblem(f"the memory limit is at least 200 megabytes, not {memory_limit!r}", hint="0 sets no limit")
    if workers is not None and not 1 <= workers <= 1000:
        raise OptionProblem(f"there is at least one worker, and not {workers!r}")
    if duplicates not in ("last", "first"):
        raise OptionProblem(f"of duplicates the last or the first counts, not {duplicates!r}")


def _silent(done: int, total: int) -> None:
    return


def _version() -> str:
    from gradviz.version import __version__

    return __version__
