"""`gradviz jacobian`: the Jacobian of an output by inputs, its structure, its entries and its picture."""

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
  gradviz jacobian "q = W@x" --of q --wrt W --at "W=[[0.1,0.5],[-0.3,0.8]],x=[0.2,0.4]"
  gradviz jacobian "x : 4096; y = relu(x)" --wrt x
  gradviz jacobian "softmax(x)" --at "x=[1,2,3]" -o softmax.svg
  gradviz jacobian net.grad --values data.npz --of h --wrt W --format json

\b
Rows are the entries of the output, columns those of the inputs, row by row.
The structure needs no values; numbers are shown where there are some.

{SOURCE}"""


@click.command("jacobian", epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("source", metavar="SOURCE")
@with_options("of", "wrt", "at", "values", "seed", "mode", "output", form_option("matrix"))
@with_options("theme", "precision", "ascii", "open")
def command(source: str, outputs: tuple[str, ...], form: str | None, view: bool, **settings: Any) -> None:
    """The Jacobian of SOURCE: structure, size, nonzeros, memory, entries, and a picture."""
    from gradviz import api

    targets = targets_of(outputs, form, view=view, kind="matrix")
    text, name = read_source(source)
    settings = with_checkpoint(source, settings)
    found = api.jacobian(
        text,
        of=settings["of"],
        wrt=settings["wrt"],
        at=point_of(settings),
        seed=settings["seed"],
        mode=settings["mode"],
        name=name,
    )
    deliver(found.report, targets, form, Options(**rendering(settings)), view=view)
