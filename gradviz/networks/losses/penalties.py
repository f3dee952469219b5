"""Penalties on weights: what regularisation adds to a loss."""

from __future__ import annotations

from gradviz.networks.block import Block, Site
from gradviz.ops.op import Term
from gradviz.shape import Shape, size


def _l1(site: Site, w: Term) -> Term:
    made: Term = site.abs(w)
    return site.sum(made) if w.shape else made


def _l2(site: Site, w: Term) -> Term:
    made = w**2
    return site.sum(made) if w.shape else made


def _note(shapes: tuple[Shape, ...]) -> str:
    return f"of {size(shapes[0])} weight{'' if size(shapes[0]) == 1 else 's'}"


ROWS: tuple[Block, ...] = (
    Block(
        name="l1_penalty",
        aliases=("l1",),
        family="penalty",
        doc="Σ |w|: pulls every weight to 0 with the same force, so that many become exactly 0.",
        expand=_l1,
        note=_note,
        title="L1 penalty",
        source="Deep Learning, section 7.1.2",
    ),
    Block(
        name="l2",
        aliases=("l2_penalty",),
        family="penalty",
        doc="Σ w², with the gradient 2w. Many books put a ½ before it, so that the gradient is w: then λ counts twice.",
        expand=_l2,
        note=_note,
        title="L2 penalty",
        source="CS231n, lecture 3: R(W) = Σ W²; with ½ in Deep Learning, eq. 7.1",
    ),
)
