"""Reshaping, joining, indexing and broadcasting: entries move, and their gradients move back."""

from __future__ import annotations

from typing import Any

from gradviz.ops import contractions, layout, work
from gradviz.ops.axes import axis_of
from gradviz.ops.notation import bracketed, operator, over_axes
from gradviz.ops.op import REQUIRED, Attribute, Builder, Notation, Op, Parameter, Term
from gradviz.ops.row import at, wrong
from gradviz.ops.specimens import BLOCK, MATRIX
from gradviz.shape import Shape, size

WHOLE = ("slice", None, None, None)
"""The index item `:`."""

SHAPE = Parameter(name="shape", kind="shape", default=REQUIRED, doc="the sizes of the axes")
ITEMS = Parameter(name="items", kind="shape", default=REQUIRED, doc="one number or slice per axis")
JOIN = Parameter(name="axis", kind="axis", default=0, doc="the axis along which they are joined")
NEW = Parameter(name="axis", kind="axis", default=0, doc="where the new axis stands")
FLIPPED = Parameter(name="axis", kind="axes", doc="the axes to reverse; all if none is given")


def items_latex(items: Attribute) -> str:
    """Index items as written: `0, 1:3`."""
    picks: Any = items if isinstance(items, tuple) else (items,)
    return ", ".join(_slice_latex(*pick[1:]) if isinstance(pick, tuple) else str(pick) for pick in picks)


def _slice_latex(start: int | None, stop: int | None, step: int | None) -> str:
    parts = ["" if part is None else str(part) for part in (start, stop)]
    return ":".join(parts if step is None else [*parts, str(step)])


def _in_shape(name: str) -> Notation:
    """A function with the shape below its name."""

    def latex(x: str, shape: Any) -> str:
        sizes = shape if isinstance(shape, tuple) else (shape,)
        below = r" \times ".join(map(str, sizes)) or "1"
        return f"{operator(name)}_{{{below}}}{bracketed(x)}"

    return Notation(latex=latex)


JOINED = Notation(latex=lambda *xs, axis=0: rf"\left[{', '.join(xs)}\right]", latex_slots=(0,))
"""Arrays beside each other in square brackets."""


def _part_of_concat(slot: int, b: Builder, g: Term, y: Term, *xs: Term, axis: int) -> Term:
    """The stretch of the gradient that lies where operand `slot` was put."""
    at_axis = axis_of(axis, len(y.shape))
    start = sum(x.shape[at_axis] for x in xs[:slot])
    stretch = ("slice", start, start + xs[slot].shape[at_axis], None)
    return b.index(g, items=(WHOLE,) * at_axis + (stretch,))


def _part_of_stack(slot: int, b: Builder, g: Term, y: Term, *xs: Term, axis: int) -> Term:
    """The layer of the gradient that operand `slot` is."""
    return b.index(g, items=(WHOLE,) * axis_of(axis, len(y.shape)) + (slot,))


def _mean_to(b: Builder, g: Term, shape: Shape) -> Term:
    """What someone gets who averages where the gradients should be summed."""
    repeated = max(1, size(g.shape)) / max(1, size(shape))
    return b.sum_to(g, shape=shape) / repeated


