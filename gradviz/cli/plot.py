"""`gradviz plot`: a function and its derivative over one input, or its level lines over two."""

from __future__ import annotations

from typing import Any

import click

from gradviz.cli.delivering import deliver, targets_of
from gradviz.cli.given import point_of
from gradviz.cli.options import SOURCE, form_option, rendering, with_options
from gradviz.cli.reading import read_source
from gradviz.errors import OptionProblem
from gradviz.render.options import Options

EPILOG = f"""\b
Examples:
  gradviz plot "f = -log(p)" --over p=0.01:1 -o nll.svg
  gradviz plot "f = max(0, x)" --over x=-2:2 --at x=0 -o relu.svg
  gradviz plot "x^2 + 5*y^2" --over x=-2:2,y=-1:1 --at x=1,y=1 -o valley.svg
  gradviz plot "a = x^2; b = abs(x)" --of a,b --over x=-3:3 -o both.svg

{SOURCE}"""

OVER = click.option(
    "--over", multiple=True, required=True, metavar="NAME=LOW:HIGH,…", help="What varies: x=-3:3, or x=-3:3,y=-2:2."
)


@click.command("plot", epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("source", metavar="SOURCE")
@with_options(OVER, "at", "values", "of", "seed", "output", form_option("plots"), "theme", "ascii", "open")
def command(source: str, outputs: tuple[str, ...], form: str | None, view: bool, **settings: Any) -> None:
    """Draw SOURCE over an input with its derivative, or over two with its gradient."""
    from gradviz import api

    targets = targets_of(outputs, form, view=view, kind="plots")
    text, name = read_source(source)
    made = api.plot(
        text, over=ranges(settings["over"]), at=point_of(settings), of=settings["of"], seed=settings["seed"], name=name
    )
    deliver(made.sheet, targets, form, Options(**rendering(settings)), view=view)


def ranges(texts: tuple[str, ...]) -> dict[str, tuple[float, float]]:
    """The ranges in `x=-3:3,y=0:1`.

    Raises:
        OptionProblem: the text is not of that form, or names an input twice.

    Example:
        >>> ranges(("x=-3:3,y=0:1",))
        {'x': (-3.0, 3.0), 'y': (0.0, 1.0)}
    """
    found: dict[str, tuple[float, float]] = {}
    for part in ",".join(texts).split(","):
        name, equals, limits = part.partition("=")
        low, colon, high = limits.partition(":")
        try:
            made = float(low), float(high)
        except ValueError:
            equals = ""
        if not (equals and colon and name.strip()):
            raise OptionProblem(f"{part.strip()!r} is no range", hint="write --over x=-3:3, or --over x=-3:3,y=-2:2")
        if name.strip() in found:
            raise OptionProblem(f"{name.strip()} is given two ranges", hint="give it one")
        found[name.strip()] = made
    return found
