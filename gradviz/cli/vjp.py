"""`gradviz vjp`: an upstream gradient pulled back to the inputs by one reverse sweep."""

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
  gradviz vjp "q = W@x" --upstream "[1,-1]" --at "W=[[0.1,0.5],[-0.3,0.8]],x=[0.2,0.4]"
  gradviz vjp "f=(x+y)*z" --at x=-2,y=5,z=-4 --measure

\b
The cost of each way to the derivatives is counted on the graph; --measure
times it too.

{SOURCE}"""


@click.command("vjp", epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("source", metavar="SOURCE")
@with_options("upstream", "at", "values", "wrt", "of", "seed", "mode", "measure", "output", form_option("sweep"))
@with_options("theme", "precision", "ascii", "open")
def command(source: str, outputs: tuple[str, ...], form: str | None, view: bool, **settings: Any) -> None:
    """The gradients of SOURCE pulled back (reverse mode), step by step, and what each way costs."""
    from gradviz import api

    targets = targets_of(outputs, form, view=view, kind="sweep")
    text, name = read_source(source)
    settings = with_checkpoint(source, settings)
    found = api.vjp(
        text,
        upstream=settings["upstream"],
        at=point_of(settings),
        wrt=settings["wrt"],
        of=settings["of"],
        measure=settings["measure"],
        seed=settings["seed"],
        mode=settings["mode"],
        name=name,
    )
    deliver(found.report, targets, form, Options(**rendering(settings)), view=view)
