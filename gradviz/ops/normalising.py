"""Softmax and its relatives: exponentials divided by their sum, and the logarithms of both."""

from __future__ import annotations

from functools import partial
from typing import Any

from gradviz.ops import axes, work
from gradviz.ops.building import expanded
from gradviz.ops.notation import operator, over_axes
from gradviz.ops.op import Attribute, Builder, Op, Parameter, Term
from gradviz.ops.reductions import KEEPDIMS
from gradviz.ops.row import at, wrong
from gradviz.ops.specimens import BLOCK, MATRIX, VECTOR

_row = partial(Op, family="reductions")

AXIS = Parameter(name="axis", kind="axis", default=-1, doc="the axis along which they sum to 1")
AXES = Parameter(name="axis", kind="axes", default=-1, doc="the axes to reduce; None for all")

SAMPLES = at(VECTOR, MATRIX, BLOCK, [[1.0], [2.0]], axis=-1) + at(MATRIX, BLOCK, axis=0)


def _softmax_back(b: Builder, g: Term, y: Term, x: Term, axis: Attribute) -> Term:
    """Gives y (g − Σ g y): the Jacobian is diag(y) − y yᵀ."""
    return y * (g - b.sum(g * y, axis=axis, keepdims=True))


def _log_softmax_back(b: Builder, g: Term, y: Term, x: Term, axis: Attribute) -> Term:
    return g - b.exp(y) * b.sum(g, axis=axis, keepdims=True)


def _logsumexp_back(b: Builder, g: Term, y: Term, x: Term, axis: Attribute, keepdims: Attribute) -> Term:
    """The upstream gradient times the softmax."""
    return expanded(b, g, x.shape, axis) * b.exp(x - expanded(b, y, x.shape, axis))


def _powers(sp: Any, np: Any, x: Any) -> Any:
    """e^x entry by entry in SymPy."""
    made = np.empty(x.shape, dtype=object)
    for place in np.ndindex(*x.shape):
        made[place] = sp.exp(x[place])
    return made


def _logs(sp: Any, np: Any, x: Any) -> Any:
    array = np.asarray(x, dtype=object)
    made = np.empty(array.shape, dtype=object)
    for place in np.ndindex(*array.shape):
        made[place] = sp.log(array[place])
    return made


def _softmax_symbol(sp: Any, np: Any, x: Any, axis: Any) -> Any:
    powers = _powers(sp, np, x)
    return powers / powers.sum(axis=axis, keepdims=True)


def _logsumexp_symbol(sp: Any, np: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    return _logs(sp, np, _powers(sp, np, x).sum(axis=axis, keepdims=keepdims))


ROWS: tuple[Op, ...] = (
    _row(
        name="softmax",
        doc="e^x divided by the sum of all e^x along an axis: positive numbers that sum to 1.",
        parameters=(AXIS,),
        notation=over_axes(operator("softmax")),
        shape=axes.along,
        work=work.per_entry(4),
        numpy="k.softmax({0}, {axis})",
        symbol=_softmax_symbol,
        vjps=(_softmax_back,),
        structure=("block diagonal",),
        values="positive",
        samples=SAMPLES + at([1000.0, 999.0, -1000.0], axis=-1),
        mistakes=(
            wrong(
                "diagonal only",
                lambda b, g, y, x, axis: g * y * (1 - y),
                "only the diagonal yᵢ(1 − yᵢ) was used; every output depends on every input: −yᵢyⱼ beside it",
            ),
            wrong("sum not differentiated", lambda b, g, y, x, axis: g * y, "the denominator depends on x too"),
        ),
    ),
    _row(
        name="log_softmax",
        doc="The logarithm of softmax, accurate where that is nearly 0.",
        parameters=(AXIS,),
        notation=over_axes(rf"\ln {operator('softmax')}"),
        shape=axes.along,
        work=work.per_entry(5),
        numpy="k.log_softmax({0}, {axis})",
        symbol=lambda sp, np, x, axis: x - _logsumexp_symbol(sp, np, x, axis, True),
        vjps=(_log_softmax_back,),
        structure=("block diagonal",),
        samples=SAMPLES + at([1000.0, 999.0, -1000.0], axis=-1),
        mistakes=(
            wrong(
                "diagonal only",
                lambda b, g, y, x, axis: g * (1 - b.exp(y)),
                "only the diagonal was used; every output depends on every input",
            ),
            wrong(
                "minus lost",
                lambda b, g, y, x, axis: g + b.exp(y) * b.sum(g, axis=axis, keepdims=True),
                "the softmax is to be subtracted",
            ),
        ),
    ),
    _row(
        name="logsumexp",
        doc="ln Σ e^x, a smooth maximum: its gradient is the softmax.",
        parameters=(AXES, KEEPDIMS),
        notation=over_axes(operator("logsumexp")),
        shape=axes.nonempty,
        work=work.per_entry(4),
        numpy="k.logsumexp({0}, {axis}, {keepdims})",
        python="{0}",
        symbol=_logsumexp_symbol,
        vjps=(_logsumexp_back,),
        structure=("block diagonal",),
        samples=at(VECTOR, MATRIX, [1000.0, 999.0, -1000.0], axis=-1, keepdims=False)
        + at(MATRIX, BLOCK, axis=0, keepdims=True)
        + at(MATRIX, 2.5, axis=None, keepdims=False)
        + at(BLOCK, axis=(0, 2), keepdims=False),
        mistakes=(
            wrong(
                "exponentials not divided",
                lambda b, g, y, x, axis, keepdims: expanded(b, g, x.shape, axis) * b.exp(x),
                "the exponentials should be divided by their sum",
            ),
            wrong(
                "divided only",
                lambda b, g, y, x, axis, keepdims: (
                    expanded(b, g, x.shape, axis) * b.exp(-expanded(b, y, x.shape, axis))
                ),
                "the inner derivative e^x is missing beside 1/Σ e^x",
            ),
        ),
    ),
)
