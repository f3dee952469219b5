"""`gradviz explain`: from a line of text to an explanation and its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from gradviz.cli.delivering import deliver, targets_of
from gradviz.cli.given import point_with_data, with_checkpoint
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
  gradviz explain net.grad --data "moons(n=20)" --rows 0:4 --seed 1
  gradviz explain run.npz --data "moons(n=20)"      what training left behind
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
FOLD = click.option(
    "--fold", "gates", flag_value="folded", help="Recognised circuits (1/(1+exp(-u)), …) as the gates that they are."
)
UNFOLD = click.option("--unfold", "gates", flag_value="unfolded", help="Gates (sigmoid, softmax, …) as circuits.")
DEPTH = click.option(
    "--depth",
    type=click.IntRange(min=0),
    metavar="N",
    help="Levels of layers and groups that stay open; deeper ones are one box each. Default: what fits.",
)
VIEW = click.option(
    "--view",
    "drawn",
    default="graph",
    type=click.Choice(CHOICES["view"]),
    help="What a picture draws: the graph, one box per layer, neurons and weights, or the gradient's way back.",
)
NO_FORMULAS = click.option("--no-formulas", is_flag=True, help="Numbers only: no gradient formulas are worked out.")


@click.command("explain", epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("source", metavar="SOURCE")
@with_options("at", "values", "data", "columns", "rows", "wrt", "of", "upstream", "seed", "mode", ORDER)
@with_options("output", form_option("explanation"))
@with_options(DEPTH, VIEW, DETAIL, DIRECTION, "theme", "precision", ENGINE, "ascii", FOLD, UNFOLD, NO_FORMULAS, "open")
def command(source: str, outputs: tuple[str, ...], form: str | None, view: bool, **settings: Any) -> None:
    """Explain SOURCE: the forward pass, the backward pass edge by edge, and each gradient."""
    targets = targets_of(outputs, form, view=view, kind="explanation")
    explanation = _explain(source, settings)
    deliver(explanation.data, targets, form, Options(**rendering(settings), view=settings["drawn"]), view=view)


def _explain(source: str, settings: Mapping[str, Any]) -> Explanation:
    from gradviz import api

    text, name = read_source(source)
    settings = with_checkpoint(source, settings)
    return api.explain(
        text,
        at=point_with_data(text, name, settings),
        wrt=settings["wrt"],
        of=settings["of"],
        upstream=settings["upstream"],
        seed=settings["seed"],
        mode=settings["mode"],
        formulas=not settings["no_formulas"],
        order=2 if settings["order"] == "2" else 1,
        gates=settings["gates"] or "written",
        depth="layers" if settings["drawn"] == "layers" and settings["depth"] is None else settings["depth"],
        name=name,
    )
