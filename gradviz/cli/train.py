"""`gradviz train`: a network's parameters fitted to rows, with a table and pictures of how it went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from gradviz.cli.choices import chosen, in_options, settings_of
from gradviz.cli.delivering import deliver, targets_of
from gradviz.cli.given import named, point_of
from gradviz.cli.keeping import Keeper
from gradviz.cli.options import SOURCE, form_option, rendering, with_options
from gradviz.cli.progress import progress
from gradviz.cli.reading import is_checkpoint, read_source
from gradviz.cli.writing import check_writable
from gradviz.errors import OptionProblem
from gradviz.render.options import Options

if TYPE_CHECKING:
    from gradviz.explanation.data import PlotSheet, StepFacts, TrainingReport
    from gradviz.render.documents import Kind
    from gradviz.training.data import Data
    from gradviz.training.problem import Problem
    from gradviz.training.run import Epoch, Run
    from gradviz.training.settings import Settings
    from gradviz.training.snapshot import Snapshot

EPILOG = f"""\b
Examples:
  gradviz train "yhat = w*x + b; f = mean((yhat - y)^2)" --data "line(n=20)"
  gradviz train "f = mean((w*x + b - y)^2); x = [1,2,3]; y = [2,4,6]" -o fit.svg
  gradviz train net.grad --data people.csv --columns "X=height,age; y=weight"
  gradviz train net.grad --data "moons(n=200)" --optimiser adam --rate 0.01
  gradviz train net.grad --data moons --split 0.7,0.15,0.15 --patience 20
  gradviz train net.grad --data xor --explain-step 3 --follow h.W[0,1]
  gradviz train "f = x^2 + 9*y^2; x = 4; y = 2" --compare rate=0.01,0.1
  gradviz train net.grad --data xor --checkpoint run.npz
  gradviz train net.grad --data xor --resume run.npz --epochs 1000

\b
Data are rows: a file with a row of names (.csv), arrays by name (.npz), or
made by a formula and a seed: and, or, xor, circles, moons, spirals, line,
sine, square, heights. Without --data the arrays of the program itself are the
rows. Columns go to the inputs of their names; X1, X2, ... to the matrix X.

