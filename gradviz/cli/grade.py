"""`gradviz grade`: a class graded, with reports for the teacher and each student."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradviz.checking.grading.keys import described
from gradviz.cli.counting import counting
from gradviz.cli.failure import Stopped
from gradviz.cli.graded_files import deliver_graded, places_of
from gradviz.cli.options import with_options
from gradviz.cli.writing import check_writable

if TYPE_CHECKING:
    from gradviz.api.grading import Graded

WIDTH = 78
"""Columns of the help."""

JOURNAL = ".journal.jsonl"
"""Behind the name of the first output."""


def _keys(title: str, table: Any) -> str:
    rows = described(table)
    width = max(len(name) for name, _ in rows)
    lines = [f"{title}:"]
    for name, says in rows:
        first, *others = textwrap.wrap(says, WIDTH - width - 4, break_long_words=False)
        lines += [f"  {name.ljust(width)}  {first}", *(" " * (width + 4) + other for other in others)]
    return "\n".join(lines)


EPILOG = f"""\b
Examples:
  gradviz grade homework.toml class.csv
  gradviz grade homework.toml class.csv -o report.html -o scores.csv
  gradviz grade homework.toml class.csv -o pages/
  gradviz grade homework.toml class.csv --export gradescope -o results/
  gradviz grade homework.toml class.csv --export moodle -o grades.csv
  gradviz grade homework.toml class.csv --executor dask --scheduler HOST:8786

\b
SUBMISSIONS is a CSV file: a row for each answer (columns student, problem,
answer), or a row for each student and a column for each problem (its id).
A run that ends early goes on where it was: give the same command again.

\b
PROBLEMS is a TOML file:
  title = "Homework 3"
  [[problem]]
  id = "chain"
  source = "f = cos(4x)"
  wrt = "x"
  points = 2
  credit = {{"any single mistake" = 0.5}}

\b
{_keys("Keys at the top", "class")}

\b
{_keys("Keys of a [[problem]]", "problem")}

\b
{_keys("Keys of its credit, besides names of mistakes", "credit")}
"""


def _list_mistakes(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from gradviz.checking.grading.mistakes import listed_mistakes

    for line in listed_mistakes():
        click.echo(line)
    context.exit()


OPTIONS = (
    click.option(
        "-o",
        "--output",
        "outputs",
        multiple=True,
        metavar="FILE|DIR/",
        help="A report (.html, .csv, .json, .txt), or a folder of pages, one for each student.",
    ),
    click.option("--format", "form", metavar="text|html|csv|json", help="The format, whatever the suffix."),
    click.option("--export", metavar="gradescope|moodle|junit", help="Write what another system takes in."),
    click.option("--journal", metavar="FILE", help=f"Keep results as they come. Default: OUTPUT{JOURNAL}."),
    click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Processes. Default: one per core."),
    click.option("--time-limit", default=30.0, metavar="S", help="Seconds for an answer.", show_default=True),
    click.option("--memory-limit", default=2000, metavar="MB", help="Megabytes for a process.", show_default=True),
    click.option(
        "--duplicates",
        default="last",
        type=click.Choice(["last", "first"]),
        help="Which of several answers to one problem counts.",
        show_default=True,
    ),
    click.option(
        "--executor", default="local", metavar="local|dask", help="Where the work is done.", show_default=True
    ),
    click.option("--scheduler", metavar="ADDRESS", help="Of the Dask cluster."),
    click.option("--quiet", is_flag=True, help="No progress bar, no notes."),
    click.option(
        "--mistakes",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_list_mistakes,
        help="List the names of mistakes, for partial credit.",
    ),
)


@click.command("grade", epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("problems", metavar="PROBLEMS.toml")
@click.argument("submissions", metavar="SUBMISSIONS.csv")
@with_options(*OPTIONS, "theme", "precision", "ascii")
def command(problems: str, submissions: str, **settings: Any) -> None:
    """Grade a class: every answer right, wrong or not decided, with the evidence and the mistake."""
    outputs: tuple[str, ...] = settings["outputs"]
    places = places_of(outputs, settings)
    journal = settings["journal"] or (f"{outputs[0].rstrip('/' + os.sep)}{JOURNAL}" if _is_kept(outputs) else None)
    if journal is not None:
        check_writable(journal)
    done = _graded(problems, submissions, journal, settings)
    if not settings["quiet"]:
        for note in _notes(done):
            click.echo(f"note: {note}", err=True)
    deliver_graded(done, places, settings)


def _is_kept(outputs: tuple[str, ...]) -> bool:
    """Whether the first output is a file or a folder, beside which the journal stands; a device is neither."""
    if not outputs or outputs[0] == "-":
        return False
    place = Path(outputs[0])
    return not place.exists() or place.is_file() or place.is_dir()


def _graded(problems: str, submissions: str, journal: str | None, settings: Mapping[str, Any]) -> Graded:
    from gradviz import api

    progress = [0, 0]
    names = ("workers", "time_limit", "memory_limit", "duplicates", "executor", "scheduler")
    with counting("grading", quiet=settings["quiet"]) as shown:

        def told(done: int, total: int) -> None:
            progress[:] = [done, total]
            shown(done, total)

        try:
            return api.grade(
                problems, submissions, journal=journal, on_progress=told, **{name: settings[name] for name in names}
            )
        except KeyboardInterrupt:
            raise Stopped(_interrupted(progress, journal)) from None


def _interrupted(progress: list[int], journal: str | None) -> str:
    done, total = progress
    if not total:
        return "interrupted before the first answer; nothing was written"
    after = f"interrupted after {done:,} of {total:,} different answers"
    if journal is None:
        return f"{after}; nothing was kept: with -o FILE or --journal FILE it would have been"
    return f"{after}; they are in {journal}: the same command goes on from there"


def _notes(done: Graded) -> list[str]:
    notes = list(done.notes)
    if done.taken:
        answers = "answer was" if done.taken == 1 else "different answers were"
        notes.append(f"{done.taken:,} {answers} taken from the journal, {done.made:,} graded now")
    look = len(done.plain.look)
    if look:
        notes.append(f"{look:,} {'answer is' if look == 1 else 'answers are'} not decided, and for you to look at")
    troubles = len(done.plain.troubles)
    if troubles:
        rows = "row has" if troubles == 1 else "rows have"
        notes.append(f"{troubles:,} {rows} something wrong: {done.plain.troubles[0]}")
    return notes
