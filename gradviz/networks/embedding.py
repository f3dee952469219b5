"""embedding: a vector of its own for every number of a vocabulary."""

from __future__ import annotations

from gradviz.errors import ValueProblem
from gradviz.networks.block import Block, Site
from gradviz.networks.dense import INIT
from gradviz.networks.wording import said
from gradviz.ops.op import REQUIRED, Attribute, Parameter, Term
from gradviz.shape import Shape

STANDARD = "normal 1"
"""The usual first values, as PyTorch's: a row is picked and not summed, so that its variance needs no fan-in."""


def _embedding(site: Site, indices: Term, *, count: Attribute, dim: Attribute, init: Attribute) -> Term:
    rows, columns = _whole(count, "count"), _whole(dim, "dim")
    W = site.parameter("W", (rows, columns), STANDARD if init is None else str(init), fans=(1, columns))
    made: Term = site.take(W, indices)
    return made


def _whole(setting: Attribute, name: str) -> int:
    if isinstance(setting, bool) or not isinstance(setting, int) or setting < 1:
        raise ValueProblem(
            f"embedding's {name} must be a whole number from 1 up, not {said(setting)}",
            hint="write embedding(indices, 10, 4)",
        )
    return setting


def _note(shapes: tuple[Shape, ...], *, count: Attribute, dim: Attribute, init: Attribute) -> str:
    parameters = count * dim if isinstance(count, int) and isinstance(dim, int) else 0
    return f"{count} rows of {dim}, {parameters:,} parameter{'s' * (parameters != 1)}"


ROWS: tuple[Block, ...] = (
    Block(
        name="embedding",
        family="layer",
        doc="For each index (a whole number from 0 to count − 1) its row of a table W. Indices are data and have no "
        "gradient; a row that is picked several times gets the sum of the gradients, one that is not picked gets zero.",
        parameters=(
            Parameter(name="count", kind="integer", default=REQUIRED, doc="how many rows the table has"),
            Parameter(name="dim", kind="integer", default=REQUIRED, doc="how long a row is"),
            INIT,
        ),
        expand=_embedding,
        note=_note,
        entrywise=True,
        title="embedding",
        source="PyTorch's Embedding",
    ),
)
"""The rows of this family."""
