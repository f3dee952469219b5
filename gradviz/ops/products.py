"""Products along axes. The gradient is made of products without one entry, so that zeros do no harm."""

from __future__ import annotations

from functools import partial

from gradviz.ops import axes, work
from gradviz.ops.building import expanded, identity, spread
from gradviz.ops.notation import function, over_axes
from gradviz.ops.op import Attribute, Builder, Op, Parameter, Term
from gradviz.ops.reductions import AXIS, KEEPDIMS, SAMPLES
from gradviz.ops.row import at, wrong
from gradviz.ops.specimens import BLOCK, MATRIX, VECTOR

_row = partial(Op, family="reductions")


def _product_back(b: Builder, g: Term, y: Term, x: Term, axis: Attribute, keepdims: Attribute) -> Term:
    """To each entry the product of the others, which no zero among them spoils."""
    return expanded(b, g, x.shape, axis) * _others(b, x, axes.axes_of(axis, len(x.shape)))


def _others(b: Builder, x: Term, multiplied: tuple[int, ...]) -> Term:
    """The products of the others, over one axis or several, which are laid out as one."""
    rank = len(x.shape)
    if len(multiplied) == 1:
        return b.prod_others(x, axis=multiplied[0])
    order = (*(i for i in range(rank) if i not in multiplied), *multiplied)
    turned = b.transpose(x, axes=order)
    lead = turned.shape[: rank - len(multiplied)]
    flat = b.prod_others(b.reshape(turned, shape=(*lead, axes.count(x.shape, multiplied))), axis=-1)
    made = b.reshape(flat, shape=turned.shape)
    return b.transpose(made, axes=tuple(sorted(range(rank), key=lambda i: order[i])))


def _others_back(b: Builder, g: Term, y: Term, x: Term, axis: int) -> Term:
    """Of the products without i, each without j as well: row i is x with a 1 in place of its i-th entry."""
    at_axis = axes.axis_of(axis, len(x.shape))
    n, lead, tail = x.shape[at_axis], x.shape[:at_axis], x.shape[at_axis + 1 :]
    same = b.reshape(identity(b, n), shape=(n, n, *(1,) * len(tail)))
    rows = b.where(same, 1, b.reshape(x, shape=(*lead, 1, n, *tail)))
    pairs = b.where(same, 0, b.prod_others(rows, axis=at_axis + 1))
    return b.sum(b.reshape(g, shape=(*lead, n, 1, *tail)) * pairs, axis=at_axis)


ROWS: tuple[Op, ...] = (
    _row(
        name="prod",
        doc="The product along axes: each entry gets the product of the others, right with zeros among them too.",
        parameters=(AXIS, KEEPDIMS),
        notation=over_axes(r"\prod"),
        shape=axes.reduced,
        numpy="np.prod({0}, axis={axis}, keepdims={keepdims})",
        python="{0}",
        vjps=(_product_back,),
        structure=("dense",),
        gate="swaps",
        mark=r"\Pi",
        samples=SAMPLES + at([2.0, 0.0, 3.0], [0.0, 0.0, 3.0], [[0.0, 1.0], [2.0, 0.0]], axis=None, keepdims=False),
        mistakes=(
            wrong(
                "product of all",
                lambda b, g, y, x, axis, keepdims: spread(b, g * y, x, axis),
                "each entry was given the product of all, itself included",
            ),
        ),
    ),
    _row(
        name="prod_others",
        doc="For each entry the product of the others along an axis: the gradient of prod.",
        parameters=(Parameter(name="axis", kind="axis", default=-1, doc="the axis"),),
        notation=function(r"\prod_{j \ne i}"),
        shape=axes.along,
        work=work.per_entry(3),
        numpy="k.prod_others({0}, {axis})",
        vjps=(_others_back,),
        structure=("block diagonal",),
        gate="swaps",
        samples=at(VECTOR, MATRIX, [2.0, 0.0, 3.0], [0.0, 0.0, 3.0], [4.0], axis=-1) + at(MATRIX, BLOCK, axis=1),
    ),
)
