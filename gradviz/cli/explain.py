"""`gradviz explain`: from a line of text to an explanation and its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from gradviz.cli.delivering import deliver, targets_of
from gradviz.cli.given import point_of
from gradviz.cli.options import SOURCE, form_option, rendering, with_options
from gradviz.cli.reading import read_source
from gradviz.render.options import CHOICES, Options

if TYPE_CHECKING:
    from gradviz.api import Explanation

EPILOG = f"""\b
Examples:
  gradviz explain "f=(x+y)*z" --at x=-2,y=5,z=-4 -o f.svg
  gradviz explain "f=(x+y)*z"                      formulas only
  gradviz explain "||W@x||^2" --at "W=[[0.1,0.5],[-0.3,0.8]]" --at "x=[0.2,0.4]"
  gradviz explain net.grad --values data.npz --of loss --wrt W,b -o net.pdf -o net.json
  echo "x*y + sin(x)" | gradviz explain - --at x=1,y=2 --format json

{SOURCE}"""

DETAIL = click.option(
    "--detail",
    default="auto",
    type=click.Choice(CHOICES["detail"]),
    help="How much is said.",
)
DIRECTION = click.option(
    "--direction", default="LR", type=click.Choice(CHOICES["direction"]), help="The picture runs to the right, or down."
)
ENGINE = click.option(
    "--engine", default="bundled", type=click.Choice(CHOICES["engine"]), help="What lays the picture out."
)
ORDER = click.option(
    "--order", default="1", type=click.Choice(["1", "2"]), help="2 adds the second derivatives: the Hessian."
)
NO_FORMULAS = click.option("--no-formulas", is_flag=True, help="Numbers only: no gradient formulas are worked out.")


@click.command("explain", epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("source", metavar="SOURCE")
@with_options("at", "values", "wrt", "of", "upstream", "seed", ORDER, "output", form_option("explanation"))
@with_options(DETAIL, DIRECTION, "theme", "precision", ENGINE, "ascii", NO_FORMULAS, "open")
def command(source: str, outputs: tuple[str, ...], form: str | None, view: bool, **settings: Any) -> None:
    """Explain SOURCE: the forward pass, the backward pass edge by edge, and each gradient."""
    targets = targets_of(outputs, form, view=view, kind="explanation")
    explanation = _explain(source, settings)
    deliver(explanation.data, targets, form, Options(**rendering(settings)), view=view)


def _explain(source: str, settings: Mapping[str, Any]) -> Explanation:
    from gradviz import api

    text, name = read_source(source)
    return api.explain(
        text,
        at=point_of(settings),
        wrt=settings["wrt"],
        of=settings["of"],
        upstream=settings["upstream"],
        seed=settings["seed"],
        formulas=not settings["no_formulas"],
        order=2 if settings["order"] == "2" else 1,
        name=name,
    )
