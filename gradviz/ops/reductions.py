"""Sums, means, products and extremes along axes."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from gradviz.errors import ShapeError
from gradviz.ops import shapes
from gradviz.ops.notation import function, operator, over_axes
from gradviz.ops.op import Attribute, Builder, Kink, Op, Parameter, Term
from gradviz.ops.row import at, at_kink, wrong
from gradviz.shape import Shape

_row = partial(Op, family="reductions")

VECTOR = [2.0, -1.0, 0.5]
MATRIX = [[1.5, -0.5, 2.0], [0.25, 3.0, -1.0]]
BLOCK = [[[1.0, -2.0], [0.5, 3.0]], [[-1.5, 0.75], [2.5, -0.25]], [[4.0, 1.25], [-3.0, 0.1]]]

AXIS = Parameter(name="axis", kind="axes", doc="the axes to reduce; all if none is given")
KEEPDIMS = Parameter(name="keepdims", kind="flag", default=False, doc="whether they stay at size 1")

SAMPLES = (
    at(VECTOR, MATRIX, 2.5, [[0.75]], axis=None, keepdims=False)
    + at(VECTOR, MATRIX, BLOCK, axis=0, keepdims=False)
    + at(MATRIX, BLOCK, axis=-1, keepdims=True)
    + at(BLOCK, axis=(0, -1), keepdims=False)
    + at(BLOCK, axis=(2, 1), keepdims=True)
)


def expanded(b: Builder, g: Term, shape: Shape, axis: Attribute) -> Term:
    """A reduction's result or gradient with its axes back at size 1, ready to broadcast against `shape`."""
    wide = shapes.kept(shape, axis)
    return g if g.shape == wide or not g.shape else b.reshape(g, shape=wide)


def spread(b: Builder, g: Term, x: Term, axis: Attribute) -> Term:
    """The same, repeated to the operand's shape."""
    return b.broadcast_to(expanded(b, g, x.shape, axis), shape=x.shape)


def centred(b: Builder, x: Term, axis: Attribute) -> Term:
    """The distances from the mean."""
    return x - b.mean(x, axis=axis, keepdims=axis is not None)


def _product_back(b: Builder, g: Term, y: Term, x: Term, axis: Attribute, keepdims: Attribute) -> Term:
    """To each entry the product of the others, which no zero among them spoils."""
    return expanded(b, g, x.shape, axis) * _others(b, x, shapes.axes_of(axis, len(x.shape)))


def _others(b: Builder, x: Term, axes: tuple[int, ...]) -> Term:
    rank = len(x.shape)
    if len(axes) == 1:
        return b.prod_others(x, axis=axes[0])
    order = (*(i for i in range(rank) if i not in axes), *axes)
    turned = b.transpose(x, axes=order)
    lead = turned.shape[: rank - len(axes)]
    flat = b.prod_others(b.reshape(turned, shape=(*lead, shapes.count(x.shape, axes))), axis=-1)
    made = b.reshape(flat, shape=turned.shape)
    return b.transpose(made, axes=tuple(sorted(range(rank), key=lambda i: order[i])))


def _others_back(b: Builder, g: Term, y: Term, x: Term, axis: int) -> Term:
    """Of the products without i, each without j as well: row i is x with a 1 in place of its i-th entry."""
    at_axis = shapes.axis_of(axis, len(x.shape))
    n, lead, tail = x.shape[at_axis], x.shape[:at_axis], x.shape[at_axis + 1 :]
    same = b.reshape(b.diag(b.constant(1, (n,))), shape=(n, n, *(1,) * len(tail)))
    rows = b.where(same, 1, b.reshape(x, shape=(*lead, 1, n, *tail)))
    pairs = b.where(same, 0, b.prod_others(rows, axis=at_axis + 1))
    return b.sum(b.reshape(g, shape=(*lead, n, 1, *tail)) * pairs, axis=at_axis)


def _cumulated_back(b: Builder, g: Term, y: Term, x: Term, axis: int) -> Term:
    """Each entry is in all later sums: the sums of the gradient from the end."""
    return b.flip(b.cumsum(b.flip(g, axis=axis), axis=axis), axis=axis)


def _extreme_back(b: Builder, g: Term, y: Term, x: Term, axis: Attribute, keepdims: Attribute) -> Term:
    """To the winner alone; ties share equally."""
    won = b.equal(x, expanded(b, y, x.shape, axis))
    return expanded(b, g, x.shape, axis) * won / b.sum(won, axis=axis, keepdims=axis is not None)


def _gap(b: Builder, x: Term, axis: Attribute) -> Term:
    """How far the largest entry is above the next, where that is least: 0 at a tie."""
    top = b.max(x, axis=axis, keepdims=True)
    first = b.equal(x, top)
    second = b.max(b.where(first, float("-inf"), x), axis=axis, keepdims=True)
    return b.min(b.where(b.sum(first, axis=axis, keepdims=True) > 1, 0, top - second))


