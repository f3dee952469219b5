"""maxout: several linear maps of the same operand, and entry by entry the largest of them."""

from __future__ import annotations

from gradviz.errors import ValueProblem
from gradviz.networks.block import Block, Site
from gradviz.networks.dense import BIAS, UNITS, described, features, units_of, weigh
from gradviz.networks.wording import said
from gradviz.ops.op import REQUIRED, Attribute, Parameter, Term
from gradviz.shape import Shape

MAX_PIECES = 64


def _maxout(site: Site, x: Term, *, units: Attribute, pieces: Attribute, init: Attribute, bias: Attribute) -> Term:
    count, groups = units_of(units, "maxout"), _pieces(pieces)
    x = features(site, x, "maxout")
    made = [
        site.call(
            weigh(site, x, count, str(init), bias=bool(bias), weight=f"W{piece}", offset=f"b{piece}"), f"z{piece}"
        )
        for piece in range(1, groups + 1)
    ]
    return site.maximum(*made)


def _pieces(pieces: Attribute) -> int:
    """How many linear maps compete.

    Raises:
        ValueProblem: it is no whole number from 2 to 64.
    """
    if isinstance(pieces, bool) or not isinstance(pieces, int) or not 2 <= pieces <= MAX_PIECES:
        raise ValueProblem(
            f"maxout needs a whole number of pieces from 2 to {MAX_PIECES}, not {said(pieces)}",
            hint="write maxout(x, 8, 2)",
        )
    return pieces


def _note(shapes: tuple[Shape, ...], *, units: Attribute, pieces: Attribute, init: Attribute, bias: Attribute) -> str:
    d, count = shapes[0][-1] if shapes[0] else 1, units if isinstance(units, int) else 0
    groups = pieces if isinstance(pieces, int) else 0
    return described(d, count, (d + bool(bias)) * count * groups, f"{groups} pieces")


ROWS: tuple[Block, ...] = (
    Block(
        name="maxout",
        family="layer",
        doc="Entry by entry the largest of several linear maps x @ W1 + b1, x @ W2 + b2. The winner gets the gradient.",
        parameters=(
            UNITS,
            Parameter(name="pieces", kind="integer", default=REQUIRED, doc="how many linear maps compete"),
            Parameter(name="init", kind="text", default="he_normal", doc="the weights' first values"),
            BIAS,
        ),
        expand=_maxout,
        note=_note,
        title="maxout layer",
        source="Goodfellow, Warde-Farley, Mirza, Courville & Bengio 2013, Maxout networks, equation 1",
    ),
)
"""The rows of this family."""
