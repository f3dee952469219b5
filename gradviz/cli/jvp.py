"""`gradviz jvp`: the directional derivative of an output by one forward sweep."""

from __future__ import annotations

from typing import Any

import click

from gradviz.cli.delivering import deliver, targets_of
from gradviz.cli.given import named_values, point_of, with_checkpoint
from gradviz.cli.options import SOURCE, form_option, rendering, with_options
from gradviz.cli.reading import read_source
from gradviz.render.options import Options

EPILOG = f"""\b
Examples:
  gradviz jvp "f=(x+y)*z" --along x=1,y=0 --at x=-2,y=5,z=-4
  gradviz jvp "||W@x||^2" --along "x=[1,0]" --at "W=[[0.1,0.5],[-0.3,0.8]],x=[0.2,0.4]" --measure
  gradviz jvp "sin(x)*y" --along x=1 --format md

\b
Inputs that --along does not name do not move. The cost of each way to the
derivatives is counted on the graph; --measure times it too.

{SOURCE}"""

ALONG = click.option(
    "--along", "along", multiple=True, required=True, metavar="NAME=VALUE,…", help="The direction: x=1,y=0."
)


@click.command("jvp", epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("source", metavar="SOURCE")
@with_options(ALONG, "at", "values", "of", "seed", "mode", "measure", "output", form_option("sweep"))
@with_options("theme", "precision", "ascii", "open")
def command(source: str, outputs: tuple[str, ...], form: str | None, view: bool, **settings: Any) -> None:
    """The derivative of SOURCE along a direction (forward mode), step by step, and what each way costs."""
    from gradviz import api

    targets = targets_of(outputs, form, view=view, kind="sweep")
    text, name = read_source(source)
    settings = with_checkpoint(source, settings)
    found = api.jvp(
        text,
        along=named_values(settings["along"], "--along"),
        at=point_of(settings),
        of=settings["of"],
        measure=settings["measure"],
        seed=settings["seed"],
        mode=settings["mode"],
        name=name,
    )
    deliver(found.report, targets, form, Options(**rendering(settings)), view=view)
