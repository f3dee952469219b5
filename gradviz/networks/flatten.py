"""flatten: the entries of each sample as one vector."""

from __future__ import annotations

from gradviz.errors import ShapeError
from gradviz.networks.block import Block, Site
from gradviz.ops.op import Attribute, Parameter, Term
from gradviz.shape import Shape, describe, show, size

IMAGES = 4
"""Axes of a batch of images: samples, channels, rows, columns."""


def _flatten(site: Site, x: Term, *, start: Attribute) -> Term:
    at = _start(x.shape, start)
    made: Term = site.reshape(x, shape=(*x.shape[:at], size(x.shape[at:])))
    return made


def _start(shape: Shape, start: Attribute) -> int:
    """How many axes stay as they are."""
    if start is None:
        return 1 if len(shape) == IMAGES else 0
    if isinstance(start, bool) or not isinstance(start, int) or not 0 <= start <= len(shape):
        raise ShapeError(
            f"flatten cannot keep {start} axes of {describe(shape)}",
            hint=f"start goes from 0 (one vector of all) to {len(shape)}; start=1 keeps the axis of samples",
        )
    return start


def _note(shapes: tuple[Shape, ...], *, start: Attribute) -> str:
    at = _start(shapes[0], start)
    return f"{show(shapes[0])} → {show((*shapes[0][:at], size(shapes[0][at:])))}"


ROWS: tuple[Block, ...] = (
    Block(
        name="flatten",
        family="layer",
        doc="The entries of each sample as one vector. Of four axes (a batch of images) the first one stays; fewer are "
        "one sample, unless start=1 says that the first axis counts samples.",
        parameters=(Parameter(name="start", kind="integer", doc="how many axes stay in front"),),
        expand=_flatten,
        note=_note,
        title="flatten",
        source="PyTorch's Flatten (start_dim)",
    ),
)
"""The rows of this family."""