def _tie(word: str, sign: int) -> tuple[Kink, ...]:
    return (
        Kink(
            locus=lambda b, x, axis, keepdims: _gap(b, x if sign > 0 else -x, axis),
            taken="shared equally",
            allowed="any shares that sum to 1",
            says=f"Where several entries tie for the {word}, its gradient is shared equally among them.",
        ),
    )


def _by_entries(sp: Any, np: Any, x: Any, axis: Any, keepdims: Any, pick: Any) -> Any:
    """A reduction in SymPy that takes all its entries at once."""
    axes = shapes.axes_of(axis, x.ndim)
    rest = [i for i in range(x.ndim) if i not in axes]
    lines = x.transpose(*rest, *axes).reshape((*(x.shape[i] for i in rest), -1))
    made: Any = np.empty(lines.shape[:-1], dtype=object)
    for place in np.ndindex(*made.shape):
        made[place] = pick(*lines[place])
    return made.reshape(shapes.reduced((x.shape,), axis, keepdims))


def _spread_mean(b: Builder, g: Term, x: Term, axis: Attribute) -> Term:
    return spread(b, g, x, axis) / shapes.count(x.shape, axis)


def _variance_back(b: Builder, g: Term, y: Term, x: Term, axis: Attribute, keepdims: Attribute, ddof: int) -> Term:
    """2(x − mean)/(n − ddof); what goes through the mean cancels."""
    n = shapes.count(x.shape, axis)
    return expanded(b, g, x.shape, axis) * (Fraction(2, n - ddof) * centred(b, x, axis))


def _variance_symbol(sp: Any, np: Any, x: Any, axis: Any, keepdims: Any, ddof: Any) -> Any:
    n = sp.Integer(shapes.count(x.shape, axis))
    off = x - np.sum(x, axis=axis, keepdims=True) / n
    return np.sum(off * off, axis=axis, keepdims=keepdims) / (n - ddof)


def _variance_shape(given: tuple[Shape, ...], axis: Attribute, keepdims: Attribute, ddof: int) -> Shape:
    made = shapes.nonempty(given, axis, keepdims)
    n = shapes.count(given[0], axis)
    if n <= ddof:
        raise ShapeError(f"the variance of {n} number(s) with ddof={ddof} divides by {n - ddof}")
    return made