{SOURCE}"""


def _option(name: str, **settings: Any) -> Any:
    return click.option(f"--{name}", **settings)


LEARNING = (
    _option("optimiser", metavar="NAME", help="gd, sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw."),
    _option("rate", type=float, help="The learning rate. Default: the optimiser's usual one."),
    _option("epochs", type=int, help="Passes over the rows. Default: 100."),
    _option("batch", type=int, help="Rows of one update. Default: gd all, sgd 1, others 32."),
    _option("schedule", metavar="NAME", help="constant, step, cosine, warm-up, linear-scaling."),
    _option("option", multiple=True, metavar="NAME=VALUE", help="Of the optimiser or the schedule: beta1=0.8."),
    _option("weight-decay", type=float, help="What is taken off the parameters in each update."),
    _option("clip", type=float, help="The greatest norm that the gradient may have."),
    _option("patience", type=int, help="Stop after so many epochs without a better validation loss."),
    _option("split", metavar="SHARES", help="Of training, validation and test: 0.7,0.15,0.15."),
    _option("folds", type=int, help="Cross-validation: train so many times, on all rows but a part."),
    _option("seed", type=int, help="Of everything that is drawn. Default: 0."),
)
KEEPING = (
    _option("checkpoint", metavar="FILE", help="Keep the run in an .npz file, as it goes and at the end."),
    _option("every", type=click.IntRange(min=1), metavar="K", help="Epochs between checkpoints. Default: a twentieth."),
    _option("resume", metavar="FILE", help="Go on where a checkpoint ends."),
)
SHOWING = (
    _option("explain-step", type=click.IntRange(min=1), metavar="K", help="Explain the K-th update in full."),
    _option("follow", metavar="ENTRY", help="Of this entry: h.W[0,1]. Default: the largest gradient."),
)
COMPARE = _option(
    "compare", metavar="NAME=V1,V2,…", help="Train once for each value, side by side: rate=0.01,0.1 or lambda=0,1."
)
STANDARDISE = _option("standardise", is_flag=True, help="Columns to mean 0, deviation 1, by the training rows alone.")
WRT = _option("wrt", metavar="NAMES", help="What is trained. Default: the layers' parameters, or all but the data.")
QUIET = _option("quiet", is_flag=True, help="No progress bar.")


@click.command("train", epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("source", metavar="SOURCE")
@with_options("data", "columns", STANDARDISE, *LEARNING, WRT, "of", "at", "values")
@with_options(
    COMPARE, *KEEPING, *SHOWING, "output", form_option("training"), "theme", "precision", "ascii", "open", QUIET
)
def command(source: str, outputs: tuple[str, ...], form: str | None, view: bool, **settings: Any) -> None:
    """Train the parameters of SOURCE: its last statement is the loss, made small on the rows of the data."""
    _check(settings)
    _refuse_checkpoint(source)
    kind: Kind = "plots" if settings["compare"] else "training"
    targets = targets_of(outputs, form, view=view, kind=kind)
    text, name = read_source(source)
    if settings["compare"]:
        deliver(_compared(text, name, settings), targets, form, Options(**rendering(settings)), view=view)
        return
    file = settings["checkpoint"] or settings["resume"]
    if file is not None:
        check_writable(file)
    with Keeper(click.get_current_context(), file) as keeper:
        report = _trained(text, name, settings, keeper)
        deliver(report, targets, form, Options(**rendering(settings)), view=view)


ALONE = ("resume", "checkpoint", "explain_step", "folds")
"""Options of one run, which say nothing of several."""


def _compared(text: str, name: str, given: Mapping[str, Any]) -> PlotSheet:
    """Runs side by side."""
    from gradviz import api
    from gradviz.training.comparing import compared

    for option in ALONE:
        if given[option]:
            other = option.replace("_", "-")
            raise OptionProblem(f"--compare trains several times, and --{other} is of one run", hint="leave one out")
    what, among = compared(given["compare"])
    with in_options():
        made = api.compare(
            text,
            what,
            among,
            given["data"] or None,
            wrt=named(given["wrt"]) or None,
            at=point_of(given),
            of=given["of"],
            columns=given["columns"] or "",
            standardise=given["standardise"],
            name=name,
            **chosen(given),
        )
        return made.sheet


NEEDED = {
    "columns": ("data",),
    "standardise": ("data",),
    "every": ("checkpoint", "resume"),
    "follow": ("explain_step",),
}
"""Options that mean nothing without one of others."""


def _check(settings: Mapping[str, Any]) -> None:
    for option, needed in NEEDED.items():
        if settings[option] and not any(settings[name] for name in needed):
            other = needed[0].replace("_", "-")
            raise OptionProblem(f"--{option} means nothing without --{other}", hint=f"give --{other} too")


def _refuse_checkpoint(source: str) -> None:
    """A run is taken up again with its program, so that nobody trains another one by mistake."""
    if is_checkpoint(source):
        raise OptionProblem(
            f"{source.strip()} is a checkpoint, and what is trained is a program",
            hint=f"give the program, and go on where the checkpoint ends with --resume {source.strip()}",
        )


def _trained(text: str, name: str, given: Mapping[str, Any], keeper: Keeper) -> TrainingReport:
    """The run and its report."""
    from gradviz.api.training import fitted
    from gradviz.training.report import report_of

    problem, settings, start = _resumed(text, name, given) if given["resume"] else _begun(text, name, given)
    with progress(settings.epochs, settings.folds, quiet=given["quiet"]) as shown, in_options():

        def told(epoch: Epoch) -> None:
            keeper.told(epoch)
            shown(epoch)

        found = fitted(
            problem,
            settings,
            start,
            checkpoint=keeper.file,
            every=given["every"],
            on_epoch=told,
            on_checkpoint=keeper.wrote,
        )
    if found.ended == "interrupted":
        keeper.stop()
    return report_of(found.run, _step(found.run, given))


def _begun(text: str, name: str, given: Mapping[str, Any]) -> tuple[Problem, Settings, None]:
    from gradviz.training.loading import with_columns
    from gradviz.training.problem import problem_of

    settings, values = settings_of(given), point_of(given)
    wrt = named(given["wrt"]) or None
    data = _data(text, name, given, (*values, *(wrt or ())))

    def made(data: Data | None) -> Problem:
        return problem_of(text, data, wrt=wrt, values=values, of=given["of"], name=name, seed=settings.seed)

    return with_columns(made, data), settings, None


def _resumed(text: str, name: str, given: Mapping[str, Any]) -> tuple[Problem, Settings, Snapshot]:
    """The problem of a checkpoint, which must be the one that the command line names."""
    from gradviz.training.checkpoint import read_checkpoint
    from gradviz.training.loading import with_columns
    from gradviz.training.resuming import problem_again, settings_again

    held = read_checkpoint(given["resume"])
    if held.program.strip() != text.strip():
        raise OptionProblem(
            f"{given['resume']} was trained with another program than {name}",
            hint="give the program that it was trained with, or leave --resume out",
        )
    data = _data(text, name, given, (*held.given, *held.wrt))
    with in_options():
        settings = settings_again(held, chosen(given))
    return with_columns(lambda rows: problem_again(held, rows), data), settings, held.snapshot


def _data(text: str, name: str, given: Mapping[str, Any], known: tuple[str, ...]) -> Data | None:
    from gradviz.training.loading import data_for

    if not given["data"]:
        return None
    return data_for(
        text,
        given["data"],
        columns=given["columns"],
        known=known,
        standardise=given["standardise"],
        of=given["of"],
        name=name,
    )


def _step(run: Run, given: Mapping[str, Any]) -> StepFacts | None:
    """One update explained, if that was asked for."""
    if not given["explain_step"]:
        return None
    from gradviz.training.stepping import explained_step

    return explained_step(run, given["explain_step"], given["follow"] or "")
