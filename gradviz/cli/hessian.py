"""`gradviz hessian`: the second derivatives of a scalar output, and what they say of the point."""

from __future__ import annotations

from typing import Any

import click

from gradviz.cli.delivering import deliver, targets_of
from gradviz.cli.given import point_of, with_checkpoint
from gradviz.cli.options import SOURCE, form_option, rendering, with_options
from gradviz.cli.reading import read_source
from gradviz.render.options import Options

EPILOG = f"""\b
Examples:
  gradviz hessian "f = (1-x)^2 + 100*(y-x^2)^2" --at x=1,y=1
  gradviz hessian "||A@x - b||^2" --wrt x
  gradviz hessian "sum((x[1:] - x[:-1])^2)" --values x.csv -o hessian.svg

\b
Rows and columns are the entries of the inputs, one input after the other.

{SOURCE}"""


@click.command("hessian", epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("source", metavar="SOURCE")
@with_options("of", "wrt", "at", "values", "seed", "mode", "output", form_option("matrix"))
@with_options("theme", "precision", "ascii", "open")
def command(source: str, outputs: tuple[str, ...], form: str | None, view: bool, **settings: Any) -> None:
    """The second derivatives of SOURCE: entries, definiteness, eigenvalues, condition, and a picture."""
    from gradviz import api

    targets = targets_of(outputs, form, view=view, kind="matrix")
    text, name = read_source(source)
    settings = with_checkpoint(source, settings)
    found = api.hessian(
        text,
        of=settings["of"],
        wrt=settings["wrt"],
        at=point_of(settings),
        seed=settings["seed"],
        mode=settings["mode"],
        name=name,
    )
    deliver(found.report, targets, form, Options(**rendering(settings)), view=view)
