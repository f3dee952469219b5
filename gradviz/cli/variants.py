"""`gradviz variants`: every student's own numbers, with the right answers."""

from __future__ import annotations

from typing import Any

import click

from gradviz.cli.counting import counting
from gradviz.cli.options import with_options
from gradviz.cli.writing import check_writable, write_all
from gradviz.errors import OptionProblem

EPILOG = """\b
Examples:
  gradviz variants homework.toml --students class.csv
  gradviz variants homework.toml --students class.csv -o key.csv
  gradviz variants homework.toml --count 30 --seed 7 --format md

\b
A problem varies by the keys vary and such_that:
  source = "f = cos(a x)^b"
  vary = {a = "2..9", b = [2, 3, "1/2"]}
  such_that = "a != b"
The numbers depend on the seed, the problem and the student's id, and on nothing
else: `gradviz grade` finds the same ones.
"""

FORMS = ("csv", "json", "md")


@click.command("variants", epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("problems", metavar="PROBLEMS.toml")
@with_options(
    click.option("--students", metavar="FILE", help="A CSV file with a column student (or email)."),
    click.option("--count", type=click.IntRange(min=1), metavar="N", help="Or how many: they are called 1, 2, 3, …"),
    click.option("--seed", type=click.IntRange(min=0), help="Instead of the file's: give it there, to grade by it."),
    click.option("-o", "--output", "outputs", multiple=True, metavar="FILE", help="A file: .csv, .json or .md."),
    click.option("--format", "form", type=click.Choice(FORMS), help="The format, whatever the suffix."),
    click.option("--quiet", is_flag=True, help="No progress bar."),
)
def command(problems: str, outputs: tuple[str, ...], form: str | None, quiet: bool, **settings: Any) -> None:
    """The variants of problems by student: numbers, program, and the right answer."""
    from gradviz import api

    forms = {name: form or _form_of(name) for name in outputs}
    for name in outputs:
        check_writable(name)
    with counting("variants", quiet=quiet) as told:
        found = api.variants(problems, on_progress=told, **settings)
    write_all({name: found.saved_as(one) for name, one in forms.items()})
    for name in outputs:
        click.echo(f"wrote {name}", err=True)
    if not outputs:
        click.echo(found.saved_as(form or "csv"), nl=False)


def _form_of(name: str) -> str:
    suffix = name.lower().rpartition(".")[2]
    if suffix not in FORMS:
        raise OptionProblem(f"the suffix of {name!r} says no form of variants", hint="use one of .csv .json .md")
    return suffix