ROWS: tuple[Op, ...] = (
    Op(
        name="reshape",
        family="shaping",
        doc="The same entries in the same order in another shape. One size may be -1: it is found.",
        parameters=(SHAPE,),
        notation=_in_shape("reshape"),
        shape=layout.reshape,
        linear=("alone",),
        work=work.none,
        numpy="np.reshape({0}, {shape})",
        python="{0}",
        vjps=(lambda b, g, y, x, shape: b.reshape(g, shape=x.shape),),
        structure=("identity",),
        gate="passes",
        samples=at(MATRIX, shape=(3, 2))
        + at(MATRIX, shape=(-1,))
        + at(BLOCK, shape=(2, -1, 1))
        + at(2.5, shape=(1, 1))
        + at([[3.0]], shape=()),
    ),
    Op(
        name="flip",
        family="shaping",
        doc="The entries in reverse order along an axis.",
        parameters=(FLIPPED,),
        notation=over_axes(operator("flip")),
        shape=layout.flip,
        linear=("alone",),
        work=work.none,
        numpy="np.flip({0}, {axis})",
        python="{0}",
        vjps=(lambda b, g, y, x, axis: b.flip(g, axis=axis),),
        structure=("selection",),
        gate="passes",
        samples=at([1.0, -2.0, 0.5], MATRIX) + at(MATRIX, BLOCK, axis=-1) + at(BLOCK, axis=(0, 2)),
        mistakes=(wrong("not flipped back", lambda b, g, y, x, axis: g, "the gradient was not flipped back"),),
    ),
    Op(
        name="concat",
        family="shaping",
        doc="Arrays end to end along an axis.",
        arity=(1, None),
        parameters=(JOIN,),
        notation=Notation(latex=lambda *xs, axis=0: r"\left[" + r",\; ".join(xs) + r"\right]", latex_slots=(0,)),
        aliases=("concatenate",),
        shape=layout.concat,
        linear=("together",),
        work=work.none,
        numpy="np.concatenate([{args}], {axis})",
        slot_vjp=_part_of_concat,
        structure=("selection",),
        gate="routes",
        samples=at(([1.0, 2.0], [3.0], [-4.0, 0.5]), (MATRIX, [[5.0, 6.0, 7.0]]), ([1.0, -1.0],))
        + at((MATRIX, [[5.0], [6.0]]), (BLOCK, BLOCK), axis=-1),
    ),
    Op(
        name="stack",
        family="shaping",
        doc="Arrays of one shape as the layers of a new axis.",
        arity=(1, None),
        parameters=(NEW,),
        notation=Notation(latex=lambda *xs, axis=0: r"\left[" + r",\; ".join(xs) + r"\right]", latex_slots=(0,)),
        shape=layout.stack,
        linear=("together",),
        work=work.none,
        numpy="np.stack([{args}], {axis})",
        slot_vjp=_part_of_stack,
        structure=("selection",),
        gate="routes",
        samples=at((1.0, -2.0, 3.0), ([1.0, 2.0], [3.0, 4.0]), (MATRIX,)) + at((MATRIX, MATRIX), axis=-1),
    ),
    Op(
        name="index",
        family="shaping",
        doc="Some of the entries, by number (which drops the axis) or slice; counted from 0, or negative from the end.",
        parameters=(ITEMS,),
        notation=Notation(latex=lambda x, items: f"{{{x}}}_{{{items_latex(items)}}}"),
        shape=layout.index,
        linear=("alone",),
        work=work.none,
        numpy="k.index({0}, {items})",
        vjps=(lambda b, g, y, x, items: b.scatter(g, items=items, shape=x.shape),),
        structure=("selection",),
        gate="routes",
        samples=at([1.0, -2.0, 0.5], MATRIX, items=(1,))
        + at(MATRIX, items=(-1, 0))
        + at(MATRIX, items=(WHOLE, ("slice", None, None, -2)))
        + at(BLOCK, items=(("slice", 0, 2, None), -1, ("slice", 1, None, None)))
        + at([1.0, 2.0], items=(("slice", 2, None, None),)),
        mistakes=(
            wrong(
                "spread over all",
                lambda b, g, y, x, items: b.broadcast_to(b.sum(g), shape=x.shape),
                "the gradient went to every entry, not only to those that were picked",
            ),
        ),
    ),
    Op(
        name="scatter",
        family="shaping",
        doc="Zeros in a shape, with the operand put where the items point: what index does to a gradient.",
        parameters=(ITEMS, SHAPE),
        notation=Notation(
            latex=lambda x, items, shape: rf"{operator('scatter')}_{{{items_latex(items)}}}\left({x}\right)"
        ),
        shape=layout.scatter,
        linear=("alone",),
        work=work.none,
        numpy="k.scatter({0}, {items}, {shape})",
        vjps=(lambda b, g, y, x, items, shape: b.index(g, items=items),),
        structure=("selection",),
        gate="routes",
        samples=at(2.5, items=(1,), shape=(3,))
        + at([1.5, -2.0], items=(WHOLE, 2), shape=(2, 3))
        + at([1.5, -2.0], items=(("slice", None, None, -2), 0), shape=(3, 2)),
    ),
    Op(
        name="broadcast_to",
        family="shaping",
        doc="The operand repeated to fill a shape. The gradient sums over what was repeated.",
        parameters=(SHAPE,),
        notation=_in_shape("broadcast_to"),
        aliases=("broadcast",),
        shape=layout.broadcast_to,
        contraction=contractions.repeated,
        linear=("alone",),
        work=work.none,
        numpy="np.broadcast_to({0}, {shape})",
        python="{0}",
        vjps=(lambda b, g, y, x, shape: b.sum_to(g, shape=x.shape),),
        structure=("selection",),
        gate="sums",
        samples=at(2.5, [1.0, -2.0], [[0.5, 1.0]], shape=(3, 2)) + at([[1.0], [2.0]], shape=(2, 2, 3)),
        mistakes=(
            wrong(
                "broadcast averaged",
                lambda b, g, y, x, shape: _mean_to(b, g, x.shape),
                "the gradients of the copies were averaged, not summed",
            ),
        ),
    ),
    Op(
        name="sum_to",
        family="shaping",
        doc="The sum down to a shape, over what broadcasting would repeat: what broadcasting does to a gradient.",
        parameters=(SHAPE,),
        notation=_in_shape("sum_to"),
        shape=layout.sum_to,
        linear=("alone",),
        numpy="k.sum_to({0}, {shape})",
        python="{0}",
        vjps=(lambda b, g, y, x, shape: b.broadcast_to(g, shape=x.shape),),
        structure=("Kronecker",),
        gate="distributes",
        samples=at(MATRIX, shape=())
        + at(MATRIX, BLOCK, shape=(1, 1))
        + at(BLOCK, shape=(2, 1))
        + at(MATRIX, shape=(3,)),
    ),
)
