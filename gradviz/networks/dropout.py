"""dropout: entries set to 0 at random while a network is trained, the others made larger by as much."""

from __future__ import annotations

from gradviz.errors import ValueProblem
from gradviz.networks.block import Block, Site
from gradviz.networks.wording import said
from gradviz.ops.op import Attribute, Number, Parameter, Term
from gradviz.shape import Shape


def _dropout(site: Site, x: Term, *, rate: Attribute) -> Term:
    """In training x · mask / (1 − rate), in evaluation x itself: the expectation is the same."""
    dropped = _rate(rate)
    if not site.training or not dropped:
        return x
    keep = 1 - dropped
    return x * site.noise("mask", x.shape, f"bernoulli {float(keep)!r}") / keep


def _rate(rate: Attribute) -> Number:
    """The share of entries that are dropped.

    Raises:
        ValueProblem: it is not from 0 up and below 1.
    """
    if isinstance(rate, (bool, str, tuple)) or rate is None or not 0 <= rate < 1:
        raise ValueProblem(
            f"the rate of dropout is from 0 up and below 1, not {said(rate)}",
            hint="dropout(x, 0.2) drops a fifth of the entries",
        )
    return rate


def _note(shapes: tuple[Shape, ...], *, rate: Attribute) -> str:
    return f"rate {float(_rate(rate)):g}"


ROWS: tuple[Block, ...] = (
    Block(
        name="dropout",
        family="layer",
        doc="In training sets each entry to 0 with a probability, and divides the others by what is left of 1.",
        parameters=(
            Parameter(name="rate", kind="number", default=0.5, doc="the probability that an entry is dropped"),
        ),
        expand=_dropout,
        note=_note,
        entrywise=True,
        source="Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov 2014, Dropout; inverted, as in PyTorch",
    ),
)
"""The rows of this family."""
