"""Sums, means and variances along axes."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from gradviz.errors import ShapeError
from gradviz.ops import axes, contractions, work
from gradviz.ops.building import expanded, spread
from gradviz.ops.notation import operator, over_axes
from gradviz.ops.op import Attribute, Builder, Op, Parameter, Term
from gradviz.ops.row import at, wrong
from gradviz.ops.specimens import BLOCK, MATRIX, VECTOR
from gradviz.shape import Shape

_row = partial(Op, family="reductions")

AXIS = Parameter(name="axis", kind="axes", doc="the axes to reduce; all if none is given")
KEEPDIMS = Parameter(name="keepdims", kind="flag", default=False, doc="whether they stay at size 1")

SAMPLES = (
    at(VECTOR, MATRIX, 2.5, [[0.75]], axis=None, keepdims=False)
    + at(VECTOR, MATRIX, BLOCK, axis=0, keepdims=False)
    + at(MATRIX, BLOCK, axis=-1, keepdims=True)
    + at(BLOCK, axis=(0, -1), keepdims=False)
    + at(BLOCK, axis=(2, 1), keepdims=True)
)


def centred(b: Builder, x: Term, axis: Attribute) -> Term:
    """The distances from the mean."""
    return x - b.mean(x, axis=axis, keepdims=axis is not None)


def _cumulated_back(b: Builder, g: Term, y: Term, x: Term, axis: int) -> Term:
    """Each entry is in all later sums: the sums of the gradient from the end."""
    return b.flip(b.cumsum(b.flip(g, axis=axis), axis=axis), axis=axis)


def _spread_mean(b: Builder, g: Term, x: Term, axis: Attribute) -> Term:
    return spread(b, g, x, axis) / axes.count(x.shape, axis)


def _variance_back(b: Builder, g: Term, y: Term, x: Term, axis: Attribute, keepdims: Attribute, ddof: int) -> Term:
    """2(x − mean)/(n − ddof); what goes through the mean cancels."""
    n = axes.count(x.shape, axis)
    return expanded(b, g, x.shape, axis) * (Fraction(2, n - ddof) * centred(b, x, axis))


def _variance_symbol(sp: Any, np: Any, x: Any, axis: Any, keepdims: Any, ddof: Any) -> Any:
    n = sp.Integer(axes.count(x.shape, axis))
    off = x - np.sum(x, axis=axis, keepdims=True) / n
    return np.sum(off * off, axis=axis, keepdims=keepdims) / (n - ddof)


def _variance_shape(given: tuple[Shape, ...], axis: Attribute, keepdims: Attribute, ddof: int) -> Shape:
    made = axes.nonempty(given, axis, keepdims)
    n = axes.count(given[0], axis)
    if n <= ddof:
        raise ShapeError(
            f"the variance of {n} number{'s' * (n > 1)} with ddof={ddof} divides by {n - ddof}",
            hint="lower ddof, or reduce over more numbers",
        )
    return made


ROWS: tuple[Op, ...] = (
    _row(
        name="sum",
        doc="The sum along axes. Its gate distributes: each entry gets the upstream gradient as it is.",
        parameters=(AXIS, KEEPDIMS),
        notation=over_axes(r"\sum"),
        shape=axes.reduced,
        linear=("alone",),
        contraction=contractions.total,
        numpy="np.sum({0}, axis={axis}, keepdims={keepdims})",
        python="{0}",
        vjps=(lambda b, g, y, x, axis, keepdims: spread(b, g, x, axis),),
        structure=("Kronecker",),
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
                lambda b, g, y, x, axis, keepdims: spread(b, g, x, axis) * axes.count(x.shape, axis),
                "the gradient was multiplied by the number of summands",
            ),
        ),
    ),
    _row(
        name="mean",
        doc="The mean along axes: each entry gets the upstream gradient divided by their number.",
        parameters=(AXIS, KEEPDIMS),
        notation=over_axes(operator("mean")),
        shape=axes.nonempty,
        contraction=contractions.average,
        linear=("alone",),
        numpy="np.mean({0}, axis={axis}, keepdims={keepdims})",
        python="{0}",
        symbol=lambda sp, np, x, axis, keepdims: (
            np.sum(x, axis=axis, keepdims=keepdims) / sp.Integer(axes.count(x.shape, axis))
        ),
        vjps=(lambda b, g, y, x, axis, keepdims: _spread_mean(b, g, x, axis),),
        structure=("Kronecker",),
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
                lambda b, g, y, x, axis, keepdims: spread(b, g, x, axis) / axes.count(x.shape, None),
                "divided by the number of all entries, not of those that were averaged",
            ),
        ),
    ),
    _row(
        name="var",
        doc="The variance along axes: the mean of the squared distances from the mean (divided by n − ddof).",
        parameters=(AXIS, KEEPDIMS, Parameter(name="ddof", kind="integer", default=0, doc="1 for a sample's estimate")),
        notation=over_axes(operator("Var")),
        shape=_variance_shape,
        work=work.per_entry(4),
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
                    expanded(b, g, x.shape, axis) * centred(b, x, axis) / axes.count(x.shape, axis)
                ),
                "the factor 2 of the square is lost",
            ),
            wrong(
                "mean not subtracted",
                lambda b, g, y, x, axis, keepdims, ddof: (
                    expanded(b, g, x.shape, axis) * (2 * x) / axes.count(x.shape, axis)
                ),
                "the mean is not subtracted",
            ),
        ),
    ),
    _row(
        name="cumsum",
        doc="The running sum along an axis: each entry gets the gradients of all sums that it is in.",
        parameters=(Parameter(name="axis", kind="axis", default=-1, doc="the axis along which it runs"),),
        notation=over_axes(operator("cumsum")),
        shape=axes.along,
        linear=("alone",),
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
)