ROWS: tuple[Op, ...] = (
    _row(
        name="sum",
        doc="The sum along axes. Its gate distributes: each entry gets the upstream gradient as it is.",
        parameters=(AXIS, KEEPDIMS),
        notation=over_axes(r"\sum"),
        shape=shapes.reduced,
        numpy="np.sum({0}, axis={axis}, keepdims={keepdims})",
        python="{0}",
        vjps=(lambda b, g, y, x, axis, keepdims: spread(b, g, x, axis),),
        structure=("low rank",),
        gate="distributes",
        mark=r"\Sigma",
        samples=SAMPLES,
        mistakes=(
            wrong(
                "averaged",
                lambda b, g, y, x, axis, keepdims: _spread_mean(b, g, x, axis),
                "the gradient was divided by the number of summands",
            ),
            wrong(
                "multiplied by the number",
                lambda b, g, y, x, axis, keepdims: spread(b, g, x, axis) * shapes.count(x.shape, axis),
                "the gradient was multiplied by the number of summands",
            ),
        ),
    ),
    _row(
        name="mean",
        doc="The mean along axes: each entry gets the upstream gradient divided by their number.",
        parameters=(AXIS, KEEPDIMS),
        notation=over_axes(operator("mean")),
        shape=shapes.nonempty,
        numpy="np.mean({0}, axis={axis}, keepdims={keepdims})",
        python="{0}",
        symbol=lambda sp, np, x, axis, keepdims: (
            np.sum(x, axis=axis, keepdims=keepdims) / sp.Integer(shapes.count(x.shape, axis))
        ),
        vjps=(lambda b, g, y, x, axis, keepdims: _spread_mean(b, g, x, axis),),
        structure=("low rank",),
        gate="scales",
        samples=SAMPLES,
        mistakes=(
            wrong(
                "1/N lost",
                lambda b, g, y, x, axis, keepdims: spread(b, g, x, axis),
                "the factor 1/N of the mean is lost",
            ),
            wrong(
                "divided by all entries",
                lambda b, g, y, x, axis, keepdims: spread(b, g, x, axis) / shapes.count(x.shape, None),
                "divided by the number of all entries, not of those that were averaged",
            ),
        ),
    ),
    _row(
        name="prod",
        doc="The product along axes: each entry gets the product of the others, right with zeros among them too.",
        parameters=(AXIS, KEEPDIMS),
        notation=over_axes(r"\prod"),
        shape=shapes.reduced,
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
        shape=shapes.along,
        numpy="k.prod_others({0}, {axis})",
        vjps=(_others_back,),
        structure=("block diagonal",),
        gate="swaps",
        samples=at(VECTOR, MATRIX, [2.0, 0.0, 3.0], [0.0, 0.0, 3.0], [4.0], axis=-1) + at(MATRIX, BLOCK, axis=1),
    ),
    _row(
        name="cumsum",
        doc="The running sum along an axis: each entry gets the gradients of all sums that it is in.",
        parameters=(Parameter(name="axis", kind="axis", default=-1, doc="the axis along which it runs"),),
        notation=over_axes(operator("cumsum")),
        shape=shapes.along,
        numpy="np.cumsum({0}, axis={axis})",
        vjps=(_cumulated_back,),
        structure=("block diagonal",),
        samples=at(VECTOR, MATRIX, BLOCK, [4.0], axis=-1) + at(MATRIX, BLOCK, axis=0),
        mistakes=(
            wrong(
                "summed from the start",
                lambda b, g, y, x, axis: b.cumsum(g, axis=axis),
                "the gradient runs from the end backwards, not from the start",
            ),
            wrong("only the own sum", lambda b, g, y, x, axis: g, "each entry is in all later sums too"),
        ),
    ),
    _row(
        name="max",
        doc="The largest entry along axes. Its gate routes: the winner gets the whole gradient, ties share equally.",
        parameters=(AXIS, KEEPDIMS),
        notation=over_axes(r"\max"),
        shape=shapes.nonempty,
        numpy="np.max({0}, axis={axis}, keepdims={keepdims})",
        python="{0}",
        symbol=lambda sp, np, x, axis, keepdims: _by_entries(sp, np, x, axis, keepdims, sp.Max),
        vjps=(_extreme_back,),
        structure=("selection",),
        gate="routes",
        kinks=_tie("largest", 1),
        samples=SAMPLES + at_kink([1.0, 3.0, 3.0], [[2.0, 2.0]], axis=None, keepdims=False),
        mistakes=(
            wrong(
                "ties counted twice",
                lambda b, g, y, x, axis, keepdims: expanded(b, g, x.shape, axis) * (x >= expanded(b, y, x.shape, axis)),
                "every tied entry was given the whole gradient",
            ),
            wrong(
                "sent to all",
                lambda b, g, y, x, axis, keepdims: spread(b, g, x, axis),
                "the gradient goes to the largest entry alone",
            ),
        ),
    ),
    _row(
        name="min",
        doc="The smallest entry along axes. Its gate routes: the winner gets the whole gradient, ties share equally.",
        parameters=(AXIS, KEEPDIMS),
        notation=over_axes(r"\min"),
        shape=shapes.nonempty,
        numpy="np.min({0}, axis={axis}, keepdims={keepdims})",
        python="{0}",
        symbol=lambda sp, np, x, axis, keepdims: _by_entries(sp, np, x, axis, keepdims, sp.Min),
        vjps=(_extreme_back,),
        structure=("selection",),
        gate="routes",
        kinks=_tie("smallest", -1),
        samples=SAMPLES + at_kink([3.0, 1.0, 1.0], [[2.0, 2.0]], axis=None, keepdims=False),
        mistakes=(
            wrong(
                "sent to all",
                lambda b, g, y, x, axis, keepdims: spread(b, g, x, axis),
                "the gradient goes to the smallest entry alone",
            ),
        ),
    ),
    _row(
        name="var",
        doc="The variance along axes: the mean of the squared distances from the mean (divided by n − ddof).",
        parameters=(AXIS, KEEPDIMS, Parameter(name="ddof", kind="integer", default=0, doc="1 for a sample's estimate")),
        notation=over_axes(operator("Var")),
        shape=_variance_shape,
        numpy="k.var({0}, {axis}, {keepdims}, {ddof})",
        python="0.0 * {0}",
        symbol=_variance_symbol,
        vjps=(_variance_back,),
        structure=("dense",),
        samples=at(VECTOR, MATRIX, 2.5, axis=None, keepdims=False, ddof=0)
        + at(MATRIX, BLOCK, axis=0, keepdims=True, ddof=0)
        + at(MATRIX, BLOCK, axis=-1, keepdims=False, ddof=1)
        + at(BLOCK, axis=(0, 2), keepdims=False, ddof=0),
        mistakes=(
            wrong(
                "1/N lost",
                lambda b, g, y, x, axis, keepdims, ddof: expanded(b, g, x.shape, axis) * (2 * centred(b, x, axis)),
                "the factor 1/N of the mean is lost",
            ),
            wrong(
                "factor 2 lost",
                lambda b, g, y, x, axis, keepdims, ddof: (
                    expanded(b, g, x.shape, axis) * centred(b, x, axis) / shapes.count(x.shape, axis)
                ),
                "the factor 2 of the square is lost",
            ),
            wrong(
                "mean not subtracted",
                lambda b, g, y, x, axis, keepdims, ddof: (
                    expanded(b, g, x.shape, axis) * (2 * x) / shapes.count(x.shape, axis)
                ),
                "the mean is not subtracted",
            ),
        ),
    ),
)
