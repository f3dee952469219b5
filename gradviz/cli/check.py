"""`gradviz check`: is this derivative right, and if not, where did it go wrong?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from gradviz.cli.delivering import deliver, targets_of
from gradviz.cli.given import point_of, with_checkpoint
from gradviz.cli.options import SOURCE, form_option, rendering, with_options
from gradviz.cli.reading import PROGRAM_LIMIT, read_source
from gradviz.errors import OptionProblem
from gradviz.render.options import Options

if TYPE_CHECKING:
    from gradviz.api import Verdict

REFUSED: Mapping[str, tuple[str, ...]] = {
    "answers": (),
    "steps": ("order",),
    "equal": ("order", "upstream", "wrt", "of"),
}
"""The options that mean nothing for what is checked."""

CODES: Mapping[str, int] = {"right": 0, "wrong": 1, "not decided": 3}
"""The exit code of each verdict."""

EPILOG = f"""\b
Examples:
  gradviz check "f=(x+y)*z" --wrt x --answer "z"
  gradviz check "f=(x+y)*z" --answer x="z" --answer "df/dz = x + y"
  gradviz check "y = sin(4x)" --answer "cos(4x)" -o where.svg
  gradviz check "f = x^3*y" --wrt x,y --order 2 --answer "3x^2"
  gradviz check "x^2 + y^2 = 25" --answer "dy/dx = -x/y"
  gradviz check "W : m x n; x : n; f = ||W@x||^2" --wrt W --answer "2*(W@x)@x.T"
  gradviz check "q = x + y; f = q*z" --steps "dq = z; dz = q; dx = dq; dy = dq"
  gradviz check net.grad --steps backward.py --upstream 2 -o judged.svg
  gradviz check "sin(x)^2" --equal "1 - cos(x)^2"

\b
An answer may be LaTeX, and may say what it answers: dy/dx =, f'(x) =, f_xy =.
Inputs with a value that an answer does not mention are fixed at that value.

\b
--upstream asks for the gradient of an array output (and of --steps) instead of its Jacobian.
x^(1/3) has no value for negative x; where reading it as the real root makes an answer right, it is read so.

\b
Exit codes: 0 right, 1 wrong, 2 the input is bad, 3 not decided.

{SOURCE}"""


@click.command("check", epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("source", metavar="SOURCE")
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="TEXT",
    help="The derivative: 2*x, df/dx = 2*x, LaTeX, a list for several inputs; x=… for each input, once for each.",
)
@click.option(
    "--wrt", metavar="NAMES", help="The input to differentiate by, or x,y with --order 2. Default: the only one."
)
@click.option("--order", type=click.IntRange(1, 6), default=1, help="How often is differentiated.", show_default=True)
@click.option(
    "--steps", metavar="FILE|TEXT|-", help="A backward pass, judged line by line: dq = z; dx = dq. A file, or the text."
)
@click.option("--equal", metavar="TEXT", help="Judge whether SOURCE equals this expression.")
@with_options("of", "at", "values", "upstream", "mode", "output", form_option("check"))
@with_options("theme", "precision", "ascii", "open")
def command(source: str, outputs: tuple[str, ...], form: str | None, view: bool, **settings: Any) -> int:
    """Is a derivative of SOURCE right, and if not, where did it go wrong?

    Right is what is proved; wrong comes with a point where both values certainly differ (or a part of the line where
    the answer has no value), the mistake and the node; anything else is not decided. SOURCE may be an equation, whose
    derivative is dy/dx.
    """
    targets = targets_of(outputs, form, view=view, kind="check")
    _check_asked(settings)
    text, name = read_source(source)
    found = _verdict(text, name, with_checkpoint(source, settings))
    deliver(found.report, targets, form, Options(**rendering(settings)), view=view)
    return CODES[found.verdict]


def _check_asked(settings: Mapping[str, Any]) -> None:
    """Refuse anything but one of --answer, --steps and --equal.

    Raises:
        OptionProblem: there is none of them, or several kinds, or an option that does not go with it.
    """
    asked = [option for option in ("answers", "steps", "equal") if settings[option]]
    if not asked:
        raise OptionProblem("there is nothing to check", hint='give the derivative: --answer "2*x"')
    if len(asked) > 1:
        raise OptionProblem("--answer, --steps and --equal ask different things", hint="give one of them")
    (kind,) = asked
    given = {"order": settings["order"] != 1, **{key: settings[key] for key in ("wrt", "of", "upstream")}}
    for option in REFUSED[kind]:
        if given[option]:
            raise OptionProblem(f"--{option} does not go with --{kind}", hint="leave it out")


def _verdict(text: str, name: str, settings: Mapping[str, Any]) -> Verdict:
    from gradviz import api

    # The text itself, where it is one: pi/4 stays what it is.
    point = point_of(settings) if settings["files"] else ",".join(settings["at"]) or None
    if settings["equal"]:
        return api.check_equal(text, settings["equal"], at=point, mode=settings["mode"])
    common = {key: settings[key] for key in ("wrt", "of", "mode", "upstream")} | {"at": point, "name": name}
    if settings["steps"]:
        return api.check_steps(text, steps_text(settings["steps"]), **common)
    further = {key: settings[key] for key in ("order", "answers")}
    return api.check(text, **common, **further)


def steps_text(given: str) -> str:
    """The lines of a staged pass: a text with an equals sign is the lines themselves, `-` standard input, else a file.

    Raises:
        FileProblem: the file cannot be read.
    """
    import sys

    from gradviz.files import contents, decoded, limited

    if given == "-":
        name = "standard input"
        return decoded(limited(sys.stdin.buffer.read(PROGRAM_LIMIT + 1), name, PROGRAM_LIMIT), name)
    if "=" in given or "\n" in given:
        return given
    from pathlib import Path

    return decoded(contents(Path(given), PROGRAM_LIMIT), given)
