"""The command line: one click command per file, loaded when it is asked for; errors become one paragraph."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from gradviz import __version__

if TYPE_CHECKING:
    from gradviz.cli.failure import Interrupted

COMMANDS = {
    "explain": ("gradviz.cli.explain", "Explain an expression: forward, backward, gradients, a picture."),
    "check": ("gradviz.cli.check", "Is this derivative right, and if not, where did it go wrong?"),
    "grade": ("gradviz.cli.grade", "Grade a class: submissions judged, reports for teacher and students."),
    "variants": ("gradviz.cli.variants", "Every student's own numbers in a problem, with the right answers."),
    "train": ("gradviz.cli.train", "Train the parameters of a program on rows of data: a table and pictures."),
    "jacobian": ("gradviz.cli.jacobian", "The Jacobian: structure, size, nonzeros, entries, a picture."),
    "hessian": ("gradviz.cli.hessian", "Second derivatives: entries, definiteness, condition, a picture."),
    "jvp": ("gradviz.cli.jvp", "A directional derivative, by one forward sweep, and what it costs."),
    "vjp": ("gradviz.cli.vjp", "Gradients pulled back, by one reverse sweep, and what they cost."),
    "code": ("gradviz.cli.code", "The value and all gradients as a program: NumPy, PyTorch, JAX, C, LaTeX, …"),
    "plot": ("gradviz.cli.plot", "A function and its derivative over one input, or its level lines over two."),
    "ops": ("gradviz.cli.ops", "List the operations: formula, local derivative, gate."),
}
"""The commands: where each is, and what it is for. `gradviz --help` reads only this."""

EPILOG = """\b
Examples:
  gradviz explain "f=(x+y)*z" --at x=-2,y=5,z=-4 -o f.svg
  gradviz explain circuit.grad --values measured.json -o circuit.pdf
  gradviz explain "1/(1+exp(-x))" --format tex -o sigmoid.tex
  gradviz check "f=(x+y)*z" --wrt x --answer "z"
  gradviz grade homework.toml class.csv -o report.html
  gradviz jacobian "q = W@x" --wrt W --at "W=[[1,2],[3,4]],x=[5,6]"
  gradviz hessian "(1-x)^2 + 100*(y-x^2)^2" --at x=1,y=1 -o hessian.svg
  gradviz jvp "f=(x+y)*z" --along x=1 --at x=-2,y=5,z=-4
  gradviz train "f = mean((w*x + b - y)^2)" --data line --optimiser gd --rate 0.1
  gradviz ops sigmoid

\b
Exit codes:
  0  done, or the answer is right
  1  an answer is wrong
  2  the input is bad
  3  not decided
  70  a bug in gradviz
  130  interrupted
"""


class Program(click.Group):
    """A group whose commands are imported when they are run, and whose errors are paragraphs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands' names, in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name; an unknown one gets a suggestion."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from gradviz.errors import nearest

            close = nearest(args[0], COMMANDS)
            advice = f"did you mean {close!r}?" if close else f'to explain an expression: gradviz explain "{args[0]}"'
            ctx.fail(f"there is no command {args[0]!r}; {advice}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the help, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, doc) for name, (_, doc) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader who has left is no error of ours, nor click's exit code 1."""
        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
        except BrokenPipeError as error:
            from gradviz.cli.failure import ReaderLeft

            raise ReaderLeft from error
        return result

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run; whatever goes wrong becomes one paragraph on standard error and an exit code."""
        kwargs["standalone_mode"] = False
        try:
            result = super().main(*args, **kwargs)
        except SystemExit:
            raise
        except BaseException as error:
            from gradviz.cli.failure import failure

            _leave(failure(error))
        raise SystemExit(result if isinstance(result, int) else 0)


def _leave(told: Interrupted) -> NoReturn:
    if told.message:
        click.echo(told.message, err=True)
    if told.silence:
        # Python flushes standard output once more when it ends; nobody reads it any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(told.code)


@click.command(cls=Program, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="gradviz %(version)s")
def program() -> None:
    """See, understand and check derivatives: backpropagation on the graph of your own expression."""


YOUNG = 100_000
"""Objects that are made before Python looks for circles among them. With its own 700 it looks a hundred times through
what the modules hold while they are imported: a tenth of a short command's time, and nothing is found."""


def main() -> None:
    """The console script."""
    gc.set_threshold(YOUNG)
    program.main(prog_name="gradviz")
