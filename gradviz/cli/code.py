"""`gradviz code`: the value and all gradients as a program in a language, to be read and run."""

from __future__ import annotations

from typing import Any

import click

from gradviz.cli.given import point_of, with_checkpoint
from gradviz.cli.options import SOURCE, with_options
from gradviz.cli.reading import read_source
from gradviz.cli.shaped import shapes_of
from gradviz.cli.writing import check_writable, write_all
from gradviz.passes.compiling.emit.table import LANGUAGES, USUAL, Language, language_named, language_of

EPILOG = f"""\b
Examples:
  gradviz code "f=(x+y)*z"
  gradviz code "f=(x+y)*z" --to python -o gradient.py
  gradviz code samples/two_layer.grad --to torch --wrt W1,W2
  gradviz code "y = softmax(W@x); f = -log(y[0])" --shapes "W=3x2,x=2" --to jax
  gradviz code "1/(1+exp(-x))" -o sigmoid.tex

\b
Every line is one node of the graph: intermediates bear your names, d_q is the
gradient by q. The program needs nothing of gradviz.

\b
Languages:
{{languages}}

{SOURCE}""".replace("{languages}", "\n".join(f"  {name:<8} {language.says}" for name, language in LANGUAGES.items()))

TO = click.option(
    "--to", "language", metavar="|".join(LANGUAGES), help=f"The language. Default: by the suffix of -o, or {USUAL}."
)
SHAPES = click.option(
    "--shapes", multiple=True, metavar="NAME=SHAPE,…", help="Shapes of inputs: W=3x2,x=2, where there are no values."
)
DTYPE = click.option(
    "--dtype",
    default="float64",
    type=click.Choice(["float64", "float32"]),
    help="The type of numbers in arrays.",
    show_default=True,
)
OUTPUT = click.option("-o", "--output", metavar="FILE", help="Write a file; its suffix says the language.")


@click.command("code", epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("source", metavar="SOURCE")
@with_options(TO, "of", "wrt", "at", "values", SHAPES, "mode", DTYPE, OUTPUT)
def command(source: str, language: str | None, output: str | None, **settings: Any) -> None:
    """The value of SOURCE and all its gradients as a program: to be read, learnt from and run."""
    from gradviz import api

    chosen = _language(language, output)
    if output not in (None, "-"):
        check_writable(str(output))
    text, name = read_source(source)
    settings = with_checkpoint(source, settings)
    made = api.code(
        text,
        chosen.name,
        wrt=settings["wrt"],
        of=settings["of"],
        at=point_of(settings),
        shapes=shapes_of(settings["shapes"]),
        dtype=settings["dtype"],
        mode=settings["mode"],
        name=name,
    )
    if output in (None, "-"):
        click.echo(made, nl=False)
        return
    write_all({str(output): made})
    click.echo(f"wrote {output}", err=True)


def _language(named: str | None, output: str | None) -> Language:
    """The language that is asked for, or that the file's suffix says, or the usual one."""
    if named is not None:
        return language_named(named)
    return language_named(USUAL) if output in (None, "-") else language_of(str(output))
