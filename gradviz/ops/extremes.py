"""The largest and the smallest entry along axes."""

from __future__ import annotations

from functools import partial
from typing import Any

from gradviz.ops import axes
from gradviz.ops.building import expanded, gap, shared, spread
from gradviz.ops.cases import greatest, least
from gradviz.ops.notation import over_axes
from gradviz.ops.op import Attribute, Builder, Kink, Op, Term
from gradviz.ops.reductions import AXIS, KEEPDIMS, SAMPLES
from gradviz.ops.row import at_kink, wrong

_row = partial(Op, family="reductions")


def _extreme_back(b: Builder, g: Term, y: Term, x: Term, axis: Attribute, keepdims: Attribute) -> Term:
    """To the winner alone; ties share equally."""
    won = b.equal(x, expanded(b, y, x.shape, axis))
    return expanded(b, g, x.shape, axis) * shared(b, won, axis)


def _tie(word: str, sign: int) -> tuple[Kink, ...]:
    return (
        Kink(
            locus=lambda b, x, axis, keepdims: gap(b, x if sign > 0 else -x, axis),
            taken="shared equally",
            allowed="any shares that sum to 1",
            says=f"Where several entries tie for the {word}, its gradient is shared equally among them.",
        ),
    )


def _by_entries(sp: Any, np: Any, x: Any, axis: Any, keepdims: Any, pick: Any) -> Any:
    """A reduction in SymPy that takes all its entries at once."""
    taken = axes.axes_of(axis, x.ndim)
    rest = [i for i in range(x.ndim) if i not in taken]
    lines = x.transpose(*rest, *taken).reshape((*(x.shape[i] for i in rest), -1))
    made: Any = np.empty(lines.shape[:-1], dtype=object)
    for place in np.ndindex(*made.shape):
        made[place] = pick(sp, *lines[place])
    return made.reshape(axes.reduced((x.shape,), axis, keepdims))


ROWS: tuple[Op, ...] = (
    _row(
        name="max",
        doc="The largest entry along axes. Its gate routes: the winner gets the whole gradient, ties share equally.",
        parameters=(AXIS, KEEPDIMS),
        notation=over_axes(r"\max"),
        shape=axes.nonempty,
        numpy="np.max({0}, axis={axis}, keepdims={keepdims})",
        python="{0}",
        symbol=lambda sp, np, x, axis, keepdims: _by_entries(sp, np, x, axis, keepdims, greatest),
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
        shape=axes.nonempty,
        numpy="np.min({0}, axis={axis}, keepdims={keepdims})",
        python="{0}",
        symbol=lambda sp, np, x, axis, keepdims: _by_entries(sp, np, x, axis, keepdims, least),
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
)
