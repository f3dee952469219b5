"""maxout, the one activation that is not elementwise: groups of entries, each giving its largest."""

from __future__ import annotations

from typing import Any

from gradviz.errors import ShapeError
from gradviz.ops.cases import greatest
from gradviz.ops.notation import bracketed
from gradviz.ops.op import REQUIRED, Attribute, Kink, Notation, Op, Parameter
from gradviz.ops.row import at, at_kink, wrong
from gradviz.shape import Shape


def _shape(shapes: tuple[Shape, ...], *, pieces: Attribute, **_: Attribute) -> Shape:
    (shape,) = shapes
    if not isinstance(pieces, int) or pieces < 1 or not shape or shape[-1] % pieces:
        last = shape[-1] if shape else "no"
        raise ShapeError(
            f"maxout cannot take {last} entries in groups of {pieces}",
            hint="the length of the last axis must be a multiple of pieces",
        )
    return (*shape[:-1], shape[-1] // pieces)


def _groups(b: Any, x: Any, pieces: int) -> Any:
    """The operand with its groups along a last axis of their own."""
    return b.reshape(x, shape=(*x.shape[:-1], x.shape[-1] // pieces, pieces))


def _to_the_winner(b: Any, g: Any, y: Any, x: Any, *, pieces: int) -> Any:
    """The gradient goes to each group's winner; equal winners share it."""
    column = (*y.shape, 1)
    winner = b.equal(_groups(b, x, pieces), b.reshape(y, shape=column))
    share = winner / b.sum(winner, axis=-1, keepdims=True)
    return b.reshape(share * b.reshape(g, shape=column), shape=x.shape)


def _to_all(b: Any, g: Any, y: Any, x: Any, *, pieces: int) -> Any:
    return b.reshape(b.broadcast_to(b.reshape(g, shape=(*y.shape, 1)), shape=(*y.shape, pieces)), shape=x.shape)


def _single(b: Any, x: Any, *, pieces: int) -> Any:
    """Per group, 1 if it has one winner and 0 if several."""
    groups = _groups(b, x, pieces)
    winners = b.sum(b.equal(groups, b.max(groups, axis=-1, keepdims=True)), axis=-1)
    return b.equal(winners, 1)


def _symbol(sp: Any, np: Any, x: Any, *, pieces: int) -> Any:
    groups = x.reshape(-1, pieces)
    made = np.empty(len(groups), dtype=object)
    made[:] = [greatest(sp, *group) for group in groups]
    return made.reshape(*x.shape[:-1], x.shape[-1] // pieces)


MAXOUT = Op(
    name="maxout",
    family="activations",
    doc="The largest of each group of pieces consecutive entries of the last axis. Its gate routes to the winners.",
    parameters=(Parameter(name="pieces", kind="integer", default=REQUIRED, doc="the entries in a group"),),
    notation=Notation(
        latex=lambda x, pieces: rf"\operatorname{{maxout}}_{{{pieces}}}" + bracketed(x), latex_slots=(0,)
    ),
    shape=_shape,
    numpy="k.maxout({0}, {pieces})",
    symbol=_symbol,
    vjps=(_to_the_winner,),
    structure=("selection",),
    gate="routes",
    mark=r"\max",
    kinks=(
        Kink(
            locus=_single,
            taken="shared equally",
            allowed="[0, 1]",
            says="The largest entries of a group are equal, and share the gradient equally.",
        ),
    ),
    samples=at([1.0, 3.0, -2.0, -5.0], pieces=2)
    + at([[1.0, 3.0, 2.5, -5.0, 0.5, 0.25]], [[1.0, -3.0, 2.5], [0.5, 4.0, 0.25]], pieces=3)
    + at_kink([2.0, 2.0, -1.0, -1.0], pieces=2),
    mistakes=(wrong("sent to all", _to_all, "the gradient was sent to every entry, not only to the winner"),),
)
